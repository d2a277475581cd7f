#include "sim/scenario.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/consumer.h"
#include "leat/environment.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/testing/simulated_clock.h"
#include "leat/testing/simulated_scheduler.h"
#include "leat/types.h"

#include "support/records.h"
#include "unit/io/result_matchers.h"

namespace leat::simtest {
namespace {

using leat::testing::IsOk;
using support::Got;
using support::partition_of;

constexpr const char* kCursor = "reader";
constexpr std::int64_t kNoCursor = -1;

/// "b7/4:…" → "b7/4": which batch a value belongs to, and how many it has; empty for single
/// records.
std::string batch_of(const std::string& value) {
  return value.starts_with('b') ? value.substr(0, value.find(':')) : std::string();
}

}  // namespace

// --- doing
// ---------------------------------------------------------------------------------------------

void Scenario::open() {
  Environment environment = world_.environment(on_step_);
  if (wrap_disk_) environment.file_system = wrap_disk_(environment.file_system);
  auto opened = Engine::open({.directory = kDirectory, .environment = std::move(environment)});
  if (ok(opened)) engine_.emplace(*std::move(opened));
}

void Scenario::create(const std::string& topic, bool is_sync) {
  if (!engine_) return;
  ConfigMap configs{{"internal.segment.bytes", kSegmentBytes}};
  if (is_sync) configs["flush.messages"] = "1";
  Promises& promises = truth_.topics[topic];
  promises.is_in_doubt = true;
  is_sync_[topic] = is_sync;
  if (!acked(engine_->create_topic(topic, 1, configs))) return;
  promises = Promises{.is_created = true};
}

void Scenario::remove(const std::string& topic) {
  if (!engine_ || !truth_.topics[topic].is_created) return;
  appenders_.erase(topic);
  Promises& promises = truth_.topics[topic];
  promises.is_in_doubt = true;
  if (!acked(engine_->admin().delete_topic(topic))) return;
  promises = Promises{.is_deleted = true};
}

void Scenario::retain(const std::string& topic, const std::string& retention_ms) {
  if (!engine_) return;
  Promises& promises = truth_.topics[topic];
  if (promises.retention.empty()) promises.retention.insert("604800000");  // the default
  promises.retention.insert(retention_ms);
  if (acked(engine_->admin().alter_configs(topic, {{"retention.ms", retention_ms}}))) {
    promises.retention = {retention_ms};
  }
}

Appender* Scenario::appender(const std::string& topic) {
  const auto known = appenders_.find(topic);
  if (known != appenders_.end()) return &known->second;
  if (!engine_) return nullptr;
  auto made = engine_->appender(topic, PartitionId{0});
  if (!ok(made)) return nullptr;
  return &appenders_.emplace(topic, *std::move(made)).first->second;
}

std::string Scenario::next_value(const std::string& topic, std::size_t size) {
  std::string value = "v" + std::to_string(values_++) + ":";
  value.resize(std::max(size, value.size()), static_cast<char>('a' + values_ % 26));
  truth_.topics[topic].attempted.insert(value);
  return value;
}

void Scenario::note_acked(const std::string& topic, std::int64_t offset, const std::string& value) {
  Promises& promises = truth_.topics[topic];
  promises.acked[offset] = value;
  if (is_sync_[topic]) promises.durable_end = offset + 1;
}

void Scenario::append(const std::string& topic, int count, std::size_t size) {
  for (int n = 0; n < count; ++n) {
    Appender* const to = appender(topic);
    if (to == nullptr) return;
    const std::string value = next_value(topic, size);
    const auto offset = to->append(Record{.key = "k", .value = value});
    if (acked(offset)) note_acked(topic, offset->value(), value);
  }
}

void Scenario::append_batch(const std::string& topic, int count) {
  Appender* const to = appender(topic);
  if (to == nullptr) return;
  std::vector<std::string> values;
  const std::string batch = "b" + std::to_string(values_++) + "/" + std::to_string(count) + ":";
  for (int n = 0; n < count; ++n) {
    values.push_back(batch + std::to_string(n) + std::string(50, 'b'));
    truth_.topics[topic].attempted.insert(values.back());
  }
  std::vector<Record> records;
  for (const std::string& value : values) records.push_back({.value = value});
  const auto first = to->append(records);
  if (!acked(first)) return;
  for (int n = 0; n < count; ++n) {
    note_acked(topic, first->value() + n, values[static_cast<std::size_t>(n)]);
  }
}

void Scenario::append_claimed(const std::string& topic) {
  Appender* const to = appender(topic);
  if (to == nullptr) return;
  const std::string value = next_value(topic, 100);
  const auto span = to->claim(value.size(), "k");
  if (!ok(span)) return;
  std::memcpy(span->data(), value.data(), value.size());
  const auto offset = to->commit();
  if (acked(offset)) note_acked(topic, offset->value(), value);
}

void Scenario::append_abandoned(const std::string& topic) {
  Appender* const to = appender(topic);
  if (to == nullptr) return;
  if (ok(to->claim(100, "k"))) to->abandon();
}

void Scenario::produce(const std::string& topic, int count, const ProducerOptions& options) {
  if (!engine_) return;
  auto producer = engine_->producer(options);
  if (!ok(producer)) return;
  for (int n = 0; n < count; ++n) {
    const std::string value = next_value(topic, 70);
    const auto sent = producer->send(topic, {.key = "k", .value = value});
    if (!acked(sent)) continue;
    note_acked(topic, sent->offset.value(), value);
    Promises& promises = truth_.topics[topic];
    if (options.acks == Acks::kSync) promises.durable_end = sent->offset.value() + 1;
  }
}

void Scenario::produce_packed(const std::string& topic, int count, CompressionType codec) {
  if (!engine_) return;
  auto producer = engine_->producer({.compression = codec, .linger = std::chrono::seconds(1)});
  if (!ok(producer)) return;
  for (int n = 0; n < count; ++n) {
    const std::string value = next_value(topic, 70);
    const auto on_ack = [this, topic, value](const Result<RecordMetadata>& sent) {
      if (acked(sent)) note_acked(topic, sent->offset.value(), value);
    };
    (void)ok(producer->send_async(topic, {.key = "k", .value = value}, on_ack));
  }
  (void)ok(producer->close());
}

void Scenario::add_partitions(const std::string& topic, std::int32_t total) {
  if (!engine_) return;
  Promises& promises = truth_.topics[topic];
  promises.partitions_asked = total;
  if (acked(engine_->admin().add_partitions(topic, total))) promises.partitions_acked = total;
}

void Scenario::take_snapshot(const std::string& path) {
  if (engine_) (void)ok(engine_->snapshot(path));
}

void Scenario::read(const std::string& topic) {
  if (!engine_) return;
  const auto records = support::read_all(*engine_, partition_of(topic));
  if (!ok(records)) return;
  const Promises& promises = truth_.topics[topic];
  for (const Got& got : *records) {
    const auto known = promises.acked.find(got.offset);
    const bool is_right = known == promises.acked.end() ? promises.attempted.contains(*got.value)
                                                        : *got.value == known->second;
    EXPECT_TRUE(is_right) << topic << " offset " << got.offset << ": " << *got.value;
  }
}

void Scenario::find_time(const std::string& topic) {
  if (engine_) (void)ok(engine_->offset_for_time(partition_of(topic), world_.clock().now()));
}

void Scenario::flush() {
  if (!engine_ || !acked(engine_->flush())) return;
  for (auto& [name, promises] : truth_.topics) {
    if (!promises.acked.empty()) promises.durable_end = promises.acked.rbegin()->first + 1;
  }
}

void Scenario::roll(const std::string& topic) {
  if (engine_) (void)acked(engine_->roll(partition_of(topic)));
}

void Scenario::delete_records(const std::string& topic, std::int64_t before) {
  if (!engine_) return;
  Promises& promises = truth_.topics[topic];
  promises.start_asked = std::max(promises.start_asked, before);
  const auto start = engine_->delete_records(partition_of(topic), Offset{before});
  if (acked(start)) promises.start_acked = start->value();
}

void Scenario::save_cursor(const std::string& topic, std::int64_t position) {
  if (!engine_) return;
  auto consumer = engine_->consumer({.cursor = kCursor});
  if (!ok(consumer) || !ok(consumer->assign({partition_of(topic)}))) return;
  if (!ok(consumer->seek(partition_of(topic), Offset{position}))) return;
  if (truth_.cursors.empty()) truth_.cursors.insert(kNoCursor);
  truth_.cursors.insert(position);
  if (acked(consumer->save())) truth_.cursors = {position};
}

void Scenario::close() {
  appenders_.clear();
  if (engine_ && ok(engine_->close())) {
    for (auto& [name, promises] : truth_.topics) {
      if (!promises.acked.empty()) promises.durable_end = promises.acked.rbegin()->first + 1;
    }
  }
  engine_.reset();
}

void Scenario::kill() {
  world_.kill();
  abandon();
}

void Scenario::lose_power(const leat::testing::CrashOptions& options) {
  world_.crash(options);
  abandon();
  for (auto& [name, promises] : truth_.topics) {
    promises.acked.erase(promises.acked.lower_bound(promises.durable_end), promises.acked.end());
  }
}

void Scenario::abandon() {
  appenders_.clear();
  engine_.reset();
}

void play_everything(Scenario& s) {
  s.open();
  s.create("plain", false);
  s.create("synced", true);
  s.append("plain", 5);
  s.append("synced", 3);
  s.append_batch("plain", 4);
  s.flush();
  s.append_claimed("plain");
  s.append("plain", 6, 400);  // rolls
  s.run_jobs();               // seals
  s.retain("plain", "86400000");
  s.append("plain", 3);
  s.save_cursor("plain", 2);
  s.produce("synced", 2);
  s.append_batch("synced", 3);
  s.roll("synced");
  s.append("synced", 2);
  s.run_jobs();
  s.create("doomed", false);
  s.append("doomed", 3);
  s.remove("doomed");
  s.save_cursor("plain", 7);
  s.delete_records("plain", 12);
  s.append("plain", 4, 400);
  s.close();
}

// --- judging
// -------------------------------------------------------------------------------------------

namespace {

Environment environment_over(const std::shared_ptr<SimulatedDisk>& disk, Death death) {
  Environment environment;
  environment.clock = std::make_shared<leat::testing::SimulatedClock>();
  environment.scheduler = std::make_shared<leat::testing::SimulatedScheduler>(
      1, std::static_pointer_cast<leat::testing::SimulatedClock>(environment.clock));
  environment.file_system = disk;
  environment.random = [n = std::uint64_t{7'000'000}]() mutable {
    return n += 0x9e3779b97f4a7c15U;
  };
  environment.boot_id = death == Death::kPower ? "the boot after" : "simulated-boot-0";
  return environment;
}

/// Whole batches or none of one (G4).
void expect_batches_whole(const std::vector<Got>& records, std::int64_t log_start) {
  std::map<std::string, int> parts;
  for (const Got& got : records) {
    const std::string batch = batch_of(*got.value);
    if (!batch.empty()) ++parts[batch];
  }
  for (const auto& [batch, count] : parts) {
    const bool may_be_below_start = log_start > 0 && batch == batch_of(*records.front().value);
    if (may_be_below_start) continue;
    EXPECT_EQ(std::to_string(count), batch.substr(batch.find('/') + 1)) << "torn batch " << batch;
  }
}

void expect_records(const Engine& engine, const std::string& topic, Death death,
                    const Promises& promises) {
  const auto records = support::read_all(engine, partition_of(topic));
  ASSERT_THAT(records, IsOk()) << topic;
  const auto offsets = engine.offsets(partition_of(topic));
  ASSERT_THAT(offsets, IsOk());
  const std::int64_t start = offsets->log_start.value();
  EXPECT_GE(start, promises.start_acked) << topic;
  EXPECT_LE(start, promises.start_asked) << topic;
  std::int64_t expected = start;
  for (const Got& got : *records) {
    ASSERT_EQ(got.offset, expected++) << topic << ": a hole";
    const auto acked = promises.acked.find(got.offset);
    if (acked != promises.acked.end()) {
      ASSERT_EQ(*got.value, acked->second) << topic << " offset " << got.offset;
    } else {
      ASSERT_TRUE(promises.attempted.contains(*got.value))
          << topic << " offset " << got.offset << ": foreign bytes " << *got.value;
    }
  }
  EXPECT_EQ(expected, offsets->high_watermark.value()) << topic;
  expect_batches_whole(*records, start);
  const std::int64_t promised =
      death == Death::kProcess ? (promises.acked.empty() ? 0 : promises.acked.rbegin()->first + 1)
                               : promises.durable_end;
  EXPECT_GE(expected, promised) << topic << ": an acknowledged record is lost";
}

void expect_topic(const Engine& engine, const std::string& topic, Death death,
                  const Promises& promises) {
  const auto described = engine.admin().describe_configs(topic);
  if (promises.is_in_doubt && !described) return;
  if (promises.is_deleted && !promises.is_in_doubt) {
    EXPECT_THAT(described, leat::testing::IsError(ErrorCode::kUnknownTopicOrPartition)) << topic;
    return;
  }
  if (!promises.is_created) return;
  ASSERT_THAT(described, IsOk()) << topic;
  expect_records(engine, topic, death, promises);
  const auto partitions = engine.admin().describe_topic(topic)->partitions.size();
  EXPECT_GE(partitions, static_cast<std::size_t>(promises.partitions_acked)) << topic;
  EXPECT_LE(partitions, static_cast<std::size_t>(promises.partitions_asked)) << topic;
  if (promises.retention.size() != 1) return;
  const auto retention = std::ranges::find(*described, "retention.ms", &ConfigEntry::name);
  EXPECT_EQ(retention->value, *promises.retention.begin()) << topic;
}

void expect_cursor(const Engine& engine, const Truth& truth) {
  if (truth.cursors.size() != 1) return;
  auto consumer = engine.consumer({.cursor = kCursor});
  ASSERT_THAT(consumer, IsOk());
  ASSERT_THAT(consumer->assign({partition_of("plain")}), IsOk());
  const auto position = consumer->position(partition_of("plain"));
  ASSERT_THAT(position, IsOk());
  const auto offsets = engine.offsets(partition_of("plain"));
  // A saved position beyond what survived is reset to the end (S18); one below the start is the
  // next poll's.
  const std::int64_t saved = std::min(*truth.cursors.begin(), offsets->log_end.value());
  EXPECT_EQ(position->offset.value(), saved);
}

/// It goes on as any log does.
void expect_appends(const Engine& engine, const std::string& topic) {
  const auto before = engine.offsets(partition_of(topic));
  if (!before) return;  // the topic is gone
  auto appender = engine.appender(topic, PartitionId{0});
  ASSERT_THAT(appender, IsOk());
  EXPECT_THAT(appender->append(Record{.value = "after the crash"}),
              leat::testing::IsOkAnd(before->log_end));
  EXPECT_THAT(engine.flush(), IsOk());
}

}  // namespace

void expect_kept(const std::shared_ptr<SimulatedDisk>& disk, Death death, const Truth& truth,
                 const std::function<void()>& again) {
  if (again) disk->set_observer([&](leat::testing::DiskCall, std::string_view) { again(); });
  auto engine =
      Engine::open({.directory = kDirectory, .environment = environment_over(disk, death)});
  disk->set_observer({});
  ASSERT_THAT(engine, IsOk());  // no operator is needed (G5)
  for (const auto& [topic, promises] : truth.topics) expect_topic(*engine, topic, death, promises);
  expect_cursor(*engine, truth);
  for (const auto& [topic, promises] : truth.topics) expect_appends(*engine, topic);
  EXPECT_THAT(engine->close(), IsOk());
}

}  // namespace leat::simtest
