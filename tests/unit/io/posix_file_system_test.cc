#include <array>
#include <cerrno>
#include <fcntl.h>
#include <functional>
#include <memory>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/environment.h"
#include "leat/error.h"

#include "io/posix_error.h"
#include "io/posix_traits.h"
#include "unit/io/file_system_conformance.h"
#include "unit/io/result_matchers.h"

namespace leat::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Values;

INSTANTIATE_TEST_SUITE_P(Posix, FileSystemConformance,
                         Values(FileSystemUnderTest{"posix", &posix_file_system, true}));

/// What a child of fork() that runs `body` exits with.
int exit_of_child(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class PosixFileSystemTest : public TemporaryDirectory, public FileSystemFixture {
 protected:
  PosixFileSystemTest() : FileSystemFixture(posix_file_system(), TemporaryDirectory::path()) {}
  using FileSystemFixture::path;
  mode_t mode_of(const std::string& name) {
    struct stat info{};
    EXPECT_EQ(::stat(path(name).c_str(), &info), 0);
    return info.st_mode & 0777U;
  }
};

TEST_F(PosixFileSystemTest, MakesFilesAndDirectoriesForTheOwnerOnly) {  // G28
  create("f", "");
  ASSERT_THAT(file_system().create_directory(path("d")), IsOk());
  EXPECT_EQ(mode_of("f"), 0600U);
  EXPECT_EQ(mode_of("d"), 0700U);
}

TEST_F(PosixFileSystemTest, KeepsClearOfTheStandardDescriptors) {  // G30
  create("f", "");
  EXPECT_EQ(exit_of_child([&] {
              // Whoever started the test may have left it more descriptors than the standard ones.
              const int first_free = ::fcntl(STDERR_FILENO, F_DUPFD, 3);
              ::close(first_free);
              for (const int standard : {0, 1, 2}) ::close(standard);
              auto file = file_system().open(path("f"), OpenMode::kReadWrite);
              if (!file || !(*file)->write(0, bytes("content"))) return 1;
              for (const int standard : {0, 1, 2}) {
                if (::fcntl(standard, F_GETFD) != -1) return 2;
              }
              return (::fcntl(first_free, F_GETFD) & FD_CLOEXEC) != 0 ? 0 : 3;
            }),
            0);
  EXPECT_EQ(content("f"), "content");
}

TEST_F(PosixFileSystemTest, FreesALockWhenItsHolderDies) {  // G29
  EXPECT_EQ(exit_of_child([&] {
              const auto lock = file_system().lock(path("LOCK"));
              return lock ? 0 : 1;
            }),
            0);
  EXPECT_THAT(file_system().lock(path("LOCK")), IsOk());
}

TEST_F(PosixFileSystemTest, KeepsTheLockWhenAChildDropsItsCopy) {  // G30
  auto lock = file_system().lock(path("LOCK")).value();
  EXPECT_EQ(exit_of_child([&] {
              lock.reset();
              return file_system().lock(path("LOCK")) ? 1 : 0;
            }),
            0);
  EXPECT_THAT(file_system().lock(path("LOCK")), IsError(ErrorCode::kLocked));
}

TEST_F(PosixFileSystemTest, LeavesNoLockWithAChildThatOutlivesItsParent) {  // G29, G30
  std::array<int, 2> hold{};
  std::array<int, 2> up{};
  ASSERT_EQ(::pipe2(hold.data(), O_CLOEXEC), 0);
  ASSERT_EQ(::pipe2(up.data(), O_CLOEXEC), 0);
  // A holder forks a child that lives until `hold` closes, and dies without giving the lock back.
  EXPECT_EQ(exit_of_child([&] {
              auto lock = file_system().lock(path("LOCK")).value();
              char byte = 0;
              if (::fork() == 0) {
                ::close(hold[1]);
                const bool lived = ::write(up[1], &byte, 1) == 1 && ::read(hold[0], &byte, 1) == 0;
                ::_exit(lived ? 0 : 1);
              }
              (void)lock.release();
              return ::read(up[0], &byte, 1) == 1 ? 0 : 1;
            }),
            0);
  EXPECT_THAT(file_system().lock(path("LOCK")), IsOk());
  for (const int end : {hold[0], hold[1], up[0], up[1]}) ::close(end);
}

TEST_F(PosixFileSystemTest, RefusesWhatIsNoRegularFile) {
  EXPECT_THAT(file_system().open("/dev/full", OpenMode::kReadWrite),
              IsErrorSaying(ErrorCode::kIo, "not a regular file"));
}

TEST_F(PosixFileSystemTest, DoesNotPassADescriptorOnToExec) {  // G30
  auto file = create("f", "");
  auto lock = file_system().lock(path("LOCK")).value();
  const std::string script = "! ls -l /proc/self/fd | grep -q '" + path("") + "'";
  EXPECT_EQ(exit_of_child([&] { return ::execl("/bin/sh", "sh", "-c", script.c_str(), nullptr); }),
            0);
}

TEST(PosixError, MapsNumbersToCodes) {
  const auto code = [](int number) { return io::posix_error(number, "call", "/p").code(); };
  EXPECT_EQ(code(ENOSPC), ErrorCode::kStorageFull);
  EXPECT_EQ(code(EDQUOT), ErrorCode::kStorageFull);
  EXPECT_EQ(code(EROFS), ErrorCode::kStorageReadOnly);
  EXPECT_EQ(code(EACCES), ErrorCode::kStorageReadOnly);
  EXPECT_EQ(code(EPERM), ErrorCode::kStorageReadOnly);
  EXPECT_EQ(code(EMFILE), ErrorCode::kTooManyOpenFiles);
  EXPECT_EQ(code(ENFILE), ErrorCode::kTooManyOpenFiles);
  EXPECT_EQ(code(ENOENT), ErrorCode::kNotFound);
  EXPECT_EQ(code(EEXIST), ErrorCode::kAlreadyExists);
  EXPECT_EQ(code(EIO), ErrorCode::kIo);
  EXPECT_EQ(code(ENOMEM), ErrorCode::kOutOfMemory);
  EXPECT_EQ(io::posix_error(ENOMEM, "mmap", "/p").code(), ErrorCode::kTooManyOpenFiles);  // G27
}

TEST(PosixError, SaysCallPathReasonAndWhatWouldBeRight) {
  const std::string text(io::posix_error(EROFS, "open", "/data/LOCK").message());
  EXPECT_THAT(text, HasSubstr("open of '/data/LOCK' failed: EROFS (Read-only file system)"));
  EXPECT_THAT(text, HasSubstr("remount it, or open read-only"));
  EXPECT_THAT(std::string(io::posix_error(99999, "open", "/p").message()),
              HasSubstr("errno 99999"));
}

TEST(PosixTraits, KnowsWhereMappedStoresAreSafe) {  // S8, G33
  const auto traits = [](unsigned long magic) { return io::traits_of_magic(magic); };
  EXPECT_TRUE(traits(0xEF53).mapped_stores_are_safe);
  EXPECT_TRUE(traits(0x794C7630).mapped_stores_are_safe);
  EXPECT_FALSE(traits(0x9123683E).mapped_stores_are_safe);
  EXPECT_TRUE(traits(0x9123683E).is_local);
  EXPECT_FALSE(traits(0x6969).is_local);
  EXPECT_FALSE(traits(0x65735546).is_local);
  EXPECT_EQ(traits(0xFF534D42).name, "cifs");
}

TEST(PosixTraits, TakesAnUnknownFileSystemForLocalAndUnsafe) {
  const FileSystemTraits traits = io::traits_of_magic(0xABCD);
  EXPECT_TRUE(traits.is_local);
  EXPECT_FALSE(traits.mapped_stores_are_safe);
  EXPECT_EQ(traits.name, "0xabcd");
}

}  // namespace
}  // namespace leat::testing
