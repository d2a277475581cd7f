#include "log/open_batch_walk.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <optional>
#include <span>
#include <vector>

#include "leat/record.h"
#include "leat/types.h"

#include "record/batch_view.h"
#include "record/checkpoint.h"
#include "record/header_writer.h"
#include "record/layout.h"
#include "record/record_cursor.h"

namespace leat::log {
namespace {

constexpr std::size_t kWord = 8;

/// Whether a word of the page cache that holds a part of `bytes` may have been lost: the part is all zero,
/// as a fresh segment is. `at` is the position in the file.
bool may_have_lost_words(std::span<const std::byte> bytes, std::uint64_t at) {
  std::size_t begin = 0;
  while (begin < bytes.size()) {
    const std::size_t in_word = kWord - (at + begin) % kWord;
    const auto part = bytes.subspan(begin, std::min(in_word, bytes.size() - begin));
    if (std::ranges::all_of(part, [](std::byte b) { return b == std::byte{0}; })) return true;
    begin += part.size();
  }
  return false;
}

/// The records of the batch, walked until they end or make no sense.
struct Walk {
  struct Record {
    std::size_t begin = 0;  // within the batch
    std::size_t end = 0;
    std::int64_t timestamp = 0;
  };
  std::vector<Record> records;
  bool ended_in_damage = false;
};

Walk walk_records(std::span<const std::byte> bytes, const record::BatchView& header) {
  Walk walk;
  std::size_t at = record::kHeaderSize;
  const record::RecordBase base{Offset{0}, header.base_timestamp(), std::nullopt};
  while (at < bytes.size() && bytes[at] != std::byte{0}) {
    record::RecordCursor cursor(bytes.subspan(at), base);
    RecordView record;
    if (!cursor.next(record) ||
        record.offset.value() != static_cast<std::int64_t>(walk.records.size())) {
      walk.ended_in_damage = true;
      break;
    }
    const std::size_t end = at + cursor.position();
    walk.records.push_back({at, end, record.timestamp.time_since_epoch().count()});
    at = end;
  }
  return walk;
}

/// How many of the records a checkpoint vouches for.
std::size_t verified_count(std::span<const std::byte> bytes, std::uint32_t position,
                           const Walk& walk) {
  const record::Checkpoint slots[] = {record::load_checkpoint(bytes.data(), 0),
                                      record::load_checkpoint(bytes.data(), 1)};
  record::CheckpointChain chain(bytes.data());
  std::size_t verified = 0;
  for (std::size_t i = 0; i < walk.records.size(); ++i) {
    const Walk::Record& record = walk.records[i];
    if (!record::crosses_page(position + record.begin, position + record.end)) continue;
    const record::Checkpoint expected =
        chain.step(bytes.data() + record.end, static_cast<std::uint32_t>(i + 1));
    if (expected == slots[0] || expected == slots[1]) verified = i + 1;
  }
  return verified;
}

record::ClosedHeader header_of(const record::BatchView& open, const Walk& walk, std::size_t count) {
  const std::size_t end = walk.records[count - 1].end;
  std::int64_t max_timestamp = walk.records[0].timestamp;
  for (std::size_t i = 1; i < count; ++i) {
    max_timestamp = std::max(max_timestamp, walk.records[i].timestamp);
  }
  return {.base_offset = open.base_offset(),
          .length = static_cast<std::int32_t>(end - record::kLengthEnd),
          .leader_epoch = open.leader_epoch(),
          .attributes = open.attributes(),
          .last_offset_delta = static_cast<std::int32_t>(count - 1),
          .base_timestamp = open.base_timestamp(),
          .max_timestamp = Timestamp{std::chrono::milliseconds{max_timestamp}},
          .record_count = static_cast<std::int32_t>(count)};
}

/// A kill in the middle of the close left a length and a CRC: what they prove is kept whole.
std::size_t count_of_interrupted_close(std::span<const std::byte> bytes,
                                       const record::BatchView& open, const Walk& walk) {
  if (open.length() <= record::kLengthMin) return 0;
  const auto ends_there = std::ranges::find(walk.records, open.size_in_bytes(), &Walk::Record::end);
  if (ends_there == walk.records.end()) return 0;
  const auto count = static_cast<std::size_t>(ends_there - walk.records.begin()) + 1;
  const bool is_right = record::crc_of(bytes.data(), header_of(open, walk, count)) == open.crc();
  return is_right ? count : 0;
}

/// The same of what the records of an open batch stand on; its base offset must fit the chain anyway.
bool header_may_have_lost_words(std::span<const std::byte> bytes, std::uint32_t position) {
  const auto may_have = [&](const record::FieldSpan& field) {
    return may_have_lost_words(bytes.subspan(field.at, field.size), position + field.at);
  };
  return may_have(record::layout::kLeaderEpoch) || may_have(record::layout::kBaseTimestamp);
}

bool is_plain(std::uint16_t attributes) {
  return (attributes & ~record::attributes::kLogAppendTime) == 0;
}

}  // namespace

std::optional<OpenBatchFound> walk_open_batch(std::span<const std::byte> bytes,
                                              std::uint32_t position, bool host_rebooted) {
  const record::BatchView open(bytes.data());
  if (!is_plain(open.attributes())) return std::nullopt;
  const Walk walk = walk_records(bytes, open);
  std::size_t count = std::max(verified_count(bytes, position, walk),
                               count_of_interrupted_close(bytes, open, walk));
  // S3: behind the checkpoint only what lies wholly in its last page. The checkpoint covers the header, too.
  const bool header_is_whole =
      count > 0 || !host_rebooted || !header_may_have_lost_words(bytes, position);
  for (; header_is_whole && count < walk.records.size(); ++count) {
    const Walk::Record& next = walk.records[count];
    if (record::crosses_page(position + next.begin, position + next.end)) break;
    const auto record_bytes = bytes.subspan(next.begin, next.end - next.begin);
    if (host_rebooted && may_have_lost_words(record_bytes, position + next.begin)) break;
  }
  if (count == 0) return std::nullopt;
  OpenBatchFound found{.header = header_of(open, walk, count),
                       .size = static_cast<std::uint32_t>(walk.records[count - 1].end),
                       .reason = {}};
  if (count < walk.records.size() || walk.ended_in_damage) {
    found.reason = fmt::format("open batch at {}: its records behind the first {} are not covered by a "
                               "checkpoint or are damaged",
                               position, count);
  }
  return found;
}

}  // namespace leat::log
