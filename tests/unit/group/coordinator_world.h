#pragma once

/// \file
/// One coordinator whose time, log and members a test owns:
///
///   Member a(world, "a"), b(world, "b");
///   a.joins();
///   b.joins();        // waits: a has to come again
///   a.joins();        // now both have their answers
///   a.syncs({{"a", "1"}, {"b", "2"}});
///
/// Answers are taken from the Outbox at the end of each step, as the runner does.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/options.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "group/coordinator.h"
#include "group/outbox.h"
#include "service/group_service.h"
#include "unit/group/consumer_group_world.h"
#include "wire/messages/consumer_protocol.h"
#include "wire/messages/heartbeat.h"
#include "wire/messages/join_group.h"
#include "wire/messages/leave_group.h"
#include "wire/messages/sync_group.h"
#include "wire/versioned.h"

namespace leat::group::testing {

using std::chrono::milliseconds;

inline constexpr std::string_view kGroup = "g";

class CoordinatorWorld {
 public:
  explicit CoordinatorWorld(EngineOptions options = {}) : options_(std::move(options)) {
    restart();
  }

  /// One step; its answers are given before this returns.
  void step(const std::function<void(Coordinator&, Outbox&)>& work) {
    Outbox outbox(now_, wall_now(), [this](std::span<const CoordinatorRecord> records) {
      if (log_is_full) return Result<void>(Error(ErrorCode::kStorageFull));
      log.insert(log.end(), records.begin(), records.end());
      return Result<void>();
    });
    work(*coordinator_, outbox);
    for (const auto& waiter : outbox.take_wakes()) waiter->wake();
    for (const Answer& answer : outbox.take_answers()) answer(ErrorCode::kNone);
  }
  /// Lets time pass, and the coordinator look whenever it wants to.
  void wait(milliseconds time) {
    const MonotonicTime until = now_ + time;
    for (int looks = 0; looks < 100'000; ++looks) {
      const auto next = coordinator_->next_look();
      if (!next || *next > until) break;
      now_ = std::max(now_, *next);
      step([](Coordinator& coordinator, Outbox& outbox) { coordinator.on_time(outbox); });
    }
    now_ = until;
  }
  /// A new coordinator that knows the log alone.
  void restart() {
    coordinator_ = std::make_unique<Coordinator>(options_, topics, random_);
    for (const CoordinatorRecord& record : log) {
      const auto applied = coordinator_->apply(
          record.key, record.value ? BytesView(*record.value) : BytesView(nullptr), now_);
      EXPECT_TRUE(applied) << applied.error().to_string();
    }
    coordinator_->replayed(now_);
  }

  [[nodiscard]] Coordinator& coordinator() { return *coordinator_; }
  [[nodiscard]] Timestamp wall_now() const {
    return Timestamp(std::chrono::duration_cast<milliseconds>(now_.time_since_epoch()) +
                     milliseconds(1'700'000'000'000));
  }
  [[nodiscard]] std::string state(std::string_view group = kGroup) const {
    return coordinator_->describe(group).group_state;
  }
  [[nodiscard]] std::size_t member_count() const {
    return coordinator_->describe(kGroup).members.size();
  }
  [[nodiscard]] const EngineOptions& options() const { return options_; }

  FakeTopics topics;
  std::vector<CoordinatorRecord> log;
  bool log_is_full = false;

 private:
  const EngineOptions options_;
  std::uint64_t next_random_ = 1;
  const std::function<std::uint64_t()> random_ = [this] { return next_random_++; };
  MonotonicTime now_{};
  std::unique_ptr<Coordinator> coordinator_;
};

/// What consumers of `topics` say to their leader.
inline std::vector<std::byte> subscription(const std::vector<std::string_view>& topics) {
  wire::ConsumerProtocolSubscription said;
  said.topics = topics;
  return wire::encode_versioned(said, 1).value();
}

struct MemberOptions {
  std::optional<std::string> instance_id = {};
  std::vector<std::string> protocols = {"range"};
  std::vector<std::byte> metadata = subscription({"t"});
  std::string protocol_type = "consumer";
  milliseconds session = std::chrono::seconds(10);
  milliseconds rebalance = std::chrono::seconds(60);
  wire::ApiVersion join_version = 9;
};

/// A client of group `g`.
class Member {
 public:
  Member(CoordinatorWorld& world, std::string name, MemberOptions its_options = {})
      : options(std::move(its_options)), world_(&world), name_(std::move(name)) {}

  /// One JoinGroup; the answer is in `joined` when there is one.
  void asks_to_join() {
    if (has_joined()) id_from(**joined_);
    const std::string asked_as = id;  // a request looks into it
    wire::JoinGroupRequest request;
    request.group_id = kGroup;
    request.session_timeout_ms = static_cast<std::int32_t>(options.session.count());
    request.rebalance_timeout_ms = static_cast<std::int32_t>(options.rebalance.count());
    request.member_id = asked_as;
    if (options.instance_id) request.group_instance_id = *options.instance_id;
    request.protocol_type = options.protocol_type;
    for (const std::string& protocol : options.protocols) {
      request.protocols.push_back({protocol, options.metadata});
    }
    auto slot = std::make_shared<std::optional<wire::JoinGroupResponse>>();
    joined_ = slot;
    world_->step([&](Coordinator& coordinator, Outbox& outbox) {
      coordinator.join({options.join_version, name_, "/127.0.0.1"}, request, outbox,
                       [slot](wire::JoinGroupResponse response) { *slot = std::move(response); });
    });
    if (has_joined()) id_from(*joined());
  }
  /// With the round trip for an id (G3).
  void joins() {
    asks_to_join();
    if (has_joined() && joined()->error_code == ErrorCode::kMemberIdRequired) asks_to_join();
  }
  [[nodiscard]] bool has_joined() const { return joined_ && joined_->has_value(); }
  [[nodiscard]] const std::optional<wire::JoinGroupResponse>& joined() {
    if (has_joined()) id_from(**joined_);
    return *joined_;
  }
  [[nodiscard]] ErrorCode join_error() { return joined()->error_code; }
  [[nodiscard]] std::int32_t generation() { return joined()->generation_id; }
  [[nodiscard]] bool leads() { return joined()->leader == joined()->member_id; }

  /// One SyncGroup; assignments by name of member, for whoever leads.
  void syncs(const std::vector<std::pair<Member*, std::string>>& assignments = {}) {
    wire::SyncGroupRequest request;
    request.group_id = kGroup;
    request.generation_id = generation();
    request.member_id = id;
    if (options.instance_id) request.group_instance_id = *options.instance_id;
    request.protocol_type = "consumer";
    request.protocol_name = *joined()->protocol_name;
    for (const auto& [member, assignment] : assignments) {
      request.assignments.push_back({member->id, assignment});
    }
    auto slot = std::make_shared<std::optional<wire::SyncGroupResponse>>();
    synced_ = slot;
    world_->step([&](Coordinator& coordinator, Outbox& outbox) {
      coordinator.sync(request, outbox,
                       [slot](wire::SyncGroupResponse response) { *slot = std::move(response); });
    });
  }
  [[nodiscard]] bool has_synced() const { return synced_ && synced_->has_value(); }
  [[nodiscard]] ErrorCode sync_error() const { return (*synced_)->error_code; }
  [[nodiscard]] std::string assignment() const {
    const auto& bytes = (*synced_)->assignment;
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  ErrorCode heartbeats(std::optional<std::int32_t> generation_id = std::nullopt) {
    wire::HeartbeatRequest request;
    request.group_id = kGroup;
    request.generation_id = generation_id.value_or(joined_ && *joined_ ? generation() : -1);
    request.member_id = id;
    if (options.instance_id) request.group_instance_id = *options.instance_id;
    ErrorCode error{};
    world_->step([&](Coordinator& coordinator, Outbox& outbox) {
      coordinator.heartbeat(request, outbox,
                            [&](const wire::HeartbeatResponse& said) { error = said.error_code; });
    });
    return error;
  }
  ErrorCode leaves() {
    wire::LeaveGroupRequest request;
    request.group_id = kGroup;
    auto& leaver = request.members.emplace_back();
    leaver.member_id = id;
    if (options.instance_id) leaver.group_instance_id = *options.instance_id;
    ErrorCode error{};
    world_->step([&](Coordinator& coordinator, Outbox& outbox) {
      coordinator.leave({5, name_, ""}, request, outbox, [&](const wire::LeaveGroupResponse& said) {
        error = said.members.front().error_code;
      });
    });
    return error;
  }
  ErrorCode commits(std::int64_t offset, std::string_view topic = "t",
                    std::optional<std::int32_t> generation_id = std::nullopt) {
    const service::OffsetToCommit one{.topic = topic, .offset = Offset{offset}};
    service::CommitRequest request{
        .member = {.group_id = kGroup,
                   .member_id = id,
                   .instance_id = options.instance_id,
                   .generation = generation_id.value_or(joined_ && *joined_ ? generation() : -1)},
        .offsets = std::span(&one, 1)};
    ErrorCode error{};
    world_->step([&](Coordinator& coordinator, Outbox& outbox) {
      coordinator.commit({9, name_, ""}, request, outbox,
                         [&](const std::vector<ErrorCode>& errors) { error = errors.front(); });
    });
    return error;
  }

  MemberOptions options;
  std::string id;

 private:
  void id_from(const wire::JoinGroupResponse& response) {
    const bool names_it = response.error_code == ErrorCode::kNone ||
                          response.error_code == ErrorCode::kMemberIdRequired;
    if (names_it) id = response.member_id;
  }

  CoordinatorWorld* world_;
  std::string name_;
  std::shared_ptr<std::optional<wire::JoinGroupResponse>> joined_;
  std::shared_ptr<std::optional<wire::SyncGroupResponse>> synced_;
};

/// All have joined, the first leads, and all are assigned their number.
inline void make_stable(const std::vector<Member*>& members) {
  for (int round = 0; round < 3; ++round) {
    bool all = true;
    for (Member* const member : members) all = all && member->has_joined();
    if (round > 0 && all) break;
    for (Member* const member : members) member->joins();
  }
  std::vector<std::pair<Member*, std::string>> assignments;
  for (std::size_t i = 0; i < members.size(); ++i) {
    ASSERT_TRUE(members[i]->has_joined());
    ASSERT_EQ(members[i]->join_error(), ErrorCode::kNone);
    assignments.emplace_back(members[i], std::to_string(i));
  }
  for (Member* const member : members) {
    if (member->leads()) member->syncs(assignments);
  }
  for (Member* const member : members) {
    if (!member->leads()) member->syncs();
    ASSERT_TRUE(member->has_synced());
    ASSERT_EQ(member->sync_error(), ErrorCode::kNone);
  }
}

}  // namespace leat::group::testing
