#pragma once

/// \file
/// A member of a classic group.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leat/types.h"

#include "group/outbox.h"
#include "service/waiter.h"
#include "wire/messages/join_group.h"
#include "wire/messages/sync_group.h"

namespace leat::group {

/// A way to assign that a member supports, and what it says to the leader under it: opaque here
/// (G8).
struct Protocol {
  std::string name;
  std::vector<std::byte> metadata;
  bool operator==(const Protocol&) const = default;
};

struct ClassicMember {
  std::string id;
  std::optional<std::string> instance_id;
  std::string client_id;
  std::string client_host;
  std::chrono::milliseconds session_timeout{0};
  std::chrono::milliseconds rebalance_timeout{0};
  std::vector<Protocol> protocols;    ///< the preferred one first
  std::vector<std::byte> assignment;  ///< of the current generation
  /// When it is taken for gone. Nothing while it waits for an answer of ours (G12).
  MonotonicTime expires_at;
  bool is_new = true;       ///< its first join has not been answered
  bool has_synced = false;  ///< in the current generation
  /// Of a member in this process: it has no session, and is woken in place of heartbeats.
  std::shared_ptr<service::Waiter> local;
  Done<wire::JoinGroupResponse> joining;
  Done<wire::SyncGroupResponse> syncing;

  [[nodiscard]] const Protocol* protocol(std::string_view name) const {
    const auto found = std::ranges::find(protocols, name, &Protocol::name);
    return found == protocols.end() ? nullptr : &*found;
  }
  /// Empty when it does not support it.
  [[nodiscard]] std::vector<std::byte> metadata(std::string_view protocol_name) const {
    const Protocol* const found = protocol(protocol_name);
    return found == nullptr ? std::vector<std::byte>() : found->metadata;
  }
  [[nodiscard]] bool is_expired(MonotonicTime now) const {
    return may_expire() && expires_at <= now;
  }
  /// By `is_expired`, if nothing else comes first.
  [[nodiscard]] bool may_expire() const { return !local && !syncing && (!joining || is_new); }
};

}  // namespace leat::group
