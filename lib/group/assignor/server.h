#pragma once

/// \file
/// The assignors that run in the coordinator of a group of the consumer protocol (N10). Pure.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "leat/types.h"

#include "group/assignor/numbering.h"

namespace leat::group::assignor {

enum class ServerAssignor : std::uint8_t { kUniform, kRange };

/// "uniform", "range".
[[nodiscard]] std::string_view name_of(ServerAssignor assignor);
[[nodiscard]] std::optional<ServerAssignor> server_assignor_of(std::string_view name);

/// Partitions by topic id: ascending, none empty.
using PartitionsById = std::map<Uuid, std::vector<PartitionId>>;
/// Of the topics that exist.
using CountsById = std::map<Uuid, std::int32_t>;

struct ServerMember {
  MemberName name = {};
  std::vector<Uuid> topics = {};
  /// What it was to own before; outlives the call. REQUIRES: not null.
  const PartitionsById* owned = nullptr;
};

/// What each member is to own, in their order. Uniform moves as little as it can
/// (assignor/sticky.h); range is the client's.
[[nodiscard]] std::vector<PartitionsById> assign(ServerAssignor assignor,
                                                 std::span<const ServerMember> members,
                                                 const CountsById& counts);

}  // namespace leat::group::assignor
