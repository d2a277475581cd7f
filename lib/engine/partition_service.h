#pragma once

/// \file
/// The port of one partition (service/partition_log.h).

#include <cstddef>
#include <memory>

#include "engine/engine_impl.h"
#include "service/partition_log.h"

namespace leat::engine {

/// Partition `index` of `topic`, whose options are what appends are held against: a topic is looked
/// up anew after its options have changed. Keeps the engine's parts alive, open or closed.
[[nodiscard]] std::shared_ptr<service::PartitionLog> partition_service(
    std::shared_ptr<Engine::Impl> engine, std::shared_ptr<const ServedTopic> topic,
    std::size_t index);

}  // namespace leat::engine
