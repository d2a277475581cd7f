#include "stress/stressed.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <iterator>

namespace leat::stress {
namespace {

constexpr std::size_t kKept =
    2000;  // acknowledged records that a thread remembers of each partition
constexpr std::int64_t kRecordsKept = 30'000;  // in a partition; older ones are deleted
constexpr std::size_t kComplaints = 20;

}  // namespace

void Thread::run() {
  while (!shared_.is_over.load(std::memory_order_relaxed) && complaints_.size() < kComplaints)
    step();
  appender_.reset();
  consumer_.reset();
  producer_.reset();
}

void Thread::step() {
  switch (draw(100)) {
    case 0:
      return create_or_delete();
    case 1:
      return add_partitions();
    case 2:
      return alter();
    case 3:
    case 4:
      return describe();
    case 5:
      return flush();
    case 6:
      return roll();
    case 7:
      return trim();
    case 8:
    case 9:
      return look_up();
    case 10:
      return take_appender();
    case 11:
      return take_consumer();
    case 12:
      return save_cursor();
    default:
      return step_of_handles();
  }
}

void Thread::step_of_handles() {
  switch (draw(16)) {
    case 0:
      return append_batch();
    case 1:
      return claim();
    case 2:
    case 3:
      return produce();
    case 4:
    case 5:
      return produce_later();
    case 6:
      return produce_own();
    case 7:
      return seek();
    case 8:
    case 9:
    case 10:
    case 11:
      return poll();
    default:
      return append();
  }
}

// --- the engine

void Thread::create_or_delete() {
  const std::string name = fleeting();
  if (draw(2) == 0) {
    (void)ok("create_topic",
             shared_.engine.create_topic(name, 2, {{"internal.segment.bytes", "8192"}}));
  } else {
    (void)ok("delete_topic", shared_.engine.admin().delete_topic(name));
  }
}

void Thread::add_partitions() {
  (void)ok("add_partitions", shared_.engine.admin().add_partitions(
                                 fleeting(), static_cast<std::int32_t>(2 + draw(6))));
}

void Thread::alter() {
  const std::string retention = std::to_string(86'400'000 + draw(1000));
  (void)ok("alter_configs",
           shared_.engine.admin().alter_configs(any_steady().topic, {{"retention.ms", retention}}));
}

void Thread::describe() {
  (void)ok("list_topics", shared_.engine.admin().list_topics());
  (void)ok("describe_topic", shared_.engine.admin().describe_topic(fleeting()));
  (void)shared_.engine.metrics();
  (void)shared_.engine.health();
}

void Thread::flush() {
  if (draw(2) == 0) return (void)ok("flush", shared_.engine.flush());
  (void)ok("flush of one", shared_.engine.flush(any_steady()));
}

void Thread::roll() { (void)ok("roll", shared_.engine.roll(any_steady())); }

void Thread::trim() {
  const TopicPartition partition = any_steady();
  const auto offsets = shared_.engine.offsets(partition);
  if (!ok("offsets", offsets)) return;
  const std::int64_t before = offsets->high_watermark.value() - kRecordsKept;
  if (before > 0)
    (void)ok("delete_records", shared_.engine.delete_records(partition, Offset{before}));
}

void Thread::look_up() {
  const TopicPartition partition = any_steady();
  const auto offsets = shared_.engine.offsets(partition);
  if (!ok("offsets", offsets)) return;
  if (offsets->log_start > offsets->high_watermark || offsets->high_watermark > offsets->log_end) {
    complaints_.push_back("offsets of " + partition.topic + " are not in order");
  }
  (void)ok("offset_for_time", shared_.engine.offset_for_time(partition, Timestamp{}));
}

void Thread::take_appender() {
  appender_.reset();
  appends_to_ = any_steady();
  auto made = shared_.engine.appender(appends_to_.topic, appends_to_.partition);
  if (ok("appender", made)) appender_.emplace(*std::move(made));
}

void Thread::take_consumer() {
  consumer_.reset();
  read_.clear();
  auto made =
      shared_.engine.consumer({.max_poll_records = 100, .cursor = "c" + std::to_string(number_)});
  if (!ok("consumer", made)) return;
  const std::string topic = draw(8) == 0 ? fleeting() : any_steady().topic;
  if (ok("assign_topic", made->assign_topic(topic))) consumer_.emplace(*std::move(made));
}

void Thread::save_cursor() {
  if (consumer_) (void)ok("save", consumer_->save());
}

// --- handles

void Thread::append() {
  if (!appender_) return;
  std::string value = next_value(appends_to_.topic);
  const auto offset = appender_->append({.value = value});
  if (ok("append", offset)) note_acked(appends_to_, *offset, std::move(value));
}

void Thread::append_batch() {
  if (!appender_) return;
  std::array<std::string, 3> values;
  std::array<Record, 3> records;
  for (std::size_t n = 0; n < values.size(); ++n) {
    values.at(n) = next_value(appends_to_.topic);
    records.at(n).value = values.at(n);
  }
  const auto first = appender_->append(records);
  if (!ok("append a batch", first)) return;
  for (std::size_t n = 0; n < values.size(); ++n) {
    note_acked(appends_to_, *first + static_cast<std::int64_t>(n), std::move(values.at(n)));
  }
}

void Thread::claim() {
  if (!appender_) return;
  std::string value = next_value(appends_to_.topic);
  const auto span = appender_->claim(value.size(), "k");
  if (!ok("claim", span)) return;
  if (draw(4) == 0) return appender_->abandon();
  std::memcpy(span->data(), value.data(), value.size());
  const auto offset = appender_->commit();
  if (ok("commit", offset)) note_acked(appends_to_, *offset, std::move(value));
}

void Thread::produce() {
  const std::string topic = draw(10) == 0 ? fleeting() : any_steady().topic;
  std::string value = next_value(topic);
  const auto sent =
      shared_.producer.send(topic, {.key = std::to_string(draw(100)), .value = value});
  if (ok("send", sent)) note_acked({topic, sent->partition}, sent->offset, std::move(value));
}

void Thread::produce_later() {
  const std::string topic = any_steady().topic;
  const std::string value = next_value(topic);
  (void)ok("send_async", shared_.producer.send_async(topic, {.value = value}));
}

void Thread::produce_own() {
  if (!producer_ || draw(50) == 0) {
    if (producer_) (void)ok("close of a producer", producer_->close());
    producer_.reset();
    const std::array codecs{CompressionType::kNone, CompressionType::kLz4, CompressionType::kZstd};
    auto made = shared_.engine.producer({.acks = draw(4) == 0 ? Acks::kSync : Acks::kTopic,
                                         .compression = codecs.at(draw(3)),
                                         .linger = std::chrono::milliseconds(draw(2))});
    if (ok("producer", made)) producer_.emplace(*std::move(made));
    return;
  }
  const TopicPartition to = any_steady();
  const std::string value = next_value(to.topic);
  (void)ok("send_to", producer_->send_to(to, {.value = value}, {}));
  if (draw(4) == 0) (void)ok("flush of a producer", producer_->flush());
}

void Thread::poll() {
  if (!consumer_) return;
  const auto batch =
      draw(4) == 0 ? consumer_->poll(std::chrono::microseconds(draw(300))) : consumer_->try_poll();
  if (!ok("poll", batch)) {
    // Its topic went: another one next time.
    if (batch.error().code() == ErrorCode::kUnknownTopicOrPartition) consumer_.reset();
    return;
  }
  for (const ConsumedRecord& record : batch->records()) check(record);
}

void Thread::seek() {
  if (!consumer_ || consumer_->assignment().empty()) return;
  const TopicPartition partition = consumer_->assignment().front();
  read_.erase(partition);
  switch (draw(4)) {
    case 0:
      return (void)ok("seek_to_end", consumer_->seek_to_end(partition));
    case 1:
      return (void)ok("seek_to_last", consumer_->seek_to_last(partition, 10));
    case 2:
      return (void)ok("seek",
                      consumer_->seek(partition, Offset{static_cast<std::int64_t>(draw(1000))}));
    default:
      return (void)ok("seek_to_beginning", consumer_->seek_to_beginning(partition));
  }
}

// --- promises

TopicPartition Thread::any_steady() {
  return {kSteady[draw(std::size(kSteady))],
          PartitionId{static_cast<std::int32_t>(draw(kPartitions))}};
}

std::string Thread::next_value(const std::string& topic) {
  std::string value = topic + ":" + std::to_string(number_) + "-" + std::to_string(values_++) + ":";
  value.resize(value.size() + draw(draw(20) == 0 ? 3000 : 100), 'x');
  return value;
}

void Thread::note_acked(const TopicPartition& to, Offset offset, std::string value) {
  if (to.topic.starts_with("fleeting")) return;  // deleted since, perhaps, and made anew
  Acked& acked = acked_[to];
  if (!acked.empty() && offset <= acked.back().first) {  // G8
    complaints_.push_back("acknowledged at offset " + std::to_string(offset.value()) + " of " +
                          to.topic + ", after one at " +
                          std::to_string(acked.back().first.value()));
  }
  acked.emplace_back(offset, std::move(value));
  if (acked.size() > kKept) acked.pop_front();
}

void Thread::complain(const char* call, const Error& error) {
  using enum ErrorCode;
  // What the other threads' calls explain.
  for (const ErrorCode expected : {kUnknownTopicOrPartition, kTopicAlreadyExists, kBusy,
                                   kOffsetOutOfRange, kWouldBlock, kInvalidPartitions}) {
    if (error.code() == expected) return;
  }
  complaints_.push_back(std::string(call) + ": " + error.to_string());
}

void Thread::check(const ConsumedRecord& record) {
  if (!record.value.text().starts_with(record.topic() + ":")) {
    complaints_.push_back("read from " + record.topic() + ": " +
                          std::string(record.value.text().substr(0, 40)));
  }
  const TopicPartition from{record.topic(), record.partition()};
  const auto last = read_.find(from);
  if (last != read_.end() && record.offset <= last->second) {
    complaints_.push_back("read from " + record.topic() + " again: offset " +
                          std::to_string(record.offset.value()));
  }
  read_[from] = record.offset;
}

}  // namespace leat::stress
