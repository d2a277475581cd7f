#include "log/journal_frame.h"

#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <span>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/bytes.h"
#include "base/hash.h"

namespace leat::log {
namespace {

// The layout of FORMAT.md: little-endian; header, entries, marks, zeros, and an XXH3 of all before
// it.
constexpr std::uint32_t kFileMagic = 0x4c4e4a4cU;   // "LJNL"
constexpr std::uint32_t kFrameMagic = 0x4d52464cU;  // "LFRM"
constexpr std::uint32_t kVersion = 1;
// Of the file's header.
constexpr std::size_t kVersionAt = 4;
constexpr std::size_t kSaltAt = 8;
constexpr std::size_t kHalfAt = 16;
constexpr std::size_t kHeaderHashAt = 24;
// Of a frame.
constexpr std::size_t kMagicAt = 0;
constexpr std::size_t kGenerationAt = 8;
constexpr std::size_t kNumberAt = 16;
constexpr std::size_t kBytesAt = 20;
constexpr std::size_t kEntriesAt = 24;
constexpr std::size_t kMarksAt = 28;
constexpr std::size_t kHashBytes = 8;
// Of an entry: a mark with a length.
constexpr std::size_t kLogAt = 0;
constexpr std::size_t kPartitionAt = 4;
constexpr std::size_t kSegmentAt = 8;
constexpr std::size_t kPositionAt = 16;
constexpr std::size_t kOffsetAt = 20;
constexpr std::size_t kLengthAt = 28;
static_assert(kEntryHeaderBytes == kLengthAt + 4 && kMarkBytes == kLengthAt);

void encode_mark(std::byte* at, const PartitionKey& partition, const DurableMark& mark) {
  base::store_le<std::uint32_t>(at + kLogAt, partition.log);
  base::store_le<std::int32_t>(at + kPartitionAt, partition.partition);
  base::store_le<std::int64_t>(at + kSegmentAt, mark.segment.value());
  base::store_le<std::uint32_t>(at + kPositionAt, mark.position);
  base::store_le<std::int64_t>(at + kOffsetAt, mark.offset.value());
}

MarkedPartition decode_mark(const std::byte* at) {
  return {
      {base::load_le<std::uint32_t>(at + kLogAt), base::load_le<std::int32_t>(at + kPartitionAt)},
      {.segment = Offset{base::load_le<std::int64_t>(at + kSegmentAt)},
       .position = base::load_le<std::uint32_t>(at + kPositionAt),
       .offset = Offset{base::load_le<std::int64_t>(at + kOffsetAt)}}};
}

std::uint64_t aligned(std::uint64_t size) {
  return (size + kFrameAlign - 1) / kFrameAlign * kFrameAlign;
}

Error does_not_fit(const char* what) {
  return {ErrorCode::kCorruptMessage, fmt::format("a journal frame's {} do not fit into it", what)};
}

}  // namespace

std::vector<std::byte> encode_journal_header(const JournalHeader& header) {
  std::vector<std::byte> bytes(kFrameAlign);
  base::store_le<std::uint32_t>(&bytes[kMagicAt], kFileMagic);
  base::store_le<std::uint32_t>(&bytes[kVersionAt], kVersion);
  base::store_le<std::uint64_t>(&bytes[kSaltAt], header.salt);
  base::store_le<std::uint32_t>(&bytes[kHalfAt], header.half);
  base::store_le<std::uint64_t>(&bytes[kHeaderHashAt],
                                base::xxh3(std::span(bytes).first(kHeaderHashAt)));
  return bytes;
}

Result<JournalHeader> decode_journal_header(std::span<const std::byte> bytes) {
  if (bytes.size() < kHeaderHashAt + kHashBytes ||
      base::load_le<std::uint32_t>(&bytes[kMagicAt]) != kFileMagic ||
      base::load_le<std::uint64_t>(&bytes[kHeaderHashAt]) !=
          base::xxh3(bytes.first(kHeaderHashAt))) {
    return Error(ErrorCode::kCorruptMessage,
                 "the header of the journal does not match its checksum");
  }
  const auto version = base::load_le<std::uint32_t>(&bytes[kVersionAt]);
  if (version > kVersion) {
    return Error(
        ErrorCode::kUnsupportedFormat,
        fmt::format("journal version {} is newer than {}; use a newer Leat", version, kVersion));
  }
  return JournalHeader{.salt = base::load_le<std::uint64_t>(&bytes[kSaltAt]),
                       .half = base::load_le<std::uint32_t>(&bytes[kHalfAt])};
}

void FrameBuilder::clear() {
  constexpr std::size_t kKept = std::size_t{4} << 20U;
  if (bytes_.capacity() > kKept) std::vector<std::byte>().swap(bytes_);
  bytes_.resize(kFrameHeaderBytes);
  entries_ = 0;
  marks_ = 0;
}

std::span<std::byte> FrameBuilder::add_entry(const PartitionKey& partition, const DurableMark& end,
                                             std::uint32_t length) {
  const std::size_t at = bytes_.size();
  bytes_.resize(at + kEntryHeaderBytes + length);
  encode_mark(&bytes_[at], partition, end);
  base::store_le<std::uint32_t>(&bytes_[at + kLengthAt], length);
  ++entries_;
  return std::span(bytes_).subspan(at + kEntryHeaderBytes);
}

void FrameBuilder::add_mark(const PartitionKey& partition, const DurableMark& mark) {
  const std::size_t at = bytes_.size();
  bytes_.resize(at + kMarkBytes);
  encode_mark(&bytes_[at], partition, mark);
  ++marks_;
}

std::uint64_t FrameBuilder::size_with(std::uint64_t more) const {
  return aligned(bytes_.size() + more + kHashBytes);
}

std::span<const std::byte> FrameBuilder::finish(const FrameNumber& number, std::uint64_t salt) {
  bytes_.resize(size_with(0));
  std::byte* const at = bytes_.data();
  base::store_le<std::uint32_t>(at + kMagicAt, kFrameMagic);
  base::store_le<std::uint64_t>(at + kGenerationAt, number.generation);
  base::store_le<std::uint32_t>(at + kNumberAt, number.number);
  base::store_le<std::uint32_t>(at + kBytesAt, static_cast<std::uint32_t>(bytes_.size()));
  base::store_le<std::uint32_t>(at + kEntriesAt, entries_);
  base::store_le<std::uint32_t>(at + kMarksAt, marks_);
  const std::size_t hashed = bytes_.size() - kHashBytes;
  // Seeded: what an earlier use of the half left there is no frame of this one.
  const std::uint64_t hash = base::xxh3(std::span(bytes_).first(hashed), salt + number.generation);
  base::store_le<std::uint64_t>(at + hashed, hash);
  return bytes_;
}

Result<FrameHeader> decode_frame_header(std::span<const std::byte> bytes) {
  if (bytes.size() < kFrameHeaderBytes ||
      base::load_le<std::uint32_t>(bytes.data()) != kFrameMagic) {
    return Error(ErrorCode::kCorruptMessage, "no journal frame begins here");
  }
  const std::byte* const at = bytes.data();
  return FrameHeader{.number = {.generation = base::load_le<std::uint64_t>(at + kGenerationAt),
                                .number = base::load_le<std::uint32_t>(at + kNumberAt)},
                     .bytes = base::load_le<std::uint32_t>(at + kBytesAt)};
}

Result<Frame> decode_frame(std::span<const std::byte> bytes, std::uint64_t salt) {
  auto header = decode_frame_header(bytes);
  if (!header) return std::move(header).error();
  if (header->bytes != bytes.size() || bytes.size() % kFrameAlign != 0)
    return does_not_fit("bytes");
  const std::size_t hashed = bytes.size() - kHashBytes;
  if (base::xxh3(bytes.first(hashed), salt + header->number.generation) !=
      base::load_le<std::uint64_t>(&bytes[hashed])) {
    return Error(ErrorCode::kCorruptMessage, "a journal frame does not match its checksum");
  }
  Frame frame{.number = header->number, .entries = {}, .marks = {}};
  std::span<const std::byte> rest = bytes.first(hashed).subspan(kFrameHeaderBytes);
  for (auto left = base::load_le<std::uint32_t>(&bytes[kEntriesAt]); left > 0; --left) {
    if (rest.size() < kEntryHeaderBytes) return does_not_fit("entries");
    const MarkedPartition end = decode_mark(rest.data());
    const auto length = base::load_le<std::uint32_t>(&rest[kLengthAt]);
    rest = rest.subspan(kEntryHeaderBytes);
    if (rest.size() < length || length > end.mark.position) return does_not_fit("entries");
    frame.entries.push_back({end.partition, end.mark, rest.first(length)});
    rest = rest.subspan(length);
  }
  for (auto left = base::load_le<std::uint32_t>(&bytes[kMarksAt]); left > 0; --left) {
    if (rest.size() < kMarkBytes) return does_not_fit("marks");
    frame.marks.push_back(decode_mark(rest.data()));
    rest = rest.subspan(kMarkBytes);
  }
  return frame;
}

}  // namespace leat::log
