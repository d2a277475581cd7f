// Random histories of a consumer group: members come, go, hang, miss answers, lose their sessions;
// topics change, appends fail, the coordinator restarts. After every step the log says what is in
// memory (consumer_group_world.h), and no partition has two owners (N4).
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "leat/error.h"
#include "leat/types.h"

#include "group/assignor/client.h"
#include "unit/group/classic_consumer.h"
#include "unit/group/consumer_group_world.h"
#include "unit/wire/seeds.h"

namespace leat::group {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using assignor::ClientAssignor;
using wire::testing::for_seeds;

class History {
 public:
  /// `is_mixed`: with members of the classic protocol; they know topics by name, so that none is
  /// deleted and made again, then.
  History(std::uint64_t seed, bool is_mixed) : random_(seed), is_mixed_(is_mixed) {
    is_eager_ = below(2) == 0;
    for (int i = 0; i < 3; ++i) world_.set_topic(topic(i), 1 + below(6));
  }

  void step() {
    switch (below(16)) {
      case 0:
      case 1:
        join();
        break;
      case 2:
        leave();
        break;
      case 3:
        world_.advance(std::chrono::seconds(below(20)));
        break;
      case 4:
        change_topics();
        break;
      case 5:
        world_.restart();
        break;
      case 6:
        world_.set_broken(below(2) == 0);
        break;
      case 7:
        change_member();
        break;
      case 8:
      case 9:
        change_classics();
        break;
      default:
        beat();
    }
    expect_one_owner_each();
  }

  /// Nothing happens any more but heartbeats.
  void settle() {
    world_.set_broken(false);
    world_.topics().set("t0", 5);
    world_.group().topics_changed();
    for (auto& consumer : consumers_) consumer.holds_on(false);
    for (int round = 0; round < 30; ++round) {
      for (auto& consumer : consumers_) beat(consumer);
      // Who is fenced by another one of its instance dies (G16).
      std::erase_if(classics_, [](Classic& classic) {
        return classic.live() == ErrorCode::kFencedInstanceId;
      });
      world_.advance(4s);  // who has vanished loses its session on the way
    }
    expect_one_owner_each();
  }

  /// Who was not fenced for ever has a share, and all partitions have an owner.
  void expect_settled() {
    EXPECT_EQ(world_.group().state_name(),
              consumers_.empty() && classics_.empty() ? "Empty" : "Stable");
    if (world_.group().is_all_classic()) return;  // it is to be a classic group again
    std::size_t there_are = 0;
    for (const auto& [name, topic] : world_.topics().all()) {
      if (world_.group().is_subscribed_to(name)) {
        there_are += static_cast<std::size_t>(topic.partitions);
      }
    }
    EXPECT_EQ(owners().size(), there_are);
  }

 private:
  static std::string topic(int number) { return "t" + std::to_string(number); }
  std::int32_t below(std::uint64_t end) { return static_cast<std::int32_t>(random_() % end); }
  Consumer* any() {
    return consumers_.empty() ? nullptr
                              : &consumers_[static_cast<std::size_t>(below(consumers_.size()))];
  }

  void subscribe(Consumer& consumer) {
    std::vector<std::string> topics;
    for (int i = 0; i < 4; ++i) {
      if (below(3) != 0) topics.push_back(topic(i));
    }
    consumer.subscribes(std::move(topics));
    if (below(4) == 0) consumer.subscribes_by(below(2) == 0 ? "t[01]" : "t.*");
  }

  void join() {
    if (consumers_.size() >= 6) return;
    Consumer consumer(world_, "m" + std::to_string(next_id_++));
    subscribe(consumer);
    consumer.takes_at_most(std::chrono::seconds(1 + below(60)));
    if (below(3) == 0) consumer.asks_for(below(2) == 0 ? "range" : "uniform");
    if (below(3) == 0) consumer.is_static("i" + std::to_string(below(3)));
    if (consumer.join().error_code == ErrorCode::kNone) consumers_.push_back(std::move(consumer));
  }
  void leave() {
    if (consumers_.empty()) return;
    const auto at = static_cast<std::size_t>(below(consumers_.size()));
    // What becomes of the request does not matter to who has left: it owns nothing any more.
    if (below(2) == 0) {
      consumers_[at].leave();
    } else if (below(2) == 0) {
      consumers_[at].leave_for_now();
    }
    consumers_.erase(consumers_.begin() + static_cast<std::ptrdiff_t>(at));
  }
  void change_classics() {
    if (!is_mixed_) return;
    if (below(4) == 0 && classics_.size() < 4) {
      Classic classic(world_, "",
                      is_eager_ ? ClientAssignor::kRange : ClientAssignor::kCooperativeSticky);
      classic.subscribes({topic(below(4)), topic(below(4))}).times_out_after(30s);
      if (below(4) == 0) classic.is_static("c" + std::to_string(below(2)));
      if (classic.begin() == ErrorCode::kNone) classics_.push_back(std::move(classic));
    } else if (!classics_.empty()) {
      const auto at = static_cast<std::size_t>(below(classics_.size()));
      if (below(8) != 0 && classics_[at].live() != ErrorCode::kFencedInstanceId) return;
      if (below(2) == 0) classics_[at].leave();
      classics_.erase(classics_.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
  void beat() {
    Consumer* const consumer = any();
    if (consumer == nullptr) return;
    if (below(8) == 0) {
      consumer->beat_and_miss_the_answer();
    } else {
      beat(*consumer);
    }
  }
  /// As a client does it: who is fenced gives up everything and joins again.
  void beat(Consumer& consumer) {
    const auto error = consumer.beat().error_code;
    if (error == ErrorCode::kNone || error == ErrorCode::kCoordinatorNotAvailable) return;
    consumer.join();
  }
  void change_topics() {
    const std::string name = topic(below(4));
    const auto now = world_.topics().find(name);
    if (now && !is_mixed_ && below(3) == 0) {
      world_.remove_topic(name);
    } else {
      world_.set_topic(name, (now ? now->partitions : 0) + 1 + below(2));
    }
  }
  void change_member() {
    Consumer* const consumer = any();
    if (consumer == nullptr) return;
    if (below(2) == 0) {
      subscribe(*consumer);
    } else {
      consumer->holds_on(below(2) == 0);
    }
  }

  /// What the consumers own, as far as they are members: who is not has been given up for gone.
  std::map<std::pair<Uuid, PartitionId>, std::string> owners() {
    std::map<std::pair<Uuid, PartitionId>, std::string> owners;
    for (const Consumer& consumer : consumers_) {
      if (world_.state().member(consumer.id()) == nullptr) continue;
      for (const auto& [topic, partitions] : consumer.owned_by_id()) {
        for (const PartitionId partition : partitions) {
          const auto [entry, is_first] = owners.emplace(std::pair(topic, partition), consumer.id());
          EXPECT_TRUE(is_first) << *world_.topics().name_of(topic) << "-" << partition.value()
                                << ": " << entry->second << " and " << consumer.id();
        }
      }
    }
    for (const Classic& classic : classics_) {
      if (world_.state().member(classic.id()) == nullptr) continue;
      for (const TopicPartition& one : classic.owned()) {
        const Uuid topic = world_.topics().find(one.topic)->id;
        const auto [entry, is_first] =
            owners.emplace(std::pair(topic, one.partition), classic.id());
        EXPECT_TRUE(is_first) << one.topic << "-" << one.partition.value() << ": " << entry->second
                              << " and " << classic.id();
      }
    }
    return owners;
  }
  void expect_one_owner_each() { owners(); }

  std::mt19937_64 random_;
  bool is_mixed_;
  bool is_eager_ = false;
  World world_;
  std::vector<Consumer> consumers_;
  std::vector<Classic> classics_;
  int next_id_ = 0;
};

void run(std::uint64_t seed, bool is_mixed) {
  History history(seed, is_mixed);
  for (int i = 0; i < 100 && !::testing::Test::HasFailure(); ++i) history.step();
  history.settle();
  history.expect_settled();
}

TEST(ConsumerGroupProperty, HasOneOwnerAPartitionAndIsWhatItsLogSays) {
  for_seeds(30, [](std::uint64_t seed) { run(seed, false); });
}

TEST(ConsumerGroupProperty, HasOneOwnerAPartitionWithMembersOfBothProtocols) {  // N16
  for_seeds(30, [](std::uint64_t seed) { run(seed, true); });
}

}  // namespace
}  // namespace leat::group
