#include "partition/instance.h"

#include <atomic>
#include <chrono>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"
#include "partition/partition.h"

namespace leat::partition {
namespace {

/// Looking stops each owner for a moment, and a holder is idle when it is so from one look to the next.
constexpr std::chrono::seconds kLookEvery{1};

}  // namespace

Result<void> Gate::refusal(bool writing) const {
  if (guard_.forked()) {
    return Error(ErrorCode::kForked,
                 "this process is a fork of the one that opened the engine; open another directory, or "
                 "exec first");
  }
  switch (state_.load(std::memory_order_acquire)) {
    case State::kOpen:
      return {};
    case State::kClosed:
      return Error(ErrorCode::kClosed, "the engine is closed");
    case State::kReadOnly:
      if (!writing) return {};
      return Error(ErrorCode::kStorageReadOnly, "the engine was opened read-only");
    case State::kPoisoned:
      if (!writing) return {};
      return Error(ErrorCode::kStorageReadOnly,
                   "read-only until reopened, since: " + cause().value_or(Error(ErrorCode::kIo)).to_string());
  }
  return Error(ErrorCode::kInternal, "no such state");
}

void Gate::poison(const Error& cause) {
  {
    const base::MutexLock lock(mutex_);
    if (cause_) return;  // the first one counts
    cause_ = cause;
  }
  State open = State::kOpen;
  state_.compare_exchange_strong(open, State::kPoisoned, std::memory_order_acq_rel);
}

bool MapBudget::take(Partition& partition) {
  const base::MutexLock lock(mutex_);
  if (std::ssize(holders_) >= partitions_max_) return false;
  holders_.emplace(&partition, partition.weak_from_this());
  return true;
}

bool MapBudget::is_time_to_look(MonotonicTime now) {
  const base::MutexLock lock(mutex_);
  if (looked_at_ && now - *looked_at_ < kLookEvery) return false;
  looked_at_ = now;
  return true;
}

void MapBudget::give_back(const Partition& partition) {
  const base::MutexLock lock(mutex_);
  holders_.erase(&partition);
}

std::vector<std::weak_ptr<Partition>> MapBudget::holders() const {
  const base::MutexLock lock(mutex_);
  std::vector<std::weak_ptr<Partition>> all;
  all.reserve(holders_.size());
  for (const auto& [partition, handle] : holders_) all.push_back(handle);
  return all;
}

std::optional<Error> Gate::cause() const {
  const base::MutexLock lock(mutex_);
  return cause_;
}

}  // namespace leat::partition
