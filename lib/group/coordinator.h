#pragma once

/// \file
/// The groups of one partition of `__consumer_offsets`, of both protocols. A pure state machine, as
/// its groups are: each call is one step, which decides, appends through the Outbox, applies, and
/// answers (K1). Not thread-safe.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leat/error.h"
#include "leat/options.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "group/classic_group.h"
#include "group/cluster_topics.h"
#include "group/consumer_group.h"
#include "group/offsets.h"
#include "group/outbox.h"
#include "service/group_service.h"
#include "wire/messages/consumer_group_describe.h"
#include "wire/messages/consumer_group_heartbeat.h"
#include "wire/messages/describe_groups.h"
#include "wire/messages/heartbeat.h"
#include "wire/messages/join_group.h"
#include "wire/messages/leave_group.h"
#include "wire/messages/list_groups.h"
#include "wire/messages/sync_group.h"

namespace leat::group {

class Coordinator {
 public:
  /// `options`, `topics` and `random` outlive it.
  Coordinator(const EngineOptions& options, const ClusterTopics& topics,
              const std::function<std::uint64_t()>& random);
  Coordinator(const Coordinator&) = delete;  // its groups look into it
  Coordinator& operator=(const Coordinator&) = delete;
  Coordinator(Coordinator&&) = delete;
  Coordinator& operator=(Coordinator&&) = delete;
  ~Coordinator() = default;

  // The steps: what they do is told in service/group_service.h.

  void join(const service::GroupCaller& caller, const wire::JoinGroupRequest& request,
            Outbox& outbox, Done<wire::JoinGroupResponse> done);
  void sync(const wire::SyncGroupRequest& request, Outbox& outbox,
            Done<wire::SyncGroupResponse> done);
  void heartbeat(const wire::HeartbeatRequest& request, Outbox& outbox,
                 Done<wire::HeartbeatResponse> done);
  void leave(const service::GroupCaller& caller, const wire::LeaveGroupRequest& request,
             Outbox& outbox, Done<wire::LeaveGroupResponse> done);
  void consumer_heartbeat(const service::GroupCaller& caller,
                          const wire::ConsumerGroupHeartbeatRequest& request, Outbox& outbox,
                          Done<wire::ConsumerGroupHeartbeatResponse> done);
  void commit(const service::GroupCaller& caller, const service::CommitRequest& request,
              Outbox& outbox, Done<std::vector<ErrorCode>> done);
  void fetch(const service::OffsetsRequest& request, Outbox& outbox,
             Done<service::CommittedOffsets> done) const;
  void delete_offsets(std::string_view group_id,
                      std::span<const service::TopicPartitionView> partitions, Outbox& outbox,
                      Done<Result<std::vector<ErrorCode>>> done);
  [[nodiscard]] wire::describe_groups_response::DescribedGroup describe(
      std::string_view group_id) const;
  [[nodiscard]] wire::consumer_group_describe_response::DescribedGroup describe_consumer_group(
      std::string_view group_id) const;
  [[nodiscard]] std::vector<wire::list_groups_response::ListedGroup> list() const;
  void remove(std::string_view group_id, Outbox& outbox, Done<ErrorCode> done);

  /// Answers all who wait.
  void close(Outbox& outbox);
  /// Topics were made, deleted, or got partitions.
  void topics_changed();
  /// A topic is gone, and the offsets that groups had in it (O6).
  void topic_deleted(std::string_view topic, Outbox& outbox);
  /// Deletes what has outlived `offsets.retention.minutes` (O8), and groups that have nothing left.
  void expire(Outbox& outbox);

  /// Before it `expire` has nothing to do.
  [[nodiscard]] std::optional<Timestamp> next_expiry() const { return next_expiry_; }

  /// When `on_time` has something to do, at the earliest.
  [[nodiscard]] std::optional<MonotonicTime> next_look() const { return next_look_; }
  void on_time(Outbox& outbox);

  // Replay: what the records of the partition say, in their order.

  /// Errors: kCorruptMessage for what is no record of a coordinator.
  Result<void> apply(BytesView key, BytesView value, MonotonicTime now);
  /// After the last record: sessions of the consumer protocol begin.
  void replayed(MonotonicTime now);
  /// Dynamic members that were in the process which ended: nobody comes back as one of them.
  void forget_local_members(Outbox& outbox);
  /// The offsets of topics for which `exists(name, id)` is false: they were deleted in a run that
  /// ended before their tombstones were written (O6).
  void forget_topics(const std::function<bool(std::string_view, const Uuid&)>& exists,
                     Outbox& outbox);

 private:
  /// Of one protocol at a time (N17): the consumer protocol while there is such a group.
  struct Group {
    ClassicGroup classic;
    std::unique_ptr<ConsumerGroup> consumer = nullptr;
    Offsets offsets = {};

    [[nodiscard]] bool is_idle() const {
      return consumer ? !consumer->has_members() : classic.is_idle();
    }
    [[nodiscard]] bool has_members() const {
      return consumer ? consumer->has_members() : classic.has_members();
    }
    [[nodiscard]] std::string_view protocol_type() const {
      return consumer ? kConsumerProtocolType : classic.protocol_type();
    }
    [[nodiscard]] bool is_subscribed_to(std::string_view topic) const {
      return consumer ? consumer->is_subscribed_to(topic) : classic.is_subscribed_to(topic);
    }
    [[nodiscard]] std::optional<MonotonicTime> next_look() const {
      return consumer ? consumer->next_look() : classic.next_look();
    }
    /// Whether nothing of it is worth keeping: there was never more than a refusal.
    [[nodiscard]] bool is_nothing() const {
      if (!is_idle() || !offsets.empty()) return false;
      return consumer ? consumer->deletion().empty() : classic.generation() == 0;
    }
  };
  using Groups = std::map<std::string, Group, std::less<>>;

  Group& group(std::string_view id);
  [[nodiscard]] const Group* find(std::string_view id) const;
  Group* find(std::string_view id);
  /// After a step of it: when to look again, and whether it was anything at all.
  void step_ends(std::string_view id);
  /// Who may commit, and, in a group of the consumer protocol, what.
  [[nodiscard]] Result<ConsumerGroup::CommitRight> check_commit(const service::GroupCaller& caller,
                                                                const service::GroupMember& member,
                                                                const Outbox& outbox);
  // Between the protocols (coordinator_convert.cc).
  /// REQUIRES: a group of the consumer protocol without members. Errors: kCoordinatorNotAvailable.
  static Result<void> make_idle_classic(Group& group, Outbox& outbox);
  /// The group under `id`, of the consumer protocol now if it can be. Errors: kGroupIdNotFound of a
  /// classic group that cannot be converted (N16), kCoordinatorNotAvailable.
  Result<ConsumerGroup*> consumer_to_join(std::string_view id, Outbox& outbox);
  /// If only classic members are left in it.
  static void go_back_to_classic(Group& group, Outbox& outbox);
  ConsumerGroup& make_consumer(Group& group);
  Result<void> apply_classic(std::span<const std::byte> key, BytesView value, MonotonicTime now);
  /// When an offset goes if nothing changes; nullopt while a member reads there (O8).
  [[nodiscard]] std::optional<Timestamp> expires_at(const Group& group, std::string_view topic,
                                                    const OffsetCommitValue& value) const;
  void expire_by(Timestamp time) {
    if (!next_expiry_ || time < *next_expiry_) next_expiry_ = time;
  }
  void apply_offset(const OffsetCommitKey& key, std::optional<OffsetCommitValue> value);
  /// Deletes the offsets in `keys`, all or none.
  Result<void> delete_keys(std::span<const OffsetCommitKey> keys, Outbox& outbox);
  /// Deletes the group's record and its offsets.
  Result<void> delete_group(std::string_view id, Outbox& outbox);

  const EngineOptions* options_;
  const ClusterTopics* topics_;
  const std::function<std::uint64_t()>* random_;
  const ConsumerGroupOptions consumer_options_;
  Groups groups_;
  std::optional<MonotonicTime> next_look_;
  std::optional<Timestamp> next_expiry_;
};

}  // namespace leat::group
