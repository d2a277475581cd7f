#include "sim/scenario.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include <gtest/gtest.h>

#include "leat/consumer.h"
#include "leat/environment.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/testing/simulated_scheduler.h"
#include "leat/types.h"

#include "support/records.h"

namespace leat::simtest {
namespace {

using support::Got;

constexpr std::int64_t kNoCursor = -1;

TopicPartition name_of(const Place& place) {
  return support::partition_of(place.topic, place.partition);
}

void add_configs(const Shape& shape, ConfigMap& configs) {
  configs["internal.segment.bytes"] = shape.segment_bytes;
  if (shape.level == Durability::kSync) configs["flush.messages"] = "1";
  if (shape.level == Durability::kInterval) configs["flush.ms"] = "50";
}

}  // namespace

void Scenario::open() {
  tell("open");
  truth_.boot_id = world_.boot_id();
  Environment environment = world_.environment(on_step_);
  if (wrap_disk_) environment.file_system = wrap_disk_(environment.file_system);
  auto opened = Engine::open(
      {.directory = kDirectory, .options = options_, .environment = std::move(environment)});
  if (!ok(opened)) return;
  engine_.emplace(*std::move(opened));
  truth_.epoch = engine_->recovery().epoch.value();
}

// --- topics

void Scenario::create(const std::string& topic, const Shape& shape) {
  tell("create ", topic, ", ", shape.partitions, " partitions, level ",
       static_cast<int>(shape.level), ", segments of ", shape.segment_bytes);
  if (!engine_) return;
  ConfigMap configs;
  add_configs(shape, configs);
  Promises& promises = truth_.topics[topic];
  promises.is_in_doubt = true;
  is_sync_[topic] = shape.level == Durability::kSync;
  if (!acked(engine_->create_topic(topic, shape.partitions, configs))) return;
  promises = Promises{.is_created = true,
                      .partitions_acked = shape.partitions,
                      .partitions_asked = shape.partitions};
  for (std::int32_t p = 0; p < shape.partitions; ++p) promises.partitions[p] = {};
}

void Scenario::remove(const std::string& topic) {
  tell("remove ", topic);
  if (!engine_ || !truth_.topics[topic].is_created) return;
  std::erase_if(appenders_, [&](const auto& known) { return known.first.topic == topic; });
  std::erase_if(truth_.cursors, [&](const auto& known) { return known.first.topic == topic; });
  Promises& promises = truth_.topics[topic];
  promises.is_in_doubt = true;
  if (!acked(engine_->admin().delete_topic(topic))) return;
  promises = Promises{.is_deleted = true};
}

void Scenario::retain(const std::string& topic, const std::string& retention_ms) {
  tell("alter ", topic);
  if (!engine_) return;
  Promises& promises = truth_.topics[topic];
  if (promises.retention.empty()) promises.retention.insert("604800000");  // the default
  promises.retention.insert(retention_ms);
  if (acked(engine_->admin().alter_configs(topic, {{"retention.ms", retention_ms}}))) {
    promises.retention = {retention_ms};
  }
}

void Scenario::add_partitions(const std::string& topic, std::int32_t total) {
  tell("add partitions to ", topic, ": ", total);
  if (!engine_) return;
  Promises& promises = truth_.topics[topic];
  promises.partitions_asked = total;
  if (!acked(engine_->admin().add_partitions(topic, total))) return;
  promises.partitions_acked = total;
  for (std::int32_t p = 0; p < total; ++p) (void)promises.partitions[p];
}

// --- records

Appender* Scenario::appender(const Place& to) {
  const auto known = appenders_.find(to);
  if (known != appenders_.end()) return &known->second;
  if (!engine_) return nullptr;
  auto made = engine_->appender(to.topic, PartitionId{to.partition});
  if (!ok(made)) return nullptr;
  return &appenders_.emplace(to, *std::move(made)).first->second;
}

std::string Scenario::next_value(const std::string& topic, std::size_t size) {
  std::string value = "v" + std::to_string(values_++) + ":";
  value.resize(std::max(size, value.size()), static_cast<char>('a' + values_ % 26));
  truth_.topics[topic].attempted.insert(value);
  return value;
}

void Scenario::note_acked(const Place& place, std::int64_t offset, const std::string& value) {
  promises_of(place).acked[offset] = value;
  if (is_sync_[place.topic]) note_acked_durable(place, offset, value);
}

void Scenario::note_acked_durable(const Place& place, std::int64_t offset,
                                  const std::string& value) {
  PartitionPromises& promises = promises_of(place);
  promises.acked[offset] = value;
  promises.durable_end = std::max(promises.durable_end, offset + 1);
}

void Scenario::append(const Place& to, int count, std::size_t size) {
  tell("append to ", to, ": ", count, " of ", size);
  for (int n = 0; n < count; ++n) {
    Appender* const lane = appender(to);
    if (lane == nullptr) return;
    const std::string value = next_value(to.topic, size);
    const auto offset = lane->append(Record{.key = "k", .value = value});
    if (acked(offset)) note_acked(to, offset->value(), value);
  }
}

void Scenario::append_batch(const Place& to, int count, std::size_t size) {
  tell("append a batch to ", to, ": ", count, " of ", size);
  Appender* const lane = appender(to);
  if (lane == nullptr) return;
  std::vector<std::string> values;
  const std::string batch = "b" + std::to_string(values_++) + "/" + std::to_string(count) + ":";
  for (int n = 0; n < count; ++n) {
    values.push_back(batch + std::to_string(n) + std::string(size, 'b'));
    truth_.topics[to.topic].attempted.insert(values.back());
  }
  std::vector<Record> records;
  for (const std::string& value : values) records.push_back({.value = value});
  const auto first = lane->append(records);
  if (!acked(first)) return;
  for (int n = 0; n < count; ++n) {
    note_acked(to, first->value() + n, values[static_cast<std::size_t>(n)]);
  }
}

void Scenario::append_claimed(const Place& to) {
  tell("claim and commit in ", to);
  Appender* const lane = appender(to);
  if (lane == nullptr) return;
  const std::string value = next_value(to.topic, 100);
  const auto span = lane->claim(value.size(), "k");
  if (!ok(span)) return;
  std::memcpy(span->data(), value.data(), value.size());
  const auto offset = lane->commit();
  if (acked(offset)) note_acked(to, offset->value(), value);
}

void Scenario::append_abandoned(const Place& to) {
  tell("claim and abandon in ", to);
  Appender* const lane = appender(to);
  if (lane == nullptr) return;
  if (ok(lane->claim(100, "k"))) lane->abandon();
}

void Scenario::produce(const std::string& topic, int count, const ProducerOptions& options) {
  tell("produce to ", topic, ": ", count);
  if (!engine_) return;
  auto producer = engine_->producer(options);
  if (!ok(producer)) return;
  for (int n = 0; n < count; ++n) {
    const std::string value = next_value(topic, 70);
    const auto sent = producer->send(topic, {.key = "k" + std::to_string(n), .value = value});
    if (!acked(sent)) continue;
    const Place place(topic, sent->partition.value());
    note_acked(place, sent->offset.value(), value);
    if (options.acks == Acks::kSync) note_acked_durable(place, sent->offset.value(), value);
  }
}

void Scenario::produce_packed(const std::string& topic, int count, const ProducerOptions& options) {
  tell("produce packed to ", topic, ": ", count, ", codec ", static_cast<int>(options.compression));
  if (!engine_) return;
  auto producer = engine_->producer(options);
  if (!ok(producer)) return;
  for (int n = 0; n < count; ++n) {
    const std::string value = next_value(topic, 70);
    const bool is_sync = options.acks == Acks::kSync;
    const auto on_ack = [this, topic, value, is_sync](const Result<RecordMetadata>& sent) {
      if (!acked(sent)) return;
      const Place place(topic, sent->partition.value());
      note_acked(place, sent->offset.value(), value);
      if (is_sync) note_acked_durable(place, sent->offset.value(), value);
    };
    (void)ok(producer->send_async(topic, {.key = "k" + std::to_string(n), .value = value}, on_ack));
  }
  (void)ok(producer->close());
}

void Scenario::produce_to_all(std::size_t size) {
  tell("produce to all, ", size);
  if (!engine_) return;
  auto producer = engine_->producer({.acks = Acks::kSync});
  if (!ok(producer)) return;
  for (const auto& [topic, promises] : truth_.topics) {
    if (!promises.is_there()) continue;
    for (std::int32_t p = 0; p < promises.partitions_acked; ++p) {
      const Place place(topic, p);
      const std::string value = next_value(topic, size);
      const auto on_ack = [this, place, value](const Result<RecordMetadata>& sent) {
        if (acked(sent)) note_acked_durable(place, sent->offset.value(), value);
      };
      (void)ok(producer->send_to(name_of(place), {.value = value}, on_ack));
    }
  }
  (void)ok(producer->close());
}

// --- reading

void Scenario::read(const Place& from) {
  tell("read ", from);
  if (!engine_) return;
  const auto records = support::read_all(*engine_, name_of(from));
  if (!ok(records)) return;
  const Promises& promises = truth_.topics[from.topic];
  const PartitionPromises& partition = promises_of(from);
  for (const Got& got : *records) {
    const auto known = partition.acked.find(got.offset);
    const bool is_right = known == partition.acked.end() ? promises.attempted.contains(*got.value)
                                                         : *got.value == known->second;
    EXPECT_TRUE(is_right) << from.topic << " offset " << got.offset << ": " << *got.value;
  }
}

void Scenario::find_time(const Place& in) {
  if (engine_) (void)ok(engine_->offset_for_time(name_of(in), world_.clock().now()));
}

void Scenario::save_cursor(const Place& place, std::int64_t position) {
  tell("save the cursor in ", place, " at ", position);
  if (!engine_) return;
  auto consumer = engine_->consumer({.cursor = kCursor});
  if (!ok(consumer) || !ok(consumer->assign({name_of(place)}))) return;
  if (!ok(consumer->seek(name_of(place), Offset{position}))) return;
  auto& cursors = truth_.cursors[place];
  if (cursors.empty()) cursors.insert(kNoCursor);
  cursors.insert(position);
  if (acked(consumer->save())) cursors = {position};
}

// --- keeping

void Scenario::note_all_durable() {
  for (auto& [name, topic] : truth_.topics) {
    for (auto& [number, promises] : topic.partitions) {
      promises.durable_end = std::max(promises.durable_end, promises.acked_end());
    }
  }
}

void Scenario::flush() {
  tell("flush");
  if (engine_ && acked(engine_->flush())) note_all_durable();
}

void Scenario::flush(const Place& place) {
  tell("flush ", place);
  if (!engine_ || !acked(engine_->flush(name_of(place)))) return;
  PartitionPromises& promises = promises_of(place);
  promises.durable_end = std::max(promises.durable_end, promises.acked_end());
}

void Scenario::note_durable() {
  if (!engine_) return;
  for (auto& [name, topic] : truth_.topics) {
    if (!topic.is_there()) continue;
    for (auto& [number, promises] : topic.partitions) {
      const auto offsets = engine_->offsets(support::partition_of(name, number));
      if (!ok(offsets) || offsets->durable.value() <= promises.durable_end) continue;
      promises.durable_end = offsets->durable.value();
      ++marks_;
    }
  }
}

void Scenario::roll(const Place& place) {
  tell("roll ", place);
  if (engine_) (void)acked(engine_->roll(name_of(place)));
}

void Scenario::delete_records(const Place& place, std::int64_t before) {
  tell("delete records of ", place, " before ", before);
  if (!engine_) return;
  PartitionPromises& promises = promises_of(place);
  promises.start_asked = std::max(promises.start_asked, before);
  const auto start = engine_->delete_records(name_of(place), Offset{before});
  if (acked(start)) promises.start_acked = start->value();
}

void Scenario::take_snapshot(const std::string& path) {
  tell("copy to ", path);
  if (!engine_ || !acked(engine_->snapshot(path))) return;
  note_all_durable();
  auto copied = std::make_shared<Truth>(truth_);
  copied->copies.clear();
  truth_.copies.emplace_back(path, std::move(copied));
}

std::string Scenario::story() const {
  constexpr std::size_t kLast = 40;
  std::string text;
  for (std::size_t n = told_.size() - std::min(kLast, told_.size()); n < told_.size(); ++n) {
    text += "\n    " + told_[n];
  }
  return text;
}

// --- ending

void Scenario::close() {
  tell("close");
  appenders_.clear();
  if (engine_ && ok(engine_->close())) note_all_durable();
  engine_.reset();
}

void Scenario::kill() {
  tell("kill");
  world_.kill();
  abandon();
}

void Scenario::lose_power(const leat::testing::CrashOptions& options) {
  tell("lose power");
  world_.crash(options);
  abandon();
  for (auto& [name, topic] : truth_.topics) {
    for (auto& [number, promises] : topic.partitions) {
      promises.acked.erase(promises.acked.lower_bound(promises.durable_end), promises.acked.end());
    }
  }
}

void Scenario::note_recovered(const Place& place) {
  const auto records = support::read_all(*engine_, name_of(place));
  const auto offsets = engine_->offsets(name_of(place));
  if (!ok(records) || !ok(offsets)) return;
  PartitionPromises& promises = promises_of(place);
  for (const Got& got : *records) promises.acked.emplace(got.offset, *got.value);
  const std::int64_t end = offsets->log_end.value();
  promises.durable_end = std::max(promises.durable_end, end);
  promises.start_acked = offsets->log_start.value();
  if (const auto cursor = truth_.cursors.find(place); cursor != truth_.cursors.end()) {
    std::set<std::int64_t> cut;  // to what is there: offsets given again are new (S18)
    for (const std::int64_t position : cursor->second) cut.insert(std::min(position, end));
    cursor->second = std::move(cut);
  }
}

void Scenario::recover() {
  open();
  if (!engine_) return;
  ++marks_;
  for (const auto& [name, topic] : truth_.topics) {
    if (!topic.is_there()) continue;
    for (const auto& [number, promises] : topic.partitions) {
      read({name, number});
      note_recovered({name, number});
    }
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

}  // namespace leat::simtest
