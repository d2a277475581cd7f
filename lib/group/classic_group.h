#pragma once

/// \file
/// A classic group: members join, one of them, the leader, assigns, all sync, and heartbeat until
/// the next rebalance (rules G). A pure state machine: requests and time in, records and answers
/// out (K1). Not thread-safe.
///
///   Empty -> PreparingRebalance <-> CompletingRebalance -> Stable -> PreparingRebalance -> …
///
/// What a restart keeps is in the group's record, written when it becomes Stable or Empty and when
/// a static member is replaced; joins in progress and sessions are soft: members say it again.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leat/error.h"
#include "leat/options.h"
#include "leat/result.h"
#include "leat/types.h"

#include "group/classic_member.h"
#include "group/outbox.h"
#include "group/records.h"
#include "service/group_service.h"
#include "wire/messages/describe_groups.h"
#include "wire/messages/heartbeat.h"
#include "wire/messages/join_group.h"
#include "wire/messages/sync_group.h"

namespace leat::group {

/// The protocol type of consumers, the only one whose metadata is looked into (G8, O8).
inline constexpr std::string_view kConsumerProtocolType = "consumer";

class ClassicGroup {
 public:
  enum class State : std::int8_t { kEmpty, kPreparingRebalance, kCompletingRebalance, kStable };

  /// What `random` gives becomes part of member ids.
  ClassicGroup(std::string id, const EngineOptions& options,
               const std::function<std::uint64_t()>& random)
      : id_(std::move(id)), options_(&options), random_(&random) {}
  /// As it was when `value` was written; all sessions begin anew at `now`.
  void restore(const GroupMetadataValue& value, MonotonicTime now);

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] std::int32_t generation() const { return generation_; }
  /// "" of a group that has only offsets.
  [[nodiscard]] std::string_view protocol_type() const {
    return protocol_type_ ? std::string_view(*protocol_type_) : std::string_view();
  }
  [[nodiscard]] bool has_members() const { return !members_.empty(); }
  [[nodiscard]] const std::map<std::string, ClassicMember, std::less<>>& members() const {
    return members_;
  }
  /// Whether nobody is in it nor about to be.
  [[nodiscard]] bool is_idle() const { return members_.empty() && pending_.empty(); }
  /// When it last became empty, if it is (O8).
  [[nodiscard]] std::optional<Timestamp> empty_since() const;
  /// Whether a consumer in it may read `topic`: then its offsets stay (G22, O8). Who does not say
  /// what it reads may read everything.
  [[nodiscard]] bool is_subscribed_to(std::string_view topic) const;

  // Requests. Errors are in the answers.

  void join(const service::GroupCaller& caller, const wire::JoinGroupRequest& request,
            Outbox& outbox, Done<wire::JoinGroupResponse> done);
  void sync(const wire::SyncGroupRequest& request, Outbox& outbox,
            Done<wire::SyncGroupResponse> done);
  /// Errors: UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, ILLEGAL_GENERATION, REBALANCE_IN_PROGRESS
  /// (G11).
  [[nodiscard]] ErrorCode heartbeat(const wire::HeartbeatRequest& request, const Outbox& outbox);
  /// One member leaves; `members_left` is to be called after all of a request. Errors:
  /// UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID (G14).
  [[nodiscard]] ErrorCode leave(std::string_view member_id,
                                std::optional<std::string_view> instance_id, Outbox& outbox);
  void members_left(Outbox& outbox);
  /// Whether `member` may commit now; it is alive, then (G12, G19).
  [[nodiscard]] ErrorCode check_commit(const service::GroupMember& member, const Outbox& outbox);

  /// After `restore`: those that were in the process which ended, but for the static ones.
  void forget_local_members(Outbox& outbox);
  /// Answers all who wait with `error`: nothing more will happen.
  void close(ErrorCode error, Outbox& outbox);
  [[nodiscard]] bool has_local_members() const;

  [[nodiscard]] wire::describe_groups_response::DescribedGroup describe() const;
  /// By the name that DescribeGroups and ListGroups have for it.
  [[nodiscard]] std::string_view state_name() const;

  // Time.

  /// When `on_time` has something to do, at the earliest; nullopt while it has not.
  [[nodiscard]] std::optional<MonotonicTime> next_look() const { return next_look_; }
  void on_time(Outbox& outbox);

  /// What is to be known of it after a restart.
  [[nodiscard]] GroupMetadataValue metadata() const { return value(nullptr, state_since_); }
  /// The group's record as things stand (K1).
  [[nodiscard]] Result<CoordinatorRecord> record(Timestamp state_since) const;

 private:
  using Assignments = std::map<std::string, std::vector<std::byte>, std::less<>>;

  // Joining (classic_join.cc).
  struct Joiner;
  [[nodiscard]] ErrorCode check_join(const Joiner& joiner) const;
  [[nodiscard]] bool has_room_for(std::string_view member_id) const;
  [[nodiscard]] bool supports(const wire::JoinGroupRequest& request) const;
  void join_new(const Joiner& joiner, Outbox& outbox, Done<wire::JoinGroupResponse> done);
  void join_known(const Joiner& joiner, Outbox& outbox, Done<wire::JoinGroupResponse> done);
  void rejoin_static(const Joiner& joiner, const std::string& old_id, Outbox& outbox,
                     Done<wire::JoinGroupResponse> done);
  void replace_quietly(const std::string& old_id, const ClassicMember& old, const Joiner& joiner,
                       Outbox& outbox, Done<wire::JoinGroupResponse> done);
  void add(const Joiner& joiner, std::string member_id, Outbox& outbox,
           Done<wire::JoinGroupResponse> done);
  void update(ClassicMember& member, const Joiner& joiner, Outbox& outbox,
              Done<wire::JoinGroupResponse> done);
  void set_joining(ClassicMember& member, Done<wire::JoinGroupResponse> done);
  Done<wire::JoinGroupResponse> take_joining(ClassicMember& member);
  [[nodiscard]] std::string new_member_id(const Joiner& joiner) const;

  // Rebalancing (classic_rebalance.cc).
  void rebalance_or_complete(Outbox& outbox);
  void prepare_rebalance(Outbox& outbox);
  void complete_if_all_joined(Outbox& outbox);
  void complete_join(Outbox& outbox);
  void extend_or_complete_join(Outbox& outbox);
  void become_empty(Outbox& outbox);
  void answer_joins(Outbox& outbox);
  void take_assignments(const wire::SyncGroupRequest& request, Outbox& outbox);
  void give_assignments(Outbox& outbox);
  void fail_syncs(ErrorCode error, Outbox& outbox);
  void remove_silent(Outbox& outbox);
  [[nodiscard]] std::string choose_protocol() const;
  void read_subscriptions();
  [[nodiscard]] std::chrono::milliseconds longest_rebalance_timeout() const;

  void remove(std::string_view member_id, Outbox& outbox);
  [[nodiscard]] ErrorCode check_member(std::string_view member_id,
                                       std::optional<std::string_view> instance_id) const;
  ClassicMember& member(std::string_view member_id) { return members_.find(member_id)->second; }
  void set_state(State state, Timestamp now) {
    state_ = state;
    state_since_ = now;
  }
  void keep_alive(ClassicMember& member, const Outbox& outbox);
  void look_by(MonotonicTime time) {
    if (!next_look_ || time < *next_look_) next_look_ = time;
  }
  void plan_next_look();
  [[nodiscard]] wire::JoinGroupResponse joined(const ClassicMember& member,
                                               bool with_members) const;
  [[nodiscard]] GroupMetadataValue value(const Assignments* assignments,
                                         Timestamp state_since) const;

  std::string id_;
  const EngineOptions* options_;
  const std::function<std::uint64_t()>* random_;

  State state_ = State::kEmpty;
  Timestamp state_since_{};
  std::int32_t generation_ = 0;
  std::optional<std::string> protocol_type_;
  std::optional<std::string> protocol_;
  std::optional<std::string> leader_;
  std::map<std::string, ClassicMember, std::less<>> members_;
  std::map<std::string, std::string, std::less<>> static_members_;  // instance id -> member id
  std::map<std::string, MonotonicTime, std::less<>> pending_;  // ids given out, until when (G3)
  std::size_t joining_count_ = 0;  // of members that wait for the answer to their join
  /// Topics that its consumers read; nullopt when that is not known.
  std::optional<std::set<std::string, std::less<>>> subscribed_topics_;

  /// Preparing: when the join phase ends. Completing, Stable: until when members must have synced.
  std::optional<MonotonicTime> phase_ends_;
  /// An Empty group waits for more members (G5): how much longer it may.
  std::optional<std::chrono::milliseconds> initial_delay_left_;
  bool member_was_added_ = false;
  std::optional<MonotonicTime> next_look_;
};

}  // namespace leat::group
