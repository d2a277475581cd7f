// kill -9 of a real process at random moments; nothing that it acknowledged is lost (T8, G1, G4,
// G5, G7). More: engine_crash_test --kills=1000 --cycles=300 --storm=2000 --seed=7

#include <cstdint>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/engine.h"

#include "crash/acknowledgement.h"
#include "crash/settings.h"
#include "support/child.h"
#include "support/records.h"
#include "support/temp_directory.h"
#include "unit/io/result_matchers.h"

namespace leat::crash {
namespace {

using support::Got;
using testing::IsOk;
using Place = std::pair<Topic, std::int32_t>;

int g_kills = 30;              // NOLINT: set by main
std::uint64_t g_seed = 20261;  // NOLINT: set by main

class KillTest : public ::testing::Test {
 protected:
  /// Runs a writer, reads `count` acknowledgements, kills it, and takes what is left in the pipe:
  /// all of it was acknowledged.
  void write_and_kill(int run, std::uint64_t count) {
    support::Child writer({LEAT_WRITER, directory(), std::to_string(run),
                           std::to_string(g_seed + static_cast<std::uint64_t>(run))});
    Acknowledgement ack;
    const auto bytes = std::as_writable_bytes(std::span(&ack, 1));
    for (std::uint64_t n = 0; n < count; ++n) {
      ASSERT_TRUE(writer.read(bytes)) << "the writer ended by itself";
      note(ack);
    }
    writer.kill();
    while (writer.read(bytes)) note(ack);
  }
  void note(const Acknowledgement& ack) {
    const auto [at, is_new] = acked_[{ack.topic, ack.partition}].emplace(ack.offset, ack.hash);
    ASSERT_TRUE(is_new) << name_of(ack.topic) << "-" << ack.partition << ": offset " << ack.offset
                        << " was given twice";
    ++acks_;
  }

  /// Every acknowledged record from `from` on is there, byte for byte, once, without a gap beside
  /// it.
  void expect_all_there(const Engine& engine, std::map<Place, std::int64_t>& from) {
    for (const auto& [place, acks] : acked_) {
      const TopicPartition partition = support::partition_of(name_of(place.first), place.second);
      const std::int64_t first = from[place];
      const auto records = support::read_all(engine, partition, Offset{first});
      ASSERT_THAT(records, IsOk());
      std::int64_t expected = first;
      std::size_t found = 0;
      for (const Got& got : *records) {
        ASSERT_EQ(got.offset, expected++) << partition.topic << "-" << place.second;
        const auto ack = acks.find(got.offset);
        if (ack == acks.end()) continue;
        ++found;
        ASSERT_EQ(hash_of(*got.value), ack->second)
            << partition.topic << "-" << place.second << " offset " << got.offset;
      }
      const auto asked = std::distance(acks.lower_bound(first), acks.end());
      ASSERT_EQ(found, static_cast<std::size_t>(asked)) << partition.topic << "-" << place.second;
      from[place] = expected;
    }
  }

  [[nodiscard]] std::string directory() const { return directory_ / "log"; }

  support::TempDirectory directory_;
  std::map<Place, std::map<std::int64_t, std::uint64_t>> acked_;
  std::uint64_t acks_ = 0;
};

TEST_F(KillTest, LosesNothingThatWasAcknowledged) {
  SCOPED_TRACE("--seed=" + std::to_string(g_seed));
  std::mt19937_64 random(g_seed);
  std::map<Place, std::int64_t> checked;
  for (int run = 0; run < g_kills; ++run) {
    SCOPED_TRACE("kill " + std::to_string(run));
    const std::uint64_t count = random() % (run % 5 == 0 ? 10 : 6000);
    write_and_kill(run, count);
    if (HasFatalFailure()) return;
    if (run % 3 == 2) continue;  // the next writer recovers it, and is killed perhaps meanwhile
    auto engine = Engine::open({.directory = directory()});
    ASSERT_THAT(engine, IsOk());
    if (count > 0) {  // else perhaps it never opened
      EXPECT_FALSE(engine->recovery().was_clean);
    }
    expect_all_there(*engine, checked);
    if (HasFatalFailure()) return;
    if (run % 2 == 1) continue;  // destroyed without close: as a crash (G35)
    ASSERT_THAT(engine->close(), IsOk());
  }
  auto engine = Engine::open({.directory = directory()});
  ASSERT_THAT(engine, IsOk());
  std::map<Place, std::int64_t> from_the_start;
  expect_all_there(*engine, from_the_start);
  RecordProperty("acknowledgements", std::to_string(acks_));
  std::printf("%d kills, %llu acknowledged records, seed %llu\n", g_kills,
              static_cast<unsigned long long>(acks_), static_cast<unsigned long long>(g_seed));
}

}  // namespace
}  // namespace leat::crash

int main(int count, char** words) {
  if (count == 3 && std::string_view(words[1]).starts_with("--child=")) {
    return leat::crash::run_child(words[1] + 8, words[2]);
  }
  ::testing::InitGoogleTest(&count, words);
  for (const std::string_view word : std::span(words, static_cast<std::size_t>(count)).subspan(1)) {
    if (word.starts_with("--kills=")) leat::crash::g_kills = std::atoi(word.data() + 8);
    if (word.starts_with("--seed=")) {
      leat::crash::g_seed = std::strtoull(word.data() + 7, nullptr, 10);
      leat::crash::g_full_disk.seed = leat::crash::g_seed;
    }
    if (word.starts_with("--cycles=")) leat::crash::g_full_disk.cycles = std::atoi(word.data() + 9);
    if (word.starts_with("--storm=")) leat::crash::g_storm_rounds = std::atoi(word.data() + 8);
  }
  return RUN_ALL_TESTS();
}
