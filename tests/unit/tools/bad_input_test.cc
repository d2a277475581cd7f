// Bad input: each a clear error, its exit status, and an unharmed log (issue 3).

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/mount.h>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command.h"

namespace leat::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class BadInput : public CommandTest {
 protected:
  /// Fails with `code` and words that hold all of `wanted`; what was there is still there.
  void refuses(const std::vector<std::string>& words, int code,
               const std::vector<std::string>& wanted, const std::string& input = "") const {
    const Ended ended = run(words, input);
    EXPECT_EQ(ended.code, code) << ended.err;
    EXPECT_THAT(ended.err, StartsWith("leat"));
    for (const std::string& text : wanted) EXPECT_THAT(ended.err, HasSubstr(text));
  }
  void is_unharmed() const {
    EXPECT_EQ(consume("lines"), "a\nb\n");
    const Ended verified = run({"verify", data()});
    EXPECT_EQ(verified.code, 0) << verified.out;
  }
  void prepare() const { produce("lines", "a\nb\n"); }
};

class BadName : public BadInput, public ::testing::WithParamInterface<const char*> {};

TEST_P(BadName, IsRefusedAndTheRuleTold) {
  prepare();
  refuses({"topic", "create", "--dir", data(), "--", GetParam()}, 1,
          {"1 to 249 of A-Z a-z 0-9 . _ -"});
  is_unharmed();
}
INSTANTIATE_TEST_SUITE_P(Names, BadName, ::testing::Values("", ".", "..", "a/b", "a b", "ä"));

TEST_F(BadInput, ATopicThatIsThere) {
  prepare();
  refuses({"topic", "create", "lines", "--dir", data()}, 1,
          {"topic 'lines'", "TOPIC_ALREADY_EXISTS"});
  is_unharmed();
}

TEST_F(BadInput, PartitionCountsOutOfRange) {
  prepare();
  for (const char* const count : {"0", "-2", "2147483647"}) {
    refuses({"topic", "create", "t", "--dir", data(), "--partitions", count}, 1,
            {"it takes 1 to 1000000"});
  }
  is_unharmed();
}

TEST_F(BadInput, APartitionCountThatIsNoNumber) {
  refuses({"topic", "create", "t", "--dir", data(), "--partitions", "many"}, 2, {"--partitions"});
}

TEST_F(BadInput, AnUnknownConfigIsNamedWithTheNearestOne) {
  prepare();
  refuses({"topic", "create", "t", "--dir", data(), "--config", "retention.mss=1"}, 1,
          {"retention.mss", "retention.ms"});
  refuses({"topic", "alter", "lines", "--dir", data(), "--config", "segment.byte=1048576"}, 1,
          {"segment.bytes"});
  refuses({"topic", "alter", "lines", "--dir", data(), "--delete-config", "segment.byte"}, 1,
          {"segment.bytes"});
  is_unharmed();
}

TEST_F(BadInput, AValueOutOfItsRangeIsToldTheRange) {
  prepare();
  refuses({"topic", "create", "t", "--dir", data(), "--config", "segment.bytes=1"}, 1,
          {"segment.bytes", "1048576", "2147483647"});
  is_unharmed();
}

TEST_F(BadInput, AConfigWithoutAValue) {
  prepare();
  refuses({"topic", "create", "t", "--dir", data(), "--config", "retention.ms"}, 1,
          {"is not KEY=VALUE"});
}

TEST_F(BadInput, AnUnknownOptionIsNamedWithTheNearestOne) {
  refuses({"topic", "create", "t", "--dir", data(), "--partition", "3"}, 2,
          {"leat topic create", "'--partition'", "did you mean '--partitions'?"});
  refuses({"consume", "t", "--dri", data()}, 2, {"did you mean '--dir'?"});
}

TEST_F(BadInput, AnUnknownSubcommandIsNamedWithTheNearestOne) {
  refuses({"tpoic", "list"}, 2, {"did you mean 'topic'?"});
  refuses({"topic", "crate", "x"}, 2, {"did you mean 'create'?"});
}

TEST_F(BadInput, NoSubcommandAndNoDirectory) {
  refuses({}, 2, {"subcommand"});
  refuses({"topic", "list"}, 2, {"--dir"});
}

TEST_F(BadInput, ABrokerThatIsNotThere) {
  refuses({"topic", "list", "--bootstrap", "127.0.0.1:1"}, 1, {"cannot connect to 127.0.0.1:1"});
  refuses({"topic", "list", "--bootstrap", "localhost"}, 1, {"HOST:PORT"});
  refuses({"topic", "list", "--bootstrap", "localhost:1", "--dir", data()}, 2, {"--dir"});
}

TEST_F(BadInput, ServeSaysWhatItCannotTake) {
  refuses({"serve"}, 2, {"--dir", "--memory"});
  refuses({"serve", "--memory", "--listen", "9092"}, 1, {"'9092'", "HOST:PORT"});
  refuses({"serve", "--memory", "--listen", "127.0.0.1:x"}, 1, {"port"});
  refuses({"serve", "--memory", "--listen", "0.0.0.0:0"}, 1, {"--allow-insecure"});  // K12
  refuses({"serve", "--memory", "--listen", "127.0.0.1:0", "--topic", "t:0"}, 1,
          {"'t:0'", "NAME:PARTITIONS"});
  refuses({"serve", "--memory", "--listen", "127.0.0.1:0", "--nodes", "0"}, 1, {"nodes=0"});
  refuses(
      {"serve", "--memory", "--listen", "127.0.0.1:0", "--config", "auto.create.topics.enable=yes"},
      1, {"auto.create.topics.enable", "true", "false"});
  refuses({"serve", "--memory", "--listen", "127.0.0.1:0", "--config", "num.partition=4"}, 1,
          {"num.partitions"});
}

TEST_F(BadInput, AnUnknownTopicIsNamedWithTheNearestOne) {
  prepare();
  refuses({"consume", "line", "--dir", data(), "--no-follow"}, 1, {"did you mean 'lines'?"});
  refuses({"topic", "describe", "line", "--dir", data()}, 1, {"did you mean 'lines'?"});
  refuses({"topic", "delete", "line", "--dir", data()}, 1, {"did you mean 'lines'?"});
  is_unharmed();
}

TEST_F(BadInput, APartitionThatIsNotThere) {
  prepare();
  refuses({"consume", "lines", "--dir", data(), "--partition", "7"}, 1,
          {"partitions 0 to 0, not 7"});
  refuses({"produce", "lines", "--dir", data(), "--partition", "7"}, 1,
          {"partitions 0 to 0, not 7"}, "x\n");
  is_unharmed();
}

TEST_F(BadInput, AReadPastTheEndIsToldTheRange) {
  prepare();
  refuses({"consume", "lines", "--dir", data(), "--from", "3", "--no-follow"}, 1,
          {"OFFSET_OUT_OF_RANGE", "3", "2"});
}

TEST_F(BadInput, AStartThatIsNone) {
  refuses({"consume", "lines", "--dir", data(), "--from", "yesterday"}, 2,
          {"'yesterday'", "beginning"});
  refuses({"consume", "lines", "--dir", data(), "--from", "-1"}, 2, {"beginning"});
  refuses({"consume", "lines", "--dir", data(), "--from", "@2026-13-01"}, 2,
          {"@2026-11-21T09:00:00Z"});
}

TEST_F(BadInput, AFormatThatIsNone) {
  refuses({"consume", "lines", "--dir", data(), "--format", "%y"}, 2, {"'%y'", "%t %p %o"});
  refuses({"consume", "lines", "--dir", data(), "--format", "\\q"}, 2, {"backslash"});
}

TEST_F(BadInput, ADirectoryThatIsNotThere) {
  refuses({"topic", "list", "--dir", path("nothing")}, 1,
          {"there is no directory", "leat topic create"});
  refuses({"topic", "delete", "x", "--dir", path("nothing")}, 1, {"there is no directory"});
  refuses({"verify", path("nothing")}, 1, {path("nothing")});
  refuses({"dump", path("nothing")}, 1, {"no such file or directory"});
  EXPECT_FALSE(std::filesystem::exists(path("nothing")));
}

TEST_F(BadInput, ADirectoryThatIsNotOurs) {
  std::filesystem::create_directory(path("home"));
  std::ofstream(path("home/letter.txt")) << "dear";
  refuses({"topic", "create", "t", "--dir", path("home")}, 1,
          {"not a Leat directory", "letter.txt"});
  refuses({"topic", "list", "--dir", path("home")}, 1, {"not a Leat directory"});
  refuses({"verify", path("home")}, 1, {"not a Leat directory"});
  EXPECT_FALSE(std::filesystem::exists(path("home/logs")));
}

TEST_F(BadInput, ADirectoryOfANewerVersion) {
  prepare();
  const std::string state_path = data() + "/STATE";
  std::ifstream file(state_path);
  const std::string old_state(std::istreambuf_iterator<char>(file), {});
  std::string state = old_state;
  state.replace(state.find(" 1\n"), 3, " 9\n");
  std::ofstream(state_path) << state;
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"topic", "list", "--dir", data()},
        {"consume", "lines", "--dir", data()},
        {"produce", "lines", "--dir", data()},
        {"verify", data()},
        {"rebuild-index", data()}}) {
    refuses(words, 1, {"format 9", "use a newer Leat"});
  }
  std::ofstream(state_path) << old_state;
  is_unharmed();
}

TEST_F(BadInput, ADirectoryThatIsLockedNamesItsHolder) {
  prepare();
  RunningCommand writer = start({"produce", "lines", "--dir", data()});
  RunningCommand reader({"consume", "lines", "--dir", data()}, path("reader-stderr"));
  writer.write("c\n");
  for (const std::string line : {"a", "b", "c"}) ASSERT_EQ(reader.read_line(), line);
  RunningCommand third({"topic", "create", "t", "--dir", data()}, path("third-stderr"));
  const Ended ended = third.finish();
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("is open already, by pid "), HasSubstr("read-only")));
}

TEST_F(BadInput, ADirectoryThatIsReadOnly) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write to every directory";
  prepare();
  std::filesystem::permissions(
      data(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  refuses({"topic", "create", "t", "--dir", data()}, 1, {data()});
  std::filesystem::permissions(data(), std::filesystem::perms::owner_all);
  is_unharmed();
}

/// A small file system in memory, where mounting is permitted.
class FullDisk : public BadInput {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(path("disk"));
    if (::mount("tmpfs", path("disk").c_str(), "tmpfs", 0, "size=8m") != 0) {
      GTEST_SKIP() << "mounting a tmpfs is not permitted here: " << ::strerror(errno);
    }
    is_mounted_ = true;
  }
  void TearDown() override {
    if (is_mounted_) ::umount2(path("disk").c_str(), MNT_DETACH);
  }
  bool is_mounted_ = false;
};

TEST_F(FullDisk, IsToldAndWhatWasAcknowledgedIsThere) {
  const std::string directory = path("disk/data");
  must({"produce", "lines", "--dir", directory}, "a\nb\n");
  std::string lines;
  for (int i = 0; i < 200'000; ++i)
    lines += "a line of some length, number " + std::to_string(i) + "\n";
  std::ofstream(path("lines")) << lines;
  refuses({"produce", "lines", path("lines"), "--dir", directory}, 1, {"STORAGE_FULL"});
  const std::string kept = must({"consume", "lines", "--dir", directory, "--count", "2"});
  EXPECT_EQ(kept, "a\nb\n");
}

TEST_F(FullDisk, ReadOnlyFileSystemIsToldAndStillRead) {
  const std::string directory = path("disk/data");
  must({"produce", "lines", "--dir", directory}, "a\nb\n");
  ASSERT_EQ(::mount(nullptr, path("disk").c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
  refuses({"produce", "lines", "--dir", directory}, 1, {"ead-only"}, "c\n");
  EXPECT_EQ(must({"consume", "lines", "--dir", directory, "--no-follow"}), "a\nb\n");
  EXPECT_EQ(run({"verify", directory}).code, 0);
}

}  // namespace
}  // namespace leat::testing
