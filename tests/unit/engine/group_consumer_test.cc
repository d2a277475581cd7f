// Consumers of this process in a group: they share what there is, and go on where it stands.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/error.h"
#include "leat/testing/simulated_world.h"
#include "leat/types.h"

#include "unit/engine/bus.h"

namespace leat::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class GroupConsumerTest : public Bus {
 protected:
  GroupConsumerTest() { topic("t", 4); }

  static ConsumerOptions group(std::vector<Assignor> assignors = {Assignor::kRange}) {
    return {.group = "g", .topics = {"t"}, .assignors = std::move(assignors)};
  }
  Consumer member(ConsumerOptions options = group()) {
    return engine.consumer(std::move(options)).value();
  }
  /// All poll in turn until nothing moves.
  static void settle(const std::vector<Consumer*>& members) {
    for (int round = 0; round < 6; ++round) {
      for (Consumer* const consumer : members) ASSERT_THAT(consumer->poll(0ns), IsOk());
    }
  }
  static std::vector<std::int32_t> partitions(const Consumer& consumer) {
    std::vector<std::int32_t> numbers;
    for (const TopicPartition& partition : consumer.assignment()) {
      numbers.push_back(partition.partition.value());
    }
    return numbers;
  }
  /// Everything that can be had now.
  static std::vector<std::string> drain(Consumer& consumer) {
    std::vector<std::string> all;
    for (auto more = poll(consumer); !more.empty(); more = poll(consumer)) {
      all.insert(all.end(), more.begin(), more.end());
    }
    return all;
  }
};

TEST_F(GroupConsumerTest, ReadsAllWhenItIsAlone) {
  for (std::int32_t p = 0; p < 4; ++p) publish("t", 2, p);
  Consumer alone = member();
  EXPECT_THAT(drain(alone), SizeIs(8));
  EXPECT_THAT(partitions(alone), UnorderedElementsAre(0, 1, 2, 3));
  EXPECT_EQ(alone.group_metadata().generation, 1);
}

TEST_F(GroupConsumerTest, SharesWithOthers) {
  Consumer a = member();
  settle({&a});
  Consumer b = member();
  settle({&a, &b});
  std::vector<std::int32_t> all = partitions(a);
  const std::vector<std::int32_t> of_b = partitions(b);
  EXPECT_THAT(all, SizeIs(2));
  all.insert(all.end(), of_b.begin(), of_b.end());
  EXPECT_THAT(all, UnorderedElementsAre(0, 1, 2, 3));
}

TEST_F(GroupConsumerTest, TakesOverFromOneThatEnds) {
  Consumer a = member();
  {
    Consumer b = member();
    settle({&a, &b});
    EXPECT_THAT(partitions(a), SizeIs(2));
  }
  settle({&a});
  EXPECT_THAT(partitions(a), SizeIs(4));
}

TEST_F(GroupConsumerTest, GoesOnWhereTheGroupHasCommitted) {
  publish("t", 5);
  {
    ConsumerOptions options = group();
    options.auto_commit_interval.reset();
    Consumer first = member(options);
    EXPECT_THAT(drain(first), SizeIs(5));
    ASSERT_THAT(first.commit({{at("t"), {.offset = Offset{3}, .metadata = "note"}}}), IsOk());
  }
  Consumer second = member();
  EXPECT_THAT(drain(second), ElementsAre("3", "4"));
  const auto committed = second.committed({at("t"), at("t", 1)}).value();
  ASSERT_THAT(committed, SizeIs(1));
  EXPECT_EQ(committed.at(at("t")).metadata, "note");
}

TEST_F(GroupConsumerTest, CommitsAtItsEndByItself) {
  publish("t", 5);
  {
    Consumer first = member();
    EXPECT_THAT(drain(first), SizeIs(5));
  }
  Consumer second = member();
  EXPECT_THAT(drain(second), IsEmpty());
}

TEST_F(GroupConsumerTest, DoesNotCommitWhenToldNotTo) {
  publish("t", 5);
  ConsumerOptions options = group();
  options.auto_commit_interval.reset();
  {
    Consumer first = member(options);
    EXPECT_THAT(drain(first), SizeIs(5));
  }
  Consumer second = member(options);
  EXPECT_THAT(drain(second), SizeIs(5));
}

TEST_F(GroupConsumerTest, CommitsBeforeWhatItHasIsTakenFromIt) {
  for (std::int32_t p = 0; p < 4; ++p) publish("t", 3, p);
  Consumer a = member();
  EXPECT_THAT(drain(a), SizeIs(12));
  Consumer b = member();
  settle({&a, &b});
  EXPECT_THAT(drain(a), IsEmpty());
  EXPECT_THAT(drain(b), IsEmpty());
}

TEST_F(GroupConsumerTest, ACommitOfAnOldGenerationIsRefused) {  // G19
  Consumer a = member();
  settle({&a});
  Consumer b = member();
  settle({&b, &b});
  settle({&a, &b});
  ConsumerOptions stranger = group();
  stranger.topics.clear();
  Consumer simple = member(stranger);
  EXPECT_THAT(simple.commit({{at("t"), {.offset = Offset{1}}}}),
              IsError(ErrorCode::kUnknownMemberId));
}

TEST_F(GroupConsumerTest, AnyoneMayCommitForAGroupThatIsEmpty) {  // O3
  ConsumerOptions options = group();
  options.topics.clear();
  Consumer simple = member(options);
  ASSERT_THAT(simple.commit({{at("t"), {.offset = Offset{1}}}}), IsOk());
  EXPECT_EQ(simple.committed({at("t")})->at(at("t")).offset, Offset{1});
  EXPECT_THAT(simple.commit({{at("nothing"), {.offset = Offset{1}}}}),
              IsError(ErrorCode::kUnknownTopicOrPartition));
}

TEST_F(GroupConsumerTest, TellsItsListener) {
  std::vector<std::string> told;
  const auto note = [&told](std::string what) {
    return [&told, what](const std::vector<TopicPartition>& partitions) {
      told.push_back(what + " " + std::to_string(partitions.size()));
    };
  };
  ConsumerOptions options = group();
  options.topics.clear();
  Consumer a = member(options);
  ASSERT_THAT(a.subscribe({"t"}, {.on_assigned = note("assigned"), .on_revoked = note("revoked")}),
              IsOk());
  settle({&a});
  Consumer b = member();
  settle({&a, &b});
  ASSERT_THAT(a.unsubscribe(), IsOk());
  EXPECT_THAT(told, ElementsAre("assigned 4", "revoked 4", "assigned 2", "revoked 2"));
}

TEST_F(GroupConsumerTest, TakesOnlyWhatMovesWhenAllAreCooperative) {  // G17
  std::vector<std::string> told;
  ConsumerOptions options = group({Assignor::kCooperativeSticky});
  options.topics.clear();
  Consumer a = member(options);
  ASSERT_THAT(a.subscribe({"t"}, {.on_assigned =
                                      [&](const auto& partitions) {
                                        told.push_back("+" + std::to_string(partitions.size()));
                                      },
                                  .on_revoked =
                                      [&](const auto& partitions) {
                                        told.push_back("-" + std::to_string(partitions.size()));
                                      }}),
              IsOk());
  settle({&a});
  Consumer b = member(group({Assignor::kCooperativeSticky}));
  settle({&a, &b});
  EXPECT_THAT(told, ElementsAre("+4", "-2"));
  EXPECT_THAT(partitions(a), SizeIs(2));
  EXPECT_THAT(partitions(b), SizeIs(2));
}

TEST_F(GroupConsumerTest, ARebalanceRightBehindAnAssignmentIsNotMissed) {
  topic("wide", 12);
  ConsumerOptions options = group({Assignor::kCooperativeSticky});
  options.topics = {"wide"};
  std::vector<Consumer> members;
  for (std::size_t i = 0; i < 4; ++i) {
    members.push_back(member(options));
    std::vector<Consumer*> all;
    for (Consumer& each : members) all.push_back(&each);
    settle(all);
  }
  for (const Consumer& each : members) EXPECT_THAT(each.assignment(), SizeIs(3));
}

TEST_F(GroupConsumerTest, AThrowingListenerIsTold) {
  ConsumerOptions options = group();
  options.topics.clear();
  Consumer a = member(options);
  ASSERT_THAT(a.subscribe({"t"}, {.on_assigned = [](const auto&) { throw 42; }}), IsOk());
  EXPECT_THAT(a.poll(0ns), IsErrorSaying(ErrorCode::kUnknownServerError, "on_assigned"));
  EXPECT_THAT(partitions(a), SizeIs(4));
}

TEST_F(GroupConsumerTest, FollowsTopicsThatMatch) {
  ConsumerOptions options = group();
  options.topics.clear();
  Consumer a = member(options);
  EXPECT_THAT(a.subscribe_pattern("("), IsError(ErrorCode::kInvalidRegularExpression));
  ASSERT_THAT(a.subscribe_pattern("t|u.*"), IsOk());
  settle({&a});
  EXPECT_THAT(a.assignment(), SizeIs(4));
  topic("users", 2);
  topic("other", 2);
  settle({&a});
  EXPECT_THAT(a.assignment(), SizeIs(6));
  ASSERT_THAT(engine.admin().delete_topic("users"), IsOk());
  settle({&a});
  EXPECT_THAT(a.assignment(), SizeIs(4));
}

TEST_F(GroupConsumerTest, FollowsATopicThatGrows) {
  Consumer a = member();
  Consumer b = member();
  settle({&a, &b});
  ASSERT_THAT(engine.admin().add_partitions("t", 6), IsOk());
  settle({&a, &b});
  EXPECT_EQ(a.assignment().size() + b.assignment().size(), 6U);
}

TEST_F(GroupConsumerTest, WaitsForATopicThatIsNotThereYet) {
  ConsumerOptions options = group();
  options.topics = {"later"};
  Consumer a = member(options);
  settle({&a});
  EXPECT_THAT(a.assignment(), IsEmpty());
  topic("later", 1);
  publish("later", 1);
  EXPECT_THAT(drain(a), SizeIs(1));
}

TEST_F(GroupConsumerTest, AStaticMemberComesBackToWhatItHad) {  // G15
  ConsumerOptions options = group();
  options.group_instance_id = "one";
  Consumer other = member();
  std::vector<std::int32_t> before;
  std::int32_t generation = 0;
  {
    Consumer first = member(options);
    settle({&other, &first});
    before = partitions(first);
    generation = first.group_metadata().generation;
  }
  Consumer again = member(options);
  settle({&again, &other});
  EXPECT_EQ(partitions(again), before);
  EXPECT_EQ(again.group_metadata().generation, generation);
}

TEST_F(GroupConsumerTest, TheOlderOfTwoWithOneInstanceIdIsFenced) {  // G16
  ConsumerOptions options = group();
  options.group_instance_id = "one";
  Consumer first = member(options);
  settle({&first});
  Consumer second = member(options);
  settle({&second});
  EXPECT_THAT(first.poll(0ns), IsError(ErrorCode::kFencedInstanceId));
  EXPECT_THAT(first.assignment(), IsEmpty());
  EXPECT_THAT(partitions(second), SizeIs(4));
}

TEST_F(GroupConsumerTest, IsAssignedByItsGroupAlone) {
  Consumer a = member();
  EXPECT_THAT(a.assign({at("t")}), IsErrorSaying(ErrorCode::kInvalidArgument, "unsubscribe"));
  ASSERT_THAT(a.unsubscribe(), IsOk());
  EXPECT_THAT(a.assign({at("t")}), IsOk());
}

TEST_F(GroupConsumerTest, NeedsAGroupToSubscribe) {
  Consumer nobody = engine.consumer().value();
  EXPECT_THAT(nobody.subscribe({"t"}), IsErrorSaying(ErrorCode::kInvalidArgument, "group"));
  EXPECT_THAT(nobody.commit(), IsErrorSaying(ErrorCode::kInvalidArgument, "group"));
  EXPECT_THAT(engine.consumer({.topics = {"t"}}), IsError(ErrorCode::kInvalidArgument));
}

TEST_F(GroupConsumerTest, ARebalanceWakesWhoSleeps) {
  Consumer a = member();
  settle({&a});
  std::atomic<bool> is_over = false;
  std::thread sleeper([&] {
    // Without a wake it would sleep to its deadline, and b wait for as long.
    while (!is_over.load()) (void)a.poll(kLong);
  });
  Consumer b = member();
  for (int i = 0; i < 3000 && b.assignment().size() != 2; ++i) ASSERT_THAT(b.poll(10ms), IsOk());
  EXPECT_THAT(partitions(b), SizeIs(2));
  is_over.store(true);
  a.wake();
  sleeper.join();
  EXPECT_THAT(partitions(a), SizeIs(2));
}

TEST_F(GroupConsumerTest, ANewTopicWakesWhoWaitsForIt) {
  ConsumerOptions options = group();
  options.topics = {"later"};
  Consumer a = member(options);
  settle({&a});
  std::thread maker([&] {
    topic("later", 1);
    publish("later", 1);
  });
  std::size_t count = 0;
  for (int i = 0; i < 10 && count == 0; ++i) count = values(a.poll(kLong).value()).size();
  maker.join();
  EXPECT_EQ(count, 1U);
}

TEST_F(GroupConsumerTest, IsPushedItsShareToo) {
  std::atomic<int> of_a = 0;
  std::atomic<int> of_b = 0;
  const auto here = [](const std::function<void()>& task) { task(); };
  const auto count = [](std::atomic<int>& records) {
    return [&records](const ConsumedBatch& batch) {
      records += static_cast<int>(values(batch).size());
      return true;
    };
  };
  const auto wait_for = [](const std::atomic<int>& records, int wanted) {
    for (int i = 0; i < 30'000 && records < wanted; ++i) std::this_thread::yield();
  };
  const Subscription first = Consumer::push(member(), here, count(of_a)).value();
  publish("t", 1);
  wait_for(of_a, 1);
  const Subscription second = Consumer::push(member(), here, count(of_b)).value();
  for (int i = 0; i < 3000 && of_b == 0; ++i) {
    for (std::int32_t p = 0; p < 4; ++p) publish("t", 1, p);
    wait_for(of_b, 1);
  }
  EXPECT_GT(of_a, 0);
  EXPECT_GT(of_b, 0);
}

TEST_F(GroupConsumerTest, DropsOutWhenItDoesNotPollWhileOthersWait) {
  SimulatedWorld world(1);
  Engine timed = Engine::open({.directory = "/d", .environment = world.environment()}).value();
  ASSERT_THAT(timed.create_topic("t", 4), IsOk());
  ConsumerOptions options = group();
  options.max_poll_interval = 10s;
  Consumer lazy = timed.consumer(options).value();
  settle({&lazy});
  Consumer keen = timed.consumer(options).value();
  settle({&keen});
  EXPECT_THAT(keen.assignment(), IsEmpty());
  world.scheduler().advance(11s);
  settle({&keen});
  EXPECT_THAT(partitions(keen), SizeIs(4));
  ASSERT_THAT(lazy.poll(0ns), IsOk());  // finds out, and joins again
  settle({&keen, &lazy});
  EXPECT_THAT(partitions(lazy), SizeIs(2));
}

TEST_F(GroupConsumerTest, AfterACrashTheMembersOfTheProcessAreGone) {
  SimulatedWorld world(1);
  const OpenOptions place{.directory = "/d", .environment = world.environment()};
  {
    Engine crashes = Engine::open(place).value();
    ASSERT_THAT(crashes.create_topic("t", 4), IsOk());
    Consumer first = crashes.consumer(group()).value();
    settle({&first});
    ASSERT_THAT(first.commit({{at("t"), {.offset = Offset{0}, .metadata = "kept"}}}), IsOk());
    Engine gone = std::move(crashes);  // without close: a crash of the process (G35)
  }
  Engine again = Engine::open(place).value();
  Consumer second = again.consumer(group()).value();
  settle({&second});  // nobody waits for the one that was
  EXPECT_THAT(partitions(second), SizeIs(4));
  EXPECT_GT(second.group_metadata().generation, 1);
  EXPECT_EQ(second.committed({at("t")})->at(at("t")).metadata, "kept");
}

}  // namespace
}  // namespace leat::testing
