#include "log/journal.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <memory>
#include <optional>
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

/// How far ahead of the frames a half is written: as far as they have come, within these bounds. So
/// a journal that is little used stays small.
constexpr std::uint64_t kAheadMin = std::uint64_t{512} << 10U;
constexpr std::uint64_t kAheadMax = std::uint64_t{16} << 20U;
/// How much at a time: a frame's sync may have to wait for as much.
constexpr std::uint64_t kPieceBytes = std::uint64_t{512} << 10U;
constexpr std::array<std::byte, std::size_t{64} << 10U> kZeros{};

}  // namespace

Journal::Journal(const Environment& environment, std::string directory, std::uint64_t bytes)
    : environment_(environment),
      directory_(std::move(directory)),
      half_bytes_(bytes / 2 / kFrameAlign * kFrameAlign) {}

std::string Journal::path_of(std::size_t half) const {
  return fmt::format("{}/{}", directory_, half);
}

Result<void> Journal::make_files() {
  if (files_[1]) return {};
  FileSystem& files = *environment_.file_system;
  salt_ = environment_.random();
  LEAT_TRY_VOID(io::create_if_missing(files, directory_));
  LEAT_TRY_VOID(io::synced(files.sync_directory(io::parent_of(directory_))));
  std::array<std::unique_ptr<File>, 2> made;
  for (std::size_t half = 0; half < made.size(); ++half) {
    LEAT_TRY(made[half], files.open(path_of(half), OpenMode::kCreate));
    LEAT_TRY_VOID(made[half]->write(
        0, encode_journal_header({.salt = salt_, .half = static_cast<std::uint32_t>(half)})));
    LEAT_TRY_VOID(io::synced(made[half]->sync()));
  }
  LEAT_TRY_VOID(io::synced(files.sync_directory(directory_)));
  files_ = std::move(made);
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
  frames_end_ = kFrameAlign;
  may_prepare_ = true;
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
  const std::uint64_t end = position_ + bytes.size();
  File& file = *files_[half_];
  begin_write(end);
  if (environment_.on_step) environment_.on_step("journal.write");
  LEAT_TRY_VOID(file.write(position_, bytes));
  if (environment_.on_step) environment_.on_step("journal.sync");
  LEAT_TRY_VOID(io::synced(file.sync()));
  position_ = end;
  ++next_.number;
  const base::MutexLock lock(mutex_);
  written_end_[half_] = std::max(written_end_[half_], end);
  return {};
}

// --- preparing
// ---------------------------------------------------------------------------------------

/// Waits for zeros on their way to where the frame goes.
void Journal::begin_write(std::uint64_t end) {
  while (true) {
    const std::uint32_t seen = pieces_.load(std::memory_order_acquire);
    {
      const base::MutexLock lock(mutex_);
      if (!is_preparing_ || end <= written_end_[half_]) {
        frames_end_ = end;
        return;
      }
    }
    environment_.scheduler->wait(pieces_, seen,
                                 environment_.clock->monotonic() + std::chrono::seconds(1));
  }
}

std::uint64_t Journal::prepared_to() const {
  return std::min(frames_end_ + std::clamp(frames_end_, kAheadMin, kAheadMax), half_bytes_);
}

bool Journal::becomes_unprepared() {
  const base::MutexLock lock(mutex_);
  const std::uint64_t end = written_end_[half_];
  // Half of what there should be is time enough for the other half.
  const bool is_enough = frames_end_ + (prepared_to() - frames_end_) / 2 <= end;
  if (is_unprepared_ || is_enough || !may_prepare_) return false;
  is_unprepared_ = true;
  return true;
}

std::optional<Journal::Piece> Journal::begin_piece() {
  const base::MutexLock lock(mutex_);
  // What is on its way is a frame's.
  const std::uint64_t from = std::max(written_end_[half_], frames_end_);
  const std::uint64_t to = std::min(from + kPieceBytes, prepared_to());
  is_unprepared_ = may_prepare_ && from < to;
  if (!is_unprepared_) return std::nullopt;
  is_preparing_ = true;
  written_end_[half_] = from;
  return Piece{.half = half_, .from = from, .to = to};
}

void Journal::end_piece(const Piece& piece, bool is_written) {
  {
    const base::MutexLock lock(mutex_);
    is_preparing_ = false;
    may_prepare_ = is_written;
    is_unprepared_ = is_written;
    if (is_written) written_end_[piece.half] = std::max(written_end_[piece.half], piece.to);
    // release: pairs with the acquire in `begin_write`.
    pieces_.fetch_add(1, std::memory_order_release);
  }
  environment_.scheduler->wake(pieces_);
}

Result<bool> Journal::prepare() {
  const std::optional<Piece> piece = begin_piece();
  if (!piece) return false;
  // A handle of its own: what fails to be synced by one is told to the other too (S12).
  const auto file = environment_.file_system->open(path_of(piece->half), OpenMode::kReadWrite);
  std::vector<std::span<const std::byte>> parts;
  for (std::uint64_t at = piece->from; at < piece->to; at += kZeros.size()) {
    parts.push_back(
        std::span(kZeros).first(std::min<std::uint64_t>(kZeros.size(), piece->to - at)));
  }
  const bool is_written = file && (*file)->write(piece->from, parts).has_value();
  // The disk may be full: what the zeros took is for those who need it, and frames go on without.
  if (file && !is_written) (void)(*file)->truncate(piece->from);
  auto synced = is_written ? io::synced((*file)->sync()) : Result<void>();
  end_piece(*piece, is_written && synced.has_value());
  if (!synced) return std::move(synced).error();
  return is_written;
}

// --- marks
// -------------------------------------------------------------------------------------------

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
