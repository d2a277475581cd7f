/// Appends, reads, rolls and deletes for as long as it is told, and reports what the process has of
/// the system meanwhile. Exit 1 when that grew, or when a reader missed a record.
///   build/bench/bin/soak --seconds 3600 --dir /var/tmp

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <fmt/core.h>
#include <iostream>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "leat/leat.h"

#include "base/try.h"
#include "tools/bench/measured_engine.h"
#include "tools/bench/process.h"
#include "tools/bench/scratch.h"

namespace {

using leat::Appender;
using leat::ConsumedBatch;
using leat::Consumer;
using leat::Engine;
using leat::Error;
using leat::ErrorCode;
using leat::MonotonicTime;
using leat::Offset;
using leat::PartitionId;
using leat::Result;
using leat::TopicPartition;
using leat::tools::MeasuredEngine;
using leat::tools::ProcessUse;

constexpr std::int32_t kPartitions = 64;
constexpr std::int32_t kFast = 2;  ///< of them have an Appender, the rest a Producer
constexpr std::chrono::milliseconds kTurn{10};

/// The records that one thread is let have in a second.
class Pace {
 public:
  Pace(const leat::Clock& clock, std::uint64_t a_second)
      : clock_(clock), turn_(std::max<std::uint64_t>(1, a_second / 100)), due_(clock.monotonic()) {}
  /// True when a turn's records are due; gives way until then.
  bool wait(const std::stop_token& stop) {
    while (!stop.stop_requested() && clock_.monotonic() < due_) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    due_ = std::max(due_ + kTurn, clock_.monotonic() - kTurn);
    return !stop.stop_requested();
  }
  [[nodiscard]] std::uint64_t turn() const { return turn_; }

 private:
  const leat::Clock& clock_;
  std::uint64_t turn_;
  MonotonicTime due_;
};

/// The threads, what they did, and the first of their failures.
class Soak {
 public:
  Soak(Engine& engine, const leat::Clock& clock, std::uint64_t a_second)
      : engine_(engine), clock_(clock), a_second_(a_second) {}

  void start() {
    for (std::int32_t id = 0; id < kFast; ++id)
      run([this, id](const auto& stop) { return append(stop, id); });
    run([this](const auto& stop) { return send(stop); });
    for (int reader = 0; reader < 2; ++reader)
      run([this](const auto& stop) { return follow(stop); });
    run([this](const auto& stop) { return tidy(stop); });
  }
  Result<void> stop() {
    threads_.clear();
    return failure_.value_or(Result<void>());
  }
  [[nodiscard]] bool has_failed() const { return has_failed_.load(); }
  [[nodiscard]] std::uint64_t written() const { return written_.load(); }
  [[nodiscard]] std::uint64_t had() const { return had_.load(); }
  [[nodiscard]] std::uint64_t topics() const { return topics_.load(); }

 private:
  template <class Body>
  void run(Body body) {
    threads_.emplace_back([this, body](const std::stop_token& stop) {
      Result<void> outcome = body(stop);
      if (outcome || has_failed_.exchange(true)) return;
      failure_ = std::move(outcome);
    });
  }

  Result<void> append(const std::stop_token& stop, std::int32_t id) {
    LEAT_TRY(Appender appender, engine_.appender(MeasuredEngine::kTopic, PartitionId{id}));
    const std::string value(200, 'x');
    for (Pace pace(clock_, a_second_); pace.wait(stop);) {
      for (std::uint64_t i = 0; i < pace.turn(); ++i)
        LEAT_TRY_VOID(appender.append({.value = value}));
      written_ += pace.turn();
    }
    return {};
  }

  /// To all other partitions, every tenth turn until it is durable.
  Result<void> send(const std::stop_token& stop) {
    LEAT_TRY(leat::Producer producer, engine_.producer({.linger = std::chrono::milliseconds(1)}));
    const std::string value(200, 'y');
    std::int32_t id = kFast;
    std::uint64_t turns = 0;
    for (Pace pace(clock_, a_second_); pace.wait(stop);) {
      for (std::uint64_t i = 0; i < pace.turn(); ++i) {
        LEAT_TRY_VOID(producer.send_to(MeasuredEngine::partition(id), {.value = value}));
        id = id + 1 < kPartitions ? id + 1 : kFast;
      }
      written_ += pace.turn();
      if (++turns % 10 != 0) continue;
      LEAT_TRY_VOID(producer.flush());
      LEAT_TRY_VOID(engine_.flush(MeasuredEngine::partition(id)));
    }
    return producer.close();
  }

  /// All partitions, each record after the one before; what retention took is skipped.
  Result<void> follow(const std::stop_token& stop) {
    LEAT_TRY(Consumer consumer, engine_.consumer());
    LEAT_TRY_VOID(consumer.assign_topic(MeasuredEngine::kTopic));
    std::vector<std::int64_t> next(kPartitions, 0);
    while (!stop.stop_requested()) {
      LEAT_TRY(const ConsumedBatch batch, consumer.poll(std::chrono::milliseconds(100)));
      std::uint64_t records = 0;
      for (const leat::ConsumedRecord& record : batch.records()) {
        std::int64_t& wanted = next[static_cast<std::size_t>(record.partition().value())];
        if (record.offset.value() < wanted || record.value.size() != 200) {
          return Error(ErrorCode::kUnknownServerError,
                       fmt::format("offset {} after {}", record.offset.value(), wanted));
        }
        if (record.offset.value() > wanted) LEAT_TRY_VOID(check_gap(record, wanted));
        wanted = record.offset.value() + 1;
        ++records;
      }
      had_ += records;
    }
    return {};
  }
  /// A gap must lie below the log start, which deletion moved.
  Result<void> check_gap(const leat::ConsumedRecord& record, std::int64_t wanted) {
    LEAT_TRY(const leat::PartitionOffsets offsets, engine_.offsets(*record.source));
    if (offsets.log_start.value() > wanted) return {};
    return Error(ErrorCode::kUnknownServerError,
                 fmt::format("offset {} came where {} was due", record.offset.value(), wanted));
  }

  /// Keeps about 200,000 records a fast partition and 20,000 of each other, makes and removes a
  /// topic, and rolls.
  Result<void> tidy(const std::stop_token& stop) {
    std::int32_t rolled = 0;
    for (Pace pace(clock_, 1); pace.wait(stop);) {
      for (int i = 0; i < 50 && !stop.stop_requested(); ++i) std::this_thread::sleep_for(kTurn);
      for (std::int32_t id = 0; id < kPartitions; ++id) {
        const TopicPartition partition = MeasuredEngine::partition(id);
        LEAT_TRY(const leat::PartitionOffsets offsets, engine_.offsets(partition));
        const std::int64_t kept = id < kFast ? 200'000 : 20'000;
        const std::int64_t before = offsets.high_watermark.value() - kept;
        if (before > offsets.log_start.value())
          LEAT_TRY_VOID(engine_.delete_records(partition, Offset{before}));
      }
      LEAT_TRY_VOID(engine_.roll(MeasuredEngine::partition(rolled++ % kPartitions)));
      LEAT_TRY_VOID(engine_.create_topic("passing", 8));
      LEAT_TRY(Appender appender, engine_.appender("passing", PartitionId{3}));
      LEAT_TRY_VOID(appender.append({.value = "gone soon"}));
      LEAT_TRY_VOID(engine_.flush());
      LEAT_TRY_VOID(engine_.admin().delete_topic("passing"));
      ++topics_;
    }
    return {};
  }

  Engine& engine_;
  const leat::Clock& clock_;
  std::uint64_t a_second_;
  std::atomic<std::uint64_t> written_ = 0;
  std::atomic<std::uint64_t> had_ = 0;
  std::atomic<std::uint64_t> topics_ = 0;
  std::atomic<bool> has_failed_ = false;
  std::optional<Result<void>> failure_;  // written by the first to fail, read after all ended
  std::vector<std::jthread> threads_;
};

/// Whether the last third of the samples needs more than the third before it, beyond what one
/// moment differs from another.
bool has_grown(const std::vector<ProcessUse>& samples, std::uint64_t ProcessUse::* figure,
               std::uint64_t slack) {
  const std::size_t third = samples.size() / 3;
  if (third < 3) return false;
  const auto most = [&](std::size_t from, std::size_t to) {
    std::uint64_t highest = 0;
    for (std::size_t i = from; i < to; ++i) highest = std::max(highest, samples[i].*figure);
    return highest;
  };
  const std::uint64_t before = most(third, 2 * third);
  return most(2 * third, samples.size()) > before + before / 10 + slack;
}

struct Options {
  std::string directory = "/var/tmp";
  double seconds = 600;
  double report_seconds = 30;
  std::uint64_t a_second = 50'000;
};

Result<bool> soak(const Options& options) {
  const leat::Environment world = leat::with_defaults({});
  const leat::tools::Setting setting{.clock = world.clock,
                                     .file_system = world.file_system,
                                     .directory = options.directory,
                                     .quick = false};
  LEAT_TRY(MeasuredEngine engine,
           MeasuredEngine::open(setting, kPartitions,
                                {{"segment.bytes", "8388608"}, {"flush.ms", "100"}}));
  Soak soak(*engine, *world.clock, options.a_second);
  soak.start();
  fmt::print("seconds   records      read    topics  resident MiB  descriptors  maps\n");
  std::vector<ProcessUse> samples;
  const MonotonicTime began = world.clock->monotonic();
  for (double due = options.report_seconds; due <= options.seconds && !soak.has_failed();
       due += options.report_seconds) {
    std::this_thread::sleep_until(began + std::chrono::duration_cast<std::chrono::nanoseconds>(
                                              std::chrono::duration<double>(due)));
    samples.push_back(leat::tools::process_use());
    const ProcessUse& use = samples.back();
    fmt::print("{:7.0f} {:9} {:9} {:9} {:13.1f} {:12} {:5}\n", due, soak.written(), soak.had(),
               soak.topics(), static_cast<double>(use.resident_bytes) / (1U << 20U),
               use.descriptors, use.mappings);
    std::cout.flush();
  }
  LEAT_TRY_VOID(soak.stop());
  const bool is_flat = !has_grown(samples, &ProcessUse::resident_bytes, std::uint64_t{4} << 20U) &&
                       !has_grown(samples, &ProcessUse::descriptors, 16) &&
                       !has_grown(samples, &ProcessUse::mappings, 32);
  fmt::print("{}\n", is_flat ? "flat" : "GREW");
  return is_flat;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Appends, reads, rolls and deletes, and watches what the process needs.");
  app.add_option("--dir", options.directory, "Where; a scratch directory is made in it")
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "How long")->capture_default_str();
  app.add_option("--report-seconds", options.report_seconds, "A line every so often")
      ->capture_default_str();
  app.add_option("--rate", options.a_second, "Records a second, of each of three writers")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  const Result<bool> is_flat = soak(options);
  if (!is_flat) std::cerr << "soak: " << is_flat.error().to_string() << '\n';
  return is_flat && *is_flat ? 0 : 1;
}
