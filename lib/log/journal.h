#pragma once

/// \file
/// The journal that all partitions of an engine share (S13): two files, the halves, prewritten and
/// written in turn. What a frame holds is durable when `write` returns. A half is begun anew when
/// the files of all that it speaks of are synced, which the caller sees to and says by `free`. Its
/// life is that of one open engine: a clean close and the end of a recovery remove it.
///
/// Threads: `write` and `turn_over` by one thread at a time; the others by any.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "leat/environment.h"
#include "leat/result.h"

#include "base/mutex.h"
#include "log/journal_frame.h"

namespace leat::log {

inline constexpr std::string_view kJournalDirectory = "journal";

class Journal {
 public:
  /// Makes nothing yet: the files come with the first frame. `bytes`: of both halves together.
  Journal(const Environment& environment, std::string directory, std::uint64_t bytes);

  /// Whether the half in use has room for a frame of so many bytes.
  [[nodiscard]] bool has_room(std::uint64_t bytes) const {
    return position_ + bytes <= half_bytes_;
  }
  /// The most that a frame may have.
  [[nodiscard]] std::uint64_t frame_bytes_max() const { return half_bytes_ - kFrameAlign; }
  /// Which half is in use: 0 or 1.
  [[nodiscard]] std::size_t half() const { return half_; }
  /// Takes the other half into use; false when it is not free.
  bool turn_over();
  /// All that the half speaks of is synced in its files.
  void free(std::size_t half);

  /// Adds the marks that are due and makes the frame durable. Errors: kStorageFull (nothing is
  /// lost), kIo, which poisons the instance (S12).
  Result<void> write(FrameBuilder& frame);

  /// What is durable by a frame: carried into the next half.
  void note_journaled(const PartitionKey& partition, const DurableMark& mark);
  /// What is durable in its file: in the next frame, which may be one of its own.
  void note_synced(const PartitionKey& partition, const DurableMark& mark);
  [[nodiscard]] bool has_marks_due() const;
  /// The log was deleted.
  void forget(std::uint32_t log);

 private:
  Result<void> make_files();
  Result<void> write_and_sync(FrameBuilder& frame);
  std::vector<PartitionKey> add_marks(FrameBuilder& frame);
  void note(const PartitionKey& partition, const DurableMark& mark) LEAT_REQUIRES(mutex_);

  const Environment& environment_;
  const std::string directory_;
  const std::uint64_t half_bytes_;
  std::uint64_t salt_ = 0;

  // Whoever writes.
  struct HalfFile {
    std::unique_ptr<File> file;
    std::uint64_t written_end =
        0;  ///< blocks below it are the file's, so that a sync has no more to do than them
  };
  std::array<HalfFile, 2> files_;
  std::size_t half_ = 0;
  FrameNumber next_{.generation = 1, .number = 0};
  std::uint64_t position_ = kFrameAlign;  // behind the file's header

  mutable base::Mutex mutex_;  // a leaf
  std::array<bool, 2> is_free_ LEAT_GUARDED_BY(mutex_){false, true};
  std::map<PartitionKey, DurableMark> marks_ LEAT_GUARDED_BY(mutex_);
  std::set<PartitionKey> due_ LEAT_GUARDED_BY(mutex_);  // of marks_: not in a frame of this half
};

/// Removes the journal durably, if there is one.
Result<void> remove_journal(FileSystem& files, const std::string& directory);

}  // namespace leat::log
