#pragma once

/// \file
/// A frame of the journal (FORMAT.md): bytes of many partitions' segments and durable marks, made
/// durable by one write and one sync (S13). Pure: no file is touched here.
///
/// Threads: none of its own.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "leat/result.h"
#include "leat/types.h"

namespace leat::log {

/// A partition as the journal names it: the number that the catalog gave its log, and its own.
struct PartitionKey {
  std::uint32_t log = 0;
  std::int32_t partition = 0;
  friend auto operator<=>(const PartitionKey&, const PartitionKey&) = default;
};

/// All of a partition below `offset` is durable; it ends at `position` of the segment (S16).
struct DurableMark {
  Offset segment;
  std::uint32_t position = 0;
  Offset offset;
  friend bool operator==(const DurableMark&, const DurableMark&) = default;
};

/// Whole batches that stand in a segment, ending where `end` says.
struct JournalEntry {
  PartitionKey partition;
  DurableMark end;
  std::span<const std::byte> bytes;
  [[nodiscard]] std::uint32_t position() const {
    return end.position - static_cast<std::uint32_t>(bytes.size());
  }
};

struct MarkedPartition {
  PartitionKey partition;
  DurableMark mark;
};

/// Which frame it is: of the how manyeth use of a half of the journal, and there the how manyeth.
struct FrameNumber {
  std::uint64_t generation = 0;
  std::uint32_t number = 0;
  friend bool operator==(const FrameNumber&, const FrameNumber&) = default;
};

/// Frames begin at multiples of it.
inline constexpr std::uint32_t kFrameAlign = 4096;
inline constexpr std::size_t kFrameHeaderBytes = 32;
/// Of one entry, beside its bytes.
inline constexpr std::size_t kEntryHeaderBytes = 32;
inline constexpr std::size_t kMarkBytes = 28;

/// Gathers a frame. Reused from frame to frame, so that its memory is.
class FrameBuilder {
 public:
  FrameBuilder() { clear(); }
  void clear();
  /// Room for the bytes of an entry, which the caller fills before anything else is added.
  std::span<std::byte> add_entry(const PartitionKey& partition, const DurableMark& end,
                                 std::uint32_t length);
  /// REQUIRES: no entry is added any more.
  void add_mark(const PartitionKey& partition, const DurableMark& mark);
  /// What `finish` gives has so many bytes, with so many more of entries.
  [[nodiscard]] std::uint64_t size_with(std::uint64_t more) const;
  [[nodiscard]] bool is_empty() const { return entries_ == 0 && marks_ == 0; }
  /// The frame, padded and with its hash; valid until the next call.
  std::span<const std::byte> finish(const FrameNumber& number, std::uint64_t salt);

 private:
  std::vector<std::byte> bytes_;
  std::uint32_t entries_ = 0;
  std::uint32_t marks_ = 0;
};

/// The first bytes of each half's file.
struct JournalHeader {
  /// Drawn anew with each journal, and a part of the hash of each frame: no record that somebody
  /// publishes is a frame, whatever its bytes are.
  std::uint64_t salt = 0;
  std::uint32_t half = 0;  ///< 0 or 1, as in the name
};
[[nodiscard]] std::vector<std::byte> encode_journal_header(const JournalHeader& header);
/// Errors: kCorruptMessage, kUnsupportedFormat (a newer version).
Result<JournalHeader> decode_journal_header(std::span<const std::byte> bytes);

/// What the header of a frame says of it, before its hash was looked at.
struct FrameHeader {
  FrameNumber number;
  std::uint32_t bytes = 0;
};
/// Errors: kCorruptMessage (none begins here).
Result<FrameHeader> decode_frame_header(std::span<const std::byte> bytes);

struct Frame {
  FrameNumber number;
  std::vector<JournalEntry> entries;  ///< views of the bytes that were decoded
  std::vector<MarkedPartition> marks;
};
/// Errors: kCorruptMessage, also when the hash is wrong or something does not fit.
Result<Frame> decode_frame(std::span<const std::byte> bytes, std::uint64_t salt);

}  // namespace leat::log
