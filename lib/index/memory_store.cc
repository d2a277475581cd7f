/// \file
/// The store of memory mode, of tests, and of a build without RocksDB: a std::map under a mutex.

#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"

#include "base/mutex.h"
#include "base/try.h"
#include "index/guarded.h"
#include "index/store.h"

namespace leat::index {
namespace {

using Rows = std::map<std::string, std::string, std::less<>>;

/// The rows that `batch` puts, already allocated, so that applying them cannot fail half-way.
std::vector<Rows::node_type> allocate_puts(const WriteBatch& batch) {
  std::vector<Rows::node_type> puts;
  for (const WriteBatch::Operation& operation : batch.operations()) {
    if (operation.kind != WriteBatch::Kind::kPut) continue;
    Rows one;
    one.emplace(operation.key, operation.value);
    puts.push_back(one.extract(one.begin()));
  }
  return puts;
}

class MemoryStore final : public Store {
 public:
  Result<std::optional<std::string>> get(std::string_view key) noexcept override {
    return guarded([&]() -> Result<std::optional<std::string>> {
      const base::MutexLock lock(mutex_);
      LEAT_TRY_VOID(require_open());
      const auto found = rows_.find(key);
      if (found == rows_.end()) return std::nullopt;
      return found->second;
    });
  }

  Result<std::optional<Row>> floor(std::string_view key,
                                   std::string_view prefix) noexcept override {
    return guarded([&]() -> Result<std::optional<Row>> {
      const base::MutexLock lock(mutex_);
      LEAT_TRY_VOID(require_open());
      auto behind = rows_.upper_bound(key);
      if (behind == rows_.begin()) return std::nullopt;
      const auto& [found, value] = *std::prev(behind);
      if (!found.starts_with(prefix)) return std::nullopt;
      return Row{found, value};
    });
  }

  Result<void> scan(const Range& range, const RowVisitor& visit) noexcept override {
    return guarded([&]() -> Result<void> {
      LEAT_TRY(const std::vector<Row> rows, copy(range));
      for (const Row& row : rows) {
        if (!visit(row.key, row.value)) break;
      }
      return {};
    });
  }

  Result<void> apply(const WriteBatch& batch) noexcept override {
    return guarded([&]() -> Result<void> {
      std::vector<Rows::node_type> puts = allocate_puts(batch);
      const base::MutexLock lock(mutex_);
      LEAT_TRY_VOID(require_open());
      auto put = puts.begin();
      for (const WriteBatch::Operation& operation : batch.operations()) {
        if (operation.kind == WriteBatch::Kind::kPut) {
          erase(operation.key);
          add(std::move(*put++));
        } else if (operation.kind == WriteBatch::Kind::kErase) {
          erase(operation.key);
        } else {
          erase_range(operation.key, operation.value);
        }
      }
      return {};
    });
  }

  Result<void> checkpoint() noexcept override {
    const base::MutexLock lock(mutex_);
    return require_open();
  }

  Result<void> close() noexcept override {
    const base::MutexLock lock(mutex_);
    is_open_ = false;
    rows_.clear();
    bytes_ = 0;
    return {};
  }

  [[nodiscard]] std::uint64_t approximate_bytes() const noexcept override {
    const base::MutexLock lock(mutex_);
    return bytes_;
  }

 private:
  [[nodiscard]] Result<void> require_open() const LEAT_REQUIRES(mutex_) {
    if (is_open_) return {};
    return Error(ErrorCode::kClosed, "index: the store is closed");
  }

  [[nodiscard]] Result<std::vector<Row>> copy(const Range& range) LEAT_EXCLUDES(mutex_) {
    const base::MutexLock lock(mutex_);
    LEAT_TRY_VOID(require_open());
    std::vector<Row> rows;
    for (auto at = rows_.lower_bound(range.from); at != rows_.end() && range.contains(at->first);
         ++at) {
      rows.push_back({at->first, at->second});
    }
    return rows;
  }

  void add(Rows::node_type row) LEAT_REQUIRES(mutex_) {
    bytes_ += row.key().size() + row.mapped().size();
    rows_.insert(std::move(row));
  }

  void erase(std::string_view key) LEAT_REQUIRES(mutex_) {
    const auto found = rows_.find(key);
    if (found != rows_.end()) remove(found);
  }

  void erase_range(std::string_view from, std::string_view to) LEAT_REQUIRES(mutex_) {
    auto at = rows_.lower_bound(from);
    while (at != rows_.end() && (to.empty() || at->first < to)) at = remove(at);
  }

  Rows::iterator remove(Rows::iterator row) LEAT_REQUIRES(mutex_) {
    bytes_ -= row->first.size() + row->second.size();
    return rows_.erase(row);
  }

  mutable base::Mutex mutex_;
  Rows rows_ LEAT_GUARDED_BY(mutex_);
  std::uint64_t bytes_ LEAT_GUARDED_BY(mutex_) = 0;
  bool is_open_ LEAT_GUARDED_BY(mutex_) = true;
};

}  // namespace

std::unique_ptr<Store> memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace leat::index
