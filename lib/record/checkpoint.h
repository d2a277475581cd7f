#pragma once

/// \file
/// The checkpoints of an open batch (S3): how recovery tells records that were written from pages
/// that never reached the disk. Two slots in header bytes that only a closed batch needs.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/hash.h"
#include "record/layout.h"

namespace leat::record {

/// A record that ends on another page than it began on gets a checkpoint before it is published.
inline constexpr std::size_t kCheckpointPage = 4096;

/// What the first `count` records of an open batch are.
struct Checkpoint {
  std::uint64_t hash = 0;
  std::uint32_t count = 0;  ///< 0: the slot was never written
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

namespace layout {
inline constexpr std::size_t kCheckpointSize = 12;  ///< hash u64 LE, count u32 LE
inline constexpr std::array<FieldSpan, 2> kCheckpoints{
    FieldSpan{"checkpoint A", kMaxTimestamp.at, kCheckpointSize},
    FieldSpan{"checkpoint B", kMaxTimestamp.at + kCheckpointSize, kCheckpointSize}};
static_assert(kCheckpoints[1].end() <= kRecordCount.end(), "the slots lie inside the header");
}  // namespace layout

/// Whether the record that takes file bytes [first, end) needs a checkpoint.
[[nodiscard]] constexpr bool crosses_page(std::uint64_t first, std::uint64_t end) noexcept {
  return first / kCheckpointPage != end / kCheckpointPage;
}

/// Stores into slot `slot` & 1: the writer counts its checkpoints, so that the slots alternate and
/// the one before is whole while this one is written.
inline void store_checkpoint(std::byte* header, std::size_t slot,
                             const Checkpoint& value) noexcept {
  std::byte* const at = header + layout::kCheckpoints[slot & 1U].at;
  base::store_le<std::uint64_t>(at, value.hash);
  base::store_le<std::uint32_t>(at + sizeof(value.hash), value.count);
}

[[nodiscard]] inline Checkpoint load_checkpoint(const std::byte* header,
                                                std::size_t slot) noexcept {
  const std::byte* const at = header + layout::kCheckpoints[slot & 1U].at;
  return {base::load_le<std::uint64_t>(at),
          base::load_le<std::uint32_t>(at + sizeof(std::uint64_t))};
}

/// The hash over an open batch, a link a checkpoint: h = XXH3(bytes since the last checkpoint,
/// seed = h), where h0 = `opening_hash` covers the fields written at opening. The writer steps it
/// at each record that crosses a page, with the commit byte in place and before publishing;
/// recovery steps it at the same records.
class CheckpointChain {
 public:
  CheckpointChain() = default;
  /// `header`: of the open batch, as `open_header` wrote it.
  explicit CheckpointChain(const std::byte* header) noexcept
      : covered_(header + kHeaderSize), hash_(opening_hash(header)) {}

  /// Base offset, leader epoch and base timestamp: without them the records say nothing.
  [[nodiscard]] static std::uint64_t opening_hash(const std::byte* header) noexcept {
    const auto field = [header](const FieldSpan& span) {
      return std::span(header + span.at, span.size);
    };
    return base::xxh3(
        field(layout::kBaseTimestamp),
        base::xxh3(field(layout::kLeaderEpoch), base::xxh3(field(layout::kBaseOffset))));
  }

  /// The checkpoint of the `count` records that end at `record_end`.
  [[nodiscard]] Checkpoint step(const std::byte* record_end, std::uint32_t count) noexcept {
    hash_ = base::xxh3(std::span(covered_, record_end), hash_);
    covered_ = record_end;
    return {hash_, count};
  }

 private:
  const std::byte* covered_ = nullptr;
  std::uint64_t hash_ = 0;
};

}  // namespace leat::record
