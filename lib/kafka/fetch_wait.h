#pragma once

/// \file
/// One Fetch from its request to its answer: what it asks, whether there is enough, the answer, and
/// the wait in between (F1, K9).

#include <cstddef>
#include <memory>
#include <vector>

#include "leat/consumer.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "kafka/call.h"
#include "kafka/fetch_sessions.h"
#include "kafka/session.h"
#include "service/partition_log.h"
#include "wire/messages/fetch.h"

namespace leat::kafka {

class FetchWait : public Waiting {
 public:
  FetchWait(Call call, const wire::FetchRequest& request, FetchBegun begun, MonotonicTime now);
  ~FetchWait() override;
  FetchWait(const FetchWait&) = delete;
  FetchWait& operator=(const FetchWait&) = delete;
  FetchWait(FetchWait&&) = delete;
  FetchWait& operator=(FetchWait&&) = delete;

  /// Answers if there is enough or nothing to wait for; else arms and is to be parked. True when it
  /// has answered.
  bool start(MonotonicTime now);
  [[nodiscard]] MonotonicTime deadline() const override { return deadline_; }
  bool look(MonotonicTime now) override;

 private:
  /// A partition that is asked for.
  struct Target {
    FetchAsk ask = {};
    std::shared_ptr<service::PartitionLog> log = {};  ///< null when `error` says why
    Error error{ErrorCode::kNone};
  };
  /// An answer in the making.
  struct Filling {
    wire::FetchResponse response;
    std::vector<std::shared_ptr<const void>> leases;
    std::size_t bytes_left = 0;
    bool has_records = false;
  };
  class WakeUp;

  [[nodiscard]] Target resolve(const FetchAsk& ask) const;
  /// Errors that are to be told at once (F1).
  [[nodiscard]] Result<void> check(const Target& target, const PartitionOffsets& offsets) const;
  [[nodiscard]] bool has_enough();
  void arm();
  void disarm();
  void answer();
  /// Lets the request's frame go: a wait may be long, and the frame keeps a whole read buffer.
  void let_frame_go();
  void fill(const Target& target, Filling& filling);
  void fill_records(const Target& target, wire::fetch_response::PartitionData& data,
                    Filling& filling);
  void tell_leader(const Target& target, wire::fetch_response::PartitionData& data,
                   Filling& filling) const;
  wire::fetch_response::FetchableTopicResponse& topic_of(const FetchAsk& ask,
                                                         wire::FetchResponse& response) const;

  Call call_;
  const bool by_id_;
  const service::Isolation isolation_;
  const std::size_t bytes_min_;
  const std::size_t bytes_max_;
  const MonotonicTime deadline_;
  const std::shared_ptr<FetchSession> session_;
  const bool is_full_;
  std::vector<Target> targets_;
  std::shared_ptr<WakeUp> wake_up_;  // armed in all logs, if any
};

}  // namespace leat::kafka
