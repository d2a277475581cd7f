#pragma once

/// \file
/// What the handlers of group APIs share: who coordinates, who asks, and answers made of parts.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "leat/error.h"
#include "leat/types.h"

#include "kafka/broker.h"
#include "kafka/call.h"
#include "kafka/nodes.h"
#include "service/group_service.h"

namespace leat::kafka {

/// READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS and ALTER_CONFIGS, as bits of their codes.
inline constexpr std::int32_t kGroupOperations = 1 << 3 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 11;

/// The node that leads the group's partition of `__consumer_offsets` (G1); null until there is one.
[[nodiscard]] const Node* find_coordinator(const Broker& broker, std::string_view group_id);

/// Whether the node that was asked coordinates the group: kNone, NOT_COORDINATOR (K7), or
/// COORDINATOR_NOT_AVAILABLE.
[[nodiscard]] ErrorCode check_coordinator(const Call& call, std::string_view group_id);

/// "/127.0.0.1", as Java prints who is at the other end.
[[nodiscard]] std::string client_host(const Call& call);

/// Answers `call` with what a port gives, whenever and from wherever that is.
template <class Response>
[[nodiscard]] service::Done<Response> answer_to(Call call) {
  return [reply = Reply<Response>(std::move(call))](Response response) {
    reply.give(std::move(response));
  };
}

/// An answer of parts that come in any order, from any thread; each part has a place of its own in
/// `response`, which is given when all have come.
template <class Response>
class Parts {
 public:
  /// `finish`: what is done to the whole before it is given; may be null.
  Parts(Reply<Response> reply, Response response, void (*finish)(Response&) = nullptr)
      : reply_(std::move(reply)), response_(std::move(response)), finish_(finish) {}
  [[nodiscard]] Response& response() { return response_; }
  /// Before whatever answers is asked.
  void expect_one() { left_.fetch_add(1, std::memory_order_relaxed); }
  /// A part has come, or all have been asked for.
  void one_came() {
    if (left_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    if (finish_ != nullptr) finish_(response_);
    reply_.give(std::move(response_));
  }

 private:
  Reply<Response> reply_;
  Response response_;
  void (*finish_)(Response&);
  std::atomic<std::size_t> left_{1};
};

}  // namespace leat::kafka
