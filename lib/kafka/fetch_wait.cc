#include "kafka/fetch_wait.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/consumer.h"
#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "kafka/acls.h"
#include "kafka/authorizer.h"
#include "kafka/broker.h"
#include "kafka/call.h"
#include "kafka/executor.h"
#include "kafka/fetch_sessions.h"
#include "kafka/nodes.h"
#include "kafka/session.h"
#include "kafka/topics.h"
#include "service/partition_log.h"
#include "wire/messages/fetch.h"
#include "wire/schema.h"

namespace leat::kafka {
namespace {

using wire::fetch_response::FetchableTopicResponse;
using wire::fetch_response::PartitionData;

constexpr wire::ApiVersion kById = 13;
constexpr wire::ApiVersion kTellsLeader = 12;
constexpr wire::ApiVersion kTellsEndpoints = 16;

std::size_t at_least_zero(std::int32_t bytes) {
  return bytes < 0 ? 0 : static_cast<std::size_t>(bytes);
}

MonotonicTime deadline_of(const wire::FetchRequest& request, MonotonicTime now) {
  return now + std::chrono::milliseconds(std::max(request.max_wait_ms, 0));
}

/// The first run of bytes that lie one behind the other.
BytesView first_run(const std::vector<service::Slice>& slices) {
  if (slices.empty()) return {""};
  std::span<const std::byte> run = slices.front().bytes;
  for (std::size_t i = 1; i < slices.size() && slices[i].bytes.data() == run.data() + run.size();
       ++i) {
    run = {run.data(), run.size() + slices[i].bytes.size()};
  }
  return BytesView(run);
}

}  // namespace

/// Woken by an append, from its thread: has the session look, on its own.
class FetchWait::WakeUp : public service::Waiter {
 public:
  explicit WakeUp(const Call& call)
      : executor_(call.executor), session_(call.session), id_(call.id) {}
  void wake() noexcept override {
    if (is_posted_.exchange(true, std::memory_order_acq_rel)) return;
    executor_->post([session = session_, id = id_] {
      if (const auto there = session.lock()) there->look(id);
    });
  }
  /// Before a look: what comes from here on wakes again.
  void begin_look() { is_posted_.store(false, std::memory_order_release); }

 private:
  const std::shared_ptr<Executor> executor_;
  const std::weak_ptr<Session> session_;
  const RequestId id_;
  std::atomic<bool> is_posted_{false};
};

FetchWait::FetchWait(Call call, const wire::FetchRequest& request, FetchBegun begun,
                     MonotonicTime now)
    : call_(std::move(call)),
      by_id_(call_.version >= kById),
      isolation_(request.isolation_level == 1 ? service::Isolation::kReadCommitted
                                              : service::Isolation::kReadUncommitted),
      bytes_min_(at_least_zero(std::min(request.min_bytes, request.max_bytes))),
      bytes_max_(at_least_zero(std::min(request.max_bytes, call_.broker->options.fetch_max_bytes))),
      deadline_(deadline_of(request, now)),
      session_(std::move(begun.session)),
      is_full_(begun.is_full) {
  targets_.reserve(begun.asks.size());
  for (const FetchAsk& ask : begun.asks) targets_.push_back(resolve(ask));
}

FetchWait::~FetchWait() { disarm(); }

FetchWait::Target FetchWait::resolve(const FetchAsk& ask) const {
  const auto topic = find_topic(*call_.broker, by_id_, ask.topic, ask.topic_id);
  const std::string_view name = topic == nullptr ? ask.topic : topic->name;
  if (!name.empty() && !may_on_topic(call_, AclOperation::kRead, name)) {
    return {.ask = ask, .log = nullptr, .error = Error(ErrorCode::kTopicAuthorizationFailed)};
  }
  auto log = find_partition(*call_.broker, *call_.peer, topic, ask.partition, by_id_);
  if (!log) return {.ask = ask, .log = nullptr, .error = log.error()};
  return {.ask = ask, .log = *std::move(log)};
}

Result<void> FetchWait::check(const Target& target, const PartitionOffsets& offsets) const {
  LEAT_TRY_VOID(check_epoch(*call_.broker, target.ask.current_epoch));
  if (target.ask.offset < offsets.log_start || target.ask.offset > offsets.log_end) {  // F6
    return Error(ErrorCode::kOffsetOutOfRange);
  }
  return {};
}

bool FetchWait::has_enough() {
  std::size_t bytes = 0;
  bool has_log = false;
  for (const Target& target : targets_) {
    if (target.log == nullptr) {
      // What is unknown does not cut the wait of the others (F1).
      if (target.error.code() == ErrorCode::kNotLeaderOrFollower) return true;
      continue;
    }
    has_log = true;
    const auto offsets = target.log->offsets();
    if (!offsets || !check(target, *offsets)) return true;
    bytes += target.log->readable_bytes(target.ask.offset, isolation_, bytes_min_ - bytes);
    if (bytes >= bytes_min_) return true;
  }
  return !has_log;
}

bool FetchWait::start(MonotonicTime now) {
  if (now >= deadline_ || has_enough()) {
    answer();
    return true;
  }
  wake_up_ = std::make_shared<WakeUp>(call_);
  if (look(now)) return true;
  let_frame_go();
  return false;
}

void FetchWait::let_frame_go() {
  for (Target& target : targets_) {
    if (target.ask.keeper != nullptr) continue;  // a session's
    target.ask.keeper = std::make_shared<const std::string>(target.ask.topic);
    target.ask.topic = *target.ask.keeper;
  }
  call_.header.client_id.reset();
  call_.frame = {};
}

bool FetchWait::look(MonotonicTime now) {
  wake_up_->begin_look();
  if (now < deadline_ && !has_enough()) {
    arm();
    if (!has_enough()) return false;  // else what came before it was armed
  }
  disarm();
  answer();
  return true;
}

void FetchWait::arm() {
  disarm();
  for (const Target& target : targets_) {
    if (target.log != nullptr) target.log->arm(wake_up_);
  }
  call_.broker->logs->settle();
}

void FetchWait::disarm() {
  if (wake_up_ == nullptr) return;
  for (const Target& target : targets_) {
    if (target.log != nullptr) target.log->disarm(wake_up_.get());
  }
}

void FetchWait::answer() {
  Filling filling;
  filling.response.session_id = session_ ? session_->id() : 0;
  filling.bytes_left = bytes_max_;
  for (const Target& target : targets_) fill(target, filling);
  Reply<wire::FetchResponse>(call_).send(filling.response, std::move(filling.leases));
}

FetchableTopicResponse& FetchWait::topic_of(const FetchAsk& ask,
                                            wire::FetchResponse& response) const {
  const bool goes_on =
      !response.responses.empty() && (by_id_ ? response.responses.back().topic_id == ask.topic_id
                                             : response.responses.back().topic == ask.topic);
  if (goes_on) return response.responses.back();
  return response.responses.emplace_back(FetchableTopicResponse{
      .topic = std::string(ask.topic), .topic_id = ask.topic_id, .partitions = {}});
}

void FetchWait::fill(const Target& target, Filling& filling) {
  PartitionData data;
  data.partition_index = target.ask.partition;
  data.high_watermark = Offset{-1};
  if (target.log == nullptr) {
    data.error_code = to_kafka(target.error.code());
    if (data.error_code == ErrorCode::kNotLeaderOrFollower) tell_leader(target, data, filling);
  } else {
    fill_records(target, data, filling);
  }
  const FetchTold told{data.high_watermark, data.last_stable_offset, data.log_start_offset};
  const bool has_records = !data.records.bytes.bytes().empty();
  const bool has_error =
      data.error_code != ErrorCode::kNone || data.diverging_epoch.epoch.value() >= 0;
  const bool is_news = !session_ || session_->is_news(target.ask, told, has_records, has_error);
  if (is_full_ || is_news)
    topic_of(target.ask, filling.response).partitions.push_back(std::move(data));
}

void FetchWait::fill_records(const Target& target, PartitionData& data, Filling& filling) {
  const auto offsets = target.log->offsets();
  const Result<void> checked = offsets ? check(target, *offsets) : Result<void>(offsets.error());
  if (!checked) {
    data.error_code = to_kafka(checked.error().code());
    return;
  }
  const LeaderEpoch last = target.ask.last_fetched_epoch;
  if (last.value() >= 0 && last != offsets->leader_epoch) {  // F9
    const auto end = target.log->end_of(last);
    if (!end || !*end) {
      data.error_code = ErrorCode::kOffsetOutOfRange;
      return;
    }
    if ((*end)->leader_epoch < last || (*end)->end < target.ask.offset) {
      data.diverging_epoch = {(*end)->leader_epoch, (*end)->end};
      return;
    }
  }
  const std::size_t bytes_max = std::min(at_least_zero(target.ask.bytes_max), filling.bytes_left);
  auto slices = target.log->read(target.ask.offset, isolation_, bytes_max, !filling.has_records);
  if (!slices) {
    data.error_code = to_kafka(slices.error().code());
    return;
  }
  data.high_watermark = offsets->high_watermark;
  data.last_stable_offset = offsets->last_stable;
  data.log_start_offset = offsets->log_start;
  data.records.bytes = first_run(*slices);
  const std::size_t size = data.records.bytes.bytes().size();
  filling.has_records |= size > 0;
  filling.bytes_left -= std::min(size, filling.bytes_left);
  for (service::Slice& slice : *slices) filling.leases.push_back(std::move(slice.lease));
}

void FetchWait::tell_leader(const Target& target, PartitionData& data, Filling& filling) const {
  if (call_.version < kTellsLeader) return;
  const auto topic = find_topic(*call_.broker, by_id_, target.ask.topic, target.ask.topic_id);
  if (topic == nullptr) return;
  const Node& leader = call_.broker->nodes.leader(topic->id, target.ask.partition);
  data.current_leader = {leader.id, call_.broker->logs->leader_epoch()};
  auto& endpoints = filling.response.node_endpoints;
  const bool is_known =
      std::ranges::any_of(endpoints, [&](const auto& node) { return node.node_id == leader.id; });
  if (call_.version < kTellsEndpoints || is_known) return;
  endpoints.push_back({leader.id, advertised_host(leader, *call_.peer), leader.port, leader.rack});
}

}  // namespace leat::kafka
