// The journal under a whole engine (S13, S14, S16): what it makes durable, when it is used, when it
// is gone.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/admin.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/testing/simulated_disk.h"
#include "leat/testing/simulated_world.h"
#include "leat/types.h"

#include "base/uuid.h"
#include "engine/verify.h"
#include "unit/io/result_matchers.h"

namespace leat {
namespace {

using leat::testing::CrashOptions;
using leat::testing::DiskCall;
using leat::testing::IsOk;
using leat::testing::IsOkAnd;
using leat::testing::SimulatedWorld;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// An engine over a simulated disk whose power can go, with topic "t".
class JournaledEngine : public ::testing::Test {
 protected:
  JournaledEngine() { options_.journal_bytes = 64 << 10; }

  void open() { engine_.emplace(Engine::open(how()).value()); }
  OpenOptions how() {
    return {.directory = "/d", .options = options_, .environment = world_.environment()};
  }
  void create(std::int32_t partitions, const ConfigMap& configs = {}) {
    id_ = engine_->create_topic("t", partitions, configs).value();
  }
  void append(std::int32_t partition, const std::string& value) {
    auto appender = engine_->appender("t", PartitionId{partition});
    ASSERT_THAT(appender, IsOk());
    ASSERT_THAT(appender->append({.value = value}), IsOk());
  }
  void flush() { ASSERT_THAT(engine_->flush(), IsOk()); }
  void run_jobs() { world_.scheduler().run_until_idle(); }
  /// Nothing that was not synced survives: only the journal has what it has.
  void lose_power() {
    world_.crash(CrashOptions::lose_all());
    engine_.reset();
  }
  void kill() {
    engine_.reset();
    world_.kill();
  }
  std::vector<std::string> read(std::int32_t partition) {
    std::vector<std::string> values;
    Consumer consumer = engine_->consumer().value();
    consumer.assign({{"t", PartitionId{partition}}}).value();
    for (int i = 0; i < 10'000; ++i) {
      auto batch = consumer.poll(std::chrono::nanoseconds(0));
      if (!batch) {
        damaged_ = std::string(batch.error().message());
        const auto offsets = engine_->offsets({"t", PartitionId{partition}}).value();
        if (!skip_damage(consumer, partition, offsets.log_end)) break;
        continue;
      }
      if (batch->empty()) break;
      for (const auto& record : batch->records()) values.emplace_back(record.value.text());
    }
    return values;
  }
  bool skip_damage(Consumer& consumer, std::int32_t partition, Offset end) {
    const TopicPartition place{"t", PartitionId{partition}};
    const Offset next = consumer.position(place).value().offset.next();
    return next < end && consumer.seek(place, next).has_value();
  }
  double metric(const std::string& name) { return engine_->metrics().at(name); }
  std::string segment(std::int32_t partition, const std::string& base = "00000000000000000000") {
    return "/d/logs/" + base::to_hex(id_) + "/" + std::to_string(partition) + "/" + base + ".log";
  }
  void flip(const std::string& path, std::uint64_t position) {
    const auto file = world_.disk().open(path, OpenMode::kReadWrite);
    ASSERT_THAT(file, IsOk());
    std::array<std::byte, 1> byte{};
    ASSERT_THAT((*file)->read(position, byte), IsOk());
    byte[0] ^= std::byte{0x10};
    ASSERT_THAT((*file)->write(position, byte), IsOk());
  }

  SimulatedWorld world_{1};
  EngineOptions options_;
  std::optional<Engine> engine_;
  Uuid id_;
  std::string damaged_;
};

// E8, G2: one write and one sync, however many partitions.
TEST_F(JournaledEngine, MakesManyPartitionsDurableByOneSync) {
  open();
  create(50);
  append(0, "the first makes the journal");
  flush();
  for (int p = 0; p < 50; ++p) append(p, "value " + std::to_string(p));
  const auto syncs = world_.disk().calls(DiskCall::kSync);
  const auto others =
      world_.disk().calls(DiskCall::kMapSync) + world_.disk().calls(DiskCall::kSyncDirectory);
  flush();
  EXPECT_EQ(world_.disk().calls(DiskCall::kSync), syncs + 1);
  EXPECT_EQ(world_.disk().calls(DiskCall::kMapSync) + world_.disk().calls(DiskCall::kSyncDirectory),
            others);
  lose_power();
  open();
  for (int p = 1; p < 50; ++p) EXPECT_THAT(read(p), ElementsAre("value " + std::to_string(p)));
  EXPECT_THAT(engine_->recovery().notes, Contains(HasSubstr("replayed")));
}

TEST_F(JournaledEngine, HasNoJournalBeforeTheFirstSyncNorAfterAClose) {
  open();
  create(1);
  append(0, "a");
  EXPECT_FALSE(*world_.disk().exists("/d/journal/0"));
  flush();
  EXPECT_TRUE(*world_.disk().exists("/d/journal/0"));
  ASSERT_THAT(engine_->close(), IsOk());
  EXPECT_FALSE(*world_.disk().exists("/d/journal/0"));
  open();
  EXPECT_TRUE(engine_->recovery().was_clean);
  EXPECT_THAT(read(0), ElementsAre("a"));
}

TEST_F(JournaledEngine, WithoutAJournalEveryPartitionSyncsItsOwnFiles) {
  options_.journal_bytes = 0;
  open();
  create(2);
  append(0, "a");
  append(1, "b");
  flush();
  EXPECT_FALSE(*world_.disk().exists("/d/journal"));
  lose_power();
  open();
  EXPECT_THAT(read(0), ElementsAre("a"));
  EXPECT_THAT(read(1), ElementsAre("b"));
}

// Each half is written over again and again; what it spoke of is in the files by then.
TEST_F(JournaledEngine, GoesRoundAndRoundWithoutLoss) {
  open();
  create(3);
  std::vector<std::string> expected;
  for (int i = 0; i < 60; ++i) {
    expected.push_back(std::to_string(i));
    append(i % 3, expected.back());
    flush();
    if (i % 5 == 0) run_jobs();
  }
  run_jobs();
  EXPECT_GE(metric("leat.journal.checkpoints.total"), 3);
  lose_power();
  open();
  for (int p = 0; p < 3; ++p) {
    const auto values = read(p);
    ASSERT_EQ(values.size(), 20U);
    for (std::size_t i = 0; i < 20; ++i)
      EXPECT_EQ(values[i], expected[i * 3 + static_cast<std::size_t>(p)]);
  }
}

// While a checkpoint is not done, the files themselves are synced.
TEST_F(JournaledEngine, GoesOnWhenTheJournalIsFull) {
  open();
  create(1);
  for (int i = 0; i < 40; ++i) {
    append(0, std::to_string(i));
    flush();  // no job runs: no half becomes free
  }
  lose_power();
  open();
  EXPECT_EQ(read(0).size(), 40U);
}

TEST_F(JournaledEngine, PutsNothingBackIntoADeletedTopic) {
  open();
  create(1);
  append(0, "gone");
  flush();
  ASSERT_THAT(engine_->admin().delete_topic("t"), IsOk());
  create(1);
  lose_power();
  open();
  EXPECT_THAT(read(0), IsEmpty());
}

TEST_F(JournaledEngine, PutsNothingBackBelowLogStart) {
  open();
  create(1, {{"internal.segment.bytes", "300"}});
  for (int i = 0; i < 6; ++i) {
    append(0, std::string(100, 'x'));
    flush();
  }
  const TopicPartition place{"t", PartitionId{0}};
  const Offset start = engine_->delete_records(place, Offset{5}).value();
  ASSERT_GT(start, Offset{0});
  lose_power();
  open();
  EXPECT_EQ(engine_->offsets(place)->log_start, start);
  EXPECT_FALSE(*world_.disk().exists(segment(0)));
  EXPECT_EQ(read(0).size(), 6U - static_cast<std::size_t>(start.value()));
}

// S14, M13: all of it is deleted, but its batches tell where the log ends.
TEST_F(JournaledEngine, PutsBackTheLastSegmentBelowLogStart) {
  open();
  create(1);
  append(0, "a");
  append(0, "b");
  flush();
  const TopicPartition place{"t", PartitionId{0}};
  ASSERT_THAT(engine_->delete_records(place, Offset{2}), IsOkAnd(Offset{2}));
  append(0, "lost");
  lose_power();
  open();
  EXPECT_EQ(engine_->offsets(place)->log_start, Offset{2});
  EXPECT_THAT(read(0), IsEmpty());
  append(0, "c");
  EXPECT_THAT(read(0), ElementsAre("c"));
  EXPECT_EQ(engine_->offsets(place)->log_end, Offset{3});
}

// G22, S16: damage before the durable mark is never cut, in the unsealed segment of a crashed
// engine either. Here the segment was synced itself, and only its mark is in the journal.
class Damaged : public JournaledEngine, public ::testing::WithParamInterface<std::uint64_t> {};
// A byte of the records; of the length, which breaks the chain; of how many offsets there are.
INSTANTIATE_TEST_SUITE_P(At, Damaged, ::testing::Values(1'000, 10, 26));

TEST_P(Damaged, KeepsWhatIsBehindDamageThatWasDurable) {
  open();
  create(1);
  append(0, std::string(300'000, 'a'));
  flush();
  append(0, "b");
  append(0, "c");
  flush();
  kill();
  flip(segment(0), GetParam());
  open();
  EXPECT_THAT(engine_->recovery().partitions, IsEmpty()) << "nothing is cut";
  EXPECT_THAT(read(0), ElementsAre("b", "c"));
  EXPECT_THAT(damaged_, HasSubstr("no whole batch at position 0"));
  EXPECT_EQ(engine_->offsets({"t", PartitionId{0}})->log_end, Offset{3});
  append(0, "d");
  EXPECT_EQ(engine_->offsets({"t", PartitionId{0}})->log_end, Offset{4});
}

// What the journal has is put back as it was.
TEST_F(JournaledEngine, MendsDamageInWhatItHas) {
  open();
  create(1);
  append(0, "a");
  append(0, "b");
  flush();
  kill();
  flip(segment(0), 70);
  open();
  EXPECT_THAT(read(0), ElementsAre("a", "b"));
}

TEST_F(JournaledEngine, TellsOfDamageInTheJournalItself) {
  open();
  create(2);
  for (int i = 0; i < 3; ++i) {
    append(0, std::to_string(i));
    flush();
  }
  kill();
  flip("/d/journal/0", 2 * 4096 + 50);
  const auto report = engine::verify(world_.environment(), {.directory = "/d"});
  ASSERT_THAT(report, IsOk());
  ASSERT_EQ(report->findings.size(), 1U);
  EXPECT_EQ(report->findings[0].file, "journal/0");
  open();
  EXPECT_THAT(engine_->recovery().notes, Contains(HasSubstr("journal/0: frames 1 to 1")));
  EXPECT_THAT(read(0), ElementsAre("0", "1", "2")) << "the page cache still had it";
}

}  // namespace
}  // namespace leat
