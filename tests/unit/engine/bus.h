#pragma once

// An engine in memory with topics, and short words for publishing and reading.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "leat/admin.h"
#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/types.h"

#include "unit/io/result_matchers.h"

namespace leat::testing {

/// Long enough that a test that runs into it has failed.
inline constexpr std::chrono::seconds kLong{30};

class Bus : public ::testing::Test {
 protected:
  explicit Bus(Environment environment = {})
      : engine(Engine::memory(std::move(environment)).value()) {}

  void topic(std::string_view name, std::int32_t partitions = 1, const ConfigMap& configs = {}) {
    ASSERT_THAT(engine.create_topic(name, partitions, configs), IsOk());
  }
  Appender appender(std::string_view name, std::int32_t partition = 0) {
    return engine.appender(name, PartitionId{partition}).value();
  }
  Producer producer(ProducerOptions options = {}) {
    return engine.producer(std::move(options)).value();
  }
  Consumer consumer(std::string_view topic, ConsumerOptions options = {}) {
    Consumer made = engine.consumer(std::move(options)).value();
    made.assign_topic(topic).value();
    return made;
  }
  /// "0" to "n - 1".
  void publish(std::string_view topic, int count, std::int32_t partition = 0) {
    Appender appender = this->appender(topic, partition);
    for (int i = 0; i < count; ++i) appender.append({.value = std::to_string(i)}).value();
  }
  static std::vector<std::string> values(const ConsumedBatch& batch) {
    std::vector<std::string> all;
    for (const ConsumedRecord& record : batch.records()) all.emplace_back(record.value.text());
    return all;
  }
  /// What is there to be polled now.
  static std::vector<std::string> poll(Consumer& consumer) {
    return values(consumer.poll(std::chrono::nanoseconds(0)).value());
  }
  static std::vector<std::int64_t> offsets(const ConsumedBatch& batch) {
    std::vector<std::int64_t> all;
    for (const ConsumedRecord& record : batch.records()) all.push_back(record.offset.value());
    return all;
  }
  static TopicPartition at(std::string_view topic, std::int32_t partition = 0) {
    return {std::string(topic), PartitionId{partition}};
  }

  Engine engine;
};

}  // namespace leat::testing
