#pragma once

/// \file
/// The records of `__consumer_offsets` that a group of the consumer protocol (KIP-848) is made of,
/// in Kafka's own schemas. A null value deletes. The epochs of group, target and member are N3's.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/types.h"

#include "wire/schema.h"

namespace leat::group {

/// That there is such a group, and its epoch.
struct ConsumerGroupMetadataKey {
  std::string group = {};
  bool operator==(const ConsumerGroupMetadataKey&) const = default;
  static constexpr std::string_view kName = "ConsumerGroupMetadataKey";
  static constexpr std::int16_t kRecordKind = 3;
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::kNoVersions;
  static constexpr auto fields() {
    return std::tuple{wire::field<&ConsumerGroupMetadataKey::group>("GroupId")};
  }
};
static_assert(wire::well_formed<ConsumerGroupMetadataKey>());

struct ConsumerGroupMetadataValue {
  std::int32_t epoch = 0;
  std::int64_t metadata_hash = 0;
  bool operator==(const ConsumerGroupMetadataValue&) const = default;
  static constexpr std::string_view kName = "ConsumerGroupMetadataValue";
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() {
    using M = ConsumerGroupMetadataValue;
    return std::tuple{wire::field<&M::epoch>("Epoch"),
                      wire::field<&M::metadata_hash>("MetadataHash", {.tag = 0})};
  }
};
static_assert(wire::well_formed<ConsumerGroupMetadataValue>());

/// What Kafka up to 4.0 wrote instead of a hash: read and forgotten.
struct ConsumerGroupPartitionMetadataKey {
  std::string group = {};
  bool operator==(const ConsumerGroupPartitionMetadataKey&) const = default;
  static constexpr std::string_view kName = "ConsumerGroupPartitionMetadataKey";
  static constexpr std::int16_t kRecordKind = 4;
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::kNoVersions;
  static constexpr auto fields() {
    return std::tuple{wire::field<&ConsumerGroupPartitionMetadataKey::group>("GroupId")};
  }
};
static_assert(wire::well_formed<ConsumerGroupPartitionMetadataKey>());

struct ConsumerGroupPartitionRacks {
  PartitionId partition = {};
  std::vector<std::string> racks = {};
  bool operator==(const ConsumerGroupPartitionRacks&) const = default;
  static constexpr auto fields() {
    using M = ConsumerGroupPartitionRacks;
    return std::tuple{wire::field<&M::partition>("Partition"), wire::field<&M::racks>("Racks")};
  }
};
static_assert(wire::well_formed<ConsumerGroupPartitionRacks>());

struct ConsumerGroupTopicMetadata {
  Uuid topic_id = {};
  std::string topic_name = {};
  std::int32_t num_partitions = 0;
  std::vector<ConsumerGroupPartitionRacks> partition_metadata = {};
  bool operator==(const ConsumerGroupTopicMetadata&) const = default;
  static constexpr auto fields() {
    using M = ConsumerGroupTopicMetadata;
    return std::tuple{wire::field<&M::topic_id>("TopicId"),
                      wire::field<&M::topic_name>("TopicName"),
                      wire::field<&M::num_partitions>("NumPartitions"),
                      wire::field<&M::partition_metadata>("PartitionMetadata")};
  }
};
static_assert(wire::well_formed<ConsumerGroupTopicMetadata>());

struct ConsumerGroupPartitionMetadataValue {
  std::vector<ConsumerGroupTopicMetadata> topics = {};
  bool operator==(const ConsumerGroupPartitionMetadataValue&) const = default;
  static constexpr std::string_view kName = "ConsumerGroupPartitionMetadataValue";
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() {
    using M = ConsumerGroupPartitionMetadataValue;
    return std::tuple{wire::field<&M::topics>("Topics")};
  }
};
static_assert(wire::well_formed<ConsumerGroupPartitionMetadataValue>());

/// A member and what it subscribes to.
struct ConsumerGroupMemberMetadataKey {
  std::string group = {};
  std::string member_id = {};
  bool operator==(const ConsumerGroupMemberMetadataKey&) const = default;
  static constexpr std::string_view kName = "ConsumerGroupMemberMetadataKey";
  static constexpr std::int16_t kRecordKind = 5;
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::kNoVersions;
  static constexpr auto fields() {
    return std::tuple{wire::field<&ConsumerGroupMemberMetadataKey::group>("GroupId"),
                      wire::field<&ConsumerGroupMemberMetadataKey::member_id>("MemberId")};
  }
};
static_assert(wire::well_formed<ConsumerGroupMemberMetadataKey>());

struct ClassicProtocol {
  std::string name = {};
  std::vector<std::byte> metadata = {};
  bool operator==(const ClassicProtocol&) const = default;
  static constexpr auto fields() {
    using M = ClassicProtocol;
    return std::tuple{wire::field<&M::name>("Name"), wire::field<&M::metadata>("Metadata")};
  }
};
static_assert(wire::well_formed<ClassicProtocol>());

/// Of a member that speaks the classic protocol (N16).
struct ClassicMemberMetadata {
  std::int32_t session_timeout_ms = 0;
  std::vector<ClassicProtocol> supported_protocols = {};
  bool operator==(const ClassicMemberMetadata&) const = default;
  static constexpr auto fields() {
    using M = ClassicMemberMetadata;
    return std::tuple{wire::field<&M::session_timeout_ms>("SessionTimeoutMs"),
                      wire::field<&M::supported_protocols>("SupportedProtocols")};
  }
};
static_assert(wire::well_formed<ClassicMemberMetadata>());

struct ConsumerGroupMemberMetadataValue {
  std::optional<std::string> instance_id = {};
  std::optional<std::string> rack_id = {};
  std::string client_id = {};
  std::string client_host = {};
  std::vector<std::string> subscribed_topic_names = {};
  std::optional<std::string> subscribed_topic_regex = {};
  std::int32_t rebalance_timeout_ms = -1;
  std::optional<std::string> server_assignor = {};
  std::optional<ClassicMemberMetadata> classic_member_metadata = {};
  bool operator==(const ConsumerGroupMemberMetadataValue&) const = default;
  static constexpr std::string_view kName = "ConsumerGroupMemberMetadataValue";
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() {
    using M = ConsumerGroupMemberMetadataValue;
    return std::tuple{
        wire::field<&M::instance_id>("InstanceId", {.nullable = wire::since(0)}),
        wire::field<&M::rack_id>("RackId", {.nullable = wire::since(0)}),
        wire::field<&M::client_id>("ClientId"),
        wire::field<&M::client_host>("ClientHost"),
        wire::field<&M::subscribed_topic_names>("SubscribedTopicNames"),
        wire::field<&M::subscribed_topic_regex>("SubscribedTopicRegex",
                                                {.nullable = wire::since(0)}),
        wire::field<&M::rebalance_timeout_ms>("RebalanceTimeoutMs"),
        wire::field<&M::server_assignor>("ServerAssignor", {.nullable = wire::since(0)}),
        wire::field<&M::classic_member_metadata>("ClassicMemberMetadata",
                                                 {.nullable = wire::since(0), .tag = 0})};
  }
};
static_assert(wire::well_formed<ConsumerGroupMemberMetadataValue>());

/// Of which group epoch the target assignment is.
struct ConsumerGroupTargetAssignmentMetadataKey {
  std::string group = {};
  bool operator==(const ConsumerGroupTargetAssignmentMetadataKey&) const = default;
  static constexpr std::string_view kName = "ConsumerGroupTargetAssignmentMetadataKey";
  static constexpr std::int16_t kRecordKind = 6;
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::kNoVersions;
  static constexpr auto fields() {
    return std::tuple{wire::field<&ConsumerGroupTargetAssignmentMetadataKey::group>("GroupId")};
  }
};
static_assert(wire::well_formed<ConsumerGroupTargetAssignmentMetadataKey>());

struct ConsumerGroupTargetAssignmentMetadataValue {
  std::int32_t assignment_epoch = 0;
  std::int64_t assignment_timestamp = 0;
  bool operator==(const ConsumerGroupTargetAssignmentMetadataValue&) const = default;
  static constexpr std::string_view kName = "ConsumerGroupTargetAssignmentMetadataValue";
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() {
    using M = ConsumerGroupTargetAssignmentMetadataValue;
    return std::tuple{wire::field<&M::assignment_epoch>("AssignmentEpoch"),
                      wire::field<&M::assignment_timestamp>("AssignmentTimestamp",
                                                            {.tag = 0, .ignorable = true})};
  }
};
static_assert(wire::well_formed<ConsumerGroupTargetAssignmentMetadataValue>());

/// What the assignor gave a member.
struct ConsumerGroupTargetAssignmentMemberKey {
  std::string group = {};
  std::string member_id = {};
  bool operator==(const ConsumerGroupTargetAssignmentMemberKey&) const = default;
  static constexpr std::string_view kName = "ConsumerGroupTargetAssignmentMemberKey";
  static constexpr std::int16_t kRecordKind = 7;
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::kNoVersions;
  static constexpr auto fields() {
    return std::tuple{wire::field<&ConsumerGroupTargetAssignmentMemberKey::group>("GroupId"),
                      wire::field<&ConsumerGroupTargetAssignmentMemberKey::member_id>("MemberId")};
  }
};
static_assert(wire::well_formed<ConsumerGroupTargetAssignmentMemberKey>());

struct ConsumerGroupTargetTopic {
  Uuid topic_id = {};
  std::vector<PartitionId> partitions = {};
  bool operator==(const ConsumerGroupTargetTopic&) const = default;
  static constexpr auto fields() {
    using M = ConsumerGroupTargetTopic;
    return std::tuple{wire::field<&M::topic_id>("TopicId"),
                      wire::field<&M::partitions>("Partitions")};
  }
};
static_assert(wire::well_formed<ConsumerGroupTargetTopic>());

struct ConsumerGroupTargetAssignmentMemberValue {
  std::vector<ConsumerGroupTargetTopic> topic_partitions = {};
  bool operator==(const ConsumerGroupTargetAssignmentMemberValue&) const = default;
  static constexpr std::string_view kName = "ConsumerGroupTargetAssignmentMemberValue";
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() {
    using M = ConsumerGroupTargetAssignmentMemberValue;
    return std::tuple{wire::field<&M::topic_partitions>("TopicPartitions")};
  }
};
static_assert(wire::well_formed<ConsumerGroupTargetAssignmentMemberValue>());

/// How far a member is on its way to what the assignor gave it.
struct ConsumerGroupCurrentMemberAssignmentKey {
  std::string group = {};
  std::string member_id = {};
  bool operator==(const ConsumerGroupCurrentMemberAssignmentKey&) const = default;
  static constexpr std::string_view kName = "ConsumerGroupCurrentMemberAssignmentKey";
  static constexpr std::int16_t kRecordKind = 8;
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::kNoVersions;
  static constexpr auto fields() {
    return std::tuple{wire::field<&ConsumerGroupCurrentMemberAssignmentKey::group>("GroupId"),
                      wire::field<&ConsumerGroupCurrentMemberAssignmentKey::member_id>("MemberId")};
  }
};
static_assert(wire::well_formed<ConsumerGroupCurrentMemberAssignmentKey>());

/// `assignment_epochs`: the member epoch that each partition was assigned at (N13).
struct ConsumerGroupCurrentTopic {
  Uuid topic_id = {};
  std::vector<PartitionId> partitions = {};
  std::optional<std::vector<std::int32_t>> assignment_epochs = {};
  bool operator==(const ConsumerGroupCurrentTopic&) const = default;
  static constexpr auto fields() {
    using M = ConsumerGroupCurrentTopic;
    return std::tuple{wire::field<&M::topic_id>("TopicId"),
                      wire::field<&M::partitions>("Partitions"),
                      wire::field<&M::assignment_epochs>("AssignmentEpochs",
                                                         {.nullable = wire::since(0), .tag = 0})};
  }
};
static_assert(wire::well_formed<ConsumerGroupCurrentTopic>());

struct ConsumerGroupCurrentMemberAssignmentValue {
  std::int32_t member_epoch = 0;
  std::int32_t previous_member_epoch = 0;
  std::int8_t state = 0;
  std::vector<ConsumerGroupCurrentTopic> assigned_partitions = {};
  std::vector<ConsumerGroupCurrentTopic> partitions_pending_revocation = {};
  bool operator==(const ConsumerGroupCurrentMemberAssignmentValue&) const = default;
  static constexpr std::string_view kName = "ConsumerGroupCurrentMemberAssignmentValue";
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() {
    using M = ConsumerGroupCurrentMemberAssignmentValue;
    return std::tuple{
        wire::field<&M::member_epoch>("MemberEpoch"),
        wire::field<&M::previous_member_epoch>("PreviousMemberEpoch"),
        wire::field<&M::state>("State"), wire::field<&M::assigned_partitions>("AssignedPartitions"),
        wire::field<&M::partitions_pending_revocation>("PartitionsPendingRevocation")};
  }
};
static_assert(wire::well_formed<ConsumerGroupCurrentMemberAssignmentValue>());

/// The topics that a regular expression stood for when it was last resolved (N11).
struct ConsumerGroupRegularExpressionKey {
  std::string group = {};
  std::string regular_expression = {};
  bool operator==(const ConsumerGroupRegularExpressionKey&) const = default;
  static constexpr std::string_view kName = "ConsumerGroupRegularExpressionKey";
  static constexpr std::int16_t kRecordKind = 16;
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::kNoVersions;
  static constexpr auto fields() {
    return std::tuple{
        wire::field<&ConsumerGroupRegularExpressionKey::group>("GroupId"),
        wire::field<&ConsumerGroupRegularExpressionKey::regular_expression>("RegularExpression")};
  }
};
static_assert(wire::well_formed<ConsumerGroupRegularExpressionKey>());

struct ConsumerGroupRegularExpressionValue {
  std::vector<std::string> topics = {};
  std::int64_t version = 0;
  std::int64_t timestamp = 0;
  bool operator==(const ConsumerGroupRegularExpressionValue&) const = default;
  static constexpr std::string_view kName = "ConsumerGroupRegularExpressionValue";
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() {
    using M = ConsumerGroupRegularExpressionValue;
    return std::tuple{wire::field<&M::topics>("Topics"), wire::field<&M::version>("Version"),
                      wire::field<&M::timestamp>("Timestamp")};
  }
};
static_assert(wire::well_formed<ConsumerGroupRegularExpressionValue>());

}  // namespace leat::group
