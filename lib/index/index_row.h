#pragma once

/// \file
/// A sparse index of one stretch (4-16 MiB) of a segment, as one value of at most 4 KiB (S20):
/// every so many KiB an entry that names a batch, its position, and the largest timestamp up to the
/// next entry. Entries are of fixed size, so that a lookup is a binary search in the bytes of the
/// row.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "leat/types.h"

namespace leat::index {

inline constexpr std::size_t kIndexRowBytesMax = 4096;
/// Entries that fit one row: 16 MiB at one each 64 KiB, 4 MiB at one each 16 KiB.
inline constexpr std::size_t kIndexEntriesMax = 254;

/// Where a batch stands.
struct IndexEntry {
  Offset offset;               ///< its base offset
  std::uint32_t position = 0;  ///< of its header in the segment, bytes
  /// The largest timestamp of the stretch's records from its first batch up to the next entry's
  /// batch.
  Timestamp max_timestamp{};
  friend bool operator==(const IndexEntry&, const IndexEntry&) = default;
};

/// Gathers the entries of one row, in order. Not thread-safe.
class IndexRowBuilder {
 public:
  explicit IndexRowBuilder(Offset segment_base) : segment_base_(segment_base) {}

  /// True when no entry fits any more: finish() and go on in the next row.
  [[nodiscard]] bool is_full() const { return count_ == kIndexEntriesMax; }
  [[nodiscard]] bool is_empty() const { return count_ == 0; }
  /// Adds an entry; its timestamp counts as at least that of the entry before.
  /// False, and nothing added, when the row is full, the entry is not behind the one before, or its
  /// offset does not lie within [segment base, segment base + 2^32).
  [[nodiscard]] bool add(IndexEntry entry);
  /// The row, which covers everything from its first entry up to [`next_offset`, `end_position`);
  /// the builder is then empty. REQUIRES: !is_empty().
  [[nodiscard]] std::string finish(Offset next_offset, std::uint32_t end_position);

 private:
  Offset segment_base_;
  std::size_t count_ = 0;
  IndexEntry last_;
  std::string bytes_;
};

/// A row in place. Does not own the bytes. `const` means many threads may look up in it.
class IndexRowView {
 public:
  /// The row in `bytes`; nullopt when its version is unknown or its entries are not in order: it is
  /// then as if it were not there.
  [[nodiscard]] static std::optional<IndexRowView> parse(std::string_view bytes);

  [[nodiscard]] Offset segment_base() const { return segment_base_; }
  /// Behind the last offset and byte that the row speaks of.
  [[nodiscard]] Offset next_offset() const { return next_offset_; }
  [[nodiscard]] std::uint32_t end_position() const { return end_position_; }
  /// At least 1.
  [[nodiscard]] std::size_t size() const { return count_; }
  /// REQUIRES: i < size().
  [[nodiscard]] IndexEntry operator[](std::size_t i) const;

  /// The last entry at or before `offset`: a walk from there meets the batch that holds it, if it
  /// is in this row. nullopt when the row begins behind it.
  [[nodiscard]] std::optional<IndexEntry> find(Offset offset) const;
  /// The first entry whose largest timestamp reaches `timestamp`: a walk from there meets the first
  /// record of the row that is as late. nullopt when none is.
  [[nodiscard]] std::optional<IndexEntry> find(Timestamp timestamp) const;

 private:
  explicit IndexRowView(std::string_view bytes);
  [[nodiscard]] bool is_in_order() const;

  std::string_view bytes_;
  Offset segment_base_;
  Offset next_offset_;
  std::uint32_t end_position_ = 0;
  std::size_t count_ = 0;
};

}  // namespace leat::index
