#include "crash/failing_device_child.h"

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include "leat/engine.h"
#include "leat/error.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/types.h"

#include "support/records.h"

namespace leat::crash {
namespace {

using support::partition_of;

constexpr unsigned kPatienceSeconds = 300;    // then SIGALRM ends a child that hangs
constexpr int kRefusals = 20;                 // of each writer, before it believes them
constexpr std::uint64_t kMostAppends = 3000;  // of each writer: a failing device is noticed by then

/// A child's work, and what it found wrong.
class Worker {
 public:
  explicit Worker(const Orders& orders) : orders_(orders) {}

  int write() {
    if (!open()) return kRefusedToOpen;
    // What recovery serves is durable, as if it were acknowledged now (G21).
    if (!read_everything(true) && !has_failed()) wrong("reads", "fail on a device that is well");
    create_topics();
    {
      std::vector<std::jthread> writers;
      for (int partition = 0; partition < kPartitionsOfAFailingDevice; ++partition) {
        writers.emplace_back([this, partition] { run_appenders(partition); });
        writers.emplace_back([this, partition] { run_producer(partition); });
      }
    }
    if (orders_.fails) {
      expect_poisoned();
    } else if (const auto closed = engine_->close(); !closed) {
      wrong("close", closed.error().to_string());
    }
    return code_;
  }

  int read() {
    if (!open()) return kRefusedToOpen;
    fail();
    if (read_everything(false)) wrong("reads", "go well on a device that cannot be read");
    heal();
    if (!read_everything(true)) wrong("reads", "fail on a device that is well again");
    return code_;
  }

 private:
  bool open() {
    EngineOptions options;
    options.mmap_appends = orders_.is_mapped;
    options.journal_bytes = orders_.has_journal ? 1 << 20 : 0;
    auto opened = Engine::open({.directory = orders_.directory, .options = options});
    if (opened) {
      engine_.emplace(*std::move(opened));
    } else {
      const Error& error = opened.error();
      if (error.message().empty()) wrong("open", "an error without a word");
      if (!may_fail()) wrong("open", error.to_string());
    }
    return engine_.has_value();
  }

  /// They are there after the first run; a failing device may refuse them.
  void create_topics() {
    const ConfigMap small{{"internal.segment.bytes", "65536"}};
    ConfigMap synced = small;
    synced.emplace("flush.messages", "1");
    (void)engine_->create_topic(kSyncedTopic, kPartitionsOfAFailingDevice, synced);
    (void)engine_->create_topic(kLaneTopic, kPartitionsOfAFailingDevice, small);
    (void)engine_->create_topic(kKeyedTopic, kPartitionsOfAFailingDevice, small);
  }

  /// A record at level `process`, and one at `sync`, in turn.
  void run_appenders(std::int32_t partition) {
    auto lane = engine_->appender(kLaneTopic, PartitionId{partition});
    auto synced = engine_->appender(kSyncedTopic, PartitionId{partition});
    if (!lane || !synced) return expect_refusal("appender", lane ? synced.error() : lane.error());
    repeat(partition, Topic::kSync, [&](const std::string& value) {
      (void)try_append(Topic::kLane, partition, value,
                       [&] { return lane->append({.value = value}); });
      return try_append(Topic::kSync, partition, value,
                        [&] { return synced->append({.value = value}); });
    });
  }

  /// Level `sync` asked for by the call.
  void run_producer(std::int32_t partition) {
    auto producer =
        engine_->producer({.acks = Acks::kSync, .partitioner = [partition](auto, auto&, auto) {
                             return PartitionId{partition};
                           }});
    if (!producer) return expect_refusal("producer", producer.error());
    repeat(kPartitionsOfAFailingDevice + partition, Topic::kKey, [&](const std::string& value) {
      return try_append(Topic::kKey, partition, value, [&]() -> Result<Offset> {
        auto sent = producer->send(kKeyedTopic, {.value = value});
        if (!sent) return std::move(sent).error();
        return sent->offset;
      });
    });
  }

  /// Until it was refused often enough, or enough was acknowledged to all writers.
  template <class Append>
  void repeat(int writer, Topic topic, Append append) {
    int refused = 0;
    for (std::uint64_t n = 0; refused < kRefusals; ++n) {
      if (!orders_.fails && acknowledged_ >= orders_.until) return;
      if (n == kMostAppends) return wrong(name_of(topic), "a device that fails is not noticed");
      if (append(value_of(orders_.seed, orders_.run, writer, n))) continue;
      ++refused;
      if (orders_.is_transient) heal();
    }
  }

  /// True when it was acknowledged.
  template <class Append>
  bool try_append(Topic topic, std::int32_t partition, const std::string& value, Append append) {
    const bool was_poisoned = engine_->health().state == HealthState::kPoisoned;
    const Result<Offset> offset = append();
    if (!offset) {
      if (was_poisoned && offset.error().code() != ErrorCode::kStorageReadOnly) {
        wrong(name_of(topic), "refused, but not as poisoned: " + offset.error().to_string());
      }
      expect_refusal(name_of(topic), offset.error());
      return false;
    }
    if (was_poisoned) wrong(name_of(topic), "acknowledged by a poisoned engine (S12)");
    if (topic != Topic::kLane) {
      acknowledge({topic, partition, offset->value(), hash_of(value)});
      if (++acknowledged_ == orders_.until && orders_.fails) begin_to_fail();
    }
    return true;
  }

  void begin_to_fail() {
    fail();
    if (!orders_.rolls) return;
    for (const Topic topic : {Topic::kSync, Topic::kKey, Topic::kLane}) {
      for (std::int32_t n = 0; n < kPartitionsOfAFailingDevice; ++n) {
        (void)engine_->roll(partition_of(name_of(topic), n));
      }
    }
  }

  /// Everything ends with the first failed sync, but reading (S12, G20).
  void expect_poisoned() {
    const Health health = engine_->health();
    if (health.state != HealthState::kPoisoned) wrong("health", "is not poisoned");
    if (health.reason.empty()) wrong("health", "does not say why");
    if (engine_->flush()) wrong("flush", "goes well");
    if (engine_->create_topic("more", 1)) wrong("create_topic", "goes well");
    if (!read_everything(false) && orders_.reads_survive)
      wrong("reads", "fail after a failed sync");
    if (engine_->close()) wrong("close", "is clean after a failed sync");
  }

  /// Whether each partition could be read. What could, must be what was acknowledged.
  bool read_everything(bool is_durable) {
    bool all = true;
    for (const Topic topic : {Topic::kSync, Topic::kKey, Topic::kLane}) {
      for (std::int32_t n = 0; n < kPartitionsOfAFailingDevice; ++n) {
        const auto records = support::read_all(*engine_, partition_of(name_of(topic), n));
        if (records) {
          check(topic, n, *records, is_durable);
        } else if (records.error().code() != ErrorCode::kUnknownTopicOrPartition) {
          expect_refusal("read", records.error());
          all = false;
        }
      }
    }
    return all;
  }

  void check(Topic topic, std::int32_t partition, const std::vector<support::Got>& records,
             bool is_durable) {
    std::map<std::int64_t, std::uint64_t> read;
    for (const support::Got& got : records) {
      const std::string value = got.value.value_or("");
      if (!was_written(orders_.seed, value)) wrong(name_of(topic), "a record that nobody wrote");
      read[got.offset] = hash_of(value);
      if (is_durable) acknowledge({topic, partition, got.offset, hash_of(value)});
    }
    const std::scoped_lock lock(mutex_);
    for (const auto& [offset, hash] : acked_[{topic, partition}]) {
      const auto found = read.find(offset);
      if (found == read.end() || found->second != hash) {
        wrong(name_of(topic),
              "offset " + std::to_string(offset) + " was acknowledged, and is not read");
      }
    }
  }

  void acknowledge(const Acknowledgement& ack) {
    const std::scoped_lock lock(mutex_);
    acked_[{ack.topic, ack.partition}].emplace(ack.offset, ack.hash);
    if (::write(STDOUT_FILENO, &ack, sizeof(ack)) != sizeof(ack)) wrong("pipe", "nobody listens");
  }

  void expect_refusal(const char* who, const Error& error) {
    if (error.message().empty()) wrong(who, "an error without a word");
    if (!may_fail()) wrong(who, error.to_string());
  }
  void wrong(const char* who, const std::string& what) {
    (void)std::fprintf(stderr, "on a failing device: %s: %s\n", who, what.c_str());
    code_ = 1;
  }

  /// Else every error is one too many.
  [[nodiscard]] bool may_fail() const {
    return orders_.fails || orders_.only_reads || orders_.may_be_refused;
  }
  [[nodiscard]] bool has_failed() const { return std::filesystem::exists(orders_.trigger); }
  void fail() const { std::ofstream(orders_.trigger).flush(); }
  void heal() const {
    std::error_code ignored;
    std::filesystem::remove(orders_.trigger, ignored);
  }

  const Orders& orders_;
  std::optional<Engine> engine_;
  std::mutex mutex_;
  std::map<std::pair<Topic, std::int32_t>, std::map<std::int64_t, std::uint64_t>> acked_;
  std::atomic<std::int64_t> acknowledged_ = 0;
  std::atomic<int> code_ = kDone;
};

}  // namespace

std::string value_of(std::uint64_t seed, std::uint64_t run, int writer, std::uint64_t number) {
  std::string value =
      std::to_string(run) + "-" + std::to_string(writer) + "-" + std::to_string(number) + ":";
  std::mt19937_64 random(seed ^ hash_of(value));
  const std::size_t size = value.size() + random() % (random() % 16 == 0 ? 4000 : 200);
  while (value.size() < size) value.push_back(static_cast<char>('a' + random() % 26));
  return value;
}

bool was_written(std::uint64_t seed, const std::string& value) {
  unsigned long long run = 0;
  int writer = 0;
  unsigned long long number = 0;
  // NOLINTNEXTLINE: what it does not find, the comparison does
  (void)std::sscanf(value.c_str(), "%llu-%d-%llu:", &run, &writer, &number);
  return value == value_of(seed, run, writer, number);
}

std::vector<std::string> Orders::to_arguments() const {
  const auto flag = [](bool is) { return std::string(is ? "1" : "0"); };
  return {"/proc/self/exe",
          "--child",
          directory,
          trigger,
          std::to_string(seed),
          std::to_string(run),
          std::to_string(until),
          flag(fails),
          flag(rolls),
          flag(is_transient),
          flag(reads_survive),
          flag(is_mapped),
          flag(has_journal),
          flag(only_reads),
          flag(may_be_refused)};
}

Orders Orders::from_arguments(char** words) {
  const auto flag = [&](int n) { return *words[n] == '1'; };
  return {.directory = words[2],
          .trigger = words[3],
          .seed = std::stoull(words[4]),
          .run = std::stoull(words[5]),
          .until = std::stoll(words[6]),
          .fails = flag(7),
          .rolls = flag(8),
          .is_transient = flag(9),
          .reads_survive = flag(10),
          .is_mapped = flag(11),
          .has_journal = flag(12),
          .only_reads = flag(13),
          .may_be_refused = flag(14)};
}

int run_on_failing_device(const Orders& orders) {
  ::alarm(kPatienceSeconds);
  Worker worker(orders);
  return orders.only_reads ? worker.read() : worker.write();
}

}  // namespace leat::crash
