#include "partition/instance.h"

#include <atomic>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "leat/error.h"
#include "leat/result.h"

namespace leat::partition {

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

std::optional<Error> Gate::cause() const {
  const base::MutexLock lock(mutex_);
  return cause_;
}

}  // namespace leat::partition
