// Pushing: whenever there are records, a task of the user's executor gives them to the callback.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "leat/consumer.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"

#include "base/mutex.h"
#include "base/try.h"
#include "engine/consumer_impl.h"
#include "engine/guarded.h"
#include "partition/waiters.h"

namespace leat::inline v0 {

/// At most one task is at the executor or runs, so that one thread at a time uses the consumer. The
/// executor is called from a job, never from an append: what it does holds up no writer, and no
/// lock is held.
///
/// Invariant: while kIdle, the next append wakes it; the consumer goes before the engine may, on
/// the thread that cancels.
class Subscription::Impl final : public partition::Waiter,
                                 public std::enable_shared_from_this<Subscription::Impl> {
 public:
  Impl(std::unique_ptr<Consumer::Impl> consumer, Executor executor, OnBatch on_batch)
      : scheduler_(*consumer->environment().scheduler),
        clock_(*consumer->environment().clock),
        executor_(std::move(executor)),
        on_batch_(std::move(on_batch)),
        consumer_(std::move(consumer)) {}

  /// There may be something to read.
  void wake() noexcept override {
    const base::MutexLock lock(mutex_);
    was_woken_ = true;
    if (state_ != State::kIdle || is_cancelled_) return;
    state_ = State::kScheduled;
    scheduler_.post([self = shared_from_this()] { self->hand_over(); });
  }

  void cancel() noexcept {
    while (const auto run = cancel_or_see_run()) {
      scheduler_.wait(runs_, *run, clock_.monotonic() + std::chrono::seconds(1));
    }
  }

  [[nodiscard]] std::optional<Error> error() const {
    const base::MutexLock lock(mutex_);
    return error_;
  }

 private:
  enum class State : std::uint8_t { kIdle, kScheduled, kRunning, kEnded };

  void hand_over() {
    const auto handed = engine::call_user(
        "executor", [&] { executor_([self = shared_from_this()] { self->run(); }); });
    if (!handed) end(handed.error());
  }

  /// The executor's task.
  void run() {
    if (!begin_run()) return;
    do {
      if (!consumer_->is_read_only()) {
        consumer_->disarm(this);
        consumer_->arm(
            shared_from_this());  // first, so that what is appended while we look wakes us
      }
      const auto goes_on = engine::guarded([&] { return deliver(); });
      if (!goes_on) return end(goes_on.error());
      if (!*goes_on) return end(std::nullopt);
    } while (!rest());
  }

  bool begin_run() {
    const base::MutexLock lock(mutex_);
    if (state_ != State::kScheduled || is_cancelled_) return false;
    state_ = State::kRunning;
    was_woken_ = false;
    runner_ = std::this_thread::get_id();
    return true;
  }

  /// Gives all there is to the callback; false when it wants no more.
  Result<bool> deliver() {
    while (!is_cancelled()) {
      LEAT_TRY_VOID(consumer_->take_part());
      LEAT_TRY(auto found, consumer_->is_read_only() ? consumer_->look_again() : consumer_->look());
      if (!found) return true;
      empty_looks_ = 0;
      const ConsumedBatch batch(std::move(found));
      LEAT_TRY(const bool goes_on, engine::call_user("on_batch", [&] { return on_batch_(batch); }));
      if (!goes_on) return false;
    }
    return false;
  }

  /// Ends the run; false when it was woken meanwhile and must look again.
  bool rest() {
    const base::MutexLock lock(mutex_);
    if (std::exchange(was_woken_, false)) return false;
    state_ = State::kIdle;
    if (consumer_->is_read_only()) {  // nobody wakes us
      scheduler_.post_after(Consumer::Impl::back_off(empty_looks_++),
                            [self = shared_from_this()] { self->wake(); });
    }
    note_end_of_run();
    return true;
  }

  void end(std::optional<Error> why) {
    if (consumer_) consumer_->disarm(this);
    const base::MutexLock lock(mutex_);
    error_ = std::move(why);
    state_ = State::kEnded;
    note_end_of_run();
  }

  void note_end_of_run() LEAT_REQUIRES(mutex_) {
    runs_.fetch_add(1, std::memory_order_release);
    scheduler_.wake(runs_);
  }

  /// Cancels, and tells which run of another thread's is to be waited for. When there is none, the
  /// consumer is gone, unless this is the callback's own thread, which still uses it.
  std::optional<std::uint32_t> cancel_or_see_run() {
    std::unique_ptr<Consumer::Impl> released;
    {
      const base::MutexLock lock(mutex_);
      is_cancelled_ = true;
      if (state_ == State::kRunning) {
        if (runner_ == std::this_thread::get_id()) return std::nullopt;
        return runs_.load(std::memory_order_relaxed);
      }
      state_ = State::kEnded;
      released = std::move(consumer_);
    }
    if (released) released->disarm(this);
    return std::nullopt;
  }

  [[nodiscard]] bool is_cancelled() const {
    const base::MutexLock lock(mutex_);
    return is_cancelled_;
  }

  Scheduler& scheduler_;
  Clock& clock_;
  const Executor executor_;
  const OnBatch on_batch_;
  std::unique_ptr<Consumer::Impl> consumer_;  // of the run; of who cancels when there is none
  std::uint32_t empty_looks_ = 0;             // of the run
  std::atomic<std::uint32_t> runs_{0};

  mutable base::Mutex mutex_;  // a leaf, but for the scheduler's own
  State state_ LEAT_GUARDED_BY(mutex_) = State::kIdle;
  bool was_woken_ LEAT_GUARDED_BY(mutex_) = false;
  bool is_cancelled_ LEAT_GUARDED_BY(mutex_) = false;
  decltype(std::this_thread::get_id()) runner_ LEAT_GUARDED_BY(mutex_);
  std::optional<Error> error_ LEAT_GUARDED_BY(mutex_);
};

Result<Subscription> Consumer::push(Consumer consumer, Executor executor, OnBatch on_batch) {
  return engine::guarded([&]() -> Result<Subscription> {
    if (!executor || !on_batch) {
      return Error(ErrorCode::kInvalidArgument, "push needs an executor and a callback");
    }
    auto subscription = std::make_shared<Subscription::Impl>(
        std::move(consumer.impl_), std::move(executor), std::move(on_batch));
    subscription->wake();  // what is there already
    return Subscription(std::move(subscription));
  });
}

Subscription::Subscription(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Subscription::Subscription(Subscription&&) noexcept = default;
Subscription& Subscription::operator=(Subscription&& other) noexcept {
  if (this != &other) {
    if (impl_) impl_->cancel();
    impl_ = std::move(other.impl_);
  }
  return *this;
}
Subscription::~Subscription() {
  if (impl_) impl_->cancel();
}
void Subscription::cancel() noexcept { impl_->cancel(); }
std::optional<Error> Subscription::error() const { return impl_->error(); }

}  // namespace leat::inline v0
