#pragma once

/// \file
/// Workloads for the crash tests: 20 to 200 operations over the words of a `Scenario`, drawn from a
/// seed. They assume nothing of what the engine keeps in which file.

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "sim/scenario.h"

namespace leat::simtest {

/// The same seed and the same engine: the same operations.
class Workload {
 public:
  explicit Workload(std::uint64_t seed) : random_(seed) {}

  /// Opens an engine and does it all. Topics of all levels, of one to four partitions; small
  /// segments; kills, power losses and clean closes in between.
  void play(Scenario& scenario);

 private:
  using Operation = void (Workload::*)(Scenario&);
  struct Choice {
    std::uint64_t share;
    Operation operation;
  };
  static const std::vector<Choice>& choices();
  void step(Scenario& scenario);

  // Operations: nothing happens where there is nothing to do it to.
  void create(Scenario& scenario);
  void remove(Scenario& scenario);
  void add_partitions(Scenario& scenario);
  void retain(Scenario& scenario);
  void append(Scenario& scenario);
  void append_large(Scenario& scenario);
  void append_batch(Scenario& scenario);
  void append_in_place(Scenario& scenario);
  void produce(Scenario& scenario);
  void produce_packed(Scenario& scenario);
  void produce_to_all(Scenario& scenario);
  void flush(Scenario& scenario);
  void flush_one(Scenario& scenario);
  void roll(Scenario& scenario);
  void run_jobs(Scenario& scenario);
  void let_pass(Scenario& scenario);
  void set_clock(Scenario& scenario);
  void read(Scenario& scenario);
  void delete_records(Scenario& scenario);
  void save_cursor(Scenario& scenario);
  void take_snapshot(Scenario& scenario);
  void close(Scenario& scenario);
  void kill(Scenario& scenario);
  void lose_power(Scenario& scenario);

  std::uint64_t draw(std::uint64_t below) { return random_() % below; }
  int draw(int first, int last) {
    return first + static_cast<int>(draw(static_cast<std::uint64_t>(last - first + 1)));
  }
  std::optional<std::string> any_topic(const Scenario& scenario);
  std::optional<Place> any_place(const Scenario& scenario);

  std::mt19937_64 random_;
  int topics_ = 0;
  int copies_ = 0;
};

}  // namespace leat::simtest
