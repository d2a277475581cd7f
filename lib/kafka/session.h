#pragma once

/// \file
/// The protocol of one connection, without its socket (K2): frames in, answers out, in the order of
/// the requests (W3). Requests are begun in order; one begins when the one before it has taken
/// effect, so that Produce and Fetch overlap with what follows them and nothing else does.
///
/// Threads: all on the thread of its executor, but `wake`.

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "kafka/broker.h"
#include "kafka/call.h"
#include "kafka/executor.h"

namespace leat::kafka {

/// A request that waits for something but its turn: a parked Fetch (K9).
class Waiting {
 public:
  virtual ~Waiting() = default;
  [[nodiscard]] virtual MonotonicTime deadline() const = 0;
  /// Woken, or its time is up. True when it has answered.
  virtual bool look(MonotonicTime now) = 0;
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  /// `on_change` is called when there is output, a close or another deadline; never inline from
  /// `feed` or `on_time`, whose caller looks anyway.
  Session(std::shared_ptr<Broker> broker, Peer peer, std::shared_ptr<Executor> executor,
          std::function<void()> on_change);

  /// A whole frame, without its size.
  void feed(Frame frame);
  /// The next answer that is due; nullopt when there is none yet.
  [[nodiscard]] std::optional<Output> next_output();
  /// Requests that were fed and are not answered yet.
  [[nodiscard]] std::size_t unanswered() const { return slots_.size() + frames_.size(); }
  /// Nothing is to be read for a while (W10): until a deadline.
  [[nodiscard]] bool is_muted() const { return muted_until_.has_value(); }
  /// Why the connection is to be closed, after what `next_output` still has.
  [[nodiscard]] const std::optional<Error>& closing() const { return closing_; }

  [[nodiscard]] std::optional<MonotonicTime> next_deadline() const;
  void on_time(MonotonicTime now);
  /// The connection is gone: nothing is answered any more.
  void close();

  // For handlers.

  /// Keeps `waiting` until it has answered.
  void park(RequestId id, std::unique_ptr<Waiting> waiting);
  /// Has a parked request look again.
  void look(RequestId id);
  void complete(RequestId id, Result<std::optional<Output>> output);
  /// Begins no further request for `time` (W10).
  void mute(std::chrono::nanoseconds time);

  [[nodiscard]] const std::shared_ptr<Executor>& executor() const { return executor_; }

 private:
  struct Slot {
    bool is_done = false;
    std::optional<Output> output;
  };
  void begin_next();
  void begin(const Frame& frame);
  void refuse(Error reason);
  void changed();
  [[nodiscard]] Slot* slot(RequestId id);

  const std::shared_ptr<Broker> broker_;
  const std::shared_ptr<const Peer> peer_;
  const std::shared_ptr<Executor> executor_;
  std::function<void()> on_change_;
  bool is_inside_ = false;              // feed or on_time
  std::deque<Frame> frames_;            // not begun
  std::optional<RequestId> busy_with_;  // what must end before the next one begins
  std::optional<MonotonicTime> muted_until_;
  RequestId first_ = 0;  // the request of the first slot
  std::deque<Slot> slots_;
  std::map<RequestId, std::unique_ptr<Waiting>> waiting_;
  std::optional<Error> closing_;
};

}  // namespace leat::kafka
