/// Consumer groups of one process (E16): how fast many consumers join, one rebalance, commits.
///   build/bench/bin/groups_bench [--dir DIR] [--consumers 10000] [--groups 100]

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <fmt/core.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/types.h"

namespace leat {
namespace {

struct Arguments {
  std::string directory;
  int consumers = 10'000;
  int groups = 100;
  int commits = 500'000;
};

class Watch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(clock_->monotonic() - began_).count();
  }

 private:
  std::shared_ptr<Clock> clock_ = posix_clock();
  MonotonicTime began_ = clock_->monotonic();
};

Engine open(const std::string& directory) {
  return directory.empty() ? Engine::memory().value()
                           : Engine::open({.directory = directory}).value();
}

/// Polls all in turn until each has `share` partitions; false when that does not come to be.
bool settle(std::vector<Consumer>& consumers, std::size_t share) {
  for (int round = 0; round < 100; ++round) {
    bool all = true;
    for (Consumer& consumer : consumers) {
      (void)consumer.poll(std::chrono::nanoseconds(0)).value();
      all = all && consumer.assignment().size() == share;
    }
    if (all) return true;
  }
  return false;
}

Consumer member(const Engine& engine, std::string group, std::string topic) {
  return engine
      .consumer({.group = std::move(group),
                 .topics = {std::move(topic)},
                 .assignors = {Assignor::kCooperativeSticky},
                 .auto_commit_interval = {}})
      .value();
}

void join(const Arguments& arguments) {
  Engine engine = open(arguments.directory);
  const int each = arguments.consumers / arguments.groups;
  (void)engine.create_topic("join", each).value();
  std::vector<Consumer> consumers;
  consumers.reserve(static_cast<std::size_t>(arguments.consumers));
  const Watch watch;
  for (int i = 0; i < arguments.consumers; ++i) {
    consumers.push_back(member(engine, "g" + std::to_string(i % arguments.groups), "join"));
  }
  const bool all = settle(consumers, 1);
  fmt::print("{} consumers in {} groups joined: {:.0f} ms{}\n", arguments.consumers,
             arguments.groups, watch.seconds() * 1e3, all ? "" : ": NOT ALL");
}

void rebalance() {
  constexpr int kMembers = 10;
  constexpr int kPartitions = 900;
  Engine engine = Engine::memory().value();
  (void)engine.create_topic("wide", kPartitions).value();
  std::vector<Consumer> consumers;
  for (int i = 0; i < kMembers - 1; ++i) consumers.push_back(member(engine, "g", "wide"));
  if (!settle(consumers, kPartitions / (kMembers - 1))) fmt::print("NOT ALL\n");
  const Watch watch;
  consumers.push_back(member(engine, "g", "wide"));
  const bool all = settle(consumers, kPartitions / kMembers);
  fmt::print("the {}th of {} members over {} partitions: {:.2f} ms{}\n", kMembers, kMembers,
             kPartitions, watch.seconds() * 1e3, all ? "" : ": NOT ALL");
}

void commit(const Arguments& arguments) {
  Engine engine = open(arguments.directory);
  (void)engine.create_topic("commit", 1).value();
  Consumer consumer = engine.consumer({.group = "committer"}).value();
  const Watch watch;
  for (int i = 0; i < arguments.commits; ++i) {
    (void)consumer.commit({{{"commit", PartitionId{0}}, {.offset = Offset{i}}}}).value();
  }
  fmt::print("commits of one consumer: {:.0f} k/s\n", arguments.commits / watch.seconds() / 1e3);
}

}  // namespace
}  // namespace leat

int main(int argc, char** argv) {
  try {
    leat::Arguments arguments;
    CLI::App app("Consumer groups of one process");
    app.add_option("--dir", arguments.directory, "A directory; in memory without");
    app.add_option("--consumers", arguments.consumers)->check(CLI::PositiveNumber);
    app.add_option("--groups", arguments.groups)->check(CLI::PositiveNumber);
    app.add_option("--commits", arguments.commits)->check(CLI::PositiveNumber);
    CLI11_PARSE(app, argc, argv);
    leat::join(arguments);
    leat::rebalance();
    leat::commit(arguments);
    return 0;
  } catch (const std::exception& problem) {
    fmt::print(stderr, "{}\n", problem.what());
    return 1;
  }
}
