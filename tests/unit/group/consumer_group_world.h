#pragma once

// A consumer group with its clock, its topics and its log: what is written is replayed after every
// step, and must give the same group (K1).

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "group/cluster_topics.h"
#include "group/consumer_group.h"
#include "group/consumer_record.h"
#include "group/outbox.h"
#include "group/topic_pattern.h"
#include "wire/messages/consumer_group_heartbeat.h"

namespace leat::group::testing {

class FakeTopics final : public ClusterTopics {
 public:
  void set(const std::string& name, std::int32_t partitions) {
    const auto [entry, is_new] = topics_.try_emplace(name);
    if (is_new) entry->second.id.bytes[15] = static_cast<std::byte>(++last_id_);
    entry->second.partitions = partitions;
  }
  void remove(const std::string& name) { topics_.erase(name); }

  std::optional<Topic> find(std::string_view name) const override {
    const auto found = topics_.find(name);
    if (found == topics_.end()) return std::nullopt;
    return found->second;
  }
  std::optional<std::string> name_of(const Uuid& id) const override {
    for (const auto& [name, topic] : topics_) {
      if (topic.id == id) return name;
    }
    return std::nullopt;
  }
  Result<std::vector<std::string>> matching(std::string_view expression) const override {
    const auto pattern = TopicPattern::compile(expression);
    if (!pattern) return pattern.error();
    std::vector<std::string> names;
    for (const auto& [name, topic] : topics_) {
      if (pattern->matches(name)) names.push_back(name);
    }
    return names;
  }
  const std::map<std::string, Topic, std::less<>>& all() const { return topics_; }

 private:
  std::map<std::string, Topic, std::less<>> topics_;
  int last_id_ = 0;
};

/// Partitions as a test writes and reads them: by topic name.
using Named = std::map<std::string, std::vector<std::int32_t>>;

using wire::consumer_group_heartbeat_request::TopicPartitions;

inline std::vector<TopicPartitions> said(const PartitionsById& partitions) {
  std::vector<TopicPartitions> topics;
  for (const auto& [id, ids] : partitions) topics.push_back({.topic_id = id, .partitions = ids});
  return topics;
}

class World {
 public:
  using Request = wire::ConsumerGroupHeartbeatRequest;
  using Response = wire::ConsumerGroupHeartbeatResponse;

  explicit World(ConsumerGroupOptions options = {}) : options_(std::move(options)) {}
  World(const World&) = delete;  // the group looks at its parts
  World& operator=(const World&) = delete;

  FakeTopics& topics() { return topics_; }
  ConsumerGroup& group() { return group_; }
  const ConsumerState& state() const { return group_.state(); }
  void set_topic(const std::string& name, std::int32_t partitions) {
    topics_.set(name, partitions);
    group_.topics_changed();
  }
  void remove_topic(const std::string& name) {
    topics_.remove(name);
    group_.topics_changed();
  }
  /// Every append fails from then on, or works again.
  void set_broken(bool is_broken) { is_broken_ = is_broken; }

  Response send(const Request& request, wire::ApiVersion version = 1) {
    Outbox outbox = make_outbox();
    Response response = group_.heartbeat(
        {.version = version, .client_id = "client", .client_host = "/127.0.0.1"}, request, outbox);
    expect_replay_is_the_same();
    return response;
  }
  /// A step of another kind: `act(group, outbox)`.
  template <class Act>
  auto step(const Act& act) {
    Outbox outbox = make_outbox();
    auto answer = act(group_, outbox);
    expect_replay_is_the_same();
    return answer;
  }
  /// Records that somebody else appended.
  void apply(const std::vector<ConsumerRecord>& records) {
    for (const ConsumerRecord& record : records) {
      group_.apply(record);
      log_.push_back(*encode(record));
    }
    group_.replayed(now_);
  }
  /// Time passes, and the group is told when it wants to be.
  void advance(std::chrono::milliseconds time) {
    const MonotonicTime end = now_ + time;
    while (group_.next_look() && *group_.next_look() <= end) {
      now_ = std::max(now_, *group_.next_look());
      Outbox outbox = make_outbox();
      group_.on_time(outbox);
      expect_replay_is_the_same();
    }
    now_ = end;
  }
  MonotonicTime now() const { return now_; }
  /// The group as a restart finds it.
  void restart() {
    ConsumerGroup again("g", options_, topics_, random_);
    replay_into(again);
    again.replayed(now_);
    group_ = std::move(again);
  }

  /// REQUIRES: the topics exist.
  PartitionsById by_id(const Named& partitions) const {
    PartitionsById made;
    for (const auto& [name, numbers] : partitions) {
      auto& ids = made[topics_.find(name)->id];
      for (const std::int32_t number : numbers) ids.emplace_back(number);
    }
    return made;
  }
  Named by_name(const PartitionsById& partitions) const {
    Named named;
    for (const auto& [id, ids] : partitions) {
      const auto name = topics_.name_of(id);
      auto& numbers = named[name ? *name : "deleted"];
      for (const PartitionId partition : ids) numbers.push_back(partition.value());
    }
    return named;
  }
  std::size_t batches() const { return batches_; }

 private:
  Outbox make_outbox() {
    const auto wall =
        std::chrono::duration_cast<std::chrono::milliseconds>(now_.time_since_epoch());
    return Outbox(now_, Timestamp{wall},
                  [this](std::span<const CoordinatorRecord> records) -> Result<void> {
                    if (is_broken_) return Error(ErrorCode::kStorageFull, "no space");
                    EXPECT_FALSE(records.empty());
                    log_.insert(log_.end(), records.begin(), records.end());
                    ++batches_;
                    return {};
                  });
  }
  void replay_into(ConsumerGroup& group) const {
    for (const CoordinatorRecord& record : log_) {
      auto value =
          record.value ? std::optional<std::span<const std::byte>>(*record.value) : std::nullopt;
      const auto decoded = decode_consumer_record(record.key, value);
      ASSERT_TRUE(decoded && *decoded);
      EXPECT_EQ(group_of(**decoded), "g");
      group.apply(**decoded);
    }
  }
  void expect_replay_is_the_same() const {
    ConsumerGroup again("g", options_, topics_, random_);
    replay_into(again);
    EXPECT_TRUE(again.state() == group_.state()) << "the log says another state than is in memory";
  }

  ConsumerGroupOptions options_;
  FakeTopics topics_;
  std::function<std::uint64_t()> random_ = [n = std::uint64_t{0}]() mutable { return ++n; };
  ConsumerGroup group_{"g", options_, topics_, random_};
  MonotonicTime now_{std::chrono::hours(1)};
  std::vector<CoordinatorRecord> log_;
  std::size_t batches_ = 0;
  bool is_broken_ = false;
};

/// A consumer, which does as it is told: it gives up at once what it is to, and says so.
class Consumer {
 public:
  Consumer(World& world, std::string id) : world_(&world), id_(std::move(id)) {}

  Consumer& subscribes(std::vector<std::string> topics) {
    topics_ = std::move(topics);
    says_all_ = true;
    return *this;
  }
  Consumer& subscribes_by(std::string expression) {
    regex_ = std::move(expression);
    says_all_ = true;
    return *this;
  }
  Consumer& is_static(std::string instance_id) {
    instance_id_ = std::move(instance_id);
    return *this;
  }
  Consumer& asks_for(std::string assignor) {
    assignor_ = std::move(assignor);
    return *this;
  }
  Consumer& takes_at_most(std::chrono::milliseconds rebalance_timeout) {
    rebalance_timeout_ = rebalance_timeout;
    return *this;
  }
  /// While it is stuck in its work it neither gives up nor takes anything.
  Consumer& holds_on(bool holds) {
    holds_on_ = holds;
    if (!holds_on_) owned_ = told_;
    return *this;
  }

  World::Response join() {
    epoch_ = 0;
    owned_.clear();
    told_.clear();
    return beat();
  }
  World::Response beat() {
    auto response = world_->send(request());
    take(response);
    return response;
  }
  /// A heartbeat whose answer does not arrive. What it was told before and has not taken yet it
  /// takes no more: the protocol cannot tell that from what was given up again.
  World::Response beat_and_miss_the_answer() {
    auto response = world_->send(request());
    says_all_ = true;
    told_ = owned_;
    return response;
  }
  World::Response leave() { return end(-1); }
  World::Response leave_for_now() { return end(-2); }

  const std::string& id() const { return id_; }
  std::int32_t epoch() const { return epoch_; }
  const PartitionsById& owned_by_id() const { return owned_; }
  Named owned() const { return world_->by_name(owned_); }
  void set_epoch(std::int32_t epoch) { epoch_ = epoch; }

  /// What it says next: all, if it has joined, missed an answer, or something has changed (N5).
  /// Views of it, until it changes.
  World::Request request() {
    World::Request request{.group_id = "g", .member_id = id_, .member_epoch = epoch_};
    if (instance_id_) request.instance_id = *instance_id_;
    if (assignor_) request.server_assignor = *assignor_;
    if (epoch_ == 0 || says_all_) {
      request.rebalance_timeout_ms = static_cast<std::int32_t>(rebalance_timeout_.count());
      request.subscribed_topic_names =
          std::vector<std::string_view>(topics_.begin(), topics_.end());
      if (regex_) request.subscribed_topic_regex = *regex_;
    }
    request.topic_partitions = said(owned_);
    return request;
  }

 private:
  World::Response end(std::int32_t epoch) {
    World::Request request{.group_id = "g", .member_id = id_, .member_epoch = epoch};
    if (instance_id_) request.instance_id = *instance_id_;
    return world_->send(request);
  }
  void take(const World::Response& response) {
    says_all_ = response.error_code != ErrorCode::kNone;
    if (says_all_) return;
    id_ = *response.member_id;
    epoch_ = response.member_epoch;
    if (!response.assignment) return;
    told_.clear();
    for (const auto& topic : response.assignment->topic_partitions) {
      told_[topic.topic_id] = topic.partitions;
    }
    if (!holds_on_) owned_ = told_;
  }

  World* world_;
  std::string id_;
  std::int32_t epoch_ = 0;
  std::vector<std::string> topics_;
  std::optional<std::string> regex_;
  std::optional<std::string> instance_id_;
  std::optional<std::string> assignor_;
  std::chrono::milliseconds rebalance_timeout_{300'000};
  PartitionsById owned_;
  PartitionsById told_;
  bool holds_on_ = false;
  bool says_all_ = false;
};

}  // namespace leat::group::testing
