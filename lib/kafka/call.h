#pragma once

/// \file
/// A request while it is served, and the way back for its answer.

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "kafka/broker.h"
#include "kafka/executor.h"
#include "kafka/quotas.h"
#include "wire/codec.h"
#include "wire/gather_writer.h"
#include "wire/messages/headers.h"
#include "wire/schema.h"

namespace leat::kafka {

/// A request's bytes, without their size, kept by whoever still looks at them (K5).
struct Frame {
  std::span<const std::byte> bytes = {};
  std::shared_ptr<const void> owner = {};
};

/// One response on its way out: `bytes`, with the splices between them.
struct Output {
  std::vector<std::byte> bytes = {};
  std::vector<wire::Splice> splices = {};
  std::vector<std::shared_ptr<const void>> leases = {};  ///< of what is spliced
};

[[nodiscard]] inline std::size_t size_of(const Output& output) {
  std::size_t size = output.bytes.size();
  for (const wire::Splice& splice : output.splices) size += splice.bytes.size();
  return size;
}

/// The other end of a connection, and this one.
struct Peer {
  std::int32_t node_id = 0;                  ///< of the node whose listener it came to
  std::string local_host = {};               ///< the address it came to (M7)
  std::string remote = {};                   ///< host:port, for logs
  std::string host = {};                     ///< of the other end: what ACLs call it
  std::string principal = "User:ANONYMOUS";  ///< who it is (A12)
};

/// Requests of a session are numbered in their order.
using RequestId = std::uint64_t;

class Session;

/// A value: handlers that answer later keep it.
struct Call {
  std::shared_ptr<Broker> broker;
  std::shared_ptr<const Peer> peer;
  std::weak_ptr<Session> session;
  std::shared_ptr<Executor> executor;  ///< the session's thread
  RequestId id = 0;
  wire::RequestHeader header;
  wire::ApiVersion version = 0;
  Frame frame;  ///< what `header` and the request look into
  MonotonicTime begun = {};
  std::size_t request_bytes = 0;
  /// Null: it has none.
  std::shared_ptr<const ClientQuotas> quotas = {};
  /// A Response to what was taken out of the request since the client may not do it
  /// (kafka/screen.h); the answer has it, too. Null: nothing.
  std::shared_ptr<const void> refused = {};
};

/// Adds the topics, groups, … that `more` answers to those of `response`.
template <wire::TopLevel Response>
void add_answers(Response& response, const Response& more) {
  wire::for_each_field<Response>([&]<auto Member>(const wire::Field<Member>& /*row*/) {
    if constexpr (wire::ArrayType<std::remove_cvref_t<decltype(response.*Member)>>) {
      auto& answers = response.*Member;
      answers.insert(answers.end(), (more.*Member).begin(), (more.*Member).end());
    }
  });
}

/// The frame of a response: size, header, body.
template <wire::TopLevel Response>
[[nodiscard]] Result<Output> encode_response(const Response& response, std::int32_t correlation_id,
                                             wire::ApiVersion version) {
  wire::GatherWriter writer;
  writer.reserve(128);
  writer.integer(std::int32_t{0});  // the size, once it is known
  LEAT_TRY_VOID(wire::encode_to(writer, wire::ResponseHeader{correlation_id},
                                wire::response_header_version<Response>(version)));
  LEAT_TRY_VOID(wire::encode_to(writer, response, version));
  const std::size_t size = writer.size() - sizeof(std::int32_t);
  Output output{.splices = writer.take_splices()};
  output.bytes = std::move(writer).take();
  base::store_be<std::int32_t>(output.bytes.data(), static_cast<std::int32_t>(size));
  return output;
}

/// Whether there is an error code in it, wherever.
template <class T>
[[nodiscard]] bool has_error(const T& value) {
  bool found = false;
  if constexpr (std::same_as<T, ErrorCode>) {
    found = value != ErrorCode::kNone;
  } else if constexpr (wire::OptionalType<T>) {
    found = value && has_error(*value);
  } else if constexpr (wire::ArrayType<T>) {
    for (const auto& element : value) found = found || has_error(element);
  } else if constexpr (wire::Message<T>) {
    wire::for_each_field<T>([&]<auto Member>(const wire::Field<Member>& /*row*/) {
      found = found || has_error(value.*Member);
    });
  }
  return found;
}

/// Gives the session of `call` its answer: nullopt for none at all (W12), an error to close the
/// connection. On the session's thread; nothing if it is gone.
void complete(const Call& call, Result<std::optional<Output>> output);
/// Has the session of `call` begin no further request for a while (W10). Before its answer.
void mute(const Call& call, std::chrono::milliseconds time);

/// Answers a request once. On the session's thread, but for `post`.
template <wire::TopLevel Response>
class Reply {
 public:
  explicit Reply(Call call) : call_(std::move(call)) {}
  [[nodiscard]] const Call& call() const { return call_; }

  /// `leases` keep what the response's records look into.
  void send(const Response& response, std::vector<std::shared_ptr<const void>> leases = {}) const {
    auto output = encode(response);
    count(output ? size_of(*output) : 0, !output || has_error(response));
    if (!output) return complete(call_, std::move(output).error());
    output->leases = std::move(leases);
    complete(call_, std::optional(*std::move(output)));
  }
  /// From any thread. REQUIRES: no records in it.
  void post(Response response) const {
    call_.executor->post([self = *this, response = std::move(response)] { self.send(response); });
  }
  /// From any thread: at once on the session's, else posted. REQUIRES: no records in it.
  void give(Response response) const {
    if (call_.executor->is_here()) return send(response);
    post(std::move(response));
  }
  /// No answer: acks=0 went well (W12).
  void send_nothing() const {
    if (call_.quotas != nullptr) (void)throttle();
    count(0, false);
    complete(call_, std::optional<Output>());
  }
  /// Closes the connection, for `reason`.
  void close(Error reason) const {
    count(0, true);
    complete(call_, std::move(reason));
  }

 private:
  void count(std::size_t bytes_out, bool has_error) const {
    Broker& broker = *call_.broker;
    broker.metrics.count(Response::kApiKey, {.time = broker.clock->monotonic() - call_.begun,
                                             .bytes_in = call_.request_bytes,
                                             .bytes_out = bytes_out,
                                             .has_error = has_error || call_.refused != nullptr});
  }
  [[nodiscard]] Result<Output> encode(const Response& response) const {
    if (call_.refused == nullptr) return encode_throttled(response);
    Response all = response;
    add_answers(all, *static_cast<const Response*>(call_.refused.get()));
    return encode_throttled(all);
  }
  /// An answer's size counts before its throttle time is known: one that is throttled is encoded
  /// again.
  [[nodiscard]] Result<Output> encode_throttled(const Response& response) const {
    auto output = encode_response(response, call_.header.correlation_id, call_.version);
    if (!output || call_.quotas == nullptr) return output;
    if constexpr (requires { response.throttle_time_ms; }) {
      const MonotonicTime now = call_.broker->clock->monotonic();
      if (Response::kApiKey == 1) call_.quotas->record_fetched(size_of(*output), now);
      const std::chrono::milliseconds time = throttle();
      if (time == std::chrono::milliseconds::zero()) return output;
      Response throttled = response;
      throttled.throttle_time_ms = static_cast<std::int32_t>(time.count());
      return encode_response(throttled, call_.header.correlation_id, call_.version);
    }
    return output;
  }
  /// Mutes the session for as long as the client's quotas say, and says how long (W10).
  [[nodiscard]] std::chrono::milliseconds throttle() const {
    const auto time = call_.quotas->delay(Response::kApiKey, call_.broker->clock->monotonic());
    if (time > std::chrono::milliseconds::zero()) mute(call_, time);
    return time;
  }

  Call call_;
};

}  // namespace leat::kafka
