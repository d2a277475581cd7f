/// What a broker costs behind a raw client that sends pre-encoded requests, beside the same client
/// against bare sockets or, with --peer, against another broker.
///   build/bench/bin/broker_bench --quick

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <thread>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/result.h"

#include "base/histogram.h"
#include "base/try.h"
#include "broker/connection.h"
#include "broker/target.h"
#include "net/address.h"
#include "tools/bench/hiccup_meter.h"
#include "tools/bench/machine.h"
#include "tools/bench/row.h"
#include "tools/bench/runner.h"
#include "tools/bench/scratch.h"

namespace leat::broker {
namespace {

using tools::Better;
using tools::Measure;
using tools::Sample;
using tools::Workload;

constexpr std::size_t kKiB = 1024;
constexpr std::size_t kMiB = kKiB * kKiB;

Sample sample(double value) { return {.value = value, .instructions = std::nullopt}; }

double seconds_since(const Clock& clock, MonotonicTime began) {
  return std::chrono::duration<double>(clock.monotonic() - began).count();
}

/// How much a sample does.
struct Effort {
  std::size_t bytes = kMiB * 1024;  ///< at most, of a row of bulk
  std::size_t requests = 200'000;   ///< of small ones, without an answer in between
  std::size_t rounds = 10'000;      ///< of one request at a time
};

/// What every measure is given.
struct World {
  std::shared_ptr<Clock> clock;
  Effort effort;
};

// Produce with acks=1 on one connection.

struct Stream {
  std::size_t record_bytes;
  std::size_t batch_bytes;  // 0: one record
  std::size_t depth;
};
constexpr Stream kSmallRecords{100, 16 * kKiB, 8};
constexpr Stream kLargeRecords{1'000, 64 * kKiB, 8};
constexpr Stream kSingleRecords{100, 0, 5};
constexpr Stream kOneByOne{100, 0, 1};

/// What a stream took, and of what.
struct Streamed {
  double seconds = 0;
  double processor_seconds = 0;  // the broker's
  double requests = 0;
  double records = 0;
  double bytes = 0;
};
using Figure = std::function<double(const Streamed&)>;

std::size_t requests_of(const World& world, const Batch& batch) {
  return std::min(world.effort.requests, world.effort.bytes / batch.bytes.size());
}

Measure produced(const World& world, const Broker& broker, Stream stream, Figure figure) {
  return [=]() -> Result<Sample> {
    LEAT_TRY(const Batch batch, make_batch(stream.record_bytes, stream.batch_bytes));
    LEAT_TRY(const MeasuredTopic topic, MeasuredTopic::make(broker));
    LEAT_TRY(const auto request, topic.produce(batch.bytes, 1));
    LEAT_TRY(Connection connection, Connection::open(broker.address, Waiting::kParked));
    const std::size_t count = requests_of(world, batch);
    LEAT_TRY(const double processor_before, processor_seconds(broker.pid));
    const MonotonicTime began = world.clock->monotonic();
    LEAT_TRY_VOID(exchange(connection, request, count, stream.depth));
    const double seconds = seconds_since(*world.clock, began);
    LEAT_TRY(const double processor_after, processor_seconds(broker.pid));
    return sample(figure({.seconds = seconds,
                          .processor_seconds = processor_after - processor_before,
                          .requests = static_cast<double>(count),
                          .records = static_cast<double>(count) * batch.records,
                          .bytes = static_cast<double>(count * batch.bytes.size())}));
  };
}

/// About what a Produce has beside its batch, and what answers it.
constexpr std::size_t kProduceBytes = 70;
constexpr std::size_t kAnswerBytes = 70;

Measure bare_produced(const World& world, Stream stream, Figure figure) {
  return [=]() -> Result<Sample> {
    LEAT_TRY(const Batch batch, make_batch(stream.record_bytes, stream.batch_bytes));
    const std::vector<std::byte> request(batch.bytes.size() + kProduceBytes);
    LEAT_TRY(const auto server,
             BareServer::start({request.size(), kAnswerBytes}, Waiting::kParked));
    LEAT_TRY(Connection connection, Connection::open(server->address(), Waiting::kParked));
    const std::size_t count = requests_of(world, batch);
    const MonotonicTime began = world.clock->monotonic();
    LEAT_TRY_VOID(exchange(connection, request, count, stream.depth));
    return sample(figure({.seconds = seconds_since(*world.clock, began),
                          .requests = static_cast<double>(count),
                          .records = static_cast<double>(count) * batch.records,
                          .bytes = static_cast<double>(count * batch.bytes.size())}));
  };
}

// One request at a time.

/// Microseconds of the median round, each there and back.
Result<Sample> round_trips(const World& world, const net::HostPort& address,
                           std::span<const std::byte> request, Waiting waiting) {
  LEAT_TRY(Connection connection, Connection::open(address, waiting));
  LEAT_TRY_VOID(exchange(connection, request, world.effort.rounds / 10, 1));
  base::Histogram nanoseconds;
  for (std::size_t i = 0; i < world.effort.rounds; ++i) {
    const MonotonicTime began = world.clock->monotonic();
    LEAT_TRY_VOID(connection.send(request));
    LEAT_TRY_VOID(connection.frame());
    nanoseconds.add(static_cast<std::uint64_t>((world.clock->monotonic() - began).count()));
  }
  return sample(static_cast<double>(nanoseconds.percentile(50)) / 1e3);
}

Measure produced_one_by_one(const World& world, const Broker& broker, Waiting waiting) {
  return [=]() -> Result<Sample> {
    LEAT_TRY(const Batch batch, make_batch(kOneByOne.record_bytes, kOneByOne.batch_bytes));
    LEAT_TRY(const MeasuredTopic topic, MeasuredTopic::make(broker));
    LEAT_TRY(const auto request, topic.produce(batch.bytes, 1));
    return round_trips(world, broker.address, request, waiting);
  };
}

Measure bare_one_by_one(const World& world, Waiting waiting) {
  return [=]() -> Result<Sample> {
    LEAT_TRY(const Batch batch, make_batch(kOneByOne.record_bytes, kOneByOne.batch_bytes));
    const std::vector<std::byte> request(batch.bytes.size() + kProduceBytes);
    LEAT_TRY(const auto server, BareServer::start({request.size(), kAnswerBytes}, waiting));
    return round_trips(world, server->address(), request, waiting);
  };
}

/// From sending a record, a thousand times a second, until a Fetch that waits for it on another
/// connection is answered. Microseconds, the median.
Measure publish_to_consume(const World& world, const Broker& broker) {
  return [=]() -> Result<Sample> {
    constexpr std::chrono::milliseconds kPace{1};
    LEAT_TRY(const Batch batch, make_batch(kOneByOne.record_bytes, kOneByOne.batch_bytes));
    LEAT_TRY(const MeasuredTopic topic, MeasuredTopic::make(broker));
    LEAT_TRY(const auto request, topic.produce(batch.bytes, 1));
    LEAT_TRY(Connection publisher, Connection::open(broker.address, Waiting::kParked));
    LEAT_TRY(Connection consumer, Connection::open(broker.address, Waiting::kParked));
    base::Histogram nanoseconds;
    std::int64_t offset = 1;  // one is there since the topic is
    for (MonotonicTime end = world.clock->monotonic() + world.effort.rounds / 4 * kPace;
         world.clock->monotonic() < end; ++offset) {
      LEAT_TRY(const auto fetch, topic.fetch(offset, 1'000, static_cast<std::int32_t>(kMiB)));
      LEAT_TRY_VOID(consumer.send(fetch));
      std::this_thread::sleep_for(kPace);
      const MonotonicTime began = world.clock->monotonic();
      LEAT_TRY_VOID(publisher.send(request));
      LEAT_TRY(const auto frame, consumer.frame());
      nanoseconds.add(static_cast<std::uint64_t>((world.clock->monotonic() - began).count()));
      LEAT_TRY(const std::size_t bytes, fetched_bytes(frame));
      if (bytes != batch.bytes.size()) {
        return Error(ErrorCode::kUnknownServerError, "a Fetch was answered before its record came");
      }
      LEAT_TRY_VOID(publisher.frame());
    }
    return sample(static_cast<double>(nanoseconds.percentile(50)) / 1e3);
  };
}

// Fetch from the start.

constexpr std::size_t kFetchBytes = kMiB;

/// Reads `batches` from the start, one Fetch after another.
Result<std::size_t> read_all(const Broker& broker, const MeasuredTopic& topic, const Batch& batch,
                             std::size_t batches) {
  LEAT_TRY(Connection connection, Connection::open(broker.address, Waiting::kParked));
  const std::int64_t first = 1;
  std::size_t done = 0;
  while (done < batches) {
    const std::int64_t offset = first + static_cast<std::int64_t>(done) * batch.records;
    LEAT_TRY(const auto request, topic.fetch(offset, 0, static_cast<std::int32_t>(kFetchBytes)));
    LEAT_TRY_VOID(connection.send(request));
    LEAT_TRY(const auto frame, connection.frame());
    LEAT_TRY(const std::size_t bytes, fetched_bytes(frame));
    const std::size_t whole = bytes / batch.bytes.size();  // Kafka cuts the last one
    if (whole == 0) return Error(ErrorCode::kUnknownServerError, "a Fetch brought no batch");
    done += whole;
  }
  return done * batch.bytes.size();
}

/// Runs `body` on as many threads; the first error, or the sum of what they return.
Result<std::size_t> on_threads(std::size_t count,
                               const std::function<Result<std::size_t>()>& body) {
  std::vector<Result<std::size_t>> outcomes(count, Result<std::size_t>(std::size_t{0}));
  std::vector<std::thread> threads;
  threads.reserve(count);
  for (auto& outcome : outcomes) threads.emplace_back([&] { outcome = body(); });
  for (std::thread& thread : threads) thread.join();
  std::size_t sum = 0;
  for (auto& outcome : outcomes) {
    LEAT_TRY(const std::size_t value, std::move(outcome));
    sum += value;
  }
  return sum;
}

Measure fetched(const World& world, const Broker& broker, std::size_t connections, Figure figure) {
  return [=]() -> Result<Sample> {
    LEAT_TRY(const Batch batch, make_batch(kLargeRecords.record_bytes, kLargeRecords.batch_bytes));
    LEAT_TRY(const MeasuredTopic topic, MeasuredTopic::make(broker));
    LEAT_TRY(const auto request, topic.produce(batch.bytes, 1));
    LEAT_TRY(Connection connection, Connection::open(broker.address, Waiting::kParked));
    const std::size_t batches = world.effort.bytes / batch.bytes.size();
    LEAT_TRY_VOID(exchange(connection, request, batches, kLargeRecords.depth));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));  // what writing left to do
    LEAT_TRY(const double processor_before, processor_seconds(broker.pid));
    const MonotonicTime began = world.clock->monotonic();
    LEAT_TRY(const std::size_t bytes,
             on_threads(connections, [&] { return read_all(broker, topic, batch, batches); }));
    const double seconds = seconds_since(*world.clock, began);
    LEAT_TRY(const double processor_after, processor_seconds(broker.pid));
    return sample(figure({.seconds = seconds,
                          .processor_seconds = processor_after - processor_before,
                          .bytes = static_cast<double>(bytes)}));
  };
}

Measure bare_fetched(const World& world, std::size_t connections, Figure figure) {
  return [=]() -> Result<Sample> {
    const std::vector<std::byte> request(kProduceBytes);
    LEAT_TRY(const auto server, BareServer::start({request.size(), kFetchBytes}, Waiting::kParked));
    const MonotonicTime began = world.clock->monotonic();
    LEAT_TRY(const std::size_t bytes, on_threads(connections, [&]() -> Result<std::size_t> {
               LEAT_TRY(Connection connection,
                        Connection::open(server->address(), Waiting::kParked));
               const std::size_t count = world.effort.bytes / kFetchBytes;
               LEAT_TRY_VOID(exchange(connection, request, count, 1));
               return count * kFetchBytes;
             }));
    return sample(figure(
        {.seconds = seconds_since(*world.clock, began), .bytes = static_cast<double>(bytes)}));
  };
}

// acks=all, on disk.

struct Durable {
  double gigabytes_a_second = 0;
  double p99_milliseconds = 0;
};

Result<Durable> produce_durably(const World& world, const Broker& broker) {
  constexpr std::size_t kProducers = 16;
  LEAT_TRY(const Batch batch, make_batch(kLargeRecords.record_bytes, kLargeRecords.batch_bytes));
  LEAT_TRY(const MeasuredTopic topic, MeasuredTopic::make(broker, true));
  LEAT_TRY(const auto request, topic.produce(batch.bytes, -1));
  const std::size_t each = world.effort.bytes / 2 / kProducers / batch.bytes.size();
  std::vector<base::Histogram> all(kProducers);
  std::atomic<std::size_t> next = 0;
  const MonotonicTime began = world.clock->monotonic();
  LEAT_TRY(
      const std::size_t bytes, on_threads(kProducers, [&]() -> Result<std::size_t> {
        base::Histogram& nanoseconds = all[next++];
        LEAT_TRY(Connection connection, Connection::open(broker.address, Waiting::kParked));
        for (std::size_t i = 0; i < each; ++i) {
          const MonotonicTime sent = world.clock->monotonic();
          LEAT_TRY_VOID(exchange(connection, request, 1, 1));
          nanoseconds.add(static_cast<std::uint64_t>((world.clock->monotonic() - sent).count()));
        }
        return each * batch.bytes.size();
      }));
  const double seconds = seconds_since(*world.clock, began);
  base::Histogram nanoseconds;
  for (const base::Histogram& one : all) nanoseconds.merge(one);
  return Durable{static_cast<double>(bytes) / seconds / 1e9,
                 static_cast<double>(nanoseconds.percentile(99)) / 1e6};
}

Measure durable(const World& world, const Broker& broker, double Durable::* figure) {
  return [=]() -> Result<Sample> {
    LEAT_TRY(const Durable outcome, produce_durably(world, broker));
    return sample(outcome.*figure);
  };
}

// The rows.

double million_records_a_second(const Streamed& s) { return s.records / s.seconds / 1e6; }
double thousand_requests_a_second(const Streamed& s) { return s.requests / s.seconds / 1e3; }
double gigabytes_a_second(const Streamed& s) { return s.bytes / s.seconds / 1e9; }
double processor_ns_a_record(const Streamed& s) { return s.processor_seconds / s.records * 1e9; }
double processor_us_a_request(const Streamed& s) { return s.processor_seconds / s.requests * 1e6; }
double processor_ms_a_gigabyte(const Streamed& s) {
  return s.processor_seconds / s.bytes * 1e9 * 1e3;
}

/// The brokers of a run.
struct Brokers {
  Broker own;                      ///< the one to be measured
  std::optional<Broker> spinning;  ///< the same, spinning; nullopt: `own` as it is
  std::optional<Broker> durable;   ///< on disk; nullopt: `own` is
  std::optional<Broker> peer;
};

/// A row to be, for any broker.
struct Plan {
  Workload row;
  std::function<Measure(const Broker&)> measure;
  Measure bare;  // may be empty
  std::string bare_what;
  std::optional<double> must_of_bare = std::nullopt;
  std::optional<double> must_of_peer = std::nullopt;
};

Workload row(std::string id, std::string what, std::string unit, Better better,
             std::optional<double> must = std::nullopt) {
  return {.id = std::move(id),
          .what = std::move(what),
          .unit = std::move(unit),
          .better = better,
          .must = must,
          .measure = {},
          .beside = {},
          .beside_what = {}};
}

std::vector<Plan> produce_plans(const World& world) {
  const auto plan = [&world](Workload what, Stream stream, Figure figure, bool has_bare,
                             double must_of_peer) {
    return Plan{.row = std::move(what),
                .measure = [=](const Broker& b) { return produced(world, b, stream, figure); },
                .bare = has_bare ? bare_produced(world, stream, figure) : Measure(),
                .bare_what = "bare sockets",
                .must_of_peer = must_of_peer};
  };
  return {
      plan(row("E9", "Produce 100 B in 16 KiB batches, depth 8", "M/s", Better::kMore),
           kSmallRecords, million_records_a_second, true, 5),
      plan(row("E9c", "the same: the broker's processor time a record", "ns", Better::kLess),
           kSmallRecords, processor_ns_a_record, false, 0.2),
      plan(row("E9k", "Produce 1 KB in 64 KiB batches, depth 8", "GB/s", Better::kMore, 1.2),
           kLargeRecords, gigabytes_a_second, true, 5),
      plan(row("E9b", "Produce of one 100 B record, depth 5", "k/s", Better::kMore), kSingleRecords,
           thousand_requests_a_second, true, 8),
      plan(row("E9bc", "the same: the broker's processor time a request", "us", Better::kLess),
           kSingleRecords, processor_us_a_request, false, 0.1),
  };
}

std::vector<Plan> latency_plans(const World& world) {
  const auto one_by_one = [&world](Workload what, Waiting waiting) {
    return Plan{.row = std::move(what),
                .measure = [=](const Broker& b) { return produced_one_by_one(world, b, waiting); },
                .bare = bare_one_by_one(world, waiting),
                .bare_what = "bare ping-pong"};
  };
  std::vector<Plan> plans{
      one_by_one(row("E10", "Produce of 100 B, depth 1, all parked: p50", "us", Better::kLess),
                 Waiting::kParked),
      one_by_one(row("E10s", "the same, client and broker spinning", "us", Better::kLess, 15),
                 Waiting::kSpinning)};
  plans.front().must_of_bare = 1.3;
  plans.push_back({.row = row("E10b", "publish to consume by a Fetch that waits, 1,000/s: p50",
                              "us", Better::kLess, 100),
                   .measure = [=](const Broker& b) { return publish_to_consume(world, b); },
                   .bare = bare_one_by_one(world, Waiting::kParked),
                   .bare_what = "bare ping-pong"});
  return plans;
}

std::vector<Plan> fetch_plans(const World& world) {
  const auto plan = [&world](Workload what, std::size_t connections, Figure figure, bool has_bare) {
    return Plan{.row = std::move(what),
                .measure = [=](const Broker& b) { return fetched(world, b, connections, figure); },
                .bare = has_bare ? bare_fetched(world, connections, figure) : Measure(),
                .bare_what = "bare sockets",
                .must_of_peer = 1};
  };
  return {
      plan(row("E11", "Fetch from the start, 1 MiB each", "GB/s", Better::kMore), 1,
           gigabytes_a_second, true),
      plan(row("E11d", "the same, two connections", "GB/s", Better::kMore), 2, gigabytes_a_second,
           true),
      plan(row("E11c", "of E11: the broker's processor time a GB", "ms", Better::kLess), 1,
           processor_ms_a_gigabyte, false),
  };
}

std::vector<Plan> durable_plans(const World& world) {
  const auto plan = [&world](Workload what, double Durable::* figure) {
    return Plan{.row = std::move(what),
                .measure = [=](const Broker& b) { return durable(world, b, figure); },
                .bare = {},
                .bare_what = {}};
  };
  return {
      plan(row("E12", "acks=all, synced, 16 producers of 64 KiB", "GB/s", Better::kMore, 0.5),
           &Durable::gigabytes_a_second),
      plan(row("E12p", "the same: p99 of an acknowledgement", "ms", Better::kLess, 5),
           &Durable::p99_milliseconds),
  };
}

std::vector<Workload> workloads(const World& world, const Brokers& brokers) {
  std::vector<Workload> all;
  const auto add = [&](std::vector<Plan> plans, const std::optional<Broker>& special) {
    for (Plan& plan : plans) {
      Workload workload = std::move(plan.row);
      const bool is_spinning = workload.id == "E10s";
      const Broker& broker =
          is_spinning ? brokers.spinning.value_or(brokers.own) : special.value_or(brokers.own);
      workload.measure = plan.measure(broker);
      workload.beside = brokers.peer ? plan.measure(*brokers.peer) : std::move(plan.bare);
      workload.beside_what = brokers.peer ? brokers.peer->name : std::move(plan.bare_what);
      workload.must_ratio = brokers.peer ? plan.must_of_peer : plan.must_of_bare;
      all.push_back(std::move(workload));
    }
  };
  add(produce_plans(world), std::nullopt);
  add(latency_plans(world), std::nullopt);
  add(fetch_plans(world), std::nullopt);
  add(durable_plans(world), brokers.durable);
  return all;
}

struct Options {
  std::string directory = "/var/tmp";
  bool quick = false;
  bool json = false;
  bool memory = false;
  int samples = 5;
  double touch_gib = 0;
  std::vector<std::string> only;
  std::string broker;
  pid_t broker_pid = 0;
  std::string peer;
  pid_t peer_pid = 0;
};

Result<tools::Report> measure(const Options& options) {
  const Environment environment = with_defaults({});
  LEAT_TRY_VOID(
      tools::touch_memory(static_cast<std::uint64_t>(options.touch_gib * 1024 * double{kMiB})));
  LEAT_TRY(const auto scratch, tools::ScratchDirectory::make(options.directory));
  World world{.clock = environment.clock, .effort = {}};
  if (options.quick) world.effort = {.bytes = 256 * kMiB, .requests = 50'000, .rounds = 4'000};
  Brokers brokers;
  std::vector<std::unique_ptr<ServerProcess>> servers;
  const auto serve = [&](const std::string& directory, Waiting waiting) -> Result<Broker> {
    LEAT_TRY(auto server, ServerProcess::start(directory, waiting));
    servers.push_back(std::move(server));
    return servers.back()->broker();
  };
  if (options.broker.empty()) {
    LEAT_TRY(brokers.own,
             serve(options.memory ? "" : scratch.path() + "/parked", Waiting::kParked));
    LEAT_TRY(brokers.spinning, serve("", Waiting::kSpinning));
    if (options.memory) {
      LEAT_TRY(brokers.durable, serve(scratch.path() + "/durable", Waiting::kParked));
    }
  } else {
    LEAT_TRY(const auto address, net::parse_host_port(options.broker));
    brokers.own = {"broker", address, options.broker_pid};
  }
  if (!options.peer.empty()) {
    LEAT_TRY(const auto address, net::parse_host_port(options.peer));
    brokers.peer = Broker{"peer", address, options.peer_pid};
  }
  std::vector<Workload> all = workloads(world, brokers);
  if (!options.only.empty()) {
    std::erase_if(all, [&](const Workload& workload) {
      return std::ranges::find(options.only, workload.id) == options.only.end();
    });
  }
  tools::Report report{.machine = tools::describe_machine(*environment.file_system, scratch.path()),
                       .rows = {}};
  tools::HiccupMeter meter(environment.clock);
  LEAT_TRY(report.rows, tools::run_all(all, options.samples));
  const base::Histogram& hiccups = meter.stop();
  report.machine.hiccup_us_max = static_cast<double>(hiccups.max()) / 1e3;
  report.machine.hiccups_over_1ms = hiccups.count() - hiccups.count_up_to(1'000'000);
  return report;
}

int run(int argc, char** argv) {
  Options options;
  std::optional<std::string> serve;
  std::optional<std::string> serve_spinning;
  CLI::App app("Measures a broker: ours, unless --broker names another one.");
  app.add_option("--dir", options.directory, "Where our broker's log is")->capture_default_str();
  app.add_flag("--memory", options.memory, "Our broker's log is in memory, but for E12");
  app.add_flag("--quick", options.quick, "Smaller samples");
  app.add_flag("--json", options.json, "Print JSON instead of a table");
  app.add_option("--samples", options.samples, "Of each row")->check(CLI::Range(1, 1'000));
  app.add_option("--touch-gib", options.touch_gib, "Touch this much memory first");
  app.add_option("--only", options.only, "Ids of the rows to measure");
  app.add_option("--broker", options.broker, "HOST:PORT of a broker instead of ours");
  app.add_option("--broker-pid", options.broker_pid, "Its process, for its processor time");
  app.add_option("--peer", options.peer, "HOST:PORT of a broker to stand beside, by turns");
  app.add_option("--peer-pid", options.peer_pid, "Its process");
  app.add_option("--serve", serve)->group("");
  app.add_option("--serve-spinning", serve_spinning)->group("");
  CLI11_PARSE(app, argc, argv);
  if (serve) return serve_until_stdin_ends(*serve, Waiting::kParked);
  if (serve_spinning) return serve_until_stdin_ends(*serve_spinning, Waiting::kSpinning);
  const Result<tools::Report> report = measure(options);
  if (!report) {
    std::cerr << "broker_bench: " << report.error().to_string() << '\n';
    return 1;
  }
  std::cout << (options.json ? to_json(*report) + "\n" : to_table(*report));
  return 0;
}

}  // namespace
}  // namespace leat::broker

int main(int argc, char** argv) { return leat::broker::run(argc, argv); }
