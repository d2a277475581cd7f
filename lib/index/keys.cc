#include "index/keys.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "leat/types.h"

#include "base/bytes.h"
#include "index/store.h"

namespace leat::index {
namespace {

// Where the parts of a key begin.
constexpr std::size_t kLogAt = 1;
constexpr std::size_t kPartitionAt = kLogAt + sizeof(std::uint32_t);
constexpr std::size_t kOffsetAt = kPartitionAt + sizeof(std::uint32_t);
static_assert(kOffsetAt + sizeof(std::uint64_t) == kKeySize);

/// Every kind that belongs to a log.
constexpr std::array kLogKinds{RowKind::kApplied,     RowKind::kSegment, RowKind::kOffsetIndex,
                               RowKind::kCatalog,     RowKind::kTouched, RowKind::kGroupOffset,
                               RowKind::kTransaction, RowKind::kAborted};

bool is_known(RowKind kind) {
  if (kind == RowKind::kVersion) return true;
  for (const RowKind known : kLogKinds) {
    if (kind == known) return true;
  }
  return false;
}

}  // namespace

std::string encode(const Key& key) {
  std::string bytes(kKeySize, '\0');
  std::byte* const at = std::as_writable_bytes(std::span(bytes)).data();
  at[0] = static_cast<std::byte>(key.kind);
  base::store_be<std::uint32_t>(at + kLogAt, key.log.value());
  base::store_be<std::int32_t>(at + kPartitionAt, key.partition.value());
  base::store_be<std::int64_t>(at + kOffsetAt, key.offset.value());
  return bytes;
}

std::optional<Key> decode_key(std::string_view bytes) {
  if (bytes.size() != kKeySize) return std::nullopt;
  const std::byte* const at = base::as_bytes(bytes).data();
  const Key key{.kind = static_cast<RowKind>(at[0]),
                .log = LogNumber{base::load_be<std::uint32_t>(at + kLogAt)},
                .partition = PartitionId{base::load_be<std::int32_t>(at + kPartitionAt)},
                .offset = Offset{base::load_be<std::int64_t>(at + kOffsetAt)}};
  if (!is_known(key.kind) || key.partition.value() < 0 || key.offset.value() < 0) {
    return std::nullopt;
  }
  return key;
}

std::string partition_prefix(RowKind kind, LogNumber log, PartitionId partition) {
  return encode({.kind = kind, .log = log, .partition = partition, .offset = {}})
      .substr(0, kOffsetAt);
}

std::string log_prefix(RowKind kind, LogNumber log) {
  return encode({.kind = kind, .log = log, .partition = {}, .offset = {}}).substr(0, kPartitionAt);
}

void erase_log(WriteBatch& batch, LogNumber log) {
  for (const RowKind kind : kLogKinds) batch.erase_range(prefix_range(log_prefix(kind, log)));
}

void erase_partition(WriteBatch& batch, LogNumber log, PartitionId partition) {
  for (const RowKind kind : kLogKinds) {
    batch.erase_range(prefix_range(partition_prefix(kind, log, partition)));
  }
}

}  // namespace leat::index
