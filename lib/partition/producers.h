#pragma once

/// \file
/// The idempotent producers of one partition: nothing at all until there is one. Follows the
/// batches of the log while that is opened, and is kept beside each sealed segment (S19, I9).
///
/// Threads: whoever opens the log, then the holder. The instance outlives it.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "leat/result.h"
#include "leat/types.h"

#include "log/follower.h"
#include "partition/producer_state.h"
#include "record/batch_view.h"

namespace leat::partition {

struct Instance;

class Producers final : public log::Follower {
 public:
  explicit Producers(const Instance& instance) : instance_(instance) {}

  /// As ProducerState's. `now` may forget others, too (I8).
  [[nodiscard]] Result<std::optional<ProducedBatch>> check(const ProducedBatch& batch,
                                                           Timestamp now);
  void apply(const ProducedBatch& batch);
  /// How many are known.
  [[nodiscard]] std::size_t size() const { return known_ ? known_->state.size() : 0; }

  Result<void> restore(std::span<const std::byte> snapshot) override;
  void follow(const record::BatchView& batch) override;
  [[nodiscard]] std::vector<std::byte> snapshot() override;

 private:
  void expire(Timestamp now);
  [[nodiscard]] Timestamp now() const;
  struct Known {
    ProducerState state;
    Timestamp expired_at;  // when it was last looked for idle ones
  };
  const Instance& instance_;
  std::unique_ptr<Known> known_;  // null: none is
};

}  // namespace leat::partition
