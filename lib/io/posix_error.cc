#include "io/posix_error.h"

#include <cerrno>
#include <string.h>  // NOLINT(modernize-deprecated-headers): POSIX's, not C's.
#include <string>
#include <string_view>
#include <utility>

#include "leat/error.h"

namespace leat::io {
namespace {

ErrorCode code_of(int number, std::string_view call) {
  switch (number) {
    case ENOSPC:
    case EDQUOT:
      return ErrorCode::kStorageFull;
    case EROFS:
    case EACCES:
    case EPERM:
      return ErrorCode::kStorageReadOnly;
    case EMFILE:
    case ENFILE:
      return ErrorCode::kTooManyOpenFiles;
    case ENOMEM:
      return call == "mmap" ? ErrorCode::kTooManyOpenFiles : ErrorCode::kOutOfMemory;
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::kNotFound;
    case EEXIST:
    case ENOTEMPTY:
      return ErrorCode::kAlreadyExists;
    default:
      return ErrorCode::kIo;
  }
}

std::string_view advice(int number) {
  switch (number) {
    case ENOSPC:
      return "; free some space: appends go on without a restart";
    case EDQUOT:
      return "; raise the quota or free some space: appends go on without a restart";
    case EROFS:
      return "; the file system is mounted read-only: remount it, or open read-only";
    case EACCES:
    case EPERM:
      return "; give the user of this process read and write permission, or open read-only";
    case EMFILE:
      return "; raise the limit of open files (ulimit -n)";
    case ENFILE:
      return "; raise fs.file-max";
    case EOPNOTSUPP:
      return "; this file system cannot do it: use plain writes (mmap_appends=false)";
    default:
      return "";
  }
}

std::string name_of(int number) {
  const char* name = strerrorname_np(number);
  const char* text = strerrordesc_np(number);
  if (name == nullptr || text == nullptr) return "errno " + std::to_string(number);
  return std::string(name) + " (" + text + ")";
}

std::string call_on(std::string_view call, std::string_view path) {
  std::string text(call);
  text += " of '";
  text += path;
  text += "' failed: ";
  return text;
}

}  // namespace

Error posix_error(int number, std::string_view call, std::string_view path) {
  std::string text = call_on(call, path) + name_of(number);
  if (number == ENOMEM && call == "mmap") {
    text += "; no map is left: raise vm.max_map_count, or the address space limit (ulimit -v)";
  } else {
    text += advice(number);
  }
  return {code_of(number, call), std::move(text)};
}

Error closed_error(std::string_view call, std::string_view path) {
  return {ErrorCode::kClosed, call_on(call, path) + "the file was closed; open it again"};
}

Error read_only_handle_error(std::string_view call, std::string_view path) {
  return {
      ErrorCode::kStorageReadOnly,
      call_on(call, path) + "the file was opened with OpenMode::kRead; open it with kReadWrite"};
}

Error locked_error(std::string_view path) {
  return {ErrorCode::kLocked,
          call_on("flock", path) + "another open of it holds the lock; close that one first"};
}

Error bad_range_error(std::string_view call, std::string_view path) {
  return {ErrorCode::kInvalidArgument,
          call_on(call, path) + "the range is empty, or reaches past the end of the mapping"};
}

}  // namespace leat::io
