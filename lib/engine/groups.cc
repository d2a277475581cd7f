#include "engine/groups.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "base/try.h"
#include "engine/engine_impl.h"
#include "engine/replay.h"
#include "group/cluster_topics.h"
#include "group/coordinator.h"
#include "group/outbox.h"
#include "group/topic_pattern.h"
#include "partition/append.h"
#include "partition/partition.h"
#include "service/group_service.h"
#include "service/waiter.h"
#include "wire/coordinator_key.h"
#include "wire/messages/consumer_group_describe.h"
#include "wire/messages/consumer_group_heartbeat.h"
#include "wire/messages/describe_groups.h"
#include "wire/messages/heartbeat.h"
#include "wire/messages/join_group.h"
#include "wire/messages/leave_group.h"
#include "wire/messages/list_groups.h"
#include "wire/messages/sync_group.h"

namespace leat::engine {

using group::Answer;
using group::Coordinator;
using group::CoordinatorRecord;
using group::Outbox;
using service::Done;

/// The engine's topics.
class Groups::Topics final : public group::ClusterTopics {
 public:
  explicit Topics(const Engine::Impl& engine) : engine_(engine) {}
  [[nodiscard]] std::optional<Topic> find(std::string_view name) const override {
    const auto found = engine_.find_topic(name);
    if (!found) return std::nullopt;
    return Topic{found->id, static_cast<std::int32_t>(found->partitions.size())};
  }
  [[nodiscard]] std::optional<std::string> name_of(const Uuid& id) const override {
    const auto found = engine_.find_topic(id);
    if (!found) return std::nullopt;
    return found->name;
  }
  [[nodiscard]] Result<std::vector<std::string>> matching(
      std::string_view expression) const override {
    LEAT_TRY(const auto pattern, group::TopicPattern::compile(expression));
    std::vector<std::string> names;
    for (const auto& topic : engine_.topics()) {
      if (!topic->is_internal && pattern.matches(topic->name)) names.push_back(topic->name);
    }
    return names;
  }

 private:
  const Engine::Impl& engine_;
};

/// One partition of `__consumer_offsets` with its coordinator.
struct Groups::Shard {
  Shard(std::shared_ptr<partition::Partition> its_partition, Engine::Impl& engine,
        const Topics& topics)
      : partition(std::move(its_partition)),
        coordinator(engine.instance().options, topics, engine.environment().random) {}

  /// Has `groups` look again when there is something to do. Nothing wakes up before that.
  void arm(Groups& groups) LEAT_REQUIRES(mutex);
  void arm_expiry(Groups& groups) LEAT_REQUIRES(mutex);

  const std::shared_ptr<partition::Partition> partition;
  base::Mutex mutex;
  Coordinator coordinator LEAT_GUARDED_BY(mutex);
  Offset end LEAT_GUARDED_BY(mutex);  ///< behind the last record that was appended
  std::optional<MonotonicTime> armed_for LEAT_GUARDED_BY(mutex);
  Scheduler::TimerId timer LEAT_GUARDED_BY(mutex) = 0;
  bool expiry_is_armed LEAT_GUARDED_BY(mutex) = false;
};

namespace {

/// The records as one batch: all of a step, or nothing (K1).
Result<Offset> append(partition::Partition& partition, std::span<const CoordinatorRecord> records) {
  const auto view = [](const CoordinatorRecord& record) {
    return Record{.key = record.key,
                  .value = record.value ? BytesView(*record.value) : BytesView(nullptr)};
  };
  if (records.size() == 1) {
    LEAT_TRY(const auto appended, partition::append(partition, view(records.front())));
    return appended.base_offset.next();
  }
  std::vector<Record> views;
  views.reserve(records.size());
  for (const CoordinatorRecord& record : records) views.push_back(view(record));
  LEAT_TRY(const auto appended, partition::append(partition, views));
  return appended.base_offset + static_cast<std::int64_t>(records.size());
}

}  // namespace

Groups::Groups(Engine::Impl& engine) : engine_(engine), topics_(std::make_unique<Topics>(engine)) {}
Groups::~Groups() = default;

std::int32_t Groups::partition_count() const {
  const Shards* const shards = shards_.load(std::memory_order_acquire);
  return shards == nullptr ? 0 : static_cast<std::int32_t>(shards->size());
}

PartitionId Groups::partition_of(std::string_view group_id) const {
  const Shards* const shards = shards_.load(std::memory_order_acquire);
  const std::int32_t count = shards == nullptr || shards->empty()
                                 ? engine_.instance().options.offsets_topic_partitions
                                 : static_cast<std::int32_t>(shards->size());
  return PartitionId{wire::internal_partition(group_id, count)};
}

bool Groups::is_ready() const {
  const Shards* const shards = shards_.load(std::memory_order_acquire);
  return shards != nullptr && !shards->empty();
}

Result<void> Groups::prepare() {
  if (is_ready()) return {};
  auto made = engine_.create_topic(
      {.name = std::string(service::kOffsetsTopic),
       .partitions = engine_.instance().options.offsets_topic_partitions,
       .configs = {{"cleanup.policy", "compact"}, {"segment.bytes", "104857600"}}},
      true);
  if (!made && made.error().code() != ErrorCode::kTopicAlreadyExists) {
    return std::move(made).error();
  }
  return load();
}

Result<void> Groups::load() {
  const base::MutexLock lock(load_mutex_);
  if (shards_.load(std::memory_order_relaxed) != nullptr) return {};
  const auto topic = engine_.find_topic(service::kOffsetsTopic);
  if (!topic) return {};
  auto shards = std::make_unique<Shards>();
  shards->reserve(topic->partitions.size());
  for (const auto& partition : topic->partitions) {
    shards->push_back(std::make_unique<Shard>(partition, engine_, *topics_));
    LEAT_TRY_VOID(load_shard(*shards->back()));
  }
  owned_shards_ = std::move(shards);
  shards_.store(owned_shards_.get(), std::memory_order_release);
  // What a run left half done, and the sessions of members that were in it.
  for (const auto& shard : *owned_shards_) {
    step(*shard, [&](Coordinator& coordinator, Outbox& outbox) {
      coordinator.replayed(outbox.now());
      coordinator.forget_local_members(outbox);
      coordinator.forget_topics(
          [&](std::string_view name, const Uuid& id) {
            const auto known = engine_.find_topic(name);
            return known && (id.is_zero() || known->id == id);
          },
          outbox);
    });
  }
  return {};
}

Result<void> Groups::load_shard(Shard& shard) {
  LEAT_TRY(const PartitionOffsets offsets, shard.partition->offsets());
  if (offsets.log_end == offsets.log_start) return {};
  const MonotonicTime now = engine_.environment().clock->monotonic();
  const base::MutexLock lock(shard.mutex);
  shard.end = offsets.log_end;
  return replay(
      shard.partition, [&](const RecordView& record) LEAT_REQUIRES(shard.mutex) -> Result<void> {
        auto applied = shard.coordinator.apply(record.key, record.value, now);
        if (applied) return {};
        return applied.error().with_context(
            fmt::format("{}-{} at offset {}", service::kOffsetsTopic,
                        shard.partition->name().partition.value(), record.offset.value()));
      });
}

Groups::Shard* Groups::shard_of(std::string_view group_id) const {
  const Shards* const shards = shards_.load(std::memory_order_acquire);
  if (shards == nullptr || shards->empty()) return nullptr;
  return (*shards)[static_cast<std::size_t>(partition_of(group_id).value())].get();
}

bool Groups::step(Shard& shard, const Step& work, Sees sees) {
  if (!engine_.instance().gate.check()) return false;
  const Environment& environment = engine_.environment();
  std::optional<Offset> awaited;
  std::vector<Answer> answers;
  std::vector<std::shared_ptr<service::Waiter>> wakes;
  {
    const base::MutexLock lock(shard.mutex);
    Outbox outbox(environment.clock->monotonic(), environment.clock->now(),
                  [&](std::span<const CoordinatorRecord> records)
                      LEAT_REQUIRES(shard.mutex) -> Result<void> {
                        LEAT_TRY(shard.end, append(*shard.partition, records));
                        awaited = shard.end;
                        return {};
                      });
    work(shard.coordinator, outbox);
    if (sees == Sees::kWhatIsDurable) awaited = shard.end;
    shard.arm(*this);
    shard.arm_expiry(*this);
    answers = outbox.take_answers();
    wakes = outbox.take_wakes();
  }
  for (const auto& waiter : wakes) waiter->wake();
  answer(shard.partition, awaited.value_or(Offset{}), std::move(answers));
  return true;
}

/// On a topic of the level `process` what is appended is durable (S10).
void Groups::answer(const std::shared_ptr<partition::Partition>& partition, Offset end,
                    std::vector<Answer> answers) {
  if (answers.empty()) return;
  if (end == Offset{} || partition->durability() != Durability::kSync) {
    for (const Answer& each : answers) each(ErrorCode::kNone);
    return;
  }
  auto kept = std::make_shared<std::vector<Answer>>(std::move(answers));
  partition->when_durable(end, [kept](const Result<void>& outcome) {
    const ErrorCode error = outcome ? ErrorCode::kNone : ErrorCode::kCoordinatorNotAvailable;
    for (const Answer& each : *kept) each(error);
  });
}

void Groups::Shard::arm(Groups& groups) {
  const auto next = coordinator.next_look();
  if (!next || (armed_for && *armed_for <= *next)) return;
  const Environment& environment = groups.engine_.environment();
  if (armed_for) (void)environment.scheduler->cancel(timer);
  armed_for = next;
  const auto delay = std::max(*next - environment.clock->monotonic(), std::chrono::nanoseconds(0));
  timer = environment.scheduler->post_after(delay, [this, &groups] {
    groups.step(*this, [this](Coordinator& its, Outbox& outbox) LEAT_REQUIRES(mutex) {
      armed_for.reset();
      its.on_time(outbox);
    });
  });
}

void Groups::Shard::arm_expiry(Groups& groups) {
  const auto next = coordinator.next_expiry();
  if (!next || expiry_is_armed) return;
  expiry_is_armed = true;
  const Environment& environment = groups.engine_.environment();
  const std::chrono::milliseconds delay =
      std::max(*next - environment.clock->now(),
               groups.engine_.instance().options.offsets_retention_check_interval);
  environment.scheduler->post_after(delay, [this, &groups] {
    groups.step(*this, [this](Coordinator& its, Outbox& outbox) LEAT_REQUIRES(mutex) {
      expiry_is_armed = false;
      its.expire(outbox);
    });
  });
}

void Groups::close() {
  const Shards* const shards = shards_.load(std::memory_order_acquire);
  if (shards == nullptr) return;
  for (const auto& shard : *shards) {
    Outbox outbox({}, {},
                  [](std::span<const CoordinatorRecord>) { return Error(ErrorCode::kClosed); });
    {
      const base::MutexLock lock(shard->mutex);
      shard->coordinator.close(outbox);
    }
    for (const Answer& each : outbox.take_answers()) each(ErrorCode::kCoordinatorNotAvailable);
  }
}

void Groups::tell_of_topics(std::weak_ptr<service::Waiter> waiter) {
  const base::MutexLock lock(watchers_mutex_);
  std::erase_if(watchers_, [](const auto& each) { return each.expired(); });
  watchers_.push_back(std::move(waiter));
}

void Groups::topics_changed() {
  if (const Shards* const shards = shards_.load(std::memory_order_acquire)) {
    for (const auto& shard : *shards) {
      const base::MutexLock lock(shard->mutex);
      shard->coordinator.topics_changed();
    }
  }
  std::vector<std::weak_ptr<service::Waiter>> watchers;
  {
    const base::MutexLock lock(watchers_mutex_);
    watchers = watchers_;
  }
  for (const auto& each : watchers) {
    if (const auto waiter = each.lock()) waiter->wake();
  }
}

void Groups::topic_deleted(std::string_view topic) {
  const Shards* const shards = shards_.load(std::memory_order_acquire);
  if (shards == nullptr) return;
  for (const auto& shard : *shards) {
    step(*shard, [&](Coordinator& coordinator, Outbox& outbox) {
      coordinator.topic_deleted(topic, outbox);
    });
  }
}

template <class Response, class Work>
void Groups::step_of(std::string_view group_id, Done<Response> done, const Work& work,
                     Response response, Sees sees) {
  Shard* const shard = shard_of(group_id);
  // Kept here as well: `work` takes it only when there is a coordinator to give it to.
  const bool is_served = shard != nullptr && step(
                                                 *shard,
                                                 [&](Coordinator& coordinator, Outbox& outbox) {
                                                   work(coordinator, outbox, std::move(done));
                                                 },
                                                 sees);
  if (is_served) return;
  group::set_error(response, ErrorCode::kCoordinatorNotAvailable);
  done(std::move(response));
}

void Groups::join(const service::GroupCaller& caller, const wire::JoinGroupRequest& request,
                  Done<wire::JoinGroupResponse> done) {
  step_of(request.group_id, std::move(done),
          [&](Coordinator& coordinator, Outbox& outbox, auto to) {
            coordinator.join(caller, request, outbox, std::move(to));
          });
}

void Groups::sync(const service::GroupCaller& /*caller*/, const wire::SyncGroupRequest& request,
                  Done<wire::SyncGroupResponse> done) {
  step_of(request.group_id, std::move(done),
          [&](Coordinator& coordinator, Outbox& outbox, auto to) {
            coordinator.sync(request, outbox, std::move(to));
          });
}

void Groups::heartbeat(const service::GroupCaller& /*caller*/,
                       const wire::HeartbeatRequest& request, Done<wire::HeartbeatResponse> done) {
  step_of(request.group_id, std::move(done),
          [&](Coordinator& coordinator, Outbox& outbox, auto to) {
            coordinator.heartbeat(request, outbox, std::move(to));
          });
}

void Groups::leave(const service::GroupCaller& caller, const wire::LeaveGroupRequest& request,
                   Done<wire::LeaveGroupResponse> done) {
  step_of(request.group_id, std::move(done),
          [&](Coordinator& coordinator, Outbox& outbox, auto to) {
            coordinator.leave(caller, request, outbox, std::move(to));
          });
}

void Groups::consumer_heartbeat(const service::GroupCaller& caller,
                                const wire::ConsumerGroupHeartbeatRequest& request,
                                Done<wire::ConsumerGroupHeartbeatResponse> done) {
  step_of(request.group_id, std::move(done),
          [&](Coordinator& coordinator, Outbox& outbox, auto to) {
            coordinator.consumer_heartbeat(caller, request, outbox, std::move(to));
          });
}

void Groups::commit(const service::GroupCaller& caller, const service::CommitRequest& request,
                    Done<std::vector<ErrorCode>> done) {
  step_of(
      request.member.group_id, std::move(done),
      [&](Coordinator& coordinator, Outbox& outbox, auto to) {
        coordinator.commit(caller, request, outbox, std::move(to));
      },
      std::vector<ErrorCode>(request.offsets.size()));
}

void Groups::fetch(const service::GroupCaller& /*caller*/, const service::OffsetsRequest& request,
                   Done<service::CommittedOffsets> done) {
  step_of(
      request.member.group_id, std::move(done),
      [&](Coordinator& coordinator, Outbox& outbox, auto to) {
        coordinator.fetch(request, outbox, std::move(to));
      },
      service::CommittedOffsets(), Sees::kWhatIsDurable);
}

void Groups::delete_offsets(std::string_view group_id,
                            std::span<const service::TopicPartitionView> partitions,
                            Done<Result<std::vector<ErrorCode>>> done) {
  step_of(
      group_id, std::move(done),
      [&](Coordinator& coordinator, Outbox& outbox, auto to) {
        coordinator.delete_offsets(group_id, partitions, outbox, std::move(to));
      },
      Result<std::vector<ErrorCode>>(std::vector<ErrorCode>()));
}

void Groups::remove(std::string_view group_id, Done<ErrorCode> done) {
  step_of(group_id, std::move(done), [&](Coordinator& coordinator, Outbox& outbox, auto to) {
    coordinator.remove(group_id, outbox, std::move(to));
  });
}

wire::describe_groups_response::DescribedGroup Groups::describe(std::string_view group_id) {
  wire::describe_groups_response::DescribedGroup described;
  described.group_id = std::string(group_id);
  described.error_code = ErrorCode::kCoordinatorNotAvailable;
  if (Shard* const shard = shard_of(group_id)) {
    const base::MutexLock lock(shard->mutex);
    described = shard->coordinator.describe(group_id);
  }
  return described;
}

wire::consumer_group_describe_response::DescribedGroup Groups::describe_consumer_group(
    std::string_view group_id) {
  wire::consumer_group_describe_response::DescribedGroup described;
  described.group_id = std::string(group_id);
  described.error_code = ErrorCode::kCoordinatorNotAvailable;
  if (Shard* const shard = shard_of(group_id)) {
    const base::MutexLock lock(shard->mutex);
    described = shard->coordinator.describe_consumer_group(group_id);
  }
  return described;
}

std::vector<wire::list_groups_response::ListedGroup> Groups::list(PartitionId partition) {
  const Shards* const shards = shards_.load(std::memory_order_acquire);
  const auto index = static_cast<std::size_t>(partition.value());
  if (shards == nullptr || index >= shards->size()) return {};
  Shard& shard = *(*shards)[index];
  const base::MutexLock lock(shard.mutex);
  return shard.coordinator.list();
}

}  // namespace leat::engine
