#include "log/journal.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/result.h"

#include "base/mutex.h"
#include "base/try.h"
#include "io/files.h"
#include "log/journal_frame.h"

namespace leat::log {
namespace {

/// How far the first use of a half writes ahead of small frames: a sync of blocks that the file has
/// already is the cheap one. A large frame pays for its own.
constexpr std::uint64_t kWriteAhead = std::uint64_t{512} << 10U;
constexpr std::uint64_t kSmallFrame = std::uint64_t{64} << 10U;
constexpr std::array<std::byte, std::size_t{64} << 10U> kZeros{};

}  // namespace

Journal::Journal(const Environment& environment, std::string directory, std::uint64_t bytes)
    : environment_(environment),
      directory_(std::move(directory)),
      half_bytes_(bytes / 2 / kFrameAlign * kFrameAlign) {}

Result<void> Journal::make_files() {
  if (files_[1].file) return {};
  FileSystem& files = *environment_.file_system;
  salt_ = environment_.random();
  LEAT_TRY_VOID(io::create_if_missing(files, directory_));
  LEAT_TRY_VOID(io::synced(files.sync_directory(io::parent_of(directory_))));
  std::array<std::unique_ptr<File>, 2> made;
  for (std::size_t half = 0; half < made.size(); ++half) {
    LEAT_TRY(made[half], files.open(fmt::format("{}/{}", directory_, half), OpenMode::kCreate));
    LEAT_TRY_VOID(made[half]->write(
        0, encode_journal_header({.salt = salt_, .half = static_cast<std::uint32_t>(half)})));
    LEAT_TRY_VOID(io::synced(made[half]->sync()));
  }
  LEAT_TRY_VOID(io::synced(files.sync_directory(directory_)));
  for (std::size_t half = 0; half < made.size(); ++half) {
    files_[half] = {.file = std::move(made[half]), .written_end = kFrameAlign};
  }
  return {};
}

bool Journal::turn_over() {
  const std::size_t other = 1 - half_;
  const base::MutexLock lock(mutex_);
  if (!is_free_[other]) return false;
  is_free_[other] = false;
  half_ = other;
  next_ = {.generation = next_.generation + 1, .number = 0};
  position_ = kFrameAlign;
  for (const auto& [partition, mark] : marks_)
    due_.insert(partition);  // the other half will be written over
  return true;
}

void Journal::free(std::size_t half) {
  const base::MutexLock lock(mutex_);
  is_free_[half] = true;
}

Result<void> Journal::write(FrameBuilder& frame) {
  LEAT_TRY_VOID(make_files());
  const std::vector<PartitionKey> marked = add_marks(frame);
  auto written = write_and_sync(frame);
  if (!written) {
    const base::MutexLock lock(mutex_);
    due_.insert(marked.begin(), marked.end());
  }
  return written;
}

Result<void> Journal::write_and_sync(FrameBuilder& frame) {
  const std::span<const std::byte> bytes = frame.finish(next_, salt_);
  HalfFile& half = files_[half_];
  std::vector<std::span<const std::byte>> parts{bytes};
  std::uint64_t end = position_ + bytes.size();
  const std::uint64_t ahead = bytes.size() <= kSmallFrame ? kWriteAhead : 0;
  const std::uint64_t to = end > half.written_end ? std::min(end + ahead, half_bytes_) : end;
  while (end < to) {
    const std::uint64_t more = std::min<std::uint64_t>(kZeros.size(), to - end);
    parts.push_back(std::span(kZeros).first(more));
    end += more;
  }
  if (environment_.on_step) environment_.on_step("journal.write");
  LEAT_TRY_VOID(half.file->write(position_, parts));
  if (environment_.on_step) environment_.on_step("journal.sync");
  LEAT_TRY_VOID(io::synced(half.file->sync()));
  half.written_end = std::max(half.written_end, end);
  position_ += bytes.size();
  ++next_.number;
  return {};
}

/// As many as there is room for; the others stay due.
std::vector<PartitionKey> Journal::add_marks(FrameBuilder& frame) {
  std::vector<PartitionKey> added;
  const base::MutexLock lock(mutex_);
  while (!due_.empty() && has_room(frame.size_with(kMarkBytes))) {
    const auto first = due_.begin();
    if (const auto known = marks_.find(*first); known != marks_.end()) {
      frame.add_mark(known->first, known->second);
      added.push_back(*first);
    }
    due_.erase(first);
  }
  return added;
}

void Journal::note(const PartitionKey& partition, const DurableMark& mark) {
  DurableMark& known = marks_[partition];
  if (mark.offset >= known.offset) known = mark;
}

void Journal::note_journaled(const PartitionKey& partition, const DurableMark& mark) {
  const base::MutexLock lock(mutex_);
  note(partition, mark);
}

void Journal::note_synced(const PartitionKey& partition, const DurableMark& mark) {
  const base::MutexLock lock(mutex_);
  note(partition, mark);
  due_.insert(partition);
}

bool Journal::has_marks_due() const {
  const base::MutexLock lock(mutex_);
  return !due_.empty();
}

void Journal::forget(std::uint32_t log) {
  const base::MutexLock lock(mutex_);
  const PartitionKey first{.log = log, .partition = INT32_MIN};
  const PartitionKey last{.log = log, .partition = INT32_MAX};
  marks_.erase(marks_.lower_bound(first), marks_.upper_bound(last));
  due_.erase(due_.lower_bound(first), due_.upper_bound(last));
}

Result<void> remove_journal(FileSystem& files, const std::string& directory) {
  LEAT_TRY(const bool exists, files.exists(directory));
  if (!exists) return {};
  LEAT_TRY(const auto entries, files.list(directory));
  for (const DirectoryEntry& entry : entries) {
    LEAT_TRY_VOID(files.remove(fmt::format("{}/{}", directory, entry.name)));
  }
  // Before anything is written that a replay would write over.
  return io::synced(files.sync_directory(directory));
}

}  // namespace leat::log
