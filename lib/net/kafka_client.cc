#include "net/kafka_client.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/text.h"
#include "base/try.h"
#include "net/address.h"
#include "net/asio.h"
#include "net/client.h"
#include "wire/messages/api_versions.h"
#include "wire/messages/fetch.h"
#include "wire/messages/find_coordinator.h"
#include "wire/messages/list_offsets.h"
#include "wire/messages/metadata.h"
#include "wire/messages/produce.h"
#include "wire/schema.h"

namespace leat::net {
namespace {

constexpr std::chrono::milliseconds kBetweenAttempts{100};
/// The last versions that name topics; ids come behind them.
constexpr wire::ApiVersion kProduceByName = 12;
constexpr wire::ApiVersion kFetchByName = 12;

void pause() {
  asio::io_context context(1);
  asio::steady_timer timer(context, kBetweenAttempts);
  AsioError never;
  timer.wait(never);
}

/// Asking again, elsewhere or later, may do.
bool has_moved(ErrorCode code) {
  using enum ErrorCode;
  return code == kNotLeaderOrFollower || code == kLeaderNotAvailable ||
         code == kFencedLeaderEpoch || code == kUnknownLeaderEpoch || code == kReplicaNotAvailable;
}

Error refused(ErrorCode code, std::string_view words, std::string_view what) {
  return {code, words.empty() ? fmt::format("the broker refuses {}", what) : std::string(words)};
}

std::string name_of(const TopicPartition& partition) {
  return fmt::format("{}-{}", partition.topic, partition.partition.value());
}

}  // namespace

Result<KafkaClient> KafkaClient::connect(std::string_view bootstrap, Options options) {
  Error problem(ErrorCode::kInvalidArgument, "no address: write HOST:PORT, as 127.0.0.1:9092");
  while (!bootstrap.empty()) {
    const std::size_t end = std::min(bootstrap.find(','), bootstrap.size());
    LEAT_TRY(const HostPort address, parse_host_port(bootstrap.substr(0, end)));
    bootstrap.remove_prefix(std::min(end + 1, bootstrap.size()));
    auto first = open(address, options.timeout);
    if (first) return KafkaClient(*std::move(first), options);
    problem = first.error();
  }
  return problem;
}

Result<KafkaClient::Node> KafkaClient::open(const HostPort& address,
                                            std::chrono::milliseconds timeout) {
  LEAT_TRY(Client client, Client::connect(address, timeout));
  // Version 0 is what every broker answers.
  LEAT_TRY(const auto answer,
           client.call<wire::ApiVersionsResponse>(wire::ApiVersionsRequest(), 0));
  if (answer->error_code != ErrorCode::kNone) {
    return refused(answer->error_code, "", "to say what it can do");
  }
  Node node{.client = std::move(client), .served = {}};
  for (const auto& api : answer->api_keys) {
    node.served[api.api_key] = {.first = api.min_version, .last = api.max_version};
  }
  return node;
}

Error KafkaClient::unserved(std::string_view request) {
  return {ErrorCode::kUnsupportedVersion,
          fmt::format("the broker serves no version of {} that is known here", request)};
}

Result<KafkaClient::Metadata> KafkaClient::metadata(
    std::optional<std::vector<std::string_view>> topics, bool create) {
  wire::MetadataRequest request;
  request.allow_auto_topic_creation = create;
  request.topics.reset();
  if (topics) {
    request.topics.emplace();
    for (const std::string_view name : *topics) request.topics->push_back({.name = name});
  }
  LEAT_TRY(const wire::ApiVersion version, version_of<wire::MetadataRequest>(first_));
  // Below version 4 there is no way to forbid it: the broker's own config decides.
  if (version < 4) request.allow_auto_topic_creation = true;
  LEAT_TRY(Metadata answer, first_.client.call<wire::MetadataResponse>(request, version));
  controller_ = answer->controller_id;
  for (const auto& broker : answer->brokers) {
    addresses_[broker.node_id] = {broker.host, static_cast<std::uint16_t>(broker.port)};
  }
  for (const Topic& topic : answer->topics) {
    for (const auto& partition : topic.partitions) {
      leaders_[{topic.name.value_or(""), partition.partition_index}] = partition.leader_id;
    }
  }
  return answer;
}

Result<std::vector<KafkaClient::Topic>> KafkaClient::topics() {
  LEAT_TRY(const Metadata all, metadata(std::nullopt, false));
  std::vector<Topic> topics = all->topics;
  std::ranges::sort(topics, {}, &Topic::name);
  return topics;
}

Error KafkaClient::unknown_topic(std::string_view name) {
  std::string text = fmt::format("there is no topic '{}'", name);
  if (const auto all = topics()) {
    std::vector<std::string_view> names;
    for (const Topic& topic : *all) {
      if (topic.name) names.emplace_back(*topic.name);
    }
    if (const auto near = base::nearest(name, names)) {
      text += fmt::format("; did you mean '{}'?", *near);
    } else if (names.empty()) {
      text += "; there are none yet";
    }
  }
  return {ErrorCode::kUnknownTopicOrPartition, std::move(text)};
}

Result<KafkaClient::Topic> KafkaClient::find_topic(std::string_view name, bool create) {
  ErrorCode code = ErrorCode::kUnknownTopicOrPartition;
  for (int attempt = 0; attempt < options_.attempts; ++attempt) {
    if (attempt > 0) pause();
    LEAT_TRY(const Metadata answer, metadata(std::vector{name}, create));
    if (answer->topics.size() != 1) break;
    const Topic& topic = answer->topics.front();
    code = topic.error_code;
    const bool is_led = std::ranges::none_of(
        topic.partitions, [](const auto& partition) { return has_moved(partition.error_code); });
    if (code == ErrorCode::kNone && is_led && !topic.partitions.empty()) return topic;
    if (code == ErrorCode::kUnknownTopicOrPartition && !create) break;
    const bool may_pass =
        code == ErrorCode::kNone || has_moved(code) || code == ErrorCode::kUnknownTopicOrPartition;
    if (!may_pass) return refused(code, "", fmt::format("topic '{}'", name));
  }
  if (code == ErrorCode::kUnknownTopicOrPartition) return unknown_topic(name);
  return Error(ErrorCode::kLeaderNotAvailable,
               fmt::format("some partitions of topic '{}' have no leader", name));
}

Result<KafkaClient::Node*> KafkaClient::node_of(std::int32_t id) {
  if (const auto known = nodes_.find(id); known != nodes_.end()) return &known->second;
  const auto address = addresses_.find(id);
  if (address == addresses_.end()) return &first_;  // no controller is told: any broker forwards
  LEAT_TRY(Node node, open(address->second, options_.timeout));
  return &nodes_.insert_or_assign(id, std::move(node)).first->second;
}

Result<std::int32_t> KafkaClient::leader_of(std::string_view topic, PartitionId partition) {
  const std::pair<std::string, PartitionId> key{topic, partition};
  if (!leaders_.contains(key)) LEAT_TRY_VOID(find_topic(topic, false));
  const auto leader = leaders_.find(key);
  if (leader != leaders_.end()) return leader->second;
  return Error(ErrorCode::kUnknownTopicOrPartition,
               fmt::format("topic '{}' has no partition {}", topic, partition.value()));
}

Result<KafkaClient::Node*> KafkaClient::coordinator_of(std::string_view group) {
  constexpr wire::ApiVersion kOneKey = 3;  // the last version with one
  wire::FindCoordinatorRequest request;
  request.key = group;
  for (int attempt = 1;; ++attempt) {
    LEAT_TRY_VOID(metadata({}, false));
    LEAT_TRY(const auto version, version_of<wire::FindCoordinatorRequest>(first_, kOneKey));
    LEAT_TRY(const auto answer,
             first_.client.call<wire::FindCoordinatorResponse>(request, version));
    if (answer->error_code == ErrorCode::kNone) return node_of(answer->node_id);
    const bool may_come = answer->error_code == ErrorCode::kCoordinatorNotAvailable;
    if (!may_come || attempt == options_.attempts) {
      return Error(answer->error_code, "the broker names no coordinator of the group");
    }
    pause();
  }
}

template <class T>
Result<T> KafkaClient::with_leader(const TopicPartition& partition,
                                   const std::function<Result<T>(Node& node)>& work) {
  for (int attempt = 1;; ++attempt) {
    LEAT_TRY(const std::int32_t leader, leader_of(partition.topic, partition.partition));
    LEAT_TRY(Node * node, node_of(leader));
    Result<T> done = work(*node);
    if (done || !has_moved(done.error().code()) || attempt == options_.attempts) return done;
    leaders_.erase({partition.topic, partition.partition});
    pause();
  }
}

Result<std::optional<Offset>> KafkaClient::produce(const TopicPartition& to,
                                                   std::span<const std::byte> batch,
                                                   std::int16_t acks) {
  wire::ProduceRequest request;
  request.acks = acks;
  request.timeout_ms = static_cast<std::int32_t>(options_.timeout.count());
  request.topic_data.push_back(
      {.name = to.topic, .partition_data = {{to.partition, {BytesView(batch)}}}});
  using Base = std::optional<Offset>;
  return with_leader<Base>(to, [&](Node& node) -> Result<Base> {
    LEAT_TRY(const auto version, version_of<wire::ProduceRequest>(node, kProduceByName));
    LEAT_TRY_VOID(node.client.send(request, version));
    if (acks == 0) return Base();
    LEAT_TRY(const auto answer, node.client.receive<wire::ProduceResponse>(version));
    if (answer->responses.size() != 1 || answer->responses[0].partition_responses.size() != 1) {
      return Error(ErrorCode::kCorruptMessage, "the broker answers for other partitions");
    }
    const auto& stored = answer->responses[0].partition_responses[0];
    if (stored.error_code == ErrorCode::kNone) return Base(stored.base_offset);
    return refused(stored.error_code, stored.error_message.value_or(""),
                   "a batch for " + name_of(to));
  });
}

Result<void> KafkaClient::fetch(std::string_view topic, std::span<const Position> positions,
                                std::chrono::milliseconds wait_max, const Visit& visit) {
  constexpr std::int32_t kBytesMax = 16 << 20;
  constexpr std::int32_t kPartitionBytesMax = 1 << 20;
  std::map<std::int32_t, wire::FetchRequest> requests;
  for (const Position& position : positions) {
    LEAT_TRY(const std::int32_t leader, leader_of(topic, position.partition));
    wire::FetchRequest& request = requests[leader];
    if (request.topics.empty()) request.topics.push_back({.topic = topic});
    request.topics[0].partitions.push_back({.partition = position.partition,
                                            .fetch_offset = position.offset,
                                            .partition_max_bytes = kPartitionBytesMax});
  }
  std::vector<std::pair<Node*, wire::ApiVersion>> asked;
  for (auto& [leader, request] : requests) {
    request.max_wait_ms = static_cast<std::int32_t>(wait_max.count());
    request.min_bytes = 1;
    request.max_bytes = kBytesMax;
    LEAT_TRY(Node * node, node_of(leader));
    LEAT_TRY(const auto version, version_of<wire::FetchRequest>(*node, kFetchByName));
    LEAT_TRY_VOID(node->client.send(request, version));
    asked.emplace_back(node, version);
  }
  Result<void> visited;
  bool moved = false;
  for (const auto& [node, version] : asked) {  // all are received: the next call finds no remains
    LEAT_TRY(const auto answer, node->client.receive<wire::FetchResponse>(version));
    if (answer->error_code != ErrorCode::kNone) return refused(answer->error_code, "", "to fetch");
    for (const auto& response : answer->responses) {
      for (const auto& partition : response.partitions) {
        if (has_moved(partition.error_code)) {
          leaders_.erase({std::string(topic), partition.partition_index});
          moved = true;
        } else if (visited) {
          visited = visit(partition);
        }
      }
    }
  }
  if (moved) pause();
  return visited;
}

Result<std::optional<Offset>> KafkaClient::offset_at(const TopicPartition& partition,
                                                     std::int64_t timestamp) {
  wire::ListOffsetsRequest request;
  request.replica_id = -1;
  request.topics.push_back(
      {.name = partition.topic,
       .partitions = {{.partition_index = partition.partition, .timestamp = timestamp}}});
  using Found = std::optional<Offset>;
  return with_leader<Found>(partition, [&](Node& node) -> Result<Found> {
    LEAT_TRY(const auto version, version_of<wire::ListOffsetsRequest>(node));
    LEAT_TRY(const auto answer, node.client.call<wire::ListOffsetsResponse>(request, version));
    if (answer->topics.size() != 1 || answer->topics[0].partitions.size() != 1) {
      return Error(ErrorCode::kCorruptMessage, "the broker answers for other partitions");
    }
    const auto& found = answer->topics[0].partitions[0];
    if (found.error_code != ErrorCode::kNone) {
      return refused(found.error_code, "", "offsets of " + name_of(partition));
    }
    return found.offset.value() < 0 ? Found() : Found(found.offset);
  });
}

}  // namespace leat::net
