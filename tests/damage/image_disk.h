#pragma once

/// \file
/// A file system over an `Image` that copies nothing until it is written to: thousands of damaged
/// directories a second. Reads are mapped in place; there are no writable mappings (G27).

#include <memory>

#include "leat/environment.h"

#include "damage/image.h"

namespace leat::damage {

/// `image` in kDirectory. Not thread-safe: for engines whose scheduler is simulated.
[[nodiscard]] std::shared_ptr<FileSystem> disk_of(const Image& image);

}  // namespace leat::damage
