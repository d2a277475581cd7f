// The power goes at random points under a log (T2, small; S2, S3, G2, G3, G4). Seeds are printed.
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "unit/log/log_fixture.h"

namespace leat::log {
namespace {

class PowerLoss : public LogFixture {
 protected:
  /// Random appends, syncs, rolls and seals; returns everything that was appended.
  std::vector<Got> live(std::mt19937_64& random) {
    for (int op = 0; op < 40; ++op) {
      const std::uint64_t choice = random() % 16;
      if (choice < 10) {
        append_many(static_cast<int>(random() % 30 + 1), 20 + random() % 300);
        now_ += static_cast<std::int64_t>(random() % 3);
      } else if (choice < 11) {
        append_batch({numbered(log().log_end().value()), numbered(log().log_end().value() + 1)});
      } else if (choice < 13) {
        sync();
      } else if (choice < 14) {
        roll();
      } else if (choice < 15) {
        seal();
      } else {
        log().unmap();
        log().want_mapped(random() % 2 == 0);
      }
      world_.disk().note_stores();
    }
    return read();
  }
};

TEST_F(PowerLoss, LeavesEverythingSyncedAndAContiguousPrefixOfTheRest) {
  options_.segment_bytes = 32 * 1024;
  for (seed_ = 1; seed_ <= 150; ++seed_) {
    SCOPED_TRACE("seed " + std::to_string(seed_));
    std::mt19937_64 random(seed_);
    cut_power(leat::testing::CrashOptions::lose_all());
    if (exists(kDirectory)) {
      for (const auto& name : names_in(kDirectory)) {
        ASSERT_THAT(files().remove(std::string(kDirectory) + "/" + name), IsOk());
      }
      ASSERT_THAT(files().sync_directory(kDirectory), IsOk());
    }
    state_.host_rebooted = false;
    open();
    log().want_mapped(random() % 2 == 0);
    const auto all = live(random);
    const auto durable = log().durable_offset();
    cut_power(leat::testing::CrashOptions::random(seed_));
    recover();
    const auto kept = read();
    ASSERT_GE(log().log_end(), durable);  // G2
    ASSERT_EQ(static_cast<std::int64_t>(kept.size()), log().log_end().value());
    ASSERT_LE(kept.size(), all.size());
    ASSERT_TRUE(std::equal(kept.begin(), kept.end(), all.begin()));  // G3, G4
    append_many(3);
    ASSERT_EQ(read().size(), kept.size() + 3);
  }
}

}  // namespace
}  // namespace leat::log
