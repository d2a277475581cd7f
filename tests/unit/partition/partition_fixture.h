#pragma once

/// \file
/// One partition in a simulated world: append, read, sync, fail, close.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/record.h"
#include "leat/testing/simulated_world.h"

#include "index/store.h"
#include "io/posix_fork_guard.h"
#include "partition/append.h"
#include "partition/fetch.h"
#include "partition/instance.h"
#include "partition/partition.h"
#include "record/batch_view.h"
#include "record/record_cursor.h"
#include "unit/io/result_matchers.h"

namespace leat::partition {

using leat::testing::DiskCall;
using leat::testing::IsError;
using leat::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PartitionFixture : public ::testing::Test {
 protected:
  PartitionFixture() {
    options_.internal_segment_bytes = std::nullopt;
    options_.segment_bytes = 1 << 20;
    EXPECT_THAT(files().create_directory("/d"), IsOk());
    EXPECT_THAT(files().create_directory("/d/logs"), IsOk());
  }

  /// Jobs that never ran hold the partition, which must not outlive its instance.
  ~PartitionFixture() override { world_.environment().scheduler->stop(); }

  FileSystem& files() { return world_.disk(); }
  Instance& instance() {
    if (!instance_) {
      instance_.reset(new Instance{.environment = environment(),
                                   .options = engine_options_,
                                   .gate = Gate(io::ForkGuard::open().value(), false),
                                   .maps = MapBudget(maps_),
                                   .counters = {},
                                   .may_map = true,
                                   .directory = "/d",
                                   .store = index::memory_store()});
    }
    return *instance_;
  }
  virtual Environment environment() { return world_.environment(); }
  Partition& partition() {
    if (!partition_) partition_ = make_partition(0);
    return *partition_;
  }
  std::shared_ptr<Partition> another_partition() { return make_partition(1); }
  std::shared_ptr<Partition> make_partition(std::int32_t number) {
    return std::make_shared<Partition>(
        instance(), Identity{{"orders", PartitionId{number}}, Uuid{}, index::LogNumber{7}}, options_,
        LeaderEpoch{1}, log_start_);
  }
  /// Closed cleanly and opened again, its rows kept.
  void reopen() {
    ASSERT_THAT(partition().close(), IsOk());
    partition_.reset();
  }

  Result<Appended> append(const std::string& value) {
    return partition::append(partition(), Record{.value = value});
  }
  std::vector<std::string> read(std::int64_t from = 0) {
    Reader reader(partition_);
    reader.seek(Offset{from});
    std::vector<std::string> values;
    while (const auto* const piece = reader.next(4096).value()) {
      const auto walk = [&](record::RecordCursor cursor) {
        for (RecordView record; cursor.next(record);) {
          if (record.offset >= piece->first) values.emplace_back(record.value.text());
        }
      };
      if (piece->records_of) {
        walk({piece->bytes, *piece->records_of});
        continue;
      }
      for (auto rest = piece->bytes; !rest.empty();) {
        const auto batch = record::BatchView::first_of(rest).value();
        walk(batch.cursor());
        rest = rest.subspan(batch.size_in_bytes());
      }
    }
    return values;
  }
  void run() { world_.scheduler().run_until_idle(); }
  std::uint64_t data_syncs() {
    return world_.disk().calls(DiskCall::kSync) + world_.disk().calls(DiskCall::kMapSync);
  }
  void fail_syncs() {
    for (const DiskCall call : {DiskCall::kSync, DiskCall::kMapSync}) {
      world_.disk().fail({.call = call, .path_contains = ".log"});
    }
  }

  leat::testing::SimulatedWorld world_{1};
  EngineOptions engine_options_;
  TopicOptions options_;
  std::int32_t maps_ = 8;
  Offset log_start_;
  std::unique_ptr<Instance> instance_;
  std::shared_ptr<Partition> partition_;
};

}  // namespace leat::partition
