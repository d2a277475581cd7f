#include "io/files.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <span>
#include <string>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"

#include "base/try.h"

namespace leat::io {
namespace {

/// Bytes of a file in memory at a time while it is copied.
constexpr std::uint64_t kCopyBytes = std::uint64_t{1} << 20U;

}  // namespace

std::string parent_of(const std::string& path) {
  const std::size_t name_end = path.find_last_not_of('/');
  const std::size_t slash = path.rfind('/', name_end);
  if (name_end == std::string::npos || slash == std::string::npos)
    return path.starts_with('/') ? "/" : ".";
  const std::size_t parent_end = path.find_last_not_of('/', slash);
  return parent_end == std::string::npos ? "/" : path.substr(0, parent_end + 1);
}

Result<void> create_if_missing(FileSystem& files, const std::string& path) {
  auto made = files.create_directory(path);
  if (!made && made.error().code() != ErrorCode::kAlreadyExists) return made;
  return {};
}

Result<void> synced(Result<void> outcome) {
  if (outcome || outcome.error().code() != ErrorCode::kStorageFull) return outcome;
  return Error(ErrorCode::kIo, fmt::format("sync: {}", outcome.error().message()));
}

Result<std::vector<std::byte>> read_file(FileSystem& files, const std::string& path) {
  LEAT_TRY(const auto file, files.open(path, OpenMode::kRead));
  LEAT_TRY(const std::uint64_t size, file->size());
  std::vector<std::byte> content(size);
  LEAT_TRY(const std::size_t got, file->read(0, content));
  content.resize(got);
  return content;
}

Result<void> replace_file(FileSystem& files, const std::string& directory, const std::string& name,
                          std::span<const std::byte> content) {
  const std::string path = directory + "/" + name;
  const std::string temporary = path + ".tmp";
  LEAT_TRY(const auto file, files.open(temporary, OpenMode::kCreate));
  LEAT_TRY_VOID(file->truncate(0));
  LEAT_TRY_VOID(file->write(0, content));
  LEAT_TRY_VOID(synced(file->sync()));
  LEAT_TRY_VOID(file->close());
  LEAT_TRY_VOID(files.rename(temporary, path));
  return synced(files.sync_directory(directory));
}

Result<std::uint64_t> copy_stretch(File& from, Stretch stretch, File& to, std::uint64_t position) {
  std::vector<std::byte> buffer(std::min(kCopyBytes, stretch.bytes));
  std::uint64_t done = 0;
  while (done < stretch.bytes) {
    const auto part =
        std::span(buffer).first(std::min<std::uint64_t>(buffer.size(), stretch.bytes - done));
    LEAT_TRY(const std::size_t got, from.read(stretch.position + done, part));
    if (got == 0) break;
    LEAT_TRY_VOID(to.write(position + done, part.first(got)));
    done += got;
  }
  return done;
}

}  // namespace leat::io
