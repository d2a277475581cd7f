#pragma once

/// \file
/// A small blocking client of any Kafka cluster: it negotiates versions (ApiVersions), asks where
/// partitions are led (Metadata), goes there, and asks again where a leader has moved. It moves
/// bytes: batches are made and read by the caller. Not thread-safe.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "net/address.h"
#include "net/client.h"
#include "wire/messages/api_versions.h"
#include "wire/messages/fetch.h"
#include "wire/messages/metadata.h"
#include "wire/schema.h"

namespace leat::net {

class KafkaClient {
 public:
  using Topic = wire::metadata_response::MetadataResponseTopic;

  /// How much patience there is. Attempts are 100 ms apart.
  struct Options {
    std::chrono::milliseconds timeout = std::chrono::seconds(30);
    int attempts = 50;
  };

  /// `bootstrap` is HOST:PORT, or several with commas: the first that answers is asked.
  /// Errors: kInvalidArgument, kNetworkException.
  static Result<KafkaClient> connect(std::string_view bootstrap, Options options);
  static Result<KafkaClient> connect(std::string_view bootstrap) { return connect(bootstrap, {}); }

  /// Every topic, sorted by name. Errors: as a request's.
  Result<std::vector<Topic>> topics();
  /// One topic with its leaders. Waits for leaders that are being elected. Errors:
  /// kUnknownTopicOrPartition, told with the nearest name there is; whatever the broker says.
  Result<Topic> topic(std::string_view name) { return find_topic(name, false); }
  /// The same; a broker that makes topics by itself makes it.
  Result<Topic> topic_or_new(std::string_view name) { return find_topic(name, true); }

  /// Appends a batch; the base offset it was given, or none with acks 0. Errors: the broker's, told
  /// with its words; kNetworkException, after which the batch may or may not be there.
  Result<std::optional<Offset>> produce(const TopicPartition& to, std::span<const std::byte> batch,
                                        std::int16_t acks);

  /// Where to read.
  struct Position {
    PartitionId partition;
    Offset offset;
  };
  using Visit = std::function<Result<void>(const wire::fetch_response::PartitionData&)>;
  /// Fetches what is behind `positions` of a topic, from all their leaders at once, waiting at most
  /// `wait_max` where there is nothing. `visit` is given every partition that has an answer; its
  /// records are views, valid for the call. Partitions whose leader moved are left to the next
  /// call. Errors: the broker's; what `visit` returns.
  Result<void> fetch(std::string_view topic, std::span<const Position> positions,
                     std::chrono::milliseconds wait_max, const Visit& visit);

  /// ListOffsets: the first offset at or behind `timestamp` (ms), -2 the earliest, -1 the end;
  /// nullopt when there is none. Errors: the broker's.
  Result<std::optional<Offset>> offset_at(const TopicPartition& partition, std::int64_t timestamp);

  /// A request to whom the bootstrap address led, and the answer, at the newest version that both
  /// know. Errors: kUnsupportedVersion when there is none.
  template <class Response, class Request>
  Result<Answer<Response>> call(const Request& request) {
    LEAT_TRY(const wire::ApiVersion version, version_of<Request>(first_));
    return first_.client.template call<Response>(request, version);
  }
  /// The same to the controller, which makes and deletes topics.
  template <class Response, class Request>
  Result<Answer<Response>> call_controller(const Request& request) {
    LEAT_TRY_VOID(metadata({}, false));
    LEAT_TRY(Node * node, node_of(controller_));
    LEAT_TRY(const wire::ApiVersion version, version_of<Request>(*node));
    return node->client.template call<Response>(request, version);
  }
  /// The same to who coordinates a group, at `last` at most. Waits for one that is being found.
  template <class Response, class Request>
  Result<Answer<Response>> call_coordinator(std::string_view group, const Request& request,
                                            wire::ApiVersion last = Request::kVersions.last) {
    LEAT_TRY(Node * node, coordinator_of(group));
    LEAT_TRY(const wire::ApiVersion version, version_of<Request>(*node, last));
    return node->client.template call<Response>(request, version);
  }
  /// The same to every broker; `visit` is given each answer.
  template <class Response, class Request>
  Result<void> call_all(const Request& request,
                        const std::function<Result<void>(const Response&)>& visit) {
    LEAT_TRY_VOID(metadata({}, false));
    const auto addresses = addresses_;
    for (const auto& [id, address] : addresses) {
      LEAT_TRY(Node * node, node_of(id));
      LEAT_TRY(const wire::ApiVersion version, version_of<Request>(*node));
      LEAT_TRY(const auto answer, node->client.template call<Response>(request, version));
      LEAT_TRY_VOID(visit(answer.response));
    }
    return {};
  }

 private:
  struct Node {
    Client client;
    std::map<std::int16_t, wire::Versions> served;
  };
  using Metadata = Answer<wire::MetadataResponse>;

  KafkaClient(Node first, Options options) : first_(std::move(first)), options_(options) {}
  static Result<Node> open(const HostPort& address, std::chrono::milliseconds timeout);
  static Error unserved(std::string_view request);

  /// The newest version of a request that both sides know; topics by name, so at most `last`.
  template <class Request>
  static Result<wire::ApiVersion> version_of(const Node& node,
                                             wire::ApiVersion last = Request::kVersions.last) {
    const auto served = node.served.find(Request::kApiKey);
    if (served == node.served.end()) return unserved(Request::kName);
    const auto newest = std::min(served->second.last, last);
    if (newest < std::max(served->second.first, Request::kVersions.first)) {
      return unserved(Request::kName);
    }
    return newest;
  }

  Result<Metadata> metadata(std::optional<std::vector<std::string_view>> topics, bool create);
  Result<Topic> find_topic(std::string_view name, bool create);
  /// A connection to a broker, opened when it is first needed.
  Result<Node*> node_of(std::int32_t id);
  Result<Node*> coordinator_of(std::string_view group);
  /// Who leads a partition, as last heard. Errors: kUnknownTopicOrPartition.
  Result<std::int32_t> leader_of(std::string_view topic, PartitionId partition);
  /// Does `work` with the leader's connection until it is done, or fails for another reason than
  /// that the leader has moved.
  template <class T>
  Result<T> with_leader(const TopicPartition& partition,
                        const std::function<Result<T>(Node& node)>& work);
  [[nodiscard]] Error unknown_topic(std::string_view name);

  Node first_;
  Options options_;
  std::int32_t controller_ = -1;
  std::map<std::int32_t, HostPort> addresses_;
  std::map<std::int32_t, Node> nodes_;
  std::map<std::pair<std::string, PartitionId>, std::int32_t, std::less<>> leaders_;
};

}  // namespace leat::net
