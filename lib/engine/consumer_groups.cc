// A consumer in its group: subscribing, rebalances, commits.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fmt/core.h>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/consumer.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "engine/await.h"
#include "engine/consumer_impl.h"
#include "engine/engine_impl.h"  // NOLINT(misc-include-cleaner): Engine::Impl
#include "engine/group_member.h"
#include "engine/groups.h"
#include "engine/guarded.h"
#include "group/topic_pattern.h"
#include "partition/fetch.h"
#include "service/group_service.h"
#include "wire/schema.h"

namespace leat::inline v0 {
namespace {

/// As a client of the newest version would.
constexpr wire::ApiVersion kCommitVersion = 9;

Error no_group(std::string_view call) {
  return {ErrorCode::kInvalidArgument,
          fmt::format("{} needs a group; name one in ConsumerOptions::group", call)};
}

}  // namespace

Consumer::Impl::~Impl() {
  const auto left = engine::guarded([&]() -> Result<void> {
    if (member_ && member_->is_stable() && options_.auto_commit_interval) (void)commit();
    listener_ = {};  // its owner is going
    member_.reset();
    return {};
  });
  (void)left;  // an engine that is closed has forgotten it
}

Result<void> Consumer::Impl::prepare_group() {
  if (groups_) return {};
  LEAT_TRY_VOID(engine_->groups().prepare());
  groups_ = {engine_, &engine_->groups()};
  return {};
}

Result<void> Consumer::Impl::become_member(std::vector<std::string> topics,
                                           RebalanceListener listener) {
  if (options_.assignors.empty()) {
    return Error(ErrorCode::kInvalidArgument, "ConsumerOptions::assignors is empty; name one");
  }
  LEAT_TRY_VOID(prepare_group());
  listener_ = std::move(listener);
  if (!member_) {
    names_.clear();
    assigned_.clear();
    topics_seen_ = engine_->topics_version();
    engine::GroupMemberEvents& events = *this;  // whose overrides are nobody else's business
    member_ = std::make_unique<engine::GroupMember>(groups_, options_, bell_, events);
    engine_->groups().tell_of_topics(bell_);
  }
  member_->subscribe(std::move(topics));
  return {};
}

Result<void> Consumer::Impl::subscribe(std::vector<std::string> topics,
                                       RebalanceListener listener) {
  if (options_.group.empty()) return no_group("subscribe");
  pattern_.reset();
  return become_member(std::move(topics), std::move(listener));
}

Result<void> Consumer::Impl::subscribe_pattern(std::string_view pattern,
                                               RebalanceListener listener) {
  if (options_.group.empty()) return no_group("subscribe_pattern");
  LEAT_TRY(auto compiled, group::TopicPattern::compile(pattern));
  pattern_ = std::move(compiled);
  return become_member(topics_of_pattern(), std::move(listener));
}

Result<void> Consumer::Impl::unsubscribe() {
  if (!member_) return {};
  member_->leave();
  member_.reset();
  pattern_.reset();
  return {};
}

std::vector<std::string> Consumer::Impl::topics_of_pattern() const {
  std::vector<std::string> names;
  for (const auto& topic : engine_->topics()) {
    if (!topic->is_internal && pattern_->matches(topic->name)) names.push_back(topic->name);
  }
  return names;
}

Result<void> Consumer::Impl::take_part() {
  if (!member_) return {};
  if (topics_seen_ != engine_->topics_version()) look_at_topics();
  commit_in_time();
  if (member_->has_news()) LEAT_TRY_VOID(member_->step());
  if (callback_error_) return *std::exchange(callback_error_, std::nullopt);
  return {};
}

void Consumer::Impl::look_at_topics() {
  topics_seen_ = engine_->topics_version();
  if (pattern_) {
    auto topics = topics_of_pattern();
    if (topics != member_->topics()) return member_->subscribe(std::move(topics));
  }
  member_->topics_changed();
}

void Consumer::Impl::commit_in_time() {
  if (!options_.auto_commit_interval || !member_->is_stable()) return;
  const MonotonicTime now = environment().clock->monotonic();
  if (now < next_commit_) return;
  next_commit_ = now + *options_.auto_commit_interval;
  commit_async({});  // a failure shows in the next rebalance
}

// --- what the group says
// -------------------------------------------------------------------------------------------

void Consumer::Impl::tell(const std::function<void(const std::vector<TopicPartition>&)>& callback,
                          const char* name, const std::vector<TopicPartition>& partitions) {
  if (!callback || partitions.empty()) return;
  auto called = engine::call_user(name, [&] { callback(partitions); });
  if (!called) callback_error_ = std::move(called).error();
}

void Consumer::Impl::revoked(const std::vector<TopicPartition>& partitions) {
  if (options_.auto_commit_interval) (void)commit();
  tell(listener_.on_revoked, "on_revoked", partitions);
  drop(partitions);
}

void Consumer::Impl::lost(const std::vector<TopicPartition>& partitions) {
  tell(listener_.on_lost ? listener_.on_lost : listener_.on_revoked, "on_lost", partitions);
  drop(partitions);
}

void Consumer::Impl::drop(const std::vector<TopicPartition>& partitions) {
  const auto is_gone = [&](const TopicPartition& name) {
    return std::ranges::find(partitions, name) != partitions.end();
  };
  std::erase_if(assigned_, [&](const Assigned& assigned) { return is_gone(*assigned.name); });
  std::erase_if(names_, is_gone);
  turn_ = 0;
}

Result<void> Consumer::Impl::assigned(const std::vector<TopicPartition>& partitions) {
  LEAT_TRY(const OffsetsByPartition offsets, committed(partitions));
  for (const TopicPartition& name : partitions) {
    auto partition = engine_->partition(name);
    if (!partition) continue;  // deleted meanwhile: the next rebalance takes it
    Assigned& added =
        assigned_.emplace_back(Assigned{.name = std::make_shared<const TopicPartition>(name),
                                        .reader = partition::Reader(*std::move(partition))});
    names_.push_back(name);
    const auto found = offsets.find(name);
    if (found == offsets.end()) {
      if (options_.offset_reset != OffsetReset::kNone) LEAT_TRY_VOID(reset(added));
      continue;
    }
    const OffsetAndMetadata& kept = found->second;
    if (kept.leader_epoch.value() < 0) {
      go_to(added, kept.offset);
      continue;
    }
    LEAT_TRY(const Offset offset, recovered(added, {kept.offset, kept.leader_epoch}));
    go_to(added, offset);
  }
  next_commit_ = environment().clock->monotonic() +
                 options_.auto_commit_interval.value_or(std::chrono::milliseconds(0));
  tell(listener_.on_assigned, "on_assigned", partitions);
  return {};
}

std::optional<std::int32_t> Consumer::Impl::partition_count(std::string_view topic) const {
  const auto found = engine_->find_topic(topic);
  if (!found) return std::nullopt;
  return static_cast<std::int32_t>(found->partitions.size());
}

// --- offsets
// -------------------------------------------------------------------------------------------

Result<OffsetsByPartition> Consumer::Impl::positions() {
  OffsetsByPartition offsets;
  for (const Assigned& assigned : assigned_) {
    if (!assigned.has_position) continue;
    LEAT_TRY(const Position position, this->position(*assigned.name));
    offsets[*assigned.name] = {.offset = position.offset, .leader_epoch = position.epoch};
  }
  return offsets;
}

void Consumer::Impl::start_commit(const OffsetsByPartition& offsets,
                                  std::function<void(const Result<void>&)> done) {
  const GroupMetadata who = group_metadata();
  std::vector<service::OffsetToCommit> entries;
  entries.reserve(offsets.size());
  for (const auto& [partition, kept] : offsets) {
    const auto topic = engine_->find_topic(partition.topic);
    entries.push_back({.topic = partition.topic,
                       .topic_id = topic ? topic->id : Uuid(),
                       .partition = partition.partition,
                       .offset = kept.offset,
                       .leader_epoch = kept.leader_epoch,
                       .metadata = kept.metadata});
  }
  service::CommitRequest request{
      .member = {.group_id = who.group, .member_id = who.member_id, .generation = who.generation},
      .offsets = entries};
  if (member_ && who.instance_id) request.member.instance_id = *who.instance_id;
  groups_->commit(
      {.version = kCommitVersion, .client_id = options_.client_id}, request,
      [done = std::move(done), group = who.group](const std::vector<ErrorCode>& errors) {
        if (!done) return;
        const auto failed =
            std::ranges::find_if(errors, [](ErrorCode error) { return error != ErrorCode::kNone; });
        if (failed == errors.end()) return done(Result<void>());
        done(Error(*failed, fmt::format("a commit of group '{}'", group)));
      });
}

Result<void> Consumer::Impl::commit(const OffsetsByPartition& offsets) {
  if (options_.group.empty()) return no_group("commit");
  LEAT_TRY_VOID(prepare_group());
  for (const auto& [partition, kept] : offsets) LEAT_TRY_VOID(engine_->partition(partition));
  if (offsets.empty()) return {};
  return engine::await<Result<void>>(*environment().scheduler, *environment().clock,
                                     [&](std::function<void(const Result<void>&)> done) {
                                       start_commit(offsets, std::move(done));
                                     });
}

Result<void> Consumer::Impl::commit() {
  if (options_.group.empty()) return no_group("commit");
  LEAT_TRY(const OffsetsByPartition offsets, positions());
  return commit(offsets);
}

void Consumer::Impl::commit_async(std::function<void(const Result<void>&)> done) {
  const auto started = [&]() -> Result<void> {
    if (options_.group.empty()) return no_group("commit_async");
    LEAT_TRY_VOID(prepare_group());
    LEAT_TRY(const OffsetsByPartition offsets, positions());
    start_commit(offsets, done);
    return {};
  }();
  if (!started && done) done(started);
}

Result<OffsetsByPartition> Consumer::Impl::committed(
    const std::vector<TopicPartition>& partitions) {
  if (options_.group.empty()) return no_group("committed");
  LEAT_TRY_VOID(prepare_group());
  std::vector<service::TopicPartitionView> asked;
  asked.reserve(partitions.size());
  for (const TopicPartition& partition : partitions) {
    asked.push_back({partition.topic, partition.partition});
  }
  const service::OffsetsRequest request{.member = {.group_id = options_.group},
                                        .partitions = asked};
  auto found = engine::await<service::CommittedOffsets>(
      *environment().scheduler, *environment().clock,
      [&](std::function<void(service::CommittedOffsets)> done) {
        groups_->fetch({.version = kCommitVersion}, request, std::move(done));
      });
  if (found.error != ErrorCode::kNone) {
    return Error(found.error, fmt::format("the offsets of group '{}'", options_.group));
  }
  OffsetsByPartition offsets;
  for (service::CommittedOffset& one : found.offsets) {
    if (one.offset.value() < 0) continue;
    offsets[{std::move(one.topic), one.partition}] = {.offset = one.offset,
                                                      .leader_epoch = one.leader_epoch,
                                                      .metadata = std::move(one.metadata)};
  }
  return offsets;
}

GroupMetadata Consumer::Impl::group_metadata() const {
  if (member_) return member_->metadata();
  return {.group = options_.group, .member_id = {}, .instance_id = options_.group_instance_id};
}

}  // namespace leat::inline v0
