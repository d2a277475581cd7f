#pragma once

/// \file
/// The groups of an engine: runs the coordinators of `__consumer_offsets` (lib/group), appends what
/// they decide, and answers when it is durable (K1).
///
/// Threads: everything may be called from any thread. Lock order: a shard's mutex before the hold
/// of its partition; answers are given under none.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "group/coordinator.h"
#include "group/outbox.h"
#include "partition/partition.h"
#include "service/group_service.h"
#include "service/waiter.h"

namespace leat::engine {

/// The Engine::Impl owns it and outlives it.
class Groups final : public service::GroupService {
 public:
  explicit Groups(Engine::Impl& engine);
  ~Groups() override;
  Groups(const Groups&) = delete;
  Groups& operator=(const Groups&) = delete;
  Groups(Groups&&) = delete;
  Groups& operator=(Groups&&) = delete;

  /// Reads what there is, once: waits for the disk. Errors: kCorruptMessage, kIo.
  Result<void> load();
  /// Who waits for an answer gets COORDINATOR_NOT_AVAILABLE. The engine's gate is shut.
  void close();
  /// `waiter` is woken whenever a topic comes, goes or grows, for as long as it lives.
  void tell_of_topics(std::weak_ptr<service::Waiter> waiter);
  void topics_changed();
  /// O6. From the thread that deleted it.
  void topic_deleted(std::string_view topic);

  /// Of `__consumer_offsets`; 0 while it is not there.
  [[nodiscard]] std::int32_t partition_count() const;
  [[nodiscard]] PartitionId partition_of(std::string_view group_id) const override;
  [[nodiscard]] bool is_ready() const override;
  Result<void> prepare() override;

  void join(const service::GroupCaller& caller, const wire::JoinGroupRequest& request,
            service::Done<wire::JoinGroupResponse> done) override;
  void sync(const service::GroupCaller& caller, const wire::SyncGroupRequest& request,
            service::Done<wire::SyncGroupResponse> done) override;
  void heartbeat(const service::GroupCaller& caller, const wire::HeartbeatRequest& request,
                 service::Done<wire::HeartbeatResponse> done) override;
  void leave(const service::GroupCaller& caller, const wire::LeaveGroupRequest& request,
             service::Done<wire::LeaveGroupResponse> done) override;
  void consumer_heartbeat(const service::GroupCaller& caller,
                          const wire::ConsumerGroupHeartbeatRequest& request,
                          service::Done<wire::ConsumerGroupHeartbeatResponse> done) override;
  void commit(const service::GroupCaller& caller, const service::CommitRequest& request,
              service::Done<std::vector<ErrorCode>> done) override;
  void fetch(const service::GroupCaller& caller, const service::OffsetsRequest& request,
             service::Done<service::CommittedOffsets> done) override;
  void delete_offsets(std::string_view group_id,
                      std::span<const service::TopicPartitionView> partitions,
                      service::Done<Result<std::vector<ErrorCode>>> done) override;
  [[nodiscard]] wire::describe_groups_response::DescribedGroup describe(
      std::string_view group_id) override;
  [[nodiscard]] wire::consumer_group_describe_response::DescribedGroup describe_consumer_group(
      std::string_view group_id) override;
  [[nodiscard]] std::vector<wire::list_groups_response::ListedGroup> list(
      PartitionId partition) override;
  void remove(std::string_view group_id, service::Done<ErrorCode> done) override;

 private:
  struct Shard;
  class Topics;
  using Shards = std::vector<std::unique_ptr<Shard>>;
  using Step = std::function<void(group::Coordinator&, group::Outbox&)>;
  /// Whether a step's answers wait until all that was appended before it is durable.
  enum class Sees : std::uint8_t { kWhatThereIs, kWhatIsDurable };

  /// One step of the coordinator of `shard`, and its answers. False, nothing done, when the engine
  /// is closed.
  bool step(Shard& shard, const Step& work, Sees sees = Sees::kWhatThereIs);
  /// The same of the coordinator of a group; where there is none, `done` gets
  /// COORDINATOR_NOT_AVAILABLE.
  template <class Response, class Work>
  void step_of(std::string_view group_id, service::Done<Response> done, const Work& work,
               Response response = {}, Sees sees = Sees::kWhatThereIs);
  static void answer(const std::shared_ptr<partition::Partition>& partition, Offset end,
                     std::vector<group::Answer> answers);
  [[nodiscard]] Shard* shard_of(std::string_view group_id) const;
  Result<void> load_shard(Shard& shard);

  Engine::Impl& engine_;
  const std::unique_ptr<Topics> topics_;        // what coordinators know of them
  base::Mutex load_mutex_;                      // held while shards are made: before theirs
  std::atomic<const Shards*> shards_{nullptr};  // null until loaded
  base::Mutex watchers_mutex_;                  // a leaf
  std::vector<std::weak_ptr<service::Waiter>> watchers_ LEAT_GUARDED_BY(watchers_mutex_);
  std::unique_ptr<Shards> owned_shards_ LEAT_GUARDED_BY(load_mutex_);
};

}  // namespace leat::engine
