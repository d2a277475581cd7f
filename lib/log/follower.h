#pragma once

/// \file
/// What follows from the batches of a log and is kept beside its sealed segments: the state of
/// producers (S19), which `partition` has.

#include <cstddef>
#include <span>
#include <vector>

#include "leat/result.h"

#include "record/batch_view.h"

namespace leat::log {

/// Called by whoever opens the log, then by the holder.
class Follower {
 public:
  virtual ~Follower() = default;
  /// Opening: begins anew, from what `snapshot` gave, or from nothing if that is empty. Errors:
  /// kCorruptMessage, kUnsupportedFormat; it may then be called again with another.
  virtual Result<void> restore(std::span<const std::byte> snapshot) = 0;
  /// Opening: the next batch; its header may be read.
  virtual void follow(const record::BatchView& batch) = 0;
  /// What a segment that ends here has beside it; empty: nothing worth keeping.
  [[nodiscard]] virtual std::vector<std::byte> snapshot() = 0;
};

}  // namespace leat::log
