#pragma once

/// \file
/// flock as environment.h's `FileLock` (G29, G30).

#include <memory>
#include <string>

#include "leat/environment.h"
#include "leat/result.h"

namespace leat::io {

/// The most locks that one process may hold through one copy of the library.
constexpr int kFileLocksMax = 1024;

/// Locks `path`, made if missing, on an open file description of its own: flock refuses a second
/// one of the same process too, whichever copy of the library made it (POSIX fcntl locks grant it).
/// The kernel frees the lock when the process dies.
///
/// A child of fork() shares the description and would keep the lock alive past its parent, so a
/// fork handler closes it there; exec closes it by O_CLOEXEC. The list of held locks that the
/// handler needs is the one piece of global state in this module: fork handlers take no argument.
/// Errors: kLocked (who holds it stands in the file), kTooManyOpenFiles, kStorageReadOnly,
/// kNotFound, kIo.
[[nodiscard]] Result<std::unique_ptr<FileLock>> lock_file(const std::string& path);

}  // namespace leat::io
