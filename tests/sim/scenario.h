#pragma once

/// \file
/// The words of the crash tests: a `Scenario` does things to an engine over a simulated disk and
/// notes what it was promised; `expect_kept` opens what a crash left and holds the engine to those
/// promises.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
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

namespace leat::simtest {

using leat::testing::SimulatedDisk;
using leat::testing::SimulatedWorld;

inline constexpr const char* kDirectory = "/leat";
/// Rolled after a few records, so that a crash test sees every step.
inline constexpr const char* kSegmentBytes = "2048";

/// What the engine said about one partition (number 0 of a topic).
struct Promises {
  std::map<std::int64_t, std::string> acked = {};  ///< by offset
  std::set<std::string> attempted = {};            ///< all values that may be there
  std::int64_t durable_end = 0;                    ///< acked below it at level `sync`, or flushed
  std::int64_t start_acked = 0;                    ///< log start, at least
  std::int64_t start_asked = 0;                    ///< and at most
  bool is_created = false;                         ///< acked
  bool is_deleted = false;
  bool is_in_doubt = false;              ///< a creation or deletion was asked for, and not acked
  std::int32_t partitions_acked = 1;     ///< at least
  std::int32_t partitions_asked = 1;     ///< and at most
  std::set<std::string> retention = {};  ///< values of retention.ms that may be there
};

struct Truth {
  std::map<std::string, Promises> topics;
  std::set<std::int64_t> cursors;  ///< positions that may be there; empty: none was asked for
};

/// How the engine went.
enum class Death : std::uint8_t {
  kProcess,  ///< kill -9: all that was acked is there (G1)
  kPower,    ///< what was durable is there, of the rest a prefix (G2, G3)
};

/// One engine over one world. Operations that fail leave their error in `errors`, and no promise.
class Scenario {
 public:
  explicit Scenario(std::uint64_t seed) : world_(seed) {}

  void open();
  /// Puts something between the engine and the disk of the world; before `open`.
  void wrap_disk(std::function<std::shared_ptr<FileSystem>(std::shared_ptr<FileSystem>)> wrap) {
    wrap_disk_ = std::move(wrap);
  }
  void create(const std::string& topic, bool is_sync);
  void remove(const std::string& topic);
  void retain(const std::string& topic, const std::string& retention_ms);
  void append(const std::string& topic, int count, std::size_t size = 60);
  void append_batch(const std::string& topic, int count);
  void append_claimed(const std::string& topic);
  /// Claims, and thinks better of it.
  void append_abandoned(const std::string& topic);
  void produce(const std::string& topic, int count, const ProducerOptions& options = {});
  /// One compressed batch, sent without waiting, and flushed.
  void produce_packed(const std::string& topic, int count, CompressionType codec);
  void add_partitions(const std::string& topic, std::int32_t total);
  /// A copy in `path`; what it holds is not judged, the original is.
  void take_snapshot(const std::string& path);
  /// Reads all and compares it with what was appended; an error is noted, a wrong record a failure.
  void read(const std::string& topic);
  void find_time(const std::string& topic);
  void flush();
  void roll(const std::string& topic);
  void delete_records(const std::string& topic, std::int64_t before);
  void save_cursor(const std::string& topic, std::int64_t position);
  /// Runs the jobs that are ready: seals, among others.
  void run_jobs() { world_.scheduler().run_until_idle(); }
  void close();
  /// The process dies; the page cache stays.
  void kill();
  /// The power goes: what was not durable is promised no more.
  void lose_power(const leat::testing::CrashOptions& options);
  /// Lets go of the engine without closing it (G35).
  void abandon();

  SimulatedWorld& world() { return world_; }
  std::optional<Engine>& engine() { return engine_; }
  [[nodiscard]] const Truth& truth() const { return truth_; }
  [[nodiscard]] const std::vector<Error>& errors() const { return errors_; }
  /// How many changes were acknowledged so far.
  [[nodiscard]] std::uint64_t acks() const { return acks_; }
  /// Called at each step that a job announces ("log.roll", "log.seal").
  void on_step(StepObserver observer) { on_step_ = std::move(observer); }

 private:
  template <class T>
  bool ok(const Result<T>& result) {
    if (!result) errors_.push_back(result.error());
    return result.has_value();
  }
  std::string next_value(const std::string& topic, std::size_t size);
  void note_acked(const std::string& topic, std::int64_t offset, const std::string& value);
  /// `ok`, of a change.
  template <class T>
  bool acked(const Result<T>& result) {
    if (result) ++acks_;
    return ok(result);
  }
  Appender* appender(const std::string& topic);

  SimulatedWorld world_;
  StepObserver on_step_;
  std::function<std::shared_ptr<FileSystem>(std::shared_ptr<FileSystem>)> wrap_disk_;
  std::uint64_t acks_ = 0;
  std::optional<Engine> engine_;
  std::map<std::string, Appender> appenders_;
  std::map<std::string, bool> is_sync_;
  Truth truth_;
  std::vector<Error> errors_;
  int values_ = 0;
};

/// Opens an engine over a disk that a crash left, and expects of it what `truth` tells. `again` is
/// called before each call that recovery makes on the disk: a crash during recovery.
void expect_kept(const std::shared_ptr<SimulatedDisk>& disk, Death death, const Truth& truth,
                 const std::function<void()>& again = {});

/// The script that crash and fault tests share: each step of append, roll, seal, creation,
/// deletion, config change, cursor save and close.
void play_everything(Scenario& scenario);

}  // namespace leat::simtest
