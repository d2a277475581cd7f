#pragma once

/// \file
/// The words of the crash tests: a `Scenario` does things to an engine over a simulated disk and
/// notes what it was promised; `expect_kept` (judge.h) holds what a crash left to those promises.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/producer.h"
#include "leat/result.h"
#include "leat/testing/simulated_disk.h"
#include "leat/testing/simulated_world.h"

#include "sim/truth.h"

namespace leat::simtest {

using leat::testing::SimulatedDisk;
using leat::testing::SimulatedWorld;

inline constexpr const char* kDirectory = "/leat";
inline constexpr const char* kCursor = "reader";
/// Rolled after a few records, so that a crash test sees every step.
inline constexpr const char* kSegmentBytes = "2048";

/// How a topic is made.
struct Shape {
  Durability level = Durability::kProcess;  ///< kInterval: every 50 ms
  std::int32_t partitions = 1;
  std::string segment_bytes = kSegmentBytes;
};

/// One engine over one world. Operations that fail leave their error in `errors`, and no promise.
class Scenario {
 public:
  /// With a journal so small that it goes round.
  explicit Scenario(std::uint64_t seed) : world_(seed) { options_.journal_bytes = 64 << 10; }

  void open();
  /// Puts something between the engine and the disk of the world; before `open`.
  void wrap_disk(std::function<std::shared_ptr<FileSystem>(std::shared_ptr<FileSystem>)> wrap) {
    wrap_disk_ = std::move(wrap);
  }
  /// What engines are opened with from now on.
  void set_options(const EngineOptions& options) { options_ = options; }
  void create(const std::string& topic, bool is_sync) {
    create(topic, Shape{.level = is_sync ? Durability::kSync : Durability::kProcess});
  }
  void create(const std::string& topic, const Shape& shape);
  void remove(const std::string& topic);
  void retain(const std::string& topic, const std::string& retention_ms);
  void append(const Place& to, int count, std::size_t size = 60);
  void append_batch(const Place& to, int count, std::size_t size = 50);
  void append_claimed(const Place& to);
  /// Claims, and thinks better of it.
  void append_abandoned(const Place& to);
  void produce(const std::string& topic, int count, const ProducerOptions& options = {});
  /// Sent without waiting, in batches, and flushed.
  void produce_packed(const std::string& topic, int count, const ProducerOptions& options);
  void produce_packed(const std::string& topic, int count, CompressionType codec) {
    produce_packed(topic, count, {.compression = codec, .linger = std::chrono::seconds(1)});
  }
  /// A record to each partition of all topics that there are, made durable together.
  void produce_to_all(std::size_t size);
  void add_partitions(const std::string& topic, std::int32_t total);
  /// A copy in `path`, which must open with all that was acknowledged before (G34).
  void take_snapshot(const std::string& path);
  /// Reads all and compares it with what was appended; an error is noted, a wrong record a failure.
  void read(const Place& from);
  void find_time(const Place& in);
  void flush();
  void flush(const Place& place);
  void roll(const Place& place);
  void delete_records(const Place& place, std::int64_t before);
  void save_cursor(const Place& place, std::int64_t position);
  /// Runs the jobs that are ready: seals, among others.
  void run_jobs() {
    tell("run jobs");
    world_.scheduler().run_until_idle();
  }
  /// Time goes by, with its jobs: syncs of `interval` topics, among others.
  void let_pass(std::chrono::milliseconds time) {
    tell("let ", time.count(), " ms pass");
    world_.scheduler().advance(time);
  }
  /// Takes the engine at its word: what is below `durable` survives power loss (G3).
  void note_durable();
  void close();
  /// The process dies; the page cache stays.
  void kill();
  /// The power goes: what was not durable is promised no more.
  void lose_power(const leat::testing::CrashOptions& options);
  /// Opens again, and notes what recovery kept: from now on it stays (S17, G9).
  void recover();
  /// Lets go of the engine without closing it (G35).
  void abandon();

  SimulatedWorld& world() { return world_; }
  std::optional<Engine>& engine() { return engine_; }
  [[nodiscard]] const Truth& truth() const { return truth_; }
  [[nodiscard]] const std::vector<Error>& errors() const { return errors_; }
  /// How many changes were acknowledged so far.
  [[nodiscard]] std::uint64_t acks() const { return acks_; }
  /// Rises with each promise.
  [[nodiscard]] std::uint64_t promises() const { return acks_ + marks_; }
  /// What it did last, in words.
  [[nodiscard]] std::string story() const;
  /// Called at each step that a job announces ("log.roll", "log.seal").
  void on_step(StepObserver observer) { on_step_ = std::move(observer); }

 private:
  template <class T>
  bool ok(const Result<T>& result) {
    if (!result) errors_.push_back(result.error());
    return result.has_value();
  }
  /// `ok`, of a change.
  template <class T>
  bool acked(const Result<T>& result) {
    if (result) ++acks_;
    return ok(result);
  }
  template <class... Parts>
  void tell(const Parts&... parts) {
    std::ostringstream text;
    (text << ... << parts);
    told_.push_back(text.str());
  }
  std::string next_value(const std::string& topic, std::size_t size);
  void note_acked(const Place& place, std::int64_t offset, const std::string& value);
  void note_acked_durable(const Place& place, std::int64_t offset, const std::string& value);
  void note_all_durable();
  void note_recovered(const Place& place);
  PartitionPromises& promises_of(const Place& place) {
    return truth_.topics[place.topic].partitions[place.partition];
  }
  Appender* appender(const Place& to);

  SimulatedWorld world_;
  StepObserver on_step_;
  std::function<std::shared_ptr<FileSystem>(std::shared_ptr<FileSystem>)> wrap_disk_;
  EngineOptions options_;
  std::uint64_t acks_ = 0;
  std::uint64_t marks_ = 0;
  std::optional<Engine> engine_;
  std::map<Place, Appender> appenders_;
  std::map<std::string, bool> is_sync_;
  Truth truth_;
  std::vector<Error> errors_;
  std::vector<std::string> told_;
  int values_ = 0;
};

/// The script that crash and fault tests share: each step of append, roll, seal, creation,
/// deletion, config change, cursor save and close.
void play_everything(Scenario& scenario);

}  // namespace leat::simtest
