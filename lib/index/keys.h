#pragma once

/// \file
/// The keys of the views (S20): kind u8 | log number u32 | partition u32 | offset u64, big-endian,
/// so that rows of one partition stand together in the order of their offsets. Pure functions.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "leat/types.h"

#include "index/store.h"

namespace leat::index {

/// A log's short name in keys, given once by the catalog and never again.
using LogNumber = StrongInt<struct LogNumberTag, std::uint32_t>;

/// What a row is about. On disk: never change or reuse a number. 0 and 255 stay unused.
enum class RowKind : std::uint8_t {
  kVersion = 1,       ///< the format of all other rows
  kApplied = 2,       ///< how far a partition's rows speak of its log; offset 0
  kSegment = 3,       ///< the segment manifest; offset = base offset of the segment
  kOffsetIndex = 4,   ///< offsets and times of a stretch; offset = first offset of the stretch
  kCatalog = 5,       ///< topics and configs, of the catalog log
  kTouched = 6,       ///< partitions with unsynced appends at the last checkpoint
  kGroupOffset = 16,  ///< reserved for the latest committed offsets
  kTransaction = 17,  ///< reserved for transaction states
  kAborted = 18,      ///< reserved for aborted ranges
};

/// Where a row stands.
struct Key {
  RowKind kind = RowKind::kVersion;
  LogNumber log;
  PartitionId partition;
  Offset offset;
  friend bool operator==(const Key&, const Key&) = default;
};

inline constexpr std::size_t kKeySize = 17;
inline constexpr Key kVersionKey{};

/// The 17 bytes of `key`. REQUIRES: partition and offset are not negative.
[[nodiscard]] std::string encode(const Key& key);
/// The key in `bytes`; nullopt when they are not 17, the kind is unknown, or a number is out of
/// range.
[[nodiscard]] std::optional<Key> decode_key(std::string_view bytes);

/// What all keys of one kind of one partition begin with: 9 bytes.
[[nodiscard]] std::string partition_prefix(RowKind kind, LogNumber log, PartitionId partition);
/// What all keys of one kind of one log begin with: 5 bytes.
[[nodiscard]] std::string log_prefix(RowKind kind, LogNumber log);

/// Adds to `batch` the removal of every row of a log, or of one partition of it: when it is
/// deleted, and when its applied row disagrees with the log (S20).
void erase_log(WriteBatch& batch, LogNumber log);
void erase_partition(WriteBatch& batch, LogNumber log, PartitionId partition);

}  // namespace leat::index
