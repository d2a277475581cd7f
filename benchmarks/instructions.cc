/// Does one thing a given number of times, to be run under callgrind (benchmarks/callgrind.sh):
///   instructions append|batch|send|read|exchange COUNT
/// Running it with two counts and dividing the difference leaves out start and end.

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "tools/bench/measured_engine.h"
#include "tools/bench/scratch.h"
#include "tools/bench/stopwatch.h"

namespace {

using leat::Appender;
using leat::ConsumedBatch;
using leat::Consumer;
using leat::Record;
using leat::Result;
using leat::tools::MeasuredEngine;

constexpr std::uint64_t kBatch = 100;

Result<void> append(MeasuredEngine& engine, std::size_t bytes, std::uint64_t count) {
  LEAT_TRY(Appender appender, engine->appender(MeasuredEngine::kTopic, leat::PartitionId{0}));
  const std::string value(bytes, 'x');
  for (std::uint64_t i = 0; i < count; ++i) LEAT_TRY_VOID(appender.append({.value = value}));
  return {};
}

Result<void> append_batches(MeasuredEngine& engine, std::uint64_t count) {
  LEAT_TRY(Appender appender, engine->appender(MeasuredEngine::kTopic, leat::PartitionId{0}));
  const std::string value(100, 'x');
  const std::vector<Record> records(kBatch, Record{.value = value});
  for (std::uint64_t i = 0; i < count / kBatch; ++i) LEAT_TRY_VOID(appender.append(records));
  return {};
}

/// Sends through a Producer that batches.
Result<void> send(MeasuredEngine& engine, std::uint64_t count) {
  LEAT_TRY(leat::Producer producer, engine->producer({.linger = std::chrono::hours(1)}));
  const std::string value(64, 'x');
  for (std::uint64_t i = 0; i < count; ++i) {
    LEAT_TRY_VOID(producer.send_async(MeasuredEngine::kTopic, {.value = value}));
  }
  return producer.close();
}

/// Reads `count` records of those that are there.
Result<void> read(MeasuredEngine& engine, std::uint64_t count) {
  LEAT_TRY(Consumer consumer, engine->consumer());
  LEAT_TRY_VOID(consumer.assign_topic(MeasuredEngine::kTopic));
  while (true) {
    LEAT_TRY(const ConsumedBatch batch, consumer.poll(std::chrono::seconds(60)));
    for (const leat::ConsumedRecord& record : batch.records()) {
      leat::tools::keep(record.value.data());
      if (--count == 0) return {};
    }
  }
}

/// Appends a record and polls it, one after another.
Result<void> exchange(MeasuredEngine& engine, std::uint64_t count) {
  LEAT_TRY(Appender appender, engine->appender(MeasuredEngine::kTopic, leat::PartitionId{0}));
  LEAT_TRY(Consumer consumer, engine->consumer());
  LEAT_TRY_VOID(consumer.assign_topic(MeasuredEngine::kTopic));
  for (std::uint64_t i = 0; i < count; ++i) {
    LEAT_TRY_VOID(appender.append({.value = "word"}));
    LEAT_TRY(const ConsumedBatch batch, consumer.poll(std::chrono::seconds(60)));
    for (const leat::ConsumedRecord& record : batch.records()) {
      leat::tools::keep(record.value.data());
    }
  }
  return {};
}

Result<void> run(std::string_view what, std::uint64_t count) {
  constexpr std::uint64_t kToRead = 200'000;
  const leat::Environment world = leat::with_defaults({});
  const leat::tools::Setting setting{.clock = world.clock,
                                     .file_system = world.file_system,
                                     .directory = "/var/tmp",
                                     .quick = true};
  LEAT_TRY(MeasuredEngine engine, MeasuredEngine::open(setting));
  if (what == "append") return append(engine, 64, count);
  if (what == "batch") return append_batches(engine, count);
  if (what == "send") return send(engine, count);
  if (what == "exchange") return exchange(engine, count);
  if (what == "read" && count <= kToRead) {
    LEAT_TRY_VOID(append(engine, 100, kToRead));
    return read(engine, count);
  }
  return leat::Error(leat::ErrorCode::kInvalidArgument,
                     "append, batch, send, read or exchange, and a count");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: instructions append|batch|send|read|exchange COUNT\n";
    return 2;
  }
  const Result<void> done = run(argv[1], std::strtoull(argv[2], nullptr, 10));
  if (done) return 0;
  std::cerr << done.error().to_string() << '\n';
  return 1;
}
