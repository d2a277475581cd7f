#pragma once

/// \file
/// The records of `__consumer_offsets` that classic groups and all offsets are made of, in Kafka's
/// own schemas, so that its tools can read them. A null value deletes.

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

/// Where a group stands in a partition.
struct OffsetCommitKey {
  std::string group = {};
  std::string topic = {};
  PartitionId partition = {};
  bool operator==(const OffsetCommitKey&) const = default;
  static constexpr std::string_view kName = "OffsetCommitKey";
  static constexpr std::int16_t kRecordKind = 1;
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::kNoVersions;
  static constexpr auto fields() {
    using M = OffsetCommitKey;
    return std::tuple{wire::field<&M::group>("Group"), wire::field<&M::topic>("Topic"),
                      wire::field<&M::partition>("Partition")};
  }
};
static_assert(wire::well_formed<OffsetCommitKey>());

struct OffsetCommitValue {
  Offset offset = {};
  LeaderEpoch leader_epoch{-1};
  std::string metadata = {};
  std::int64_t commit_timestamp = 0;
  std::int64_t expire_timestamp = -1;  ///< of version 1 alone: what O9 asks for
  Uuid topic_id = {};
  bool operator==(const OffsetCommitValue&) const = default;
  static constexpr std::string_view kName = "OffsetCommitValue";
  static constexpr wire::Versions kVersions{0, 4};
  static constexpr wire::Versions kFlexible = wire::since(4);
  static constexpr auto fields() {
    using M = OffsetCommitValue;
    return std::tuple{wire::field<&M::offset>("Offset"),
                      wire::field<&M::leader_epoch>(
                          "LeaderEpoch", {.versions = wire::since(3), .ignorable = true}),
                      wire::field<&M::metadata>("Metadata"),
                      wire::field<&M::commit_timestamp>("CommitTimestamp"),
                      wire::field<&M::expire_timestamp>(
                          "ExpireTimestamp", {.versions = wire::only(1), .ignorable = true}),
                      wire::field<&M::topic_id>(
                          "TopicId", {.versions = wire::since(4), .tag = 0, .ignorable = true})};
  }
};
static_assert(wire::well_formed<OffsetCommitValue>());

/// A classic group as it was when it last became stable, empty, or had a static member replaced.
struct GroupMetadataKey {
  std::string group = {};
  bool operator==(const GroupMetadataKey&) const = default;
  static constexpr std::string_view kName = "GroupMetadataKey";
  static constexpr std::int16_t kRecordKind = 2;
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::kNoVersions;
  static constexpr auto fields() {
    return std::tuple{wire::field<&GroupMetadataKey::group>("Group")};
  }
};
static_assert(wire::well_formed<GroupMetadataKey>());

/// The version in which it is written: Kafka's own, without tags.
inline constexpr wire::ApiVersion kGroupMetadataVersion = 3;

struct MemberMetadata {
  std::string member_id = {};
  std::optional<std::string> group_instance_id = {};
  std::string client_id = {};
  std::string client_host = {};
  std::int32_t rebalance_timeout = -1;
  std::int32_t session_timeout = 0;
  std::vector<std::byte> subscription = {};
  std::vector<std::byte> assignment = {};
  bool operator==(const MemberMetadata&) const = default;
  static constexpr auto fields() {
    using M = MemberMetadata;
    return std::tuple{
        wire::field<&M::member_id>("MemberId"),
        wire::field<&M::group_instance_id>(
            "GroupInstanceId",
            {.versions = wire::since(3), .nullable = wire::since(3), .ignorable = true}),
        wire::field<&M::client_id>("ClientId"),
        wire::field<&M::client_host>("ClientHost"),
        wire::field<&M::rebalance_timeout>("RebalanceTimeout",
                                           {.versions = wire::since(1), .ignorable = true}),
        wire::field<&M::session_timeout>("SessionTimeout"),
        wire::field<&M::subscription>("Subscription"),
        wire::field<&M::assignment>("Assignment")};
  }
};
static_assert(wire::well_formed<MemberMetadata>());

struct GroupMetadataValue {
  std::string protocol_type = {};
  std::int32_t generation = 0;
  std::optional<std::string> protocol = {};
  std::optional<std::string> leader = {};
  std::int64_t current_state_timestamp = -1;
  std::vector<MemberMetadata> members = {};
  bool operator==(const GroupMetadataValue&) const = default;
  static constexpr std::string_view kName = "GroupMetadataValue";
  static constexpr wire::Versions kVersions{0, 4};
  static constexpr wire::Versions kFlexible = wire::since(4);
  static constexpr auto fields() {
    using M = GroupMetadataValue;
    return std::tuple{wire::field<&M::protocol_type>("ProtocolType"),
                      wire::field<&M::generation>("Generation"),
                      wire::field<&M::protocol>("Protocol", {.nullable = wire::since(0)}),
                      wire::field<&M::leader>("Leader", {.nullable = wire::since(0)}),
                      wire::field<&M::current_state_timestamp>(
                          "CurrentStateTimestamp", {.versions = wire::since(2), .ignorable = true}),
                      wire::field<&M::members>("Members")};
  }
};
static_assert(wire::well_formed<GroupMetadataValue>());

}  // namespace leat::group
