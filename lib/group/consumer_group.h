#pragma once

/// \file
/// A group of the consumer protocol (KIP-848, rules N): members say in heartbeats what they
/// subscribe to and what they own; the coordinator assigns, and takes each member there step by
/// step (current_assignment.h). A pure state machine: requests and time in, records out (K1).
///
/// Members of the classic protocol may be among them while a group changes over (N16).
///
/// Hard state is consumer_state.h's; sessions and rebalance timeouts are soft: a restart gives all
/// members their time anew. Not thread-safe.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "group/assignor/server.h"
#include "group/cluster_topics.h"
#include "group/consumer_record.h"
#include "group/consumer_state.h"
#include "group/deadlines.h"
#include "group/outbox.h"
#include "group/records.h"
#include "wire/messages/consumer_group_describe.h"
#include "wire/messages/consumer_group_heartbeat.h"
#include "wire/messages/heartbeat.h"
#include "wire/messages/join_group.h"
#include "wire/messages/sync_group.h"
#include "wire/schema.h"

namespace leat::group {

struct ConsumerGroupOptions {
  /// Who is not heard of for so long is taken for gone (N8).
  std::chrono::milliseconds session_timeout{45'000};
  /// What members are told to keep to.
  std::chrono::milliseconds heartbeat_interval{5'000};
  std::size_t members_max = std::numeric_limits<std::int32_t>::max();
  /// Those that a member may ask for; the first is taken where none does. REQUIRES: not empty.
  std::vector<assignor::ServerAssignor> assignors = {assignor::ServerAssignor::kUniform,
                                                     assignor::ServerAssignor::kRange};
  /// The least time from one assignment to the next (N12).
  std::chrono::milliseconds assignment_interval{0};
};

/// Who sends a heartbeat, and in which version.
struct ConsumerCaller {
  wire::ApiVersion version = 0;
  std::string_view client_id = {};
  std::string_view client_host = {};
};

class ConsumerGroup {
 public:
  /// All but the id outlive it. What `random` gives becomes part of member ids.
  ConsumerGroup(std::string id, const ConsumerGroupOptions& options, const ClusterTopics& topics,
                const std::function<std::uint64_t()>& random)
      : id_(std::move(id)), options_(&options), topics_(&topics), random_(&random) {}

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const ConsumerState& state() const { return state_; }
  /// Empty, Assigning, Reconciling, Stable: as ListGroups has it.
  [[nodiscard]] std::string_view state_name() const;
  [[nodiscard]] bool has_members() const { return !state_.members().empty(); }
  /// Whether a member reads `topic`: then its offsets stay (G22, O8).
  [[nodiscard]] bool is_subscribed_to(std::string_view topic) const;

  /// A member joins, says what has changed, or leaves (N1). Errors are in the answer:
  /// INVALID_REQUEST (N2), GROUP_ID_NOT_FOUND, UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH (N6),
  /// UNRELEASED_INSTANCE_ID, FENCED_INSTANCE_ID (N7), UNSUPPORTED_ASSIGNOR (N10),
  /// INVALID_REGULAR_EXPRESSION (N11), GROUP_MAX_SIZE_REACHED; COORDINATOR_NOT_AVAILABLE when its
  /// records could not be appended. After an error nothing has changed.
  wire::ConsumerGroupHeartbeatResponse heartbeat(const ConsumerCaller& caller,
                                                 const wire::ConsumerGroupHeartbeatRequest& request,
                                                 Outbox& outbox);
  // Members that speak the classic protocol (N16): each is a follower, and told at once.

  /// Errors, in the answer: INCONSISTENT_GROUP_PROTOCOL, MEMBER_ID_REQUIRED (G3),
  /// UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, GROUP_MAX_SIZE_REACHED, COORDINATOR_NOT_AVAILABLE as in
  /// `heartbeat`.
  wire::JoinGroupResponse join(const ConsumerCaller& caller, const wire::JoinGroupRequest& request,
                               Outbox& outbox);
  /// Errors, in the answer: UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, ILLEGAL_GENERATION,
  /// INCONSISTENT_GROUP_PROTOCOL, REBALANCE_IN_PROGRESS.
  wire::SyncGroupResponse sync(const wire::SyncGroupRequest& request, const Outbox& outbox);
  /// Errors: as `sync`; REBALANCE_IN_PROGRESS when it is to join again.
  ErrorCode classic_heartbeat(const wire::HeartbeatRequest& request, const Outbox& outbox);
  /// One member leaves. Errors: UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, COORDINATOR_NOT_AVAILABLE.
  ErrorCode classic_leave(std::string_view member_id, std::optional<std::string_view> instance_id,
                          Outbox& outbox);
  /// Whether nobody is left who speaks the consumer protocol: it is to be a classic group again.
  [[nodiscard]] bool is_all_classic() const;
  /// The record of the classic group that it may become. REQUIRES: is_all_classic().
  [[nodiscard]] Result<GroupMetadataValue> as_classic(Timestamp now) const;
  /// What a classic group's record becomes, so that it may go on as `id` of the consumer protocol.
  /// Errors: kInconsistentGroupProtocol, of a group of no consumers, or with user data of an
  /// assignor that the server has not.
  [[nodiscard]] static Result<std::vector<ConsumerRecord>> from_classic(
      const std::string& id, const GroupMetadataValue& classic, const ClusterTopics& topics);

  /// Topics were made, deleted, or got partitions: the next heartbeat looks at what that changes.
  void topics_changed() { is_stale_ = true; }

  /// What a member may commit (N13).
  struct CommitRight {
    const CurrentAssignment* assignment = nullptr;  ///< null: everything
    std::int32_t epoch = 0;
    /// NONE, or STALE_MEMBER_EPOCH: it was not assigned to the member at that epoch.
    [[nodiscard]] ErrorCode of(const Uuid& topic, PartitionId partition) const;
  };
  /// Until the next step. `epoch`: below 0 of who is no member. Errors: kUnknownMemberId,
  /// kStaleMemberEpoch, kUnsupportedVersion (OffsetCommit before version 9 knows no epochs);
  /// kIllegalGeneration of a classic member.
  [[nodiscard]] Result<CommitRight> check_commit(std::string_view member_id, std::int32_t epoch,
                                                 wire::ApiVersion version) const;
  /// Whether one who says that it is that member may read offsets (O5). Who says nothing may.
  [[nodiscard]] ErrorCode check_fetch(std::string_view member_id, std::int32_t epoch) const;

  [[nodiscard]] wire::consumer_group_describe_response::DescribedGroup describe() const;

  // Time.

  /// When `on_time` has something to do, at the earliest; nullopt while it has not.
  [[nodiscard]] std::optional<MonotonicTime> next_look() const;
  /// Removes who was not heard of for too long, or does not give up what it is to (N8, N9).
  void on_time(Outbox& outbox);

  // Replay.

  /// REQUIRES: a record of this group.
  void apply(const ConsumerRecord& record) { state_.apply(record); }
  /// After the last record: all sessions begin anew.
  void replayed(MonotonicTime now);
  /// Tombstones for all that it has written.
  [[nodiscard]] std::vector<ConsumerRecord> deletion() const { return state_.deletion(id_); }

 private:
  using Request = wire::ConsumerGroupHeartbeatRequest;
  using Response = wire::ConsumerGroupHeartbeatResponse;
  struct Beat;

  // Who it is (consumer_members.cc).
  [[nodiscard]] Result<void> check(const Request& request, wire::ApiVersion version) const;
  [[nodiscard]] Result<void> check_assignor(const Request& request) const;
  [[nodiscard]] Result<Beat> who_beats(const Request& request) const;
  [[nodiscard]] Result<Beat> static_beats(const Request& request) const;
  [[nodiscard]] Result<void> check_epoch(std::string_view member_id, const Request& request) const;
  Response leave(const Request& request, Outbox& outbox);
  void take_over(Draft& draft, const std::string& old_id, const std::string& new_id) const;
  void remove(Draft& draft, const std::vector<std::string>& member_ids) const;
  void forget(Draft& draft, const std::string& member_id) const;

  // Classic members (consumer_classic.cc).
  [[nodiscard]] Result<Beat> who_joins(const ConsumerCaller& caller,
                                       const wire::JoinGroupRequest& request) const;
  [[nodiscard]] Result<Beat> static_joins(const wire::JoinGroupRequest& request) const;
  [[nodiscard]] bool supports(const wire::JoinGroupRequest& request) const;
  [[nodiscard]] ErrorCode check_classic(std::string_view member_id,
                                        std::optional<std::string_view> instance_id,
                                        std::int32_t generation) const;
  [[nodiscard]] std::vector<TopicPartition> assigned_names(std::string_view member_id) const;
  [[nodiscard]] bool waits_for_others(std::string_view member_id) const;

  // What it gets (consumer_group.cc).
  struct Progress {
    bool is_any = false;
    bool is_reassigned = false;  ///< to be told
  };
  Result<Progress> step(Draft& draft, const std::string& id, const ConsumerState::Member& member,
                        const PartitionsById* owned, const Outbox& outbox) const;
  [[nodiscard]] ConsumerState::Member updated(const ConsumerState::Member* known,
                                              const ConsumerCaller& caller,
                                              const Request& request) const;
  Result<void> resolve(Draft& draft, const std::string& expression, Timestamp now) const;
  Result<void> refresh_patterns(Draft& draft, Timestamp now) const;
  void drop_unused_patterns(Draft& draft) const;
  void bump(Draft& draft) const;
  void assign(Draft& draft, Timestamp now) const;
  Progress reconcile_member(Draft& draft, const std::string& member_id, const PartitionsById* owned,
                            bool has_new_subscription) const;
  void stepped(const Beat& beat);
  void keep_alive(const std::string& member_id, MonotonicTime now);
  void watch_revocation(const std::string& member_id, MonotonicTime now);
  [[nodiscard]] std::vector<std::string_view> topics_of(const ConsumerState::Member& member) const;
  [[nodiscard]] std::int64_t metadata_hash() const;
  [[nodiscard]] assignor::ServerAssignor chosen_assignor() const;

  std::string id_;
  const ConsumerGroupOptions* options_;
  const ClusterTopics* topics_;
  const std::function<std::uint64_t()>* random_;
  ConsumerState state_;
  bool is_stale_ = true;  // topics may have changed since the hash was taken
  Deadlines sessions_;    // by member id
  /// Until when a member is to give something up, or, classic, to join again or to sync.
  Deadlines demands_;
};

}  // namespace leat::group
