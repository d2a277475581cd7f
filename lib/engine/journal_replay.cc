#include "engine/journal_replay.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <utility>

#include "leat/environment.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "base/uuid.h"
#include "engine/catalog.h"
#include "io/files.h"
#include "log/journal.h"
#include "log/journal_frame.h"
#include "log/journal_reader.h"
#include "log/segment_name.h"

namespace leat::engine {
namespace {

constexpr std::size_t kFilesMax = 256;  // open at a time

}  // namespace

Result<void> JournalReplay::run() {
  const std::string journal = fmt::format("{}/{}", directory_, log::kJournalDirectory);
  LEAT_TRY(const auto reader, log::JournalReader::open(files_, journal));
  for (const auto& damage : reader.damage()) {
    notes_.push_back(fmt::format("journal/{}: {}", damage.half, damage.what));
  }
  // Twice: what a segment ends with decides whether it is wanted at all.
  const auto look = [&](const log::Frame& frame) -> Result<void> {
    survey(frame);
    return {};
  };
  LEAT_TRY_VOID(reader.for_each(look));
  const auto redo = [&](const log::Frame& frame) -> Result<void> {
    for (const log::JournalEntry& entry : frame.entries) LEAT_TRY_VOID(apply(entry));
    return {};
  };
  LEAT_TRY_VOID(reader.for_each(redo));
  open_.clear();
  targets_.clear();
  if (bytes_ > 0) {
    notes_.push_back(
        fmt::format("journal: {} bytes replayed from {} frames", bytes_, reader.frame_count()));
  }
  return {};
}

std::optional<log::DurableMark> JournalReplay::durable(std::uint32_t log,
                                                       PartitionId partition) const {
  const auto found = marks_.find({.log = log, .partition = partition.value()});
  if (found == marks_.end()) return std::nullopt;
  return found->second;
}

void JournalReplay::know(const log::PartitionKey& partition, const log::DurableMark& mark) {
  log::DurableMark& known = marks_[partition];
  if (mark.offset >= known.offset) known = mark;
}

void JournalReplay::survey(const log::Frame& frame) {
  for (const log::JournalEntry& entry : frame.entries) {
    know(entry.partition, entry.end);
    Target& target = targets_[{entry.partition.log, entry.partition.partition, entry.end.segment}];
    target.end = std::max(target.end, entry.end.offset);
  }
  for (const log::MarkedPartition& marked : frame.marks) know(marked.partition, marked.mark);
}

Result<void> JournalReplay::apply(const log::JournalEntry& entry) {
  Target& target = targets_[{entry.partition.log, entry.partition.partition, entry.end.segment}];
  if (!target.is_looked_up) LEAT_TRY_VOID(look_up(target, entry));
  if (!target.is_wanted) return {};
  if (!target.file) LEAT_TRY_VOID(open(target, entry.end.segment));
  bytes_ += entry.bytes.size();
  return target.file->write(entry.position(), entry.bytes);
}

/// S14: a log that was deleted is passed over; so is a segment below log start whose file is gone,
/// and one that is sealed, whose file was synced before.
Result<void> JournalReplay::look_up(Target& target, const log::JournalEntry& entry) const {
  target.is_looked_up = true;
  const auto has_number = [&](const auto& topic) {
    return static_cast<std::uint32_t>(topic.second.value.number) == entry.partition.log;
  };
  const auto& topics = catalog_.topics();
  const auto found = std::ranges::find_if(topics, has_number);
  if (found == topics.end()) return {};
  const TopicRecord& topic = found->second;
  const std::int32_t partition = entry.partition.partition;
  if (partition < 0 || partition >= topic.value.partitions) return {};
  target.directory = fmt::format("{}/logs/{}/{}", directory_, base::to_hex(topic.id), partition);
  const std::string sum = log::segment_name(entry.end.segment, log::kSumSuffix);
  LEAT_TRY(const bool is_sealed, files_.exists(fmt::format("{}/{}", target.directory, sum)));
  const auto start = topic.log_starts.find(partition);
  if (is_sealed || start == topic.log_starts.end() || target.end > start->second) {
    target.is_wanted = !is_sealed;
    return {};
  }
  // The last segment stays, though all of it may be deleted: its batches tell where the log ends.
  const std::string log = log::segment_name(entry.end.segment, log::kLogSuffix);
  LEAT_TRY(target.is_wanted, files_.exists(fmt::format("{}/{}", target.directory, log)));
  return {};
}

Result<void> JournalReplay::open(Target& target, Offset segment) {
  if (open_.size() >= kFilesMax) {
    for (Target* const other : open_) other->file.reset();
    open_.clear();
  }
  LEAT_TRY_VOID(io::create_if_missing(files_, io::parent_of(target.directory)));
  LEAT_TRY_VOID(io::create_if_missing(files_, target.directory));
  const std::string path =
      fmt::format("{}/{}", target.directory, log::segment_name(segment, log::kLogSuffix));
  LEAT_TRY(target.file, files_.open(path, OpenMode::kCreate));
  open_.push_back(&target);
  return {};
}

}  // namespace leat::engine
