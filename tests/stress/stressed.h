#pragma once

/// \file
/// One thread among many that use an engine at once. What it was promised it keeps to itself: a
/// lock that all shared would order the threads, and hide races.

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/error.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

namespace leat::stress {

inline constexpr std::int32_t kPartitions = 4;
/// Topics that stay, one of each level.
inline constexpr const char* kSteady[] = {"plain", "interval", "synced"};

/// What all share.
struct Shared {
  Engine& engine;
  Producer& producer;
  std::atomic<bool> is_over{false};
};

/// Acknowledged records of one partition, the youngest ones.
using Acked = std::deque<std::pair<Offset, std::string>>;

class Thread {
 public:
  Thread(Shared& shared, int number, std::uint64_t seed)
      : shared_(shared), number_(number), random_(seed + static_cast<std::uint64_t>(number)) {}

  /// Random calls until `is_over`.
  void run();

  [[nodiscard]] const std::map<TopicPartition, Acked>& acked() const { return acked_; }
  /// What went wrong, in words.
  [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }
  [[nodiscard]] std::uint64_t calls() const { return calls_; }

 private:
  void step();
  void step_of_handles();

  // Calls of the engine.
  void create_or_delete();
  void add_partitions();
  void alter();
  void describe();
  void flush();
  void roll();
  void trim();
  void look_up();
  void take_appender();
  void take_consumer();
  void save_cursor();

  // Calls of handles.
  void append();
  void append_batch();
  void claim();
  void produce();
  void produce_later();
  void produce_own();
  void poll();
  void seek();

  std::uint64_t draw(std::uint64_t below) { return random_() % below; }
  TopicPartition any_steady();
  std::string fleeting() { return "fleeting-" + std::to_string(draw(4)); }
  std::string next_value(const std::string& topic);
  void note_acked(const TopicPartition& to, Offset offset, std::string value);
  /// Whether it is a value; an error that is not among those that others' calls explain is a
  /// complaint.
  template <class T>
  bool ok(const char* call, const Result<T>& result) {
    ++calls_;
    if (!result) complain(call, result.error());
    return result.has_value();
  }
  void complain(const char* call, const Error& error);
  void check(const ConsumedRecord& record);

  Shared& shared_;
  const int number_;
  std::mt19937_64 random_;
  std::uint64_t values_ = 0;
  std::uint64_t calls_ = 0;
  std::optional<Appender> appender_;
  TopicPartition appends_to_;
  std::optional<Producer> producer_;
  std::optional<Consumer> consumer_;
  std::map<TopicPartition, Offset> read_;  // what the consumer read last
  std::map<TopicPartition, Acked> acked_;
  std::vector<std::string> complaints_;
};

}  // namespace leat::stress
