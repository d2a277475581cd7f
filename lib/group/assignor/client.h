#pragma once

/// \file
/// The assignors that run in a classic group's leader, by the names and in the bytes that Java's,
/// librdkafka's and franz-go's consumers use, so that any of them may lead a group of all of them.
/// Pure functions.
///
///   member: encode_subscription → JoinGroup      leader: decode_subscription of each, assign,
///   member: SyncGroup → decode_assignment                encode_assignment → SyncGroup

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leat/result.h"
#include "leat/types.h"

namespace leat::group::assignor {

enum class ClientAssignor : std::uint8_t { kRange, kRoundRobin, kSticky, kCooperativeSticky };

/// "range", "roundrobin", "sticky", "cooperative-sticky": the name of the protocol in JoinGroup.
[[nodiscard]] std::string_view name_of(ClientAssignor assignor);
[[nodiscard]] std::optional<ClientAssignor> client_assignor_of(std::string_view name);

/// What a member tells the leader.
struct Subscription {
  std::vector<std::string> topics = {};
  std::vector<TopicPartition> owned = {};  ///< those of `generation`
  std::int32_t generation = -1;            ///< -1: of none
  std::optional<std::string> rack = {};
  bool operator==(const Subscription&) const = default;
};

/// JoinGroup's metadata. Sticky says what is owned in user data, as Java does; cooperative-sticky
/// in the subscription; the others keep it to themselves. Errors: of a name that is too long.
[[nodiscard]] Result<std::vector<std::byte>> encode_subscription(ClientAssignor assignor,
                                                                 const Subscription& subscription);
/// User data that is none of the assignor's counts for nothing, as in Java.
/// Errors: kCorruptMessage, kUnsupportedVersion.
[[nodiscard]] Result<Subscription> decode_subscription(ClientAssignor assignor,
                                                       std::span<const std::byte> metadata);

/// SyncGroup's assignment. Errors: as `encode_subscription`.
[[nodiscard]] Result<std::vector<std::byte>> encode_assignment(
    std::span<const TopicPartition> partitions);
/// Empty bytes are an empty assignment: the leader left the member out (G9).
/// Errors: kCorruptMessage, kUnsupportedVersion.
[[nodiscard]] Result<std::vector<TopicPartition>> decode_assignment(
    std::span<const std::byte> bytes);

struct ClientMember {
  std::string member_id = {};
  std::optional<std::string> instance_id = {};
  Subscription subscription = {};
};

/// Of the topics that exist.
using PartitionCounts = std::map<std::string, std::int32_t, std::less<>>;

/// What each member gets, in their order; sorted. Static members come first, by instance id, so
/// that a restart changes nothing. Of two who say that they own a partition, the later generation
/// is believed; of the same one, neither. Cooperative-sticky leaves out what another one owns: its
/// new owner gets it in the next rebalance, when it has been released (G17).
[[nodiscard]] std::vector<std::vector<TopicPartition>> assign(ClientAssignor assignor,
                                                              std::span<const ClientMember> members,
                                                              const PartitionCounts& counts);

}  // namespace leat::group::assignor
