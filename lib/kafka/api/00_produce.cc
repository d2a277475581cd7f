#include "kafka/api/00_produce.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/options.h"
#include "leat/result.h"
#include "leat/types.h"

#include "kafka/broker.h"
#include "kafka/call.h"
#include "kafka/nodes.h"
#include "kafka/topics.h"
#include "service/log_service.h"
#include "service/partition_log.h"
#include "wire/messages/produce.h"

namespace leat::kafka {
namespace {

using wire::produce_request::PartitionProduceData;
using wire::produce_request::TopicProduceData;
using wire::produce_response::PartitionProduceResponse;
using wire::produce_response::TopicProduceResponse;

constexpr std::int16_t kAll = -1;

/// A batch whose answer waits for the disk.
struct Undurable {
  std::size_t topic;
  std::size_t partition;
  std::shared_ptr<service::PartitionLog> log;
  Offset end;
};

void set_error(PartitionProduceResponse& answer, const Error& error) {
  answer.error_code = to_kafka(error.code());
  answer.base_offset = Offset{-1};
  if (!error.message().empty()) answer.error_message = std::string(error.message());
}

/// One request on its way through the partitions.
class Producing {
 public:
  Producing(const Call& call, const wire::ProduceRequest& request)
      : call_(call), request_(request) {}

  wire::ProduceResponse run() {
    wire::ProduceResponse response;
    response.responses.reserve(request_.topic_data.size());
    for (const TopicProduceData& topic : request_.topic_data) {
      const service::TopicPtr found =
          find_topic(*call_.broker, call_.version >= 13, topic.name, topic.topic_id);
      auto& answers = response.responses.emplace_back(TopicProduceResponse{
          .name = std::string(topic.name), .topic_id = topic.topic_id, .partition_responses = {}});
      answers.partition_responses.reserve(topic.partition_data.size());
      for (const PartitionProduceData& data : topic.partition_data) {
        PartitionProduceResponse& answer = answers.partition_responses.emplace_back();
        answer.index = data.index;
        append(found, data, answer, response);
        if (end_) {
          undurable_.push_back({response.responses.size() - 1,
                                answers.partition_responses.size() - 1, std::move(log_),
                                *std::exchange(end_, std::nullopt)});
        }
        any_failed_ |= answer.error_code != ErrorCode::kNone;
      }
    }
    return response;
  }
  [[nodiscard]] std::vector<Undurable>& undurable() { return undurable_; }
  [[nodiscard]] bool any_failed() const { return any_failed_; }

 private:
  void append(const service::TopicPtr& topic, const PartitionProduceData& data,
              PartitionProduceResponse& answer, wire::ProduceResponse& response) {
    auto log = find_partition(*call_.broker, *call_.peer, topic, data.index, call_.version >= 13);
    if (!log) {
      set_error(answer, log.error());
      if (log.error().code() == ErrorCode::kNotLeaderOrFollower)
        tell_leader(*topic, answer, response);
      return;
    }
    if (request_.acks < -1 || request_.acks > 1) {
      return set_error(answer, {ErrorCode::kInvalidRequiredAcks, "acks must be -1, 0 or 1"});
    }
    if (topic->is_internal) {
      return set_error(
          answer, {ErrorCode::kInvalidTopicException, "clients do not write to internal topics"});
    }
    const auto place = (*log)->append(data.records.bytes.bytes());
    if (!place) return set_error(answer, place.error());
    answer.base_offset = place->base_offset;
    answer.log_start_offset = place->log_start;
    if (place->log_append_time) {
      answer.log_append_time_ms = place->log_append_time->time_since_epoch().count();
    }
    if (request_.acks != 0 && waits_for_disk(**log)) {
      end_ = place->end;
      log_ = *std::move(log);
    }
  }

  [[nodiscard]] bool waits_for_disk(const service::PartitionLog& log) const {
    return (request_.acks == kAll && call_.broker->options.acks_all_syncs) ||
           log.durability() == Durability::kSync;
  }

  /// B19: who leads it, and where that is.
  void tell_leader(const service::Topic& topic, PartitionProduceResponse& answer,
                   wire::ProduceResponse& response) const {
    if (call_.version < 10) return;
    const Node& leader = call_.broker->nodes.leader(topic.id, answer.index);
    answer.current_leader = {leader.id, call_.broker->logs->leader_epoch()};
    for (const auto& known : response.node_endpoints) {
      if (known.node_id == leader.id) return;
    }
    response.node_endpoints.push_back(
        {leader.id, advertised_host(leader, *call_.peer), leader.port, leader.rack});
  }

  const Call& call_;
  const wire::ProduceRequest& request_;
  std::vector<Undurable> undurable_;
  std::optional<Offset> end_;
  std::shared_ptr<service::PartitionLog> log_;
  bool any_failed_ = false;
};

/// Answers once the last of its partitions is durable (S11).
class Acknowledgement {
 public:
  Acknowledgement(Reply<wire::ProduceResponse> reply, wire::ProduceResponse response,
                  std::size_t count)
      : reply_(std::move(reply)), response_(std::move(response)), left_(count) {}

  /// Each partition's own: no two threads write to one.
  void done(std::size_t topic, std::size_t partition, const Result<void>& outcome) {
    if (!outcome)
      set_error(response_.responses[topic].partition_responses[partition], outcome.error());
    if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) reply_.post(std::move(response_));
  }

 private:
  Reply<wire::ProduceResponse> reply_;
  wire::ProduceResponse response_;
  std::atomic<std::size_t> left_;
};

}  // namespace

void Produce::serve(Call call, const Request& request) {
  Producing producing(call, request);
  Response response = producing.run();
  const bool failed = producing.any_failed() || call.refused != nullptr;
  const std::vector<Undurable> undurable = std::move(producing.undurable());
  Reply<Response> reply(std::move(call));
  if (!is_answered(request)) {
    if (!failed) return reply.send_nothing();
    return reply.close({ErrorCode::kInvalidRequest,
                        "a Produce with acks=0 failed, which only a close can tell (W12)"});
  }
  if (undurable.empty()) return reply.send(response);
  const auto acknowledgement =
      std::make_shared<Acknowledgement>(std::move(reply), std::move(response), undurable.size());
  for (const Undurable& batch : undurable) {
    batch.log->when_durable(batch.end, [acknowledgement, topic = batch.topic,
                                        partition = batch.partition](const Result<void>& outcome) {
      acknowledgement->done(topic, partition, outcome);
    });
  }
}

bool Produce::is_answered(const Request& request) { return request.acks != 0; }

Produce::Response Produce::refuse(const Request& request, ErrorCode code) {
  Response response;
  for (const TopicProduceData& topic : request.topic_data) {
    auto& answers = response.responses.emplace_back(TopicProduceResponse{
        .name = std::string(topic.name), .topic_id = topic.topic_id, .partition_responses = {}});
    for (const PartitionProduceData& data : topic.partition_data) {
      answers.partition_responses.push_back(
          {.index = data.index, .error_code = code, .base_offset = Offset{-1}});
    }
  }
  return response;
}

}  // namespace leat::kafka
