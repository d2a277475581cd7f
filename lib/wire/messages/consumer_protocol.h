#pragma once

/// \file
/// What classic consumers say to each other through the group: JoinGroup's metadata and
/// SyncGroup's assignments. An int16 version stands before each (wire/versioned.h).

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/record.h"
#include "leat/types.h"

#include "wire/schema.h"

namespace leat::wire {

namespace consumer_protocol_subscription {

struct TopicPartition {
  std::string_view topic = {};
  std::vector<PartitionId> partitions = {};
  bool operator==(const TopicPartition&) const = default;

  static constexpr auto fields() {
    using M = TopicPartition;
    return std::tuple{
        field<&M::topic>("Topic", {.versions = since(1), .entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions", {.versions = since(1)}),
    };
  }
};
static_assert(well_formed<TopicPartition>());

}  // namespace consumer_protocol_subscription

struct ConsumerProtocolSubscription {
  std::vector<std::string_view> topics = {};
  BytesView user_data = {};
  std::vector<consumer_protocol_subscription::TopicPartition> owned_partitions = {};
  std::int32_t generation_id = -1;
  std::optional<std::string_view> rack_id = {};
  bool operator==(const ConsumerProtocolSubscription&) const = default;

  static constexpr std::string_view kName = "ConsumerProtocolSubscription";
  static constexpr Versions kVersions{0, 3};
  static constexpr Versions kFlexible = kNoVersions;
  static constexpr auto fields() {
    using M = ConsumerProtocolSubscription;
    return std::tuple{
        field<&M::topics>("Topics"),
        field<&M::user_data>("UserData", {.nullable = since(0)}),
        field<&M::owned_partitions>("OwnedPartitions", {.versions = since(1), .ignorable = true}),
        field<&M::generation_id>("GenerationId", {.versions = since(2), .ignorable = true}),
        field<&M::rack_id>("RackId",
                           {.versions = since(3), .nullable = since(3), .ignorable = true}),
    };
  }
};
static_assert(well_formed<ConsumerProtocolSubscription>());

namespace consumer_protocol_assignment {

struct TopicPartition {
  std::string_view topic = {};
  std::vector<PartitionId> partitions = {};
  bool operator==(const TopicPartition&) const = default;

  static constexpr auto fields() {
    using M = TopicPartition;
    return std::tuple{
        field<&M::topic>("Topic", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<TopicPartition>());

}  // namespace consumer_protocol_assignment

struct ConsumerProtocolAssignment {
  std::vector<consumer_protocol_assignment::TopicPartition> assigned_partitions = {};
  BytesView user_data = {};
  bool operator==(const ConsumerProtocolAssignment&) const = default;

  static constexpr std::string_view kName = "ConsumerProtocolAssignment";
  static constexpr Versions kVersions{0, 3};
  static constexpr Versions kFlexible = kNoVersions;
  static constexpr auto fields() {
    using M = ConsumerProtocolAssignment;
    return std::tuple{
        field<&M::assigned_partitions>("AssignedPartitions"),
        field<&M::user_data>("UserData", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<ConsumerProtocolAssignment>());

}  // namespace leat::wire
