#pragma once

/// \file
/// The consumer groups of an engine, as network members and in-process members use them: one
/// coordinator for both. `engine` has the one that serves; tests have theirs.
///
/// What a member says is Kafka's own request, decoded: both kinds of members say the same things
/// (decisions/001). Threads: everything may be called from any thread. A `Done` is called once,
/// from any thread, under no lock of the engine, possibly before the call returns. Requests are
/// looked into only until the call returns.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leat/consumer.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "service/waiter.h"
#include "wire/messages/consumer_group_describe.h"
#include "wire/messages/consumer_group_heartbeat.h"
#include "wire/messages/describe_groups.h"
#include "wire/messages/heartbeat.h"
#include "wire/messages/join_group.h"
#include "wire/messages/leave_group.h"
#include "wire/messages/list_groups.h"
#include "wire/messages/sync_group.h"
#include "wire/schema.h"

namespace leat::service {

template <class Response>
using Done = std::function<void(Response)>;

/// The name of the topic whose partitions the coordinators are (G1).
inline constexpr std::string_view kOffsetsTopic = "__consumer_offsets";

/// Where members in the engine's own process are: they end with it.
inline constexpr std::string_view kInProcess = "in-process";

/// Who asks, and in which version of the request.
struct GroupCaller {
  wire::ApiVersion version = 0;
  std::string_view client_id = {};
  std::string_view client_host = {};
  /// Of a member in this process, which is alive until it leaves, and needs no round trip for its
  /// id: woken where another would learn something from a heartbeat.
  std::shared_ptr<Waiter> local = nullptr;
};

/// As whom a member commits or fetches. Without an id and with generation -1 it is no member, but
/// someone who keeps offsets under the group's name.
struct GroupMember {
  std::string_view group_id = {};
  std::string_view member_id = {};
  std::optional<std::string_view> instance_id = {};
  /// Or the member epoch (KIP-848).
  std::int32_t generation = -1;
};

/// One offset on its way into a group.
struct OffsetToCommit {
  std::string_view topic = {};
  Uuid topic_id = {};
  PartitionId partition = {};
  Offset offset = {};
  LeaderEpoch leader_epoch{-1};
  std::string_view metadata = {};
};

struct CommitRequest {
  GroupMember member = {};
  std::span<const OffsetToCommit> offsets = {};
  /// How long they are kept, in place of `offsets.retention.minutes` (O9).
  std::optional<std::chrono::milliseconds> retention = std::nullopt;
};

struct TopicPartitionView {
  std::string_view topic = {};
  PartitionId partition = {};
};

/// Which offsets of a group are asked for: those of `partitions`, or all.
struct OffsetsRequest {
  GroupMember member = {};
  std::optional<std::span<const TopicPartitionView>> partitions = std::nullopt;
};

/// Where a group stands in a partition; offset -1 where it has committed nothing (O4).
struct CommittedOffset {
  std::string topic = {};
  PartitionId partition = {};
  Offset offset{-1};
  LeaderEpoch leader_epoch{-1};
  std::string metadata = {};
};

/// An error means that there are no offsets.
struct CommittedOffsets {
  ErrorCode error = ErrorCode::kNone;
  std::vector<CommittedOffset> offsets = {};
};

class GroupService {
 public:
  virtual ~GroupService() = default;

  /// The partition of `__consumer_offsets` that coordinates the group (G1).
  [[nodiscard]] virtual PartitionId partition_of(std::string_view group_id) const = 0;
  /// Whether `__consumer_offsets` is there; until then all answers are COORDINATOR_NOT_AVAILABLE.
  [[nodiscard]] virtual bool is_ready() const = 0;
  /// Makes it: waits for the disk (K3). Errors: as Admin::create_topic.
  virtual Result<void> prepare() = 0;

  // Classic members (G2-G18).

  virtual void join(const GroupCaller& caller, const wire::JoinGroupRequest& request,
                    Done<wire::JoinGroupResponse> done) = 0;
  virtual void sync(const GroupCaller& caller, const wire::SyncGroupRequest& request,
                    Done<wire::SyncGroupResponse> done) = 0;
  virtual void heartbeat(const GroupCaller& caller, const wire::HeartbeatRequest& request,
                         Done<wire::HeartbeatResponse> done) = 0;
  virtual void leave(const GroupCaller& caller, const wire::LeaveGroupRequest& request,
                     Done<wire::LeaveGroupResponse> done) = 0;

  // Members of the consumer protocol (KIP-848, N rules).

  virtual void consumer_heartbeat(const GroupCaller& caller,
                                  const wire::ConsumerGroupHeartbeatRequest& request,
                                  Done<wire::ConsumerGroupHeartbeatResponse> done) = 0;

  // Offsets (O1-O11).

  /// Gives an error for each of the offsets, in their order.
  virtual void commit(const GroupCaller& caller, const CommitRequest& request,
                      Done<std::vector<ErrorCode>> done) = 0;
  /// Durable offsets only (K1).
  virtual void fetch(const GroupCaller& caller, const OffsetsRequest& request,
                     Done<CommittedOffsets> done) = 0;
  /// Gives an error for the group, else one for each partition, in their order (G22).
  virtual void delete_offsets(std::string_view group_id,
                              std::span<const TopicPartitionView> partitions,
                              Done<Result<std::vector<ErrorCode>>> done) = 0;

  // Groups as a whole.

  [[nodiscard]] virtual wire::describe_groups_response::DescribedGroup describe(
      std::string_view group_id) = 0;
  [[nodiscard]] virtual wire::consumer_group_describe_response::DescribedGroup
  describe_consumer_group(std::string_view group_id) = 0;
  /// All groups that `partition` coordinates.
  [[nodiscard]] virtual std::vector<wire::list_groups_response::ListedGroup> list(
      PartitionId partition) = 0;
  /// Errors: NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND (G22).
  virtual void remove(std::string_view group_id, Done<ErrorCode> done) = 0;
};

}  // namespace leat::service
