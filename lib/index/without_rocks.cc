/// \file
/// The factory of a build without RocksDB (LEAT_ROCKSDB=OFF): views live in memory and are rebuilt
/// from the logs at every open.

#include <memory>
#include <optional>
#include <string>

#include "leat/result.h"

#include "index/guarded.h"
#include "index/store.h"

namespace leat::index {

Result<OpenedStore> open_store(const std::string& /*directory*/) noexcept {
  return guarded([]() -> Result<OpenedStore> {
    OpenedStore opened{.store = memory_store(), .rebuilt = std::nullopt};
    const Result<void> written = write_version(*opened.store);
    if (!written) return written.error();
    return opened;
  });
}

Result<void> destroy_store(const std::string& /*directory*/) noexcept { return {}; }

}  // namespace leat::index
