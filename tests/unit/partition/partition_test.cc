// One partition: ownership (S4), durability (S10, S12, G20, G24), retention (S23), its rows (S20).
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "unit/partition/partition_fixture.h"

namespace leat::partition {
namespace {

class APartition : public PartitionFixture {};

// --- ownership (S4)

TEST_F(APartition, HasOneOwner) {
  ASSERT_THAT(partition().acquire_ownership(), IsOk());
  EXPECT_THAT(partition().acquire_ownership(), IsError(ErrorCode::kBusy));
  partition().release_ownership();
  EXPECT_THAT(partition().acquire_ownership(), IsOk());
}

TEST_F(APartition, TakesTheAppendsOfOthersBetweenThoseOfItsOwner) {
  ASSERT_THAT(partition().acquire_ownership(), IsOk());
  EXPECT_EQ(append_owned(partition(), Record{.value = "a"}).value(), Offset{0});
  EXPECT_EQ(append("b").value().base_offset, Offset{1});
  EXPECT_EQ(append_owned(partition(), Record{.value = "c"}).value(), Offset{2});
  EXPECT_THAT(read(), ElementsAre("a", "b", "c"));
}

TEST_F(APartition, IsBusyWhileAClaimIsOpenAndRecovers) {
  ASSERT_THAT(partition().acquire_ownership(), IsOk());
  ASSERT_THAT(append_owned(partition(), Record{.value = "a"}), IsOk());
  ASSERT_TRUE(partition().bias().enter());
  const auto claim = partition().opened_log().claim(nullptr, 1, 0).value();
  EXPECT_THAT(append("b"), IsError(ErrorCode::kBusy));
  EXPECT_THAT(partition().flush(), IsError(ErrorCode::kBusy));
  EXPECT_FALSE(instance().gate.is_poisoned());
  claim.value[0] = std::byte{'c'};
  partition().opened_log().commit_claim(claim);
  partition().bias().leave();
  EXPECT_THAT(append("d"), IsOk());
  EXPECT_THAT(read(), ElementsAre("a", "c", "d"));
}

TEST_F(APartition, AWaitingAckOutlivesAnOpenClaim) {
  ASSERT_THAT(partition().acquire_ownership(), IsOk());
  ASSERT_THAT(append_owned(partition(), Record{.value = "a"}), IsOk());
  std::vector<bool> told;
  ASSERT_TRUE(partition().bias().enter());
  partition().when_durable(Offset{1},
                           [&](const Result<void>& r) { told.push_back(r.has_value()); });
  run();
  EXPECT_THAT(told, IsEmpty());
  partition().bias().leave();
  world_.scheduler().advance(std::chrono::seconds(1));
  EXPECT_THAT(told, ElementsAre(true));
}

TEST_F(APartition, WorksWithoutAMapWhenTheBudgetIsSpent) {
  maps_ = 0;
  ASSERT_THAT(partition().acquire_ownership(), IsOk());
  ASSERT_THAT(append_owned(partition(), Record{.value = "a"}), IsOk());
  EXPECT_FALSE(partition().opened_log().is_mapped());
  EXPECT_THAT(read(), ElementsAre("a"));
}

TEST_F(APartition, IsMappedOnceItIsBusy) {
  for (int i = 0; i < 20; ++i) ASSERT_THAT(append("v"), IsOk());
  EXPECT_TRUE(partition().opened_log().is_mapped());
}

TEST_F(APartition, ThatIsIdleGivesItsMappingToOneThatIsBusy) {  // S8
  maps_ = 1;
  ASSERT_THAT(partition().acquire_ownership(), IsOk());
  ASSERT_THAT(append_owned(partition(), Record{.value = "a"}), IsOk());
  ASSERT_THAT(partition().flush(), IsOk());
  const auto busy = another_partition();
  const auto keep_busy = [&] {
    for (int i = 0; i < 16; ++i) {
      ASSERT_THAT(partition::append(*busy, Record{.value = "v"}), IsOk());
    }
    world_.scheduler().advance(std::chrono::seconds(1));
  };
  keep_busy();
  EXPECT_TRUE(partition().opened_log().is_mapped()) << "it may have been busy until now";
  keep_busy();
  EXPECT_FALSE(partition().opened_log().is_mapped());
  keep_busy();
  EXPECT_TRUE(busy->opened_log().is_mapped());
  ASSERT_THAT(append_owned(partition(), Record{.value = "b"}), IsOk());
  EXPECT_THAT(read(), ElementsAre("a", "b")) << "written through the file";
}

TEST_F(APartition, ThatIsAppendedToKeepsItsMapping) {
  maps_ = 1;
  ASSERT_THAT(partition().acquire_ownership(), IsOk());
  const auto other = another_partition();
  for (int i = 0; i < 100; ++i) {
    ASSERT_THAT(append_owned(partition(), Record{.value = "a"}), IsOk());
    ASSERT_THAT(partition::append(*other, Record{.value = "v"}), IsOk());
    world_.scheduler().advance(std::chrono::seconds(1));
  }
  EXPECT_TRUE(partition().opened_log().is_mapped());
  EXPECT_FALSE(other->opened_log().is_mapped());
}

// Syncing a mapping takes three times as long as syncing a file.
TEST_F(APartition, ThatIsMadeDurableMuchAtATimeIsWrittenThroughItsFile) {
  for (int i = 0; i < 20; ++i) ASSERT_THAT(append("v"), IsOk());
  ASSERT_TRUE(partition().opened_log().is_mapped());
  int told = 0;
  partition().when_durable(Offset{20}, [&](const Result<void>& r) { told += r ? 1 : 0; });
  run();
  EXPECT_EQ(told, 1);
  for (int i = 0; i < 100; ++i) ASSERT_THAT(append("w"), IsOk());
  EXPECT_FALSE(partition().opened_log().is_mapped());
  EXPECT_EQ(read().size(), 120);
  for (int i = 0; i < 4'096; ++i) ASSERT_THAT(append("x"), IsOk());
  EXPECT_TRUE(partition().opened_log().is_mapped()) << "it is a stream no longer";
}

TEST_F(APartition, KeepsTheMappingOfItsOwner) {
  ASSERT_THAT(partition().acquire_ownership(), IsOk());
  ASSERT_THAT(append_owned(partition(), Record{.value = "a"}), IsOk());
  partition().when_durable(Offset{1}, [](const Result<void>& r) { EXPECT_THAT(r, IsOk()); });
  run();
  EXPECT_TRUE(partition().opened_log().is_mapped());
}

// --- durability

TEST_F(APartition, SyncsOnceForAllWhoWait) {
  ASSERT_THAT(append("a"), IsOk());
  ASSERT_THAT(append("b"), IsOk());
  int told = 0;
  for (const std::int64_t offset : {1, 2}) {
    partition().when_durable(Offset{offset}, [&](const Result<void>& r) { told += r ? 1 : 0; });
  }
  run();
  EXPECT_EQ(told, 2);
  EXPECT_EQ(instance().counters.syncs, 1U);
  EXPECT_EQ(partition().offsets()->durable, Offset{2});
}

TEST_F(APartition, AnAckOfWhatIsDurableNeedsNoSync) {
  ASSERT_THAT(append("a"), IsOk());
  ASSERT_THAT(partition().flush(), IsOk());
  const auto before = data_syncs();
  EXPECT_THAT(partition().make_durable(Offset{1}), IsOk());
  EXPECT_EQ(data_syncs(), before);
}

// G20, S12
TEST_F(APartition, AFailedSyncFailsWhoeverWaitsAndIsNeverRetried) {
  ASSERT_THAT(append("a"), IsOk());
  fail_syncs();
  std::vector<ErrorCode> told;
  partition().when_durable(Offset{1}, [&](const Result<void>& r) {
    told.push_back(r ? ErrorCode::kNone : Result<void>(r).error().code());
  });
  run();
  EXPECT_THAT(told, ElementsAre(ErrorCode::kIo));
  EXPECT_TRUE(instance().gate.is_poisoned());
  const auto before = data_syncs();
  EXPECT_THAT(append("b"), IsError(ErrorCode::kStorageReadOnly));
  EXPECT_THAT(partition().flush(), IsError(ErrorCode::kStorageReadOnly));
  EXPECT_EQ(data_syncs(), before);
  EXPECT_THAT(read(), ElementsAre("a"));
  EXPECT_EQ(partition().offsets()->durable, Offset{0});
}

TEST_F(APartition, ThatHasTooMuchUnsyncedSyncsBeforeItTakesMore) {  // S12
  engine_options_.unsynced_bytes_max = 256 << 10;
  int asked = 0;
  instance().sync_all_soon = [&] { ++asked; };
  const std::string value(10'000, 'v');
  for (int i = 0; i < 100; ++i) {
    ASSERT_THAT(append(value), IsOk());
    EXPECT_LE(instance().unsynced.bytes(), engine_options_.unsynced_bytes_max);
  }
  EXPECT_GE(data_syncs(), 3U);
  EXPECT_GT(asked, 0) << "others' share goes by a job, before anybody waits";
  ASSERT_THAT(partition().flush(), IsOk());
  EXPECT_EQ(instance().unsynced.bytes(), 0);
}

TEST_F(APartition, LeavesNothingUnsyncedBehindWhenItGoes) {
  ASSERT_THAT(append(std::string(100'000, 'v')), IsOk());
  EXPECT_GT(instance().unsynced.bytes(), 0);
  partition_.reset();
  EXPECT_EQ(instance().unsynced.bytes(), 0);
}

TEST_F(APartition, AFullDiskDoesNotPoison) {  // G24
  world_.disk().set_capacity(0);
  EXPECT_THAT(append("a"), IsError(ErrorCode::kStorageFull));
  world_.disk().set_capacity(UINT64_MAX);
  EXPECT_THAT(append("a"), IsOk());
  EXPECT_THAT(read(), ElementsAre("a"));
}

TEST_F(APartition, AFullDiskWhileSealingDoesNotPoison) {
  ASSERT_THAT(append("a"), IsOk());
  ASSERT_THAT(partition().roll(), IsOk());
  ASSERT_THAT(partition().flush(), IsOk());
  world_.disk().fail(
      {.call = DiskCall::kWrite, .path_contains = ".snapshot", .error = ErrorCode::kStorageFull});
  EXPECT_THAT(partition().seal_all(), IsError(ErrorCode::kStorageFull));
  EXPECT_FALSE(instance().gate.is_poisoned());
  EXPECT_THAT(partition().seal_all(), IsOk());
  EXPECT_EQ(instance().counters.segments_sealed, 1U);
}

TEST_F(APartition, AFullDiskAtASyncPoisons) {  // S12
  ASSERT_THAT(append("a"), IsOk());
  for (const DiskCall call : {DiskCall::kSync, DiskCall::kMapSync}) {
    world_.disk().fail({.call = call, .path_contains = ".log", .error = ErrorCode::kStorageFull});
  }
  EXPECT_THAT(partition().flush(), IsError(ErrorCode::kIo));
  EXPECT_TRUE(instance().gate.is_poisoned());
}

TEST_F(APartition, OfAnIntervalTopicIsSyncedByTheTimer) {  // S10
  options_.flush_interval = std::chrono::milliseconds(50);
  ASSERT_THAT(append("a"), IsOk());
  world_.scheduler().advance(std::chrono::milliseconds(49));
  EXPECT_EQ(partition().offsets()->durable, Offset{0});
  world_.scheduler().advance(std::chrono::milliseconds(1));
  EXPECT_EQ(partition().offsets()->durable, Offset{1});
  ASSERT_THAT(append("b"), IsOk());
  world_.scheduler().advance(std::chrono::milliseconds(50));
  EXPECT_EQ(partition().offsets()->durable, Offset{2});
}

TEST_F(APartition, ThatBecomesAnIntervalTopicSyncsWhatIsThere) {
  ASSERT_THAT(append("a"), IsOk());
  options_.flush_interval = std::chrono::milliseconds(50);
  ASSERT_THAT(partition().set_options(options_), IsOk());
  world_.scheduler().advance(std::chrono::milliseconds(50));
  EXPECT_EQ(partition().offsets()->durable, Offset{1});
}

TEST_F(APartition, OfASyncTopicShowsOnlyWhatIsDurable) {  // G10
  options_.flush_messages = 1;
  ASSERT_THAT(append("a"), IsOk());
  EXPECT_THAT(read(), IsEmpty());
  ASSERT_THAT(partition().flush(), IsOk());
  EXPECT_THAT(read(), ElementsAre("a"));
}

// --- retention and deletion

TEST_F(APartition, DeletesWholeSegmentsBelowAnOffset) {
  for (const char* value : {"a", "b", "c"}) {
    ASSERT_THAT(append(value), IsOk());
    ASSERT_THAT(partition().roll(), IsOk());
  }
  ASSERT_THAT(partition().flush(), IsOk());
  EXPECT_EQ(partition().deletable(Offset{2}).value(), Offset{2});
  EXPECT_THAT(partition().deletable(Offset{4}), IsError(ErrorCode::kOffsetOutOfRange));
  ASSERT_THAT(partition().delete_below(Offset{2}), IsOk());
  EXPECT_EQ(instance().counters.segments_deleted, 2U);
  EXPECT_THAT(read(2), ElementsAre("c"));
  Reader reader(partition_);
  reader.seek(Offset{1});
  EXPECT_THAT(reader.next(100), IsError(ErrorCode::kOffsetOutOfRange));
}

TEST_F(APartition, ThatIsDeletedAnswersNothing) {
  ASSERT_THAT(append("a"), IsOk());
  partition().mark_deleted();
  EXPECT_THAT(append("b"), IsError(ErrorCode::kUnknownTopicOrPartition));
  EXPECT_THAT(partition().offsets(), IsError(ErrorCode::kUnknownTopicOrPartition));
  Reader reader(partition_);
  EXPECT_THAT(reader.next(100), IsError(ErrorCode::kUnknownTopicOrPartition));
}

TEST_F(APartition, ThatIsDeletedDoesNotPoisonByTheJobsItLeft) {
  options_.flush_interval = std::chrono::milliseconds(50);
  ASSERT_THAT(append("a"), IsOk());
  ASSERT_THAT(partition().roll(), IsOk());
  ASSERT_THAT(append("b"), IsOk());
  partition().mark_deleted();
  ASSERT_THAT(partition().remove_files(), IsOk());
  world_.scheduler().advance(std::chrono::seconds(1));
  EXPECT_FALSE(instance().gate.is_poisoned());
}

TEST_F(APartition, ComesBackAfterACleanClose) {
  ASSERT_THAT(append("a"), IsOk());
  reopen();
  EXPECT_EQ(append("b").value().base_offset, Offset{1});
  EXPECT_THAT(read(), ElementsAre("a", "b"));
}

// --- the rows of sealed segments (S20)

TEST_F(APartition, FindsInSealedSegmentsByItsRowsAndWithout) {
  const std::string value(1000, 'x');
  for (int i = 0; i < 3000; ++i) {
    ASSERT_THAT(append(value), IsOk());
    world_.clock().advance(std::chrono::milliseconds(1));
  }
  const Timestamp end = world_.clock().now();
  for (const bool keeps_rows : {true, false}) {
    reopen();
    if (!keeps_rows) instance().store = index::memory_store();
    log::Log* const log = partition().log().value();
    ASSERT_GT(log->segment_count(), 2U);
    for (int i = 0; i < 3000; i += 97) {
      const auto found = log->find(end - std::chrono::milliseconds(3000 - i)).value();
      ASSERT_EQ(found->offset, Offset{i});
      ASSERT_EQ(read(i).size(), static_cast<std::size_t>(3000 - i));
    }
    index::PartitionRows rows(*instance().store, index::LogNumber{7}, PartitionId{0});
    EXPECT_EQ(rows.segments().value().size(), log->segment_count() - 1) << "rebuilt where missing";
  }
}

/// --- waiters (S6)

class Counted : public Waiter {
 public:
  void wake() noexcept override { ++wakes; }
  int wakes = 0;
};

TEST_F(APartition, WakesAnArmedWaiterOnceAtTheNextAppend) {
  const auto waiter = std::make_shared<Counted>();
  partition().waiters().arm(waiter);
  ASSERT_THAT(append("a"), IsOk());
  ASSERT_THAT(append("b"), IsOk());
  EXPECT_EQ(waiter->wakes, 1);
}

TEST_F(APartition, DoesNotWakeADisarmedWaiter) {
  const auto waiter = std::make_shared<Counted>();
  partition().waiters().arm(waiter);
  partition().waiters().disarm(waiter.get());
  ASSERT_THAT(append("a"), IsOk());
  EXPECT_EQ(waiter->wakes, 0);
}

}  // namespace
}  // namespace leat::partition
