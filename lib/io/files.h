#pragma once

/// \file
/// What is done with whole files and their names on any `FileSystem`: the few steps that every
/// module would otherwise write again. Free functions, from any thread.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "leat/environment.h"
#include "leat/result.h"

namespace leat::io {

/// The directory that holds `path`: "a" of "a/b", "." of "a", "/" of "/a". A slash at the end does
/// not count.
[[nodiscard]] std::string parent_of(const std::string& path);

/// Makes a directory if it is not there. Its name is durable only after a sync of its parent.
Result<void> create_if_missing(FileSystem& files, const std::string& path);

/// What a sync came to. ENOSPC from one is as final as any other failure of it: only that of a
/// write may be retried (S12), so it comes back as kIo.
Result<void> synced(Result<void> outcome);

/// Reads a whole small file. Errors: kNotFound, kIo.
Result<std::vector<std::byte>> read_file(FileSystem& files, const std::string& path);

/// Replaces `directory/name` durably: temp, sync, rename, directory sync.
/// Errors: kStorageFull (from the write only: may be tried again), kIo.
Result<void> replace_file(FileSystem& files, const std::string& directory, const std::string& name,
                          std::span<const std::byte> content);

/// A stretch of a file: [position, position + bytes).
struct Stretch {
  std::uint64_t position = 0;
  std::uint64_t bytes = 0;
};

/// Copies a stretch of `from` into `to` from `position` on, without a sync. Both may be the same
/// file when the stretch stays where it is. Returns the bytes copied: fewer where `from` ends
/// before.
Result<std::uint64_t> copy_stretch(File& from, Stretch stretch, File& to, std::uint64_t position);

}  // namespace leat::io
