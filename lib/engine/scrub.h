#pragma once

/// \file
/// Reads sealed segments at a set rate, block by block against their `.sum`, and reports damage
/// before a reader meets it (G23). A round goes through all of them; the next begins an hour after
/// it ended, so that an idle engine sleeps. Nothing is changed: what is damaged stays readable
/// around the damage.
///
/// Threads: its steps are jobs, one at a time. Lifetime: the scheduler is stopped before it is
/// destroyed.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "leat/environment.h"
#include "leat/result.h"

#include "log/segment.h"
#include "partition/partition.h"

namespace leat::engine {

class Scrub {
 public:
  /// Who there is to be scrubbed: asked at the beginning of each round.
  using Partitions = std::function<std::vector<std::shared_ptr<partition::Partition>>()>;

  /// `bytes_per_second`: above 0.
  Scrub(const Environment& environment, std::int64_t bytes_per_second, Partitions partitions)
      : environment_(environment), rate_(bytes_per_second), partitions_(std::move(partitions)) {}
  /// Begins the first round, by a job.
  void start() { step_after(kStep); }

  [[nodiscard]] std::uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  /// Blocks that did not match, in all rounds.
  [[nodiscard]] std::uint64_t damaged() const { return damaged_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t rounds() const { return rounds_.load(std::memory_order_relaxed); }

  static constexpr std::chrono::hours kPause{1};

 private:
  /// How often a step is taken while a round goes on; what the rate allows in it is read at once.
  static constexpr std::chrono::milliseconds kStep{200};

  void step_after(std::chrono::nanoseconds delay);
  void step();
  /// Takes the next segment; false at the end of the round.
  bool next_segment();
  void next_block();
  Result<void> check(std::uint32_t block);
  void report(const Error& error);

  const Environment& environment_;
  const std::int64_t rate_;
  const Partitions partitions_;
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<std::uint64_t> damaged_{0};
  std::atomic<std::uint64_t> rounds_{0};

  // The step's.
  bool is_in_round_ = false;
  std::int64_t allowance_ = 0;                                // what may be read now
  std::vector<std::shared_ptr<partition::Partition>> to_do_;  // from the back
  std::vector<std::shared_ptr<log::Segment>> segments_;       // of one partition, likewise
  std::shared_ptr<log::Segment> segment_;
  std::shared_ptr<const log::SegmentSum> sum_;
  std::unique_ptr<File> file_;
  std::uint32_t block_ = 0;
  std::vector<std::byte> buffer_;
};

}  // namespace leat::engine
