#include "damage/judge.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/consumer.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "damage/image_disk.h"
#include "engine/verify.h"
#include "log/log_options.h"
#include "support/records.h"
#include "unit/io/result_matchers.h"

namespace leat::damage {
namespace {

using leat::testing::IsOk;

bool names(const Error& error, const std::string& file) {
  return std::string(error.message()).find(file) != std::string::npos;
}
std::string directory_of(const std::string& file) { return file.substr(0, file.rfind('/')); }

/// The stem that a file shares with its sidecars: "…/00000000000000000000".
std::string stem_of(const std::string& file) { return file.substr(0, file.rfind('.')); }

bool is_right(const RecordView& record, const std::vector<Written>& written) {
  const std::int64_t offset = record.offset.value();
  if (offset < 0 || offset >= std::ssize(written)) return false;
  const Written& expected = written[static_cast<std::size_t>(offset)];
  return record.timestamp.time_since_epoch().count() == expected.time_ms &&
         record.key.text() == expected.key && record.value.text() == expected.value &&
         record.headers.empty();
}

/// Notes the records that are right, and the first that is not.
void compare(const ConsumedBatch& batch, const std::vector<Written>& written, Reading& reading) {
  for (const ConsumedRecord& record : batch.records()) {
    if (is_right(record, written) && reading.offsets.insert(record.offset.value()).second) continue;
    reading.wrong = "offset " + std::to_string(record.offset.value());
    return;
  }
}

}  // namespace

Reading read_around(const Engine& engine, const Name& name, const std::vector<Written>& written,
                    const std::vector<std::int64_t>& starts) {
  Reading reading;
  const TopicPartition partition{name.first, PartitionId{name.second}};
  auto consumer = engine.consumer();
  if (!consumer) {
    reading.errors.push_back(consumer.error());
    return reading;
  }
  Result<void> moved = consumer->assign({partition});
  if (moved) moved = consumer->seek_to_beginning(partition);
  std::int64_t at = -1;
  while (true) {
    if (moved) {
      const auto batch = consumer->try_poll();
      if (!batch && batch.error().code() == ErrorCode::kWouldBlock) return reading;
      if (batch) {
        compare(*batch, written, reading);
        if (!reading.wrong.empty()) return reading;
        continue;
      }
      reading.errors.push_back(batch.error());
    } else {
      reading.errors.push_back(moved.error());
    }
    // Past the damage, as its error advises: to what was behind it.
    if (const auto position = consumer->position(partition)) {
      at = std::max(at, position->offset.value());
    }
    const auto next = std::ranges::upper_bound(starts, at);
    if (next == starts.end()) return reading;
    at = *next;
    moved = consumer->seek(partition, Offset{at});
  }
}

Judge::Judge(const Prepared& prepared, Stop stop) : prepared_(prepared), stop_(stop) {
  for (const auto& [name, written] : prepared.truth) {
    for (const std::int64_t base : prepared.bases(name)) {
      const bool is_sealed = prepared.files.contains(prepared.file(name, base, ".sum"));
      std::optional<std::uint32_t> block;
      for (const BatchPlace& batch :
           batches_of(*prepared.files.at(prepared.file(name, base, ".log")))) {
        const std::uint32_t begins_in = batch.position / (is_sealed ? log::kSumBlockBytes : 1);
        if (block != begins_in) starts_[name].push_back(batch.first);
        block = begins_in;
      }
    }
  }
}

void Judge::judge(const Image& files, const Damage& damage) {
  if (::testing::Test::HasFailure()) return;  // the first is the one to look at
  SCOPED_TRACE(damage.file + ": " + damage.what);
  ++cases_;
  const Environment environment = environment_over(disk_of(files));
  check_verify(environment, damage);
  check_reading(environment, damage);
  if (cases_ % write_every_ == 0) check_writing(files, damage);
}

/// Sealed: the blocks of the `.sum` that are touched. Unsealed: the batches; and what is behind
/// them where a crash could have torn it.
Judge::Lost Judge::lost(const Name& name, const Damage& damage) const {
  Lost lost;
  if (prepared_.owner(damage.file) != name) return lost;
  const bool is_segment = damage.file.ends_with(".log");
  for (const std::int64_t base : prepared_.bases(name)) {
    const std::string log = prepared_.file(name, base, ".log");
    if (stem_of(log) != stem_of(damage.file)) continue;
    const bool is_sealed = prepared_.files.contains(prepared_.file(name, base, ".sum"));
    // A valid `.sum` of something else may make its segment unreadable, but no other.
    const bool is_foreign = damage.file.ends_with(".sum") && damage.end == UINT64_MAX;
    if (!is_segment && !is_foreign) continue;
    const std::uint64_t unit = is_sealed ? log::kSumBlockBytes : 1;
    const std::uint64_t begin = damage.begin / unit * unit;
    const std::uint64_t end =
        damage.end == UINT64_MAX ? damage.end : (damage.end + unit - 1) / unit * unit;
    lost.is_tail = !is_sealed && stop_ == Stop::kKilled;
    for (const BatchPlace& batch : batches_of(*prepared_.files.at(log))) {
      const bool is_hit = batch.position < end && batch.end > begin;
      const bool is_behind = lost.is_tail && batch.end > begin;
      for (std::int64_t o = batch.first; (is_hit || is_behind) && o < batch.next; ++o)
        lost.may.insert(o);
    }
  }
  return lost;
}

void Judge::check_verify(const Environment& environment, const Damage& damage) const {
  const auto report = engine::verify(environment, {.directory = kDirectory});
  // What a last frame lacks is no damage: tests/unit/log/journal_test.cc has what is.
  const bool may_pass = damage.file == "LOCK" || damage.file == "RESERVE" || damage.file.starts_with("journal/");
  if (!must_be_found_ || may_pass) return;
  if (!report) {
    EXPECT_THAT(report.error().message(), ::testing::Not(::testing::IsEmpty()));
    return;
  }
  const bool is_found = std::ranges::any_of(report->findings, [&](const engine::Finding& finding) {
    return finding.file.starts_with(stem_of(damage.file)) || damage.file.starts_with(finding.file);
  });
  EXPECT_TRUE(is_found) << "leat verify finds nothing there";
}

void Judge::check_reading(const Environment& environment, const Damage& damage) const {
  const auto engine =
      Engine::open({.directory = kDirectory, .mode = Mode::kReadOnly, .environment = environment});
  if (!engine) return check_refusal(engine.error(), damage);
  SCOPED_TRACE("read-only");
  check_engine(*engine, damage);
}

void Judge::check_writing(const Image& files, const Damage& damage) const {
  SCOPED_TRACE("writing");
  const Environment environment = environment_over(disk_of(files));
  auto engine = Engine::open({.directory = kDirectory, .environment = environment});
  if (!engine) return check_refusal(engine.error(), damage);
  check_engine(*engine, damage);
  check_appends(*engine, damage);
  run_jobs(environment);
  EXPECT_EQ(engine->health().state, HealthState::kHealthy) << engine->health().reason;
  EXPECT_THAT(engine->close(), IsOk());
}

/// Only without STATE or the catalog there is nothing to open.
void Judge::check_refusal(const Error& error, const Damage& damage) const {
  EXPECT_FALSE(prepared_.owner(damage.file)) << error.to_string();
  const bool is_named =
      names(error, stem_of(damage.file)) || (damage.file == kCatalogLog && names(error, "catalog"));
  EXPECT_TRUE(is_named) << "the refusal names no file: " << error.to_string();
}

void Judge::check_engine(const Engine& engine, const Damage& damage) const {
  const bool is_catalog = damage.file == kCatalogLog;
  for (const auto& [name, written] : prepared_.truth) {
    const bool is_other = prepared_.owner(damage.file).value_or(name) != name;
    if (is_other && cases_ % others_every_ != 0) continue;
    SCOPED_TRACE(name.first + "-" + std::to_string(name.second));
    const auto offsets = engine.offsets({name.first, PartitionId{name.second}});
    if (!offsets && is_catalog && stop_ == Stop::kKilled) continue;  // cut, and told: see below
    const Reading reading = read_around(engine, name, written, starts_.at(name));
    ASSERT_EQ(reading.wrong, "") << "a record that was not written there";
    const Lost lost = this->lost(name, damage);
    bool is_cut = false;
    for (const PartitionRecovery& cut : engine.recovery().partitions) {
      is_cut |= cut.partition == TopicPartition{name.first, PartitionId{name.second}};
    }
    for (std::int64_t offset = 0; offset < std::ssize(written); ++offset) {
      if (reading.offsets.contains(offset)) continue;
      ASSERT_TRUE(lost.may.contains(offset))
          << "offset " << offset << " is not readable: "
          << (reading.errors.empty() ? "and nobody says so" : reading.errors.front().to_string());
      const bool is_told = !reading.errors.empty() || is_cut ||
                           (lost.is_tail && engine.health().state == HealthState::kReadOnly);
      ASSERT_TRUE(is_told) << "offset " << offset << " is gone without a word";
    }
    for (const Error& error : reading.errors) {
      EXPECT_EQ(error.code(), ErrorCode::kCorruptMessage) << error.to_string();
      EXPECT_TRUE(names(error, directory_of(damage.file))) << error.to_string();
    }
  }
  check_cursor(engine, damage);
}

void Judge::check_cursor(const Engine& engine, const Damage& damage) const {
  auto consumer = engine.consumer({.cursor = kCursor});
  ASSERT_THAT(consumer, IsOk());
  const auto assigned = consumer->assign({support::partition_of("orders")});
  const bool is_elsewhere = prepared_.owner(damage.file).has_value();
  if (assigned) {
    const auto position = consumer->position(support::partition_of("orders"));
    const bool is_there = stop_ == Stop::kClean || is_elsewhere;
    if (is_there && position) {
      EXPECT_EQ(position->offset.value(), prepared_.cursor);
    }
    return;
  }
  EXPECT_TRUE(names(assigned.error(), directory_of(damage.file)) || damage.file == kCatalogLog)
      << assigned.error().to_string();
}

/// Appends go on, behind every offset that was given (G7, G22).
void Judge::check_appends(const Engine& engine, const Damage& damage) const {
  for (const auto& [name, written] : prepared_.truth) {
    const bool is_other = prepared_.owner(damage.file).value_or(name) != name;
    if (is_other && cases_ % others_every_ != 0) continue;
    const TopicPartition partition{name.first, PartitionId{name.second}};
    const auto before = engine.offsets(partition);
    if (!before) continue;  // judged by check_engine
    auto appender = engine.appender(name.first, partition.partition);
    ASSERT_THAT(appender, IsOk());
    const auto offset = appender->append(Record{.value = "afterwards"});
    ASSERT_THAT(offset, IsOk());
    EXPECT_EQ(*offset, before->log_end);
    if (!lost(name, damage).is_tail) {
      EXPECT_GE(offset->value(), std::ssize(written)) << "an offset is given twice";
    }
    const auto read = support::read_all(engine, partition, *offset);
    ASSERT_THAT(read, IsOk());
    ASSERT_EQ(read->size(), 1U);
    EXPECT_EQ(read->front().value, "afterwards");
  }
}

}  // namespace leat::damage
