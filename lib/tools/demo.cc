// leat demo: the main job. Text goes through the bus; the process that publishes is killed; what it
// had acknowledged must be there; publishing goes on.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>
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
#include "tools/bench/scratch.h"
#include "tools/command.h"
#include "tools/demo_bus.h"
#include "tools/demo_child.h"
#include "tools/demo_feed.h"
#include "tools/demo_report.h"
#include "tools/interrupts.h"
#include "tools/output.h"
#include "tools/session.h"

namespace leat::tools {
namespace {

constexpr std::chrono::milliseconds kUntilKill{2000};
constexpr std::chrono::milliseconds kAfter{3000};
/// Of all publishers in the second part: well below what two cores carry.
constexpr double kSteadyRate = 50'000;

struct DemoArguments {
  std::string directory;
  bool json = false;
  bool is_publisher = false;
};

/// What the killed process said was acknowledged, by partition and offset.
class Acknowledged {
 public:
  explicit Acknowledged(const std::vector<Ack>& acks) : expected_(kDemoPartitions) {
    for (const Ack& ack : acks) {
      if (ack.partition < 0 || ack.partition >= kDemoPartitions || ack.offset < 0) continue;
      auto& partition = expected_[static_cast<std::size_t>(ack.partition)];
      const auto at = static_cast<std::size_t>(ack.offset);
      if (partition.size() <= at) partition.resize(std::max(at + 1, partition.size() * 2));
      partition[at] = {.hash = ack.hash, .is_expected = true};
      ++missing_;
    }
  }
  void found(const ConsumedRecord& record) {
    auto& partition = expected_[static_cast<std::size_t>(record.partition().value())];
    const auto at = static_cast<std::size_t>(record.offset.value());
    if (at >= partition.size() || !partition[at].is_expected) return;
    const auto sent = record.headers.find(kSentHeader);
    if (hash_of(record.key, record.value, sent.value_or(nullptr)) == partition[at].hash) --missing_;
  }
  [[nodiscard]] std::uint64_t missing() const { return missing_; }

 private:
  struct Expected {
    std::uint32_t hash = 0;
    bool is_expected = false;
  };
  std::vector<std::vector<Expected>> expected_;
  std::uint64_t missing_ = 0;
};

class Demo {
 public:
  explicit Demo(std::string directory) : began_(clock_->monotonic()) {
    report_.directory = std::move(directory);
  }

  /// False: a signal ended it.
  Result<bool> run() {
    LEAT_TRY_VOID(make_topic());
    const Feeds feeds = find_feeds();
    report_.texts = feeds.origin;
    report_.publishers = feeds.feeds.size();
    std::vector<Ack> acks;
    LEAT_TRY(const bool was_killed, publish_and_kill(acks));
    if (!was_killed) return false;
    LEAT_TRY(Engine engine, reopen());
    LEAT_TRY_VOID(check(engine, acks));
    acks = {};
    LEAT_TRY(const bool went_on, go_on(engine, feeds));
    LEAT_TRY_VOID(engine.close());
    report_.total = clock_->monotonic() - began_;
    return went_on;
  }
  [[nodiscard]] const DemoReport& report() const { return report_; }

 private:
  Result<void> make_topic() {
    const Place place{.directory = report_.directory};
    LEAT_TRY(Engine engine, open_writer(place, true));
    const auto names = engine.admin().list_topics();
    if (names && std::ranges::find(*names, kDemoTopic) != names->end()) {
      LEAT_TRY_VOID(engine.admin().delete_topic(kDemoTopic));
    }
    LEAT_TRY_VOID(engine.create_topic(kDemoTopic, kDemoPartitions));
    LEAT_TRY_VOID(engine.close());
    LEAT_TRY(const FileSystemTraits traits, posix_file_system()->traits(report_.directory));
    report_.file_system = traits.name;
    return {};
  }

  Result<bool> publish_and_kill(std::vector<Ack>& acks) {
    LEAT_TRY(const auto child, DemoChild::start(report_.directory));
    if (!child->wait_until_it_publishes(interrupts_)) {
      if (interrupts_.has_come()) return false;
      return Error(ErrorCode::kInternal, "the publishing process ended before it published");
    }
    const MonotonicTime began = clock_->monotonic();
    const bool was_interrupted = interrupts_.wait(static_cast<int>(kUntilKill.count()));
    report_.until_kill.time = clock_->monotonic() - began;
    acks = child->kill();
    report_.until_kill.records = acks.size();
    return !was_interrupted;
  }

  Result<Engine> reopen() {
    const MonotonicTime began = clock_->monotonic();
    OpenOptions options;
    options.directory = report_.directory;
    LEAT_TRY(Engine engine, Engine::open(std::move(options)));
    report_.recovery = clock_->monotonic() - began;
    report_.epoch = engine.recovery().epoch.value();
    for (const PartitionRecovery& partition : engine.recovery().partitions) {
      report_.cut_bytes += partition.cut_bytes;
    }
    return engine;
  }

  Result<void> check(Engine& engine, const std::vector<Ack>& acks) {
    const MonotonicTime began = clock_->monotonic();
    Acknowledged acknowledged(acks);
    LEAT_TRY(Consumer consumer, engine.consumer());
    LEAT_TRY_VOID(consumer.assign_topic(kDemoTopic));
    while (true) {
      const auto batch = consumer.try_poll();
      if (!batch && batch.error().code() == ErrorCode::kWouldBlock) break;
      if (!batch) return batch.error();
      for (const ConsumedRecord& record : batch->records()) acknowledged.found(record);
    }
    report_.lost = acknowledged.missing();
    report_.check = clock_->monotonic() - began;
    return {};
  }

  /// The second part. False: a signal ended it.
  Result<bool> go_on(Engine& engine, const Feeds& feeds) {
    LEAT_TRY(Producer producer, engine.producer());
    LEAT_TRY(const auto readers, BusReaders::start(engine, Idle::kSpin));
    const MonotonicTime began = clock_->monotonic();
    Publishers publishers(producer, feeds.feeds, {.rate = kSteadyRate, .ack_descriptor = -1});
    const bool was_interrupted = interrupts_.wait(static_cast<int>(kAfter.count()));
    LEAT_TRY_VOID(publishers.stop());
    report_.after = {.records = publishers.records(),
                     .bytes = publishers.bytes(),
                     .time = clock_->monotonic() - began};
    report_.rate_after = kSteadyRate;
    if (was_interrupted) return false;
    LEAT_TRY_VOID(readers->finish(engine));
    summarize(readers->state(), readers->records());
    return true;
  }

  void summarize(const BusState& state, std::uint64_t records) {
    constexpr std::size_t kTop = 5;
    report_.records_read = records;
    report_.keys = state.latest.size();
    report_.latency = state.latency;
    report_.top_words.assign(state.words.begin(), state.words.end());
    for (const auto& [word, count] : report_.top_words) report_.words += count;
    const auto most = [](const auto& a, const auto& b) { return a.second > b.second; };
    const auto kept = std::min(kTop, report_.top_words.size());
    std::partial_sort(report_.top_words.begin(),
                      report_.top_words.begin() + static_cast<std::ptrdiff_t>(kept),
                      report_.top_words.end(), most);
    report_.top_words.resize(kept);
  }

  std::shared_ptr<Clock> clock_ = posix_clock();
  MonotonicTime began_;
  Interrupts interrupts_;  // before any thread
  DemoReport report_;
};

int run_demo(const DemoArguments& arguments) {
  if (arguments.is_publisher) return run_publisher(arguments.directory);
  std::string directory = arguments.directory;
  std::optional<ScratchDirectory> scratch;
  if (directory.empty()) {
    auto made = ScratchDirectory::make(scratch_parent());
    if (!made) return fail("demo", made.error());
    directory = made->path() + "/bus";
    scratch.emplace(*std::move(made));
  }
  if (!arguments.json && is_terminal(STDERR_FILENO))
    tell("publishing, killing, reopening: about ten seconds");
  Demo demo(directory);
  const auto done = demo.run();
  if (!done) return fail("demo", done.error());
  if (!*done) return kInterrupted;
  arguments.json ? write_json(to_json(demo.report()))
                 : static_cast<void>(write_out(to_text(demo.report())));
  return demo.report().lost == 0 ? kOk : kFailed;
}

}  // namespace

void add_demo(CLI::App& app, Run& run) {
  CLI::App* const demo = app.add_subcommand(
      "demo",
      "Runs an event bus on real text, kills it, and shows that nothing acknowledged is lost");
  auto arguments = std::make_shared<DemoArguments>();
  demo->add_option("--dir", arguments->directory,
                   "Where; kept afterwards (default: made, and removed)")
      ->type_name("DIR");
  demo->add_flag("--json", arguments->json, "Print JSON");
  demo->add_flag("--publisher", arguments->is_publisher)->group("");  // the process that is killed
  demo->footer(
      "The texts are dpkg's list of packages and the common licences, one publisher each. Exit "
      "status: 1 "
      "if an acknowledged record is missing or not as it was.\n\nExamples:\n  leat demo\n"
      "  leat demo --dir ./demo && leat consume bus --dir ./demo --no-follow --count 3");
  demo->callback([&run, arguments] { run = [arguments] { return run_demo(*arguments); }; });
}

}  // namespace leat::tools
