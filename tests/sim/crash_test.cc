// Crashes at every call that the engine makes of the disk, over what each could leave (T2, T5;
// G1-G5, G7, G9, G21, G22, G31, G34). README.md tells how to take more images.

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <malloc.h>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "leat/producer.h"
#include "leat/testing/simulated_disk.h"

#include "sim/draw.h"
#include "sim/explorer.h"
#include "sim/judge.h"
#include "sim/scenario.h"
#include "sim/settings.h"

namespace leat::simtest {
namespace {

using leat::sim::draw;
using leat::testing::CrashOptions;

class Crashes : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<Play> all() const {
    return plays(g_settings.seed, g_settings.workloads);
  }
  /// A play's share of images.
  [[nodiscard]] static std::uint64_t share(std::uint64_t images) {
    return images / (g_settings.workloads + 1) + 1;
  }

  ::testing::ScopedTrace seed_{__FILE__, __LINE__, "--seed=" + std::to_string(g_settings.seed)};
};

/// A failure that is told by its seed can be repeated: nothing depends on addresses or the time of
/// day.
TEST_F(Crashes, ComeAtTheSamePlacesInEachRunOfASeed) {
  for (const Play& play : all()) {
    EXPECT_EQ(pending_at_places(play), pending_at_places(play)) << play.name;
  }
}

TEST_F(Crashes, OfTheProcessLoseNothingAcknowledged) {  // G1
  Tally tally("process death");
  for (const Play& play : all()) {
    const std::size_t places = pending_at_places(play).size();
    const std::uint64_t budget = share(g_settings.images / 10);
    walk(play, [&](Scenario& scenario, std::size_t place) {
      if (draw(play.seed, place) % places >= budget) return;
      tally.count();
      expect_kept(scenario.world().disk().snapshot(), Death::kProcess, scenario.truth());
    });
  }
  EXPECT_GT(tally.images(), 100U);
}

TEST_F(Crashes, OfThePowerKeepWhatIsDurableAndAPrefixOfTheRest) {  // T2, G2-G4
  Tally tally("T2");
  for (const Play& play : all()) {
    const Plan plan(pending_at_places(play), share(g_settings.images), play.seed);
    walk(play, [&](Scenario& scenario, std::size_t place) {
      const auto images = plan.images_at(place);
      for (std::size_t n = 0; n < images.size() && !HasFailure(); ++n) {
        SCOPED_TRACE("image " + std::to_string(n) + " of " + std::to_string(images.size()));
        tally.count();
        expect_kept(scenario.world().disk().image(images[n]), Death::kPower, scenario.truth());
      }
    });
  }
  EXPECT_GT(tally.images(), 400U);
}

TEST_F(Crashes, OfTheRecoveryToo) {  // T5, G5
  Tally tally("T5");
  for (const Play& play : all()) {
    const std::size_t places = pending_at_places(play).size();
    const std::uint64_t until = tally.images() + share(g_settings.nested);
    // About thirty images a place: as many places as that allows, spread over all.
    const std::uint64_t chosen = share(g_settings.nested) / 20 + 1;
    walk(play, [&](Scenario& scenario, std::size_t place) {
      if (draw(play.seed, place) % places >= chosen || tally.images() >= until) return;
      const std::uint64_t seed = draw(~play.seed, place);
      SCOPED_TRACE("first image " + std::to_string(seed));
      Cascade(tally, scenario.truth(), seed)
          .judge(scenario.world().disk().image(CrashOptions::random(seed)), g_settings.depth);
    });
  }
  EXPECT_GT(tally.images(), 100U);
}

TEST_F(Crashes, RightAfterRecoveryTakeNothingThatItServed) {  // G9, G21
  Tally tally("after recovery");
  for (const Play& play : all()) {
    const std::size_t places = pending_at_places(play).size();
    const std::uint64_t chosen = share(g_settings.nested) / 2 + 1;
    walk(play, [&](Scenario& scenario, std::size_t place) {
      if (draw(play.seed, place) % places >= chosen) return;
      const std::uint64_t seed = draw(~play.seed, place);
      const auto& disk = scenario.world().disk();
      SCOPED_TRACE("image " + std::to_string(seed));
      tally.count();
      if (seed % 4 == 0) {
        expect_kept_for_good(disk.snapshot(), Death::kProcess, scenario.truth());
      } else {
        expect_kept_for_good(disk.image(CrashOptions::random(seed)), Death::kPower,
                             scenario.truth());
      }
    });
  }
  EXPECT_GT(tally.images(), 100U);
}

TEST_F(Crashes, LeaveCopiesThatWereAcknowledgedWhole) {  // G34
  Tally tally("copies");
  for (const Play& play : all()) {
    walk(play, [&](Scenario& scenario, std::size_t place) {
      if (scenario.truth().copies.empty() || draw(play.seed, place) % 8 != 0) return;
      tally.count();
      expect_copies(scenario.world().disk().image(CrashOptions::random(place)), scenario.truth());
    });
  }
}

/// Found by seed 79, workload 44: a claim that was given up leaves a header behind the end of its
/// segment, whose erasure is not synced; it took the segments behind it along.
TEST(FoundCrash, KeepsWhatFollowsARolledSegmentWithBytesBehindItsEnd) {
  Scenario scenario(1);
  EngineOptions options;
  options.journal_bytes = 0;  // each partition syncs its own files
  scenario.set_options(options);
  scenario.open();
  scenario.create("t", false);
  scenario.append("t", 3);
  scenario.flush();
  scenario.append_abandoned("t");
  scenario.world().disk().note_stores();  // the header may reach the disk, and what erases it not
  scenario.flush();
  scenario.roll("t");
  scenario.produce("t", 2, {.acks = Acks::kSync});
  const SimulatedDisk& disk = scenario.world().disk();
  for (const CrashOptions& crash :
       leat::testing::crashes_worth_trying(disk.pending_count(), 1U << 12U, 1)) {
    expect_kept(disk.image(crash), Death::kPower, scenario.truth());
    if (HasFailure()) return;
  }
}

/// "--images=500" for the name "images".
bool take(std::string_view word, std::string_view name, std::string& into) {
  if (!word.starts_with("--") || !word.substr(2).starts_with(name)) return false;
  const std::string_view rest = word.substr(2 + name.size());
  if (!rest.starts_with('=')) return false;
  into = rest.substr(1);
  return true;
}

template <class Number>
void take(std::string_view word, std::string_view name, Number& into) {
  std::string text;
  if (take(word, name, text)) std::from_chars(text.data(), text.data() + text.size(), into);
}

void read_settings(std::span<char*> words) {
  for (const std::string_view word : words) {
    take(word, "seed", g_settings.seed);
    take(word, "workloads", g_settings.workloads);
    take(word, "images", g_settings.images);
    take(word, "nested", g_settings.nested);
    take(word, "only", g_settings.only);
    take(word, "depth", g_settings.depth);
    take(word, "ledger", g_settings.ledger);
    take(word, "date", g_settings.date);
    take(word, "commit", g_settings.commit);
  }
}

}  // namespace
}  // namespace leat::simtest

int main(int count, char** words) {
  // An image is made, opened and dropped a thousand times a second: its memory is kept for the
  // next.
  (void)::mallopt(M_MMAP_THRESHOLD, 1 << 30);
  (void)::mallopt(M_TRIM_THRESHOLD, 1 << 30);
  ::testing::InitGoogleTest(&count, words);
  leat::simtest::read_settings({words + 1, static_cast<std::size_t>(count - 1)});
  return RUN_ALL_TESTS();
}
