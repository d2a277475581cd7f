#pragma once

/// \file
/// What handlers ask of topics again and again: by name or id, led by this node, reachable where.

#include <memory>
#include <string>
#include <string_view>

#include "leat/result.h"
#include "leat/types.h"

#include "kafka/broker.h"
#include "kafka/call.h"
#include "kafka/nodes.h"
#include "service/log_service.h"

namespace leat::kafka {

/// Null when there is none.
[[nodiscard]] service::TopicPtr find_topic(const Broker& broker, bool by_id, std::string_view name,
                                           const Uuid& id);

/// A partition that the node of `peer` leads. Errors: kUnknownTopicId or kUnknownTopicOrPartition
/// (B16, F10, F11), kNotLeaderOrFollower (K7).
[[nodiscard]] Result<std::shared_ptr<service::PartitionLog>> find_partition(
    const Broker& broker, const Peer& peer, const service::TopicPtr& topic, PartitionId partition,
    bool by_id);

/// Whether a client's idea of the epoch is of today (F9). Errors: kFencedLeaderEpoch,
/// kUnknownLeaderEpoch.
[[nodiscard]] Result<void> check_epoch(const Broker& broker, LeaderEpoch asked);

/// Where clients reach `node`: its advertised host, or the address this one came to (M7).
[[nodiscard]] std::string advertised_host(const Node& node, const Peer& peer);

}  // namespace leat::kafka
