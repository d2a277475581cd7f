// The process that tests/crash/kill_test.cc kills: eight threads append numbered records and
// acknowledge each on stdout, until the end of the world or of the pipe.

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "leat/engine.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "crash/acknowledgement.h"

namespace leat::crash {
namespace {

/// A record's value: who wrote it, which one it is, and a filling of random length.
class Values {
 public:
  Values(std::string writer, std::uint64_t seed) : writer_(std::move(writer)), random_(seed) {}
  std::string next() {
    std::string value = writer_ + "-" + std::to_string(count_++) + ":";
    const std::size_t size = value.size() + random_() % (random_() % 16 == 0 ? 4000 : 200);
    while (value.size() < size) value.push_back(static_cast<char>('a' + random_() % 26));
    return value;
  }

 private:
  std::string writer_;
  std::mt19937_64 random_;
  std::uint64_t count_ = 0;
};

/// False once nobody listens any more.
bool acknowledge(Topic topic, PartitionId partition, Offset offset, const std::string& value) {
  const Acknowledgement ack{topic, partition.value(), offset.value(), hash_of(value)};
  return ::write(STDOUT_FILENO, &ack, sizeof(ack)) == sizeof(ack);
}

/// Says why on stderr.
void tell(const char* who, const Error& error) {
  (void)std::fprintf(stderr, "writer: %s: %s\n", who, error.to_string().c_str());
}

void run_appender(const Engine& engine, Topic topic, int partition, Values values) {
  auto appender = engine.appender(name_of(topic), PartitionId{partition});
  if (!appender) return tell(name_of(topic), appender.error());
  while (true) {
    const std::string value = values.next();
    const auto offset = appender->append(Record{.value = value});
    if (!offset) return tell(name_of(topic), offset.error());
    if (!acknowledge(topic, PartitionId{partition}, *offset, value)) return;
  }
}

void run_producer(const Engine& engine, ProducerOptions options, Values values) {
  auto producer = engine.producer(std::move(options));
  if (!producer) return tell("producer", producer.error());
  for (int n = 0;; ++n) {
    const std::string key = "key-" + std::to_string(n % 37);
    const std::string value = values.next();
    const auto sent = producer->send(kKeyedTopic, {.key = key, .value = value});
    if (!sent) return tell("producer", sent.error());
    if (!acknowledge(Topic::kKey, sent->partition, sent->offset, value)) return;
  }
}

int run(const std::string& directory, const std::string& name, std::uint64_t seed) {
  auto engine = Engine::open({.directory = directory});
  if (!engine) {
    tell("open", engine.error());
    return 2;
  }
  const ConfigMap small{{"segment.bytes", "1048576"}};
  const ConfigMap synced{{"segment.bytes", "1048576"}, {"flush.messages", "1"}};
  // They are there after the first run.
  (void)engine->create_topic(kLaneTopic, kLanes, small);
  (void)engine->create_topic(kKeyedTopic, kLanes, small);
  (void)engine->create_topic(kSyncedTopic, 1, synced);

  const auto values = [&](int n) {
    return Values(name + "-" + std::to_string(n), seed + static_cast<std::uint64_t>(n));
  };
  const std::array<ProducerOptions, 3> producers{
      ProducerOptions{}, ProducerOptions{.compression = CompressionType::kLz4},
      ProducerOptions{.acks = Acks::kSync}};
  std::vector<std::jthread> threads;
  for (int lane = 0; lane < kLanes; ++lane) {
    threads.emplace_back([&, lane] { run_appender(*engine, Topic::kLane, lane, values(lane)); });
  }
  for (int n = 0; n < 3; ++n) {
    threads.emplace_back([&, n] {
      run_producer(*engine, producers.at(static_cast<std::size_t>(n)), values(10 + n));
    });
  }
  threads.emplace_back([&] { run_appender(*engine, Topic::kSync, 0, values(20)); });
  threads.clear();
  return 1;  // it was to be killed
}

}  // namespace
}  // namespace leat::crash

int main(int count, char** words) {
  if (count != 4) return 2;
  return leat::crash::run(words[1], words[2], std::stoull(words[3]));
}
