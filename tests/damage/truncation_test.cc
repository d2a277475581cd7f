// Every length of the tail segment after a kill, and what may stand behind it (T7; S2, S3, S16,
// G22); every length of a sealed one.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/types.h"

#include "base/bytes.h"
#include "base/uuid.h"
#include "base/varint.h"
#include "damage/arguments.h"
#include "damage/image.h"
#include "damage/image_disk.h"
#include "damage/judge.h"
#include "engine/verify.h"
#include "record/layout.h"
#include "support/records.h"
#include "unit/io/result_matchers.h"

namespace leat::damage {
namespace {

using leat::testing::IsOk;

const Name kTail{"tail", 0};
constexpr std::size_t kTailBytes = std::size_t{64} * 1024;

/// A whole batch of the tail, or a record of the batch that was open: what survives or not as one.
struct Unit {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::int64_t next = 0;        ///< offset behind it
  bool has_checkpoint = false;  ///< a record that ends on another page than it began on (S3)
};

/// A killed engine whose active segment of 64 KiB has whole batches, an open one behind them, and
/// zeros.
struct Tail {
  Prepared prepared;
  std::string file;
  Bytes content;              ///< of the active segment
  std::vector<Unit> batches;  ///< the whole ones
  std::vector<Unit> records;  ///< of the open one
  std::int64_t first = 0;     ///< offset of the segment
};

Written written_at(std::size_t number, std::size_t size) {
  Written written{.time_ms = 1'767'225'600'000, .key = "k", .value = std::to_string(number) + ":"};
  while (written.value.size() < size) {
    written.value += static_cast<char>('A' + (number * 5 + written.value.size()) % 57);
  }
  return written;
}

Record record_of(const Written& written) {
  return {.key = written.key,
          .value = written.value,
          .timestamp = Timestamp{std::chrono::milliseconds{written.time_ms}}};
}

/// Walks the undamaged file by what it was made of: an independent reading of S2.
void find_units(Tail& tail) {
  std::size_t at = 0;
  for (const BatchPlace& batch : batches_of(tail.content)) {
    tail.batches.push_back({batch.position, batch.end, batch.next});
    at = batch.end;
  }
  std::int64_t offset = tail.batches.back().next;
  at += record::kHeaderSize;
  while (tail.content[at] != std::byte{0}) {
    std::int32_t size = 0;
    const std::byte* const body = base::get_varint(&tail.content[at], &tail.content[at] + 5, size);
    const std::size_t end =
        static_cast<std::size_t>(body - tail.content.data()) + static_cast<std::size_t>(size);
    tail.records.push_back({at, end, ++offset, at / 4096 != end / 4096});
    at = end;
  }
}

Tail make_tail() {
  Tail tail;
  auto& truth = tail.prepared.truth[kTail];
  const auto files = memory_file_system();
  Environment environment = environment_over(files);
  // Once killed before, so that there is an older epoch.
  Engine::open({.directory = kDirectory, .environment = environment}).value();
  environment = environment_over(files);
  auto engine = Engine::open({.directory = kDirectory, .environment = environment}).value();
  const std::string segment_bytes = std::to_string(kTailBytes);
  (void)engine.create_topic("tail", 1, {{"internal.segment.bytes", segment_bytes}}).value();
  auto appender = engine.appender("tail", PartitionId{0}).value();
  const auto batch = [&](std::size_t count, std::size_t size) {
    const std::size_t before = truth.size();
    for (std::size_t n = 0; n < count; ++n) truth.push_back(written_at(truth.size(), size));
    std::vector<Record> records;
    for (std::size_t n = before; n < truth.size(); ++n) records.push_back(record_of(truth[n]));
    (void)appender.append(records).value();
  };
  batch(3, 100);
  engine.roll({"tail", PartitionId{0}}).value();
  run_jobs(environment);
  tail.first = std::ssize(truth);
  for (std::size_t n = 0; n < 12; ++n) batch(4 + n % 7, 480 + n * 13);
  for (std::size_t n = 0; n < 36; ++n) {  // an open batch of five pages
    truth.push_back(written_at(truth.size(), 380 + n));
    (void)appender.append(record_of(truth.back())).value();
  }
  const auto topic = engine.admin().describe_topic("tail").value();
  tail.prepared.place[kTail] = "logs/" + base::to_hex(topic.id) + "/0/";
  tail.prepared.files = image_of(*files);
  tail.file = tail.prepared.file(kTail, tail.first, ".log");
  tail.content = *tail.prepared.files.at(tail.file);
  find_units(tail);
  return tail;
}

/// What recovery keeps of an active segment that has become `bytes`.
struct Kept {
  std::size_t end = 0;
  std::int64_t next = 0;
};

bool is_there(const Tail& tail, const Unit& unit, const Bytes& bytes) {
  return unit.end <= bytes.size() &&
         std::equal(bytes.begin() + static_cast<std::ptrdiff_t>(unit.begin),
                    bytes.begin() + static_cast<std::ptrdiff_t>(unit.end),
                    tail.content.begin() + static_cast<std::ptrdiff_t>(unit.begin));
}

/// The whole batches that are there; then, of the open batch, what its last two checkpoints prove,
/// and what lies behind that on one page (S3). `only_proven`: no more than the checkpoints prove.
Kept kept_of(const Tail& tail, const Bytes& bytes, bool only_proven = false) {
  Kept kept{.end = 0, .next = tail.first};
  for (const Unit& batch : tail.batches) {
    if (!is_there(tail, batch, bytes)) return kept;
    kept = {batch.end, batch.next};
  }
  const Unit header{kept.end, kept.end + record::kHeaderSize, kept.next};
  if (!is_there(tail, header, bytes)) return kept;
  std::vector<std::size_t> checkpoints;
  for (std::size_t i = 0; i < tail.records.size(); ++i) {
    if (tail.records[i].has_checkpoint) checkpoints.push_back(i + 1);
  }
  std::size_t there = 0;
  while (there < tail.records.size() && is_there(tail, tail.records[there], bytes)) ++there;
  std::size_t count = 0;
  for (const std::size_t proven : std::span(checkpoints).last(2)) {
    if (proven <= there) count = proven;
  }
  while (!only_proven && count < there && !tail.records[count].has_checkpoint) ++count;
  if (count == 0) return kept;
  return {tail.records[count - 1].end, tail.records[count - 1].next};
}

/// Opens the directory with another active segment, and expects of it what `kept_of` says, the rest
/// copied aside and told, and that appends go on.
class Tails {
 public:
  Tails() : tail_(make_tail()) {}
  ~Tails() {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started_;
    std::printf("%llu cases, %.0f a second\n", static_cast<unsigned long long>(cases_),
                static_cast<double>(cases_) / took.count());
  }
  Tails(const Tails&) = delete;
  Tails& operator=(const Tails&) = delete;
  Tails(Tails&&) = delete;
  Tails& operator=(Tails&&) = delete;

  [[nodiscard]] const Tail& tail() const { return tail_; }
  /// The first `length` bytes.
  [[nodiscard]] Bytes head(std::size_t length) const {
    return {tail_.content.begin(), tail_.content.begin() + static_cast<std::ptrdiff_t>(length)};
  }
  /// The ends of whole batches and of the open one's records.
  [[nodiscard]] std::vector<std::size_t> boundaries() const {
    std::vector<std::size_t> all{0};
    for (const Unit& batch : tail_.batches) all.push_back(batch.end);
    for (const Unit& record : tail_.records) all.push_back(record.end);
    return all;
  }

  void judge(const Bytes& bytes, const std::string& what, bool host_rebooted = false) {
    if (::testing::Test::HasFailure()) return;  // the first is the one to look at
    SCOPED_TRACE(what);
    ++cases_;
    Image files = tail_.prepared.files;
    files[tail_.file] = std::make_shared<const Bytes>(bytes);
    const auto disk = disk_of(files);
    const Kept kept = kept_of(tail_, bytes);
    const auto report = engine::verify(environment_over(disk), {.directory = kDirectory});
    ASSERT_THAT(report, IsOk());

    auto engine = open(disk, host_rebooted);
    ASSERT_THAT(engine, IsOk());
    const std::int64_t next = engine->offsets(partition())->log_end.value();
    if (host_rebooted) {  // a record with a word that may be missing is no longer believed
      ASSERT_LE(next, kept.next);
      ASSERT_GE(next, kept_of(tail_, bytes, true).next);
    } else {
      ASSERT_EQ(next, kept.next);
      expect_cut(*disk, *engine, bytes, kept.end);
      EXPECT_EQ(report->findings.empty(), is_zero(bytes, kept.end)) << "leat verify";
    }
    expect_prefix(*engine, next);
    auto appender = engine->appender("tail", PartitionId{0});
    ASSERT_THAT(appender, IsOk());
    ASSERT_THAT(appender->append(Record{.value = "afterwards"}),
                leat::testing::IsOkAnd(Offset{next}));
    if (cases_ % 16 != 0) return;
    EXPECT_THAT(engine->close(), IsOk());
    const auto again = open(disk, false);
    ASSERT_THAT(again, IsOk());
    const auto values = support::read_values(*again, partition());
    ASSERT_THAT(values, IsOk());
    ASSERT_EQ(std::ssize(*values), next + 1);
    EXPECT_EQ(values->back(), "afterwards");
  }

 private:
  static TopicPartition partition() { return {kTail.first, PartitionId{kTail.second}}; }
  static bool is_zero(const Bytes& bytes, std::size_t from) {
    return std::ranges::all_of(std::span(bytes).subspan(std::min(from, bytes.size())),
                               [](std::byte b) { return b == std::byte{0}; });
  }
  static Result<Engine> open(const std::shared_ptr<FileSystem>& disk, bool host_rebooted) {
    Environment environment = environment_over(disk);
    if (host_rebooted) environment.boot_id = "another boot";
    return Engine::open({.directory = kDirectory, .environment = std::move(environment)});
  }

  void expect_prefix(const Engine& engine, std::int64_t next) const {
    const auto& written = tail_.prepared.truth.at(kTail);
    const Reading reading = read_around(engine, kTail, written, {});
    ASSERT_EQ(reading.wrong, "") << "made up";
    ASSERT_TRUE(reading.errors.empty()) << reading.errors.front().to_string();
    ASSERT_EQ(std::ssize(reading.offsets), next) << "not the prefix";
  }

  /// What was behind the kept bytes is told, and lies in DIR/cut as it was.
  void expect_cut(FileSystem& disk, const Engine& engine, const Bytes& bytes,
                  std::size_t end) const {
    const std::string directory = std::string(kDirectory) + "/cut";
    const Image cut = disk.exists(directory).value() ? image_of(disk, directory) : Image();
    if (is_zero(bytes, end)) {
      EXPECT_TRUE(engine.recovery().partitions.empty());
      EXPECT_TRUE(cut.empty());
      return;
    }
    ASSERT_EQ(engine.recovery().partitions.size(), 1U);
    EXPECT_EQ(engine.recovery().partitions.front().partition, partition());
    ASSERT_EQ(cut.size(), 1U);
    const Bytes& copy = *cut.begin()->second;
    EXPECT_EQ(copy.size(), engine.recovery().partitions.front().cut_bytes);
    ASSERT_LE(end + copy.size(), bytes.size());
    EXPECT_TRUE(
        std::equal(copy.begin(), copy.end(), bytes.begin() + static_cast<std::ptrdiff_t>(end)));
    EXPECT_TRUE(is_zero(bytes, end + copy.size()));
  }

  Tail tail_;
  std::uint64_t cases_ = 0;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

TEST(TailSegment, KeepsTheWholeRecordsOfEveryLength) {
  Tails tails;
  for (std::size_t length = 0; length <= kTailBytes; ++length) {
    tails.judge(tails.head(length), "cut to " + std::to_string(length));
  }
}

TEST(TailSegment, EndsWhereZerosBegin) {
  Tails tails;
  for (std::size_t length = 0; length < kTailBytes; ++length) {
    // Inside the open batch this is a host that lost what was not yet written back: whole words.
    const bool is_open = length > tails.tail().batches.back().end;
    const std::size_t step = is_open ? 8 : all_bits() ? 1 : 7;
    if (length % step != 0) continue;
    Bytes bytes = tails.head(length);
    bytes.resize(kTailBytes);
    tails.judge(bytes, "zeros from " + std::to_string(length), is_open);
  }
}

TEST(TailSegment, EndsWhereGarbageBegins) {
  Tails tails;
  const std::uint64_t seeds = all_bits() ? 64 : 8;
  for (const std::size_t length : tails.boundaries()) {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      std::mt19937_64 random(seed);
      Bytes bytes = tails.head(length);
      while (bytes.size() < kTailBytes) bytes.push_back(static_cast<std::byte>(random()));
      tails.judge(bytes,
                  "garbage from " + std::to_string(length) + ", seed " + std::to_string(seed));
    }
  }
}

/// As in a file that was used before: batches with right checksums, of older offsets or an older
/// epoch.
TEST(TailSegment, EndsWhereOldBatchesBegin) {
  Tails tails;
  const Tail& tail = tails.tail();
  for (const std::size_t length : tails.boundaries()) {
    for (const Unit& old : tail.batches) {
      const std::size_t size = std::min(old.end - old.begin, kTailBytes - length);
      for (const bool has_the_offset : {false, true}) {
        Bytes bytes = tails.head(length);
        const Kept kept = kept_of(tail, bytes);
        if (!has_the_offset && kept.next == old.next && kept.end == length) continue;
        bytes.insert(bytes.end(), tail.content.begin() + static_cast<std::ptrdiff_t>(old.begin),
                     tail.content.begin() + static_cast<std::ptrdiff_t>(old.begin + size));
        if (has_the_offset && size > record::kHeaderSize) {
          std::byte* const header = bytes.data() + length;  // neither field is in the CRC
          base::store_be<std::int64_t>(header + record::layout::kBaseOffset.at, kept.next);
          base::store_be<std::int32_t>(header + record::layout::kLeaderEpoch.at, 0);
        }
        const bool is_itself = length == old.begin && !has_the_offset;
        if (is_itself) continue;
        tails.judge(bytes, "the batch at " + std::to_string(old.begin) + " once more at " +
                               std::to_string(length) +
                               (has_the_offset ? ", of an older epoch" : ""));
      }
    }
  }
}

TEST(SealedSegment, ThatWasCutIsAnErrorOfItsOwn) {
  const Prepared prepared = prepare(Stop::kClean);
  Judge judge(prepared, Stop::kClean);
  judge.write_every(4);
  const std::string file = prepared.file({"orders", 0}, 0, ".log");
  const Bytes whole = *prepared.files.at(file);
  Image files = prepared.files;
  for (std::size_t length = 0; length < whole.size(); length += all_bits() ? 1 : 31) {
    files[file] = std::make_shared<const Bytes>(
        whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    judge.judge(files, {.file = file, .what = "cut to " + std::to_string(length)});
  }
  std::printf("%llu cases\n", static_cast<unsigned long long>(judge.cases()));
}

}  // namespace
}  // namespace leat::damage
