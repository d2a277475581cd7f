#pragma once

/// \file
/// Brings what the journal made durable back into the segments (S14), before any log is opened:
/// physical redo, which may be done again from its beginning when it is interrupted. What it wrote
/// is synced by the recovery of each partition; only then may the journal go.
///
/// Threads: none of its own.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "leat/environment.h"
#include "leat/result.h"
#include "leat/types.h"

#include "engine/catalog.h"
#include "log/journal_frame.h"
#include "log/journal_reader.h"

namespace leat::engine {

class JournalReplay {
 public:
  JournalReplay(FileSystem& files, std::string directory, const Catalog& catalog)
      : files_(files), directory_(std::move(directory)), catalog_(catalog) {}

  /// Replays DIR/journal, if there is one. Errors: kUnsupportedFormat (of a newer version), kIo,
  /// kStorageFull.
  Result<void> run();
  /// How far a partition is known to be durable (S16); nullopt: the journal does not speak of it.
  [[nodiscard]] std::optional<log::DurableMark> durable(std::uint32_t log,
                                                        PartitionId partition) const;
  /// What was done and what was wrong, in words.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  using SegmentKey = std::tuple<std::uint32_t, std::int32_t, Offset>;
  /// A segment that the journal has bytes of.
  struct Target {
    Offset end;  ///< behind the last of its records that the journal has
    bool is_looked_up = false;
    bool is_wanted = false;  ///< its log is there, it is not sealed, nor below log start
    std::string directory;   ///< of its partition
    std::unique_ptr<File> file;
  };
  void know(const log::PartitionKey& partition, const log::DurableMark& mark);
  void survey(const log::Frame& frame);
  Result<void> apply(const log::JournalEntry& entry);
  Result<void> look_up(Target& target, const log::JournalEntry& entry) const;
  Result<void> open(Target& target, Offset segment);

  FileSystem& files_;
  const std::string directory_;
  const Catalog& catalog_;
  std::map<log::PartitionKey, log::DurableMark> marks_;
  std::map<SegmentKey, Target> targets_;
  std::vector<Target*> open_;  // with a file
  std::uint64_t bytes_ = 0;
  std::vector<std::string> notes_;
};

}  // namespace leat::engine
