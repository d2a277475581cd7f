// Random histories of a group: after every step its log, replayed, is what the live coordinator
// knows (K1), no partition has two owners in a generation, and no old generation commits (G19).

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/types.h"

#include "unit/group/coordinator_world.h"
#include "unit/wire/seeds.h"

namespace leat::group {
namespace {

using namespace std::chrono_literals;
using namespace testing;

using Offsets = std::map<std::pair<std::string, std::int32_t>, std::int64_t>;

class History {
 public:
  explicit History(std::uint32_t seed) : random_(seed) {
    for (int i = 0; i < kMembers; ++i) members_.push_back(new_member(i));
  }

  void step() {
    const int who = pick(kMembers);
    Member& member = *members_[static_cast<std::size_t>(who)];
    world_.log_is_full = pick(20) == 0;
    switch (pick(12)) {
      case 0:
      case 1:
      case 2:
        member.asks_to_join();
        break;
      case 3:
      case 4:
        sync(member);
        break;
      case 5:
        (void)member.heartbeats();
        break;
      case 6:
      case 9:
        commit(member);
        break;
      case 10:
        settle();
        break;
      case 7:
        world_.wait(std::chrono::milliseconds(pick(20'000)));
        break;
      case 8:
        if (pick(3) == 0) (void)member.leaves();
        break;
      default:  // its process dies, and begins anew
        if (pick(3) == 0) members_[static_cast<std::size_t>(who)] = new_member(who);
    }
    world_.log_is_full = false;
    expect_replay();
    if (pick(100) == 0) restart();
  }

  int times_stable = 0;
  int commits = 0;

 private:
  static constexpr int kMembers = 5;

  int pick(int count) { return std::uniform_int_distribution<int>(0, count - 1)(random_); }
  std::unique_ptr<Member> new_member(int number) {
    MemberOptions options;
    if (number < 2) options.instance_id = "i" + std::to_string(number);
    if (number == 4) options.join_version = 3;
    if (pick(4) == 0) options.metadata = subscription({"t", "u"});
    return std::make_unique<Member>(world_, "m" + std::to_string(number), options);
  }
  static bool is_in(Member& member) {
    return member.has_joined() && member.join_error() == ErrorCode::kNone;
  }

  void sync(Member& member) {
    if (!is_in(member)) return;
    std::vector<std::pair<Member*, std::string>> assignments;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      assignments.emplace_back(members_[i].get(), std::to_string(i));
    }
    member.syncs(assignments);
  }

  /// All do what well-behaved clients do, as far as the coordinator lets them.
  void settle() {
    for (int round = 0; round < 2; ++round) {
      for (const auto& member : members_) {
        if (!is_in(*member) || member->heartbeats() != ErrorCode::kNone) member->joins();
      }
    }
    for (const auto& member : members_) sync(*member);
  }

  void commit(Member& member) {
    if (!is_in(member)) return;
    const std::int64_t offset = ++last_offset_;
    const ErrorCode error = member.commits(offset);
    if (error != ErrorCode::kNone) return;
    EXPECT_GE(member.generation(), committed_generation_);  // G19
    committed_generation_ = member.generation();
    ++commits;
    EXPECT_EQ(offsets(world_.coordinator()).at({"t", 0}), offset);
  }

  static Offsets offsets(Coordinator& coordinator) {
    Offsets found;
    Outbox outbox({}, {}, nullptr);
    coordinator.fetch({.member = {.group_id = kGroup}}, outbox,
                      [&](const service::CommittedOffsets& said) {
                        for (const auto& offset : said.offsets) {
                          found[{offset.topic, offset.partition.value()}] = offset.offset.value();
                        }
                      });
    for (const Answer& answer : outbox.take_answers()) answer(ErrorCode::kNone);
    return found;
  }

  void expect_replay() {
    const auto live = world_.coordinator().describe(kGroup);
    const Offsets live_offsets = offsets(world_.coordinator());
    CoordinatorWorld replayed;
    replayed.log = world_.log;
    replayed.restart();
    ASSERT_EQ(offsets(replayed.coordinator()), live_offsets);
    if (live.group_state != "Stable") return;
    ++times_stable;
    auto said = replayed.coordinator().describe(kGroup);
    ASSERT_EQ(said.group_state, "Stable");
    ASSERT_EQ(said.protocol_data, live.protocol_data);
    ASSERT_EQ(said.members.size(), live.members.size());
    std::set<std::vector<std::byte>> owned;
    for (std::size_t i = 0; i < live.members.size(); ++i) {
      ASSERT_EQ(said.members[i].member_id, live.members[i].member_id);
      ASSERT_EQ(said.members[i].group_instance_id, live.members[i].group_instance_id);
      ASSERT_EQ(said.members[i].member_metadata, live.members[i].member_metadata);
      ASSERT_EQ(said.members[i].member_assignment, live.members[i].member_assignment);
      if (live.members[i].member_assignment.empty()) continue;
      ASSERT_TRUE(owned.insert(live.members[i].member_assignment).second) << "two owners";
    }
  }

  /// The coordinator's process dies; members find out by their next request.
  void restart() {
    world_.restart();
    committed_generation_ = 0;
    expect_replay();
  }

  std::mt19937 random_;
  CoordinatorWorld world_;
  std::vector<std::unique_ptr<Member>> members_;
  std::int64_t last_offset_ = 0;
  std::int32_t committed_generation_ = 0;
};

TEST(CoordinatorProperty, ItsLogIsWhatItKnows) {
  int stable = 0;
  int commits = 0;
  wire::testing::for_seeds(60, [&](std::uint64_t seed) {
    History history(static_cast<std::uint32_t>(seed));
    for (int i = 0; i < 400 && !::testing::Test::HasFailure(); ++i) history.step();
    stable += history.times_stable;
    commits += history.commits;
  });
  // Else it looked at nothing.
  EXPECT_GT(stable, 1000);
  EXPECT_GT(commits, 200);
}

}  // namespace
}  // namespace leat::group
