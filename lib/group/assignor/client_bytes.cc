// The bytes of client.h.
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "group/assignor/client.h"
#include "wire/codec.h"
#include "wire/messages/consumer_protocol.h"
#include "wire/schema.h"
#include "wire/versioned.h"

namespace leat::group::assignor {
namespace {

/// Java's since 3.5; who knows less reads what it knows.
constexpr wire::ApiVersion kWritten = 3;

struct StickyTopic {
  std::string_view topic = {};
  std::vector<PartitionId> partitions = {};
  bool operator==(const StickyTopic&) const = default;
  static constexpr auto fields() {
    return std::tuple{wire::field<&StickyTopic::topic>("topic"),
                      wire::field<&StickyTopic::partitions>("partitions")};
  }
};

/// The user data of "sticky", which no version stands before; version 0 ends without generation.
struct StickyUserData {
  std::vector<StickyTopic> previous_assignment = {};
  std::int32_t generation = -1;
  bool operator==(const StickyUserData&) const = default;
  static constexpr std::string_view kName = "StickyAssignorUserData";
  static constexpr wire::Versions kVersions{0, 1};
  static constexpr wire::Versions kFlexible = wire::kNoVersions;
  static constexpr auto fields() {
    using M = StickyUserData;
    return std::tuple{
        wire::field<&M::previous_assignment>("previous_assignment"),
        wire::field<&M::generation>("generation", {.versions = wire::since(1), .ignorable = true})};
  }
};
static_assert(wire::well_formed<StickyUserData>());

/// The user data of "cooperative-sticky", for who does not know subscriptions of version 2.
struct CooperativeUserData {
  std::int32_t generation = -1;
  bool operator==(const CooperativeUserData&) const = default;
  static constexpr std::string_view kName = "CooperativeStickyAssignorUserData";
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::kNoVersions;
  static constexpr auto fields() {
    return std::tuple{wire::field<&CooperativeUserData::generation>("generation")};
  }
};
static_assert(wire::well_formed<CooperativeUserData>());

/// Grouped by topic, the topics in order. REQUIRES: `partitions` outlives it.
template <class Topic>
std::vector<Topic> by_topic(std::span<const TopicPartition> partitions) {
  std::map<std::string_view, std::vector<PartitionId>> grouped;
  for (const TopicPartition& one : partitions) grouped[one.topic].push_back(one.partition);
  std::vector<Topic> topics;
  topics.reserve(grouped.size());
  for (auto& [topic, ids] : grouped) {
    topics.push_back({.topic = topic, .partitions = std::move(ids)});
  }
  return topics;
}

template <class Topic>
std::vector<TopicPartition> flat(const std::vector<Topic>& topics) {
  std::vector<TopicPartition> partitions;
  for (const Topic& topic : topics) {
    for (const PartitionId partition : topic.partitions) {
      partitions.push_back({std::string(topic.topic), partition});
    }
  }
  return partitions;
}

Result<std::optional<std::vector<std::byte>>> user_data_of(ClientAssignor assignor,
                                                           const Subscription& subscription) {
  std::optional<std::vector<std::byte>> data;
  if (assignor == ClientAssignor::kSticky) {
    const StickyUserData sticky{.previous_assignment = by_topic<StickyTopic>(subscription.owned),
                                .generation = subscription.generation};
    LEAT_TRY(data, wire::encode_message(sticky, StickyUserData::kVersions.last));
  } else if (assignor == ClientAssignor::kCooperativeSticky) {
    LEAT_TRY(data, wire::encode_message(CooperativeUserData{subscription.generation}, 0));
  }
  return data;
}

void read_sticky(std::span<const std::byte> bytes, Subscription& subscription) {
  for (wire::ApiVersion version = StickyUserData::kVersions.last; version >= 0; --version) {
    const auto data = wire::decode_message<StickyUserData>(bytes, version);
    if (!data) continue;
    subscription.owned = flat(data->previous_assignment);
    subscription.generation = data->generation;
    return;
  }
}

void read_user_data(ClientAssignor assignor, BytesView user_data, Subscription& subscription) {
  const std::span<const std::byte> bytes(user_data.data(), user_data.size());
  if (assignor == ClientAssignor::kSticky) {
    // It revokes all before it joins, so that the subscription itself says nothing of it.
    subscription.owned.clear();
    subscription.generation = -1;
    read_sticky(bytes, subscription);
  } else if (assignor == ClientAssignor::kCooperativeSticky && subscription.generation < 0) {
    const auto data = wire::decode_message<CooperativeUserData>(bytes, 0);
    if (data) subscription.generation = data->generation;
  }
}

}  // namespace

Result<std::vector<std::byte>> encode_subscription(ClientAssignor assignor,
                                                   const Subscription& subscription) {
  using Topic = wire::consumer_protocol_subscription::TopicPartition;
  LEAT_TRY(const auto user_data, user_data_of(assignor, subscription));
  wire::ConsumerProtocolSubscription message{
      .topics = {subscription.topics.begin(), subscription.topics.end()}};
  if (user_data) message.user_data = BytesView(*user_data);
  if (assignor == ClientAssignor::kCooperativeSticky) {
    message.owned_partitions = by_topic<Topic>(subscription.owned);
  }
  message.generation_id = subscription.generation;
  if (subscription.rack) message.rack_id = *subscription.rack;
  return wire::encode_versioned(message, kWritten);
}

Result<Subscription> decode_subscription(ClientAssignor assignor,
                                         std::span<const std::byte> metadata) {
  LEAT_TRY(const auto message,
           wire::decode_versioned<wire::ConsumerProtocolSubscription>(metadata));
  Subscription subscription{.topics = {message.topics.begin(), message.topics.end()},
                            .owned = flat(message.owned_partitions),
                            .generation = message.generation_id};
  if (message.rack_id) subscription.rack = std::string(*message.rack_id);
  read_user_data(assignor, message.user_data, subscription);
  return subscription;
}

Result<std::vector<std::byte>> encode_assignment(std::span<const TopicPartition> partitions) {
  using Topic = wire::consumer_protocol_assignment::TopicPartition;
  return wire::encode_versioned(
      wire::ConsumerProtocolAssignment{.assigned_partitions = by_topic<Topic>(partitions)},
      kWritten);
}

Result<std::vector<TopicPartition>> decode_assignment(std::span<const std::byte> bytes) {
  if (bytes.empty()) return std::vector<TopicPartition>();
  LEAT_TRY(const auto message, wire::decode_versioned<wire::ConsumerProtocolAssignment>(bytes));
  return flat(message.assigned_partitions);
}

}  // namespace leat::group::assignor
