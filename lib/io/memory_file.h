#pragma once

/// \file
/// A file of the memory file system, and handles on it.

#include <cstdint>
#include <memory>
#include <string>

#include "leat/environment.h"
#include "leat/result.h"

#include "base/mutex.h"
#include "io/memory_content.h"

namespace leat::io {

/// What names in the tree, open handles, mappings and locks share; the last of them frees it.
struct MemoryInode {
  explicit MemoryInode(std::uint64_t inode_number) : number(inode_number) {}
  const std::uint64_t number;
  base::Mutex mutex;
  MemoryContent content LEAT_GUARDED_BY(mutex);
  bool is_locked LEAT_GUARDED_BY(mutex) = false;
};

/// A handle on `inode`. `path` is for error texts.
[[nodiscard]] std::unique_ptr<File> make_memory_file(std::shared_ptr<MemoryInode> inode,
                                                     std::string path, bool writable);

/// Locks `inode`. Errors: kLocked.
[[nodiscard]] Result<std::unique_ptr<FileLock>> lock_memory_file(std::shared_ptr<MemoryInode> inode,
                                                                 const std::string& path);

}  // namespace leat::io
