#pragma once

/// \file
/// The seam that the views are kept behind (S20): an ordered map of byte strings, in RocksDB or in
/// memory. What stands in it is derived from the logs: losing the latest rows is allowed, half a
/// batch never is, and an error here never harms a log: the caller drops the store, serves from
/// memory and rebuilds. `index` knows keys and rows, not segments; `partition` brings them
/// together.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leat/result.h"

namespace leat::index {

/// A key and its value, owned.
struct Row {
  std::string key;
  std::string value;
  friend bool operator==(const Row&, const Row&) = default;
};

/// The keys in [from, to), in the order of their unsigned bytes; an empty `to` has no end.
struct Range {
  std::string from;
  std::string to;
  [[nodiscard]] bool contains(std::string_view key) const {
    return key >= from && (to.empty() || key < to);
  }
};

/// Every key that begins with `prefix`.
[[nodiscard]] Range prefix_range(std::string_view prefix);

/// Changes that happen together or not at all, in the order they were added. A value; not
/// thread-safe.
class WriteBatch {
 public:
  enum class Kind : std::uint8_t { kPut, kErase, kEraseRange };
  struct Operation {
    Kind kind;
    std::string key;    ///< of a range: where it begins
    std::string value;  ///< of a range: where it ends, empty for no end
  };

  /// Sets `key`, which may not be empty, to `value`.
  void put(std::string key, std::string value);
  /// Removes `key` if it is there.
  void erase(std::string key);
  /// Removes every key in `range`; an empty range changes nothing.
  void erase_range(Range range);

  void clear() { operations_.clear(); }
  [[nodiscard]] bool empty() const { return operations_.empty(); }
  [[nodiscard]] std::span<const Operation> operations() const { return operations_; }

 private:
  std::vector<Operation> operations_;
};

/// Sees one row of a scan; the views last for the call. False ends the scan.
using RowVisitor = std::function<bool(std::string_view key, std::string_view value)>;

/// An ordered store of rows. Thread-safe, but for close(). Nothing throws.
/// Errors of every call: kClosed after close(); kIo, kStorageFull, kOutOfMemory, and
/// kCorruptMessage when a checksum of the store itself does not hold. After any but kClosed: drop
/// the store.
class Store {
 public:
  virtual ~Store() = default;
  /// The value of `key`, or nullopt.
  virtual Result<std::optional<std::string>> get(std::string_view key) noexcept = 0;
  /// The last row whose key is <= `key` and begins with `prefix`, or nullopt.
  virtual Result<std::optional<Row>> floor(std::string_view key,
                                           std::string_view prefix) noexcept = 0;
  /// Shows every row of `range` to `visit`, in order, as they stood at the call. No lock is held
  /// across `visit`; what it throws is caught and becomes kInternal.
  virtual Result<void> scan(const Range& range, const RowVisitor& visit) noexcept = 0;
  /// Applies the whole of `batch`, or nothing of it, also across a kill.
  virtual Result<void> apply(const WriteBatch& batch) noexcept = 0;
  /// Makes every row so far durable. What is applied after the last checkpoint may be lost by a
  /// kill, a suffix of the batches at a time. Takes milliseconds: for jobs, never for an append
  /// (S27).
  virtual Result<void> checkpoint() noexcept = 0;
  /// A checkpoint, then gives everything back. Not to be called beside another call. Idempotent.
  virtual Result<void> close() noexcept = 0;
  /// Bytes of keys and values, in memory and on disk, roughly.
  [[nodiscard]] virtual std::uint64_t approximate_bytes() const noexcept = 0;
};

/// A store that lives as long as the object. A checkpoint changes nothing.
[[nodiscard]] std::unique_ptr<Store> memory_store();

/// What open_store() found.
struct OpenedStore {
  std::unique_ptr<Store> store;
  /// Why the rows that were there are gone; absent when they are served, or there were none.
  std::optional<std::string> rebuilt;
};

/// Opens, or makes, the store in `directory`, whose parent must exist. A damaged store and one
/// whose version row is missing or of another format are destroyed and made again (S20), with the
/// reason in `rebuilt`. One store a directory: the caller holds the lock of the whole DIR (G29).
/// Without RocksDB (LEAT_ROCKSDB=OFF) this is a memory_store() and every open begins empty.
/// Errors: kLocked when another store has the directory open; otherwise as Store's: serve from
/// memory.
[[nodiscard]] Result<OpenedStore> open_store(const std::string& directory) noexcept;

/// Removes the store in `directory`, and the directory if nothing foreign is in it. Does nothing
/// when there is none. Errors: kLocked, kIo.
[[nodiscard]] Result<void> destroy_store(const std::string& directory) noexcept;

/// The format of keys and rows (FORMAT.md), as the version row holds it.
inline constexpr std::uint8_t kFormatVersion = 1;

/// How the rows of a store stand to this library's format.
enum class FormatState : std::uint8_t {
  kCurrent,  ///< the version row says kFormatVersion
  kEmpty,    ///< no row at all: write_version() makes it current
  kForeign,  ///< rows without a version row, or of another version: to be destroyed
};
[[nodiscard]] Result<FormatState> format_state(Store& store);
/// Writes the version row.
[[nodiscard]] Result<void> write_version(Store& store);

}  // namespace leat::index
