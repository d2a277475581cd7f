#include "sim/judge.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/testing/simulated_clock.h"
#include "leat/testing/simulated_scheduler.h"
#include "leat/types.h"

#include "sim/scenario.h"
#include "support/records.h"
#include "unit/io/result_matchers.h"

namespace leat::simtest {
namespace {

using leat::testing::CrashOptions;
using leat::testing::IsError;
using leat::testing::IsOk;
using leat::testing::IsOkAnd;
using support::Got;
using support::partition_of;

using Disk = std::shared_ptr<SimulatedDisk>;
using Seen = std::unordered_set<std::string>;

OpenOptions options_over(const Disk& disk, const std::string& directory,
                         const std::string& boot_id) {
  Environment environment;
  environment.clock = std::make_shared<leat::testing::SimulatedClock>();
  environment.scheduler = std::make_shared<leat::testing::SimulatedScheduler>(
      1, std::static_pointer_cast<leat::testing::SimulatedClock>(environment.clock));
  environment.file_system = disk;
  environment.random = [n = std::uint64_t{7'000'000}]() mutable {
    return n += 0x9e3779b97f4a7c15U;
  };
  environment.boot_id = boot_id;
  return {.directory = directory, .environment = std::move(environment)};
}

/// "b7/4:…" → "b7/4": which batch a value belongs to, and how many it has; empty for single
/// records.
std::string_view batch_of(std::string_view value) {
  return value.starts_with('b') ? value.substr(0, value.find(':')) : std::string_view();
}

/// Whole batches or none of one (G4).
void expect_batches_whole(const std::vector<Got>& records, std::int64_t log_start) {
  std::map<std::string_view, int> parts;
  for (const Got& got : records) {
    if (const auto batch = batch_of(*got.value); !batch.empty()) ++parts[batch];
  }
  for (const auto& [batch, count] : parts) {
    const bool may_be_below_start = log_start > 0 && batch == batch_of(*records.front().value);
    if (may_be_below_start) continue;
    EXPECT_EQ(std::to_string(count), batch.substr(batch.find('/') + 1)) << "torn batch " << batch;
  }
}

std::string text_of(const TopicPartition& name) {
  return name.topic + "-" + std::to_string(name.partition.value());
}

/// An engine over what is left, and what it owes.
class Judge {
 public:
  Judge(const Engine& engine, const Truth& truth, Death death)
      : engine_(engine), truth_(truth), death_(death) {}

  void expect_all() {
    const RecoveryReport& report = engine_.recovery();
    if (report.was_clean) {
      EXPECT_GE(report.epoch.value(), truth_.epoch);
    } else {
      EXPECT_GT(report.epoch.value(), truth_.epoch) << "an epoch is given again (G7)";
    }
    for (const auto& [topic, promises] : truth_.topics) expect_topic(topic, promises);
    for (const auto& [place, positions] : truth_.cursors) expect_cursor(place, positions);
  }

  /// It goes on as any log does: one of the partitions, another one in the next image.
  void expect_appends() {
    if (ends_.empty()) return;
    std::size_t sum = 0;
    for (const auto& [name, end] : ends_) sum += static_cast<std::size_t>(end) + 1;
    const auto chosen = std::next(ends_.begin(), static_cast<std::ptrdiff_t>(sum % ends_.size()));
    const auto& [name, end] = *chosen;
    auto appender = engine_.appender(name.topic, name.partition);
    ASSERT_THAT(appender, IsOk());
    EXPECT_THAT(appender->append(Record{.value = "after the crash"}), IsOkAnd(Offset{end}));
    EXPECT_THAT(engine_.flush(), IsOk());
  }

  /// What was read: it stays (G9).
  [[nodiscard]] Truth served() {
    Truth served = truth_;
    served.epoch = engine_.recovery().epoch.value();
    served.cursors.clear();
    for (auto& [topic, promises] : served.topics) {
      promises.is_in_doubt = promises.is_in_doubt && !is_there_.contains(topic);
      promises.is_created = promises.is_created || is_there_.contains(topic);
      promises.is_deleted = promises.is_deleted && !is_there_.contains(topic);
      if (!is_there_.contains(topic)) continue;
      promises.partitions_acked = is_there_.at(topic);
      promises.partitions_asked = promises.partitions_acked;
    }
    for (auto& [name, records] : records_) {
      PartitionPromises& promises = served.topics[name.topic].partitions[name.partition.value()];
      promises.acked.clear();
      for (Got& got : records) promises.acked.emplace(got.offset, *std::move(got.value));
      promises.durable_end = ends_.at(name);
    }
    return served;
  }

 private:
  void expect_topic(const std::string& topic, const Promises& promises) {
    const auto described = engine_.admin().describe_configs(topic);
    if (promises.is_in_doubt && !described) return;
    if (promises.is_deleted && !promises.is_in_doubt) {
      EXPECT_THAT(described, IsError(ErrorCode::kUnknownTopicOrPartition)) << topic;
      return;
    }
    if (!described && !promises.is_created) return;
    ASSERT_THAT(described, IsOk()) << topic;
    const auto partitions = engine_.admin().describe_topic(topic)->partitions.size();
    is_there_[topic] = static_cast<std::int32_t>(partitions);
    if (!promises.is_created) return;
    EXPECT_GE(partitions, static_cast<std::size_t>(promises.partitions_acked)) << topic;
    EXPECT_LE(partitions, static_cast<std::size_t>(promises.partitions_asked)) << topic;
    Seen seen;
    for (std::size_t p = 0; p < partitions; ++p) {
      const auto number = static_cast<std::int32_t>(p);
      const auto known = promises.partitions.find(number);
      static const PartitionPromises kNone;
      expect_records(partition_of(topic, number), promises,
                     known == promises.partitions.end() ? kNone : known->second, seen);
    }
    if (promises.retention.size() != 1) return;
    const auto retention = std::ranges::find(*described, "retention.ms", &ConfigEntry::name);
    EXPECT_EQ(retention->value, *promises.retention.begin()) << topic;
  }

  void expect_records(const TopicPartition& name, const Promises& topic,
                      const PartitionPromises& promises, Seen& seen) {
    const auto records = support::read_all(engine_, name);
    ASSERT_THAT(records, IsOk()) << text_of(name);
    const auto offsets = engine_.offsets(name);
    ASSERT_THAT(offsets, IsOk());
    const std::int64_t start = offsets->log_start.value();
    EXPECT_GE(start, promises.start_acked) << text_of(name);
    EXPECT_LE(start, promises.start_asked) << text_of(name);
    std::int64_t expected = start;
    for (const Got& got : *records) {
      ASSERT_EQ(got.offset, expected++) << text_of(name) << ": a hole";
      expect_value(name, topic, promises, got);
      ASSERT_TRUE(seen.insert(*got.value).second)
          << text_of(name) << " offset " << got.offset << ": there twice: " << *got.value;
    }
    EXPECT_EQ(expected, offsets->high_watermark.value()) << text_of(name);
    expect_batches_whole(*records, start);
    const std::int64_t promised = death_ == Death::kProcess
                                      ? std::max(promises.acked_end(), promises.durable_end)
                                      : promises.durable_end;
    EXPECT_GE(expected, promised) << text_of(name) << ": an acknowledged record is lost";
    ends_[name] = offsets->log_end.value();
    records_[name] = *records;
  }

  static void expect_value(const TopicPartition& name, const Promises& topic,
                           const PartitionPromises& promises, const Got& got) {
    const auto acked = promises.acked.find(got.offset);
    if (acked != promises.acked.end()) {
      ASSERT_EQ(*got.value, acked->second) << text_of(name) << " offset " << got.offset;
    } else {
      ASSERT_TRUE(topic.attempted.contains(*got.value))
          << text_of(name) << " offset " << got.offset << ": foreign bytes " << *got.value;
    }
  }

  /// One of the positions that may be there; what lies beyond what survived is reset to the end
  /// (S18), what lies below the start is the next poll's.
  void expect_cursor(const Place& place, const std::set<std::int64_t>& positions) {
    if (positions.contains(-1)) return;  // the first save was not acknowledged
    const TopicPartition name = partition_of(place.topic, place.partition);
    auto consumer = engine_.consumer({.cursor = kCursor});
    ASSERT_THAT(consumer, IsOk());
    ASSERT_THAT(consumer->assign({name}), IsOk());
    const auto position = consumer->position(name);
    ASSERT_THAT(position, IsOk());
    const auto offsets = engine_.offsets(name);
    const std::int64_t found = position->offset.value();
    const bool is_one = std::ranges::any_of(positions, [&](std::int64_t saved) {
      const std::int64_t cut = std::min(saved, offsets->log_end.value());
      const std::int64_t start = offsets->log_start.value();
      return found == cut || (found <= start && cut <= start);
    });
    EXPECT_TRUE(is_one) << text_of(name) << ": the cursor is at " << found << ", the log at ["
                        << offsets->log_start.value() << ", " << offsets->log_end.value() << "); "
                        << ::testing::PrintToString(positions) << " was saved";
  }

  const Engine& engine_;
  const Truth& truth_;
  Death death_;
  std::map<TopicPartition, std::int64_t> ends_;
  std::map<TopicPartition, std::vector<Got>> records_;
  std::map<std::string, std::int32_t> is_there_;  // and how many partitions
};

std::string boot_after(Death death, const Truth& truth) {
  return death == Death::kPower ? truth.boot_id + ", the boot after" : truth.boot_id;
}

}  // namespace

void expect_kept(const Disk& disk, Death death, const Truth& truth,
                 const std::function<void()>& again) {
  if (again) disk->set_observer([&](leat::testing::DiskCall, std::string_view) { again(); });
  auto engine = Engine::open(options_over(disk, kDirectory, boot_after(death, truth)));
  disk->set_observer({});
  ASSERT_THAT(engine, IsOk());  // no operator is needed (G5)
  Judge judge(*engine, truth, death);
  judge.expect_all();
  judge.expect_appends();
  EXPECT_THAT(engine->close(), IsOk());
}

void expect_kept_for_good(const Disk& disk, Death death, const Truth& truth) {
  std::shared_ptr<SimulatedDisk> after;
  std::optional<Truth> served;
  {
    auto engine = Engine::open(options_over(disk, kDirectory, boot_after(death, truth)));
    ASSERT_THAT(engine, IsOk());
    Judge judge(*engine, truth, death);
    judge.expect_all();
    served = judge.served();
    after = disk->image(CrashOptions::lose_all());
  }
  expect_kept(after, Death::kPower, *served);
}

void expect_copies(const Disk& disk, const Truth& truth) {
  for (const auto& [path, copied] : truth.copies) {
    SCOPED_TRACE("the copy in " + path);
    auto engine = Engine::open(options_over(disk, path, "another host"));
    ASSERT_THAT(engine, IsOk());
    Judge judge(*engine, *copied, Death::kPower);
    judge.expect_all();
    judge.expect_appends();
    EXPECT_THAT(engine->close(), IsOk());
  }
}

}  // namespace leat::simtest
