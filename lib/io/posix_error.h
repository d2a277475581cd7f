#pragma once

/// \file
/// errno as an `Error`: one place decides which number becomes which code.

#include <string_view>

#include "leat/error.h"

namespace leat::io {

/// "pwritev of '/d/x.log' failed: ENOSPC (No space left on device); …what would be right".
///   ENOSPC, EDQUOT                     kStorageFull
///   EROFS, EACCES, EPERM               kStorageReadOnly
///   EMFILE, ENFILE, ENOMEM from mmap   kTooManyOpenFiles (G27: the caller goes on with pread)
///   ENOMEM                             kOutOfMemory
///   ENOENT, ENOTDIR                    kNotFound
///   EEXIST, ENOTEMPTY                  kAlreadyExists
///   anything else                      kIo
[[nodiscard]] Error posix_error(int number, std::string_view call, std::string_view path);

/// The error of an operation on a handle after its close().
[[nodiscard]] Error closed_error(std::string_view call, std::string_view path);

/// The error of a change through a handle opened with OpenMode::kRead.
[[nodiscard]] Error read_only_handle_error(std::string_view call, std::string_view path);

/// The error of a lock that another holder has (G29).
[[nodiscard]] Error locked_error(std::string_view path);

/// The error of a range that does not lie in its mapping, or of a mapping of nothing.
[[nodiscard]] Error bad_range_error(std::string_view call, std::string_view path);

}  // namespace leat::io
