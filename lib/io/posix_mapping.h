#pragma once

/// \file
/// A shared mapping of a file, as environment.h's `Mapping` wants it.
///
/// `populate_write` and `populate_read` are madvise(MADV_POPULATE_WRITE / MADV_POPULATE_READ),
/// Linux 5.14. On an older kernel `populate_write` does nothing and succeeds: the pages are
/// allocated (S8), so stores fault one by one but not with a signal on ext4 and xfs.
/// `populate_read` fails there with kIo, so that the caller reads by `File::read`, whose errors are
/// no signals (S25).

#include <cstddef>
#include <memory>
#include <string>

#include "leat/environment.h"
#include "leat/result.h"

namespace leat::io {

/// Maps [0, length) of the open file `descriptor`; `path` is for error texts, and to ask for free
/// space. Maps for writing are MADV_RANDOM (no read-ahead into blocks that only get overwritten);
/// none is inherited by fork (G30). The descriptor may be closed afterwards. Errors:
/// kTooManyOpenFiles (no map left), kStorageReadOnly, kInvalidArgument (length 0), kIo.
[[nodiscard]] Result<std::unique_ptr<Mapping>> map_file(int descriptor, std::string path,
                                                        std::size_t length, MapAccess access);

}  // namespace leat::io
