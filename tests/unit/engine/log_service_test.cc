// The engine behind the ports of lib/service: what the adaptor relies on, rule by rule.

#include "engine/log_service.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/admin.h"
#include "leat/engine.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/testing/simulated_disk.h"
#include "leat/testing/simulated_world.h"
#include "leat/types.h"

#include "base/bytes.h"
#include "base/crc32c.h"
#include "record/batch_builder.h"
#include "record/batch_view.h"
#include "record/compression.h"
#include "record/layout.h"
#include "record/record_cursor.h"
#include "service/log_service.h"
#include "service/partition_log.h"
#include "unit/io/result_matchers.h"

namespace leat {
namespace {

using record::BatchOptions;
using record::Compression;
using service::Isolation;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using testing::IsError;
using testing::IsOk;
using testing::IsOkAnd;
using ::testing::Optional;
using ::testing::SizeIs;

using Bytes = std::vector<std::byte>;
constexpr std::size_t kAll = std::size_t{1} << 30U;

/// What an idempotent producer says of a batch.
struct Sequenced {
  std::int64_t id = 0;
  std::int16_t epoch = 0;
  std::int32_t sequence = 0;
};

struct Woken final : service::Waiter {
  void wake() noexcept override { ++times; }
  int times = 0;
};

class PortTest : public ::testing::Test {
 protected:
  PortTest() { open(); }
  // Jobs that never ran hold partitions.
  ~PortTest() override { crash(); }

  void open() {
    engine_ = Engine::open({.directory = "/d", .environment = world_.environment()}).value();
    port_ = engine::log_service(*engine_).value();
  }
  void close() {
    port_.reset();
    EXPECT_THAT(engine_->close(), IsOk());
    engine_.reset();
  }
  void reopen() {
    close();
    open();
  }
  /// kill -9: what was written stays.
  void crash() {
    port_.reset();
    engine_.reset();
  }
  void lose_power() {
    crash();
    world_.crash(testing::CrashOptions::lose_all());
  }
  void create(std::string name, ConfigMap configs = {}, std::int32_t partitions = 1) {
    ASSERT_THAT(
        port_->create_topic(
            {.name = std::move(name), .partitions = partitions, .configs = std::move(configs)}),
        IsOk());
  }
  [[nodiscard]] service::PartitionLog& log(std::string_view topic = "t",
                                           std::int32_t partition = 0) const {
    return **port_->find(topic)->partition(PartitionId{partition});
  }
  [[nodiscard]] Timestamp now() { return world_.environment().clock->now(); }

  /// A batch of `values`, all of them dated now.
  Bytes batch(std::initializer_list<std::string_view> values, const BatchOptions& options = {}) {
    return dated(now(), values, options);
  }
  static Bytes dated(Timestamp time, std::initializer_list<std::string_view> values,
                     const BatchOptions& options = {}) {
    record::BatchBuilder builder(options);
    for (const std::string_view value : values) {
      EXPECT_TRUE(builder.append({.key = "k", .value = value}, time));
    }
    const auto bytes = builder.finish().value();
    return {bytes.begin(), bytes.end()};
  }
  Bytes sequenced(const Sequenced& by, std::initializer_list<std::string_view> values) {
    return batch(values, {.producer_id = ProducerId{by.id},
                          .producer_epoch = ProducerEpoch{by.epoch},
                          .base_sequence = by.sequence});
  }
  template <class T>
  static void set_field(Bytes& batch, const record::FieldSpan& field, T value) {
    base::store_be<T>(batch.data() + field.at, value);
    base::store_be<std::uint32_t>(batch.data() + record::layout::kCrc.at,
                                  base::crc32c(std::span(batch).subspan(record::kCrcBegin)));
  }
  /// Its base offset.
  Result<Offset> append(const Bytes& bytes, std::string_view topic = "t") {
    auto placed = log(topic).append(bytes);
    if (!placed) return std::move(placed).error();
    return placed->base_offset;
  }
  /// The batches that a Fetch from `from` gets, owning their bytes.
  std::vector<Bytes> fetch(std::int64_t from, std::size_t bytes_max = kAll,
                           std::string_view topic = "t") {
    std::vector<Bytes> batches;
    const auto slices =
        log(topic).read(Offset{from}, Isolation::kReadUncommitted, bytes_max, true).value();
    for (const service::Slice& slice : slices) {
      for (auto rest = slice.bytes; !rest.empty();) {
        const auto one = record::BatchView::first_of(rest);
        EXPECT_TRUE(one && one->magic() == record::kMagic && one->crc_is_right());
        if (!one) return batches;
        batches.emplace_back(rest.begin(),
                             rest.begin() + static_cast<std::ptrdiff_t>(one->size_in_bytes()));
        rest = rest.subspan(one->size_in_bytes());
      }
    }
    return batches;
  }
  static std::vector<std::string> values_of(const std::vector<Bytes>& batches) {
    std::vector<std::string> values;
    for (const Bytes& bytes : batches) {
      const record::BatchView view(bytes.data());
      const auto records =
          record::decompress(view.compression(), view.records(), std::size_t{1} << 24U).value();
      record::RecordCursor cursor(records, view.record_base());
      for (RecordView record; cursor.next(record);) values.emplace_back(record.value.text());
    }
    return values;
  }
  std::vector<std::string> values(std::int64_t from = 0, std::string_view topic = "t") {
    return values_of(fetch(from, kAll, topic));
  }
  std::size_t readable(std::int64_t from, std::size_t enough = kAll) {
    return log().readable_bytes(Offset{from}, Isolation::kReadUncommitted, enough);
  }
  static TopicPartition at(std::string_view topic) { return {std::string(topic), PartitionId{0}}; }

  testing::SimulatedWorld world_{1};
  std::optional<Engine> engine_;
  std::shared_ptr<service::LogService> port_;
};

// --- topics

TEST_F(PortTest, FindsTopicsByNameAndIdAndTellsOfChanges) {
  EXPECT_EQ(port_->find("t"), nullptr);
  const std::uint64_t before = port_->topics_version();
  create("t", {{"retention.ms", "1000"}}, 3);
  const auto topic = port_->find("t");
  ASSERT_NE(topic, nullptr);
  EXPECT_GT(port_->topics_version(), before);
  EXPECT_EQ(port_->find(topic->id), topic) << "one, however it is looked up";
  EXPECT_EQ(port_->find("t"), topic) << "nothing is made twice";
  EXPECT_THAT(topic->partitions, SizeIs(3));
  EXPECT_EQ(topic->options.retention, std::chrono::milliseconds(1000));
  EXPECT_EQ(topic->partition(PartitionId{3}), nullptr);
  EXPECT_THAT(port_->topics(), ElementsAre(topic));
}

TEST_F(PortTest, SeesWhatWasAltered) {
  create("t");
  const auto before = port_->find("t");
  ASSERT_THAT(port_->alter_configs("t", {{"max.message.bytes", "100"}}, {}), IsOk());
  ASSERT_THAT(port_->add_partitions("t", 2), IsOk());
  EXPECT_THAT(port_->find("t")->partitions, SizeIs(2));
  EXPECT_EQ(port_->find("t")->options.max_message_bytes, 100);
  EXPECT_THAT(before->partitions, SizeIs(1)) << "a topic at one moment";
  EXPECT_THAT(append(batch({std::string(100, 'x')})), IsError(ErrorCode::kMessageTooLarge));
}

TEST_F(PortTest, ForgetsDeletedTopicsButNotTheNewOnesOfTheirName) {
  for (int i = 0; i < 200; ++i) {
    create("t");
    const auto topic = port_->find("t");
    ASSERT_THAT(port_->delete_topic("t"), IsOk());
    EXPECT_EQ(port_->find("t"), nullptr);
    EXPECT_EQ(port_->find(topic->id), nullptr);
    EXPECT_THAT(topic->partitions[0]->append(batch({"a"})),
                IsError(ErrorCode::kUnknownTopicOrPartition));
    EXPECT_THAT(topic->partitions[0]->offsets(), IsError(ErrorCode::kUnknownTopicOrPartition));
  }
}

TEST_F(PortTest, ChecksATopicWithoutMakingIt) {  // M3, M10
  create("a.b");
  EXPECT_THAT(port_->check_new_topic({.name = "x", .partitions = 2}), IsOk());
  EXPECT_EQ(port_->find("x"), nullptr);
  EXPECT_THAT(port_->check_new_topic({.name = "a.b"}), IsError(ErrorCode::kTopicAlreadyExists));
  EXPECT_THAT(port_->check_new_topic({.name = "a_b"}), IsError(ErrorCode::kInvalidTopicException));
  EXPECT_THAT(port_->check_new_topic({.name = "ab"}), IsOk());
  EXPECT_THAT(port_->check_new_topic({.name = "x", .partitions = 0}),
              IsError(ErrorCode::kInvalidPartitions));
  EXPECT_THAT(port_->check_new_topic({.name = "x", .configs = {{"no.such", "1"}}}),
              IsError(ErrorCode::kInvalidConfig));
  ASSERT_THAT(port_->delete_topic("a.b"), IsOk());
  EXPECT_THAT(port_->check_new_topic({.name = "a_b"}), IsOk());
}

TEST_F(PortTest, DescribesConfigs) {
  create("t", {{"retention.ms", "1000"}});
  const auto configs = port_->describe_configs("t").value();
  const auto is_retention = [](const ConfigEntry& e) { return e.name == "retention.ms"; };
  const auto found = std::find_if(configs.begin(), configs.end(), is_retention);
  ASSERT_NE(found, configs.end());
  EXPECT_EQ(found->value, "1000");
  EXPECT_EQ(found->source, ConfigSource::kTopic);
  EXPECT_THAT(port_->describe_configs("x"), IsError(ErrorCode::kUnknownTopicOrPartition));
}

TEST_F(PortTest, KeepsTheClusterId) {  // M8
  const Uuid id = port_->cluster_id();
  EXPECT_FALSE(id.is_zero());
  EXPECT_EQ(engine::log_service(*engine_).value()->cluster_id(), id);
  reopen();
  EXPECT_EQ(port_->cluster_id(), id);
  crash();
  open();
  EXPECT_EQ(port_->cluster_id(), id);
  const Engine other = Engine::memory().value();
  EXPECT_NE(engine::log_service(other).value()->cluster_id(), id);
}

TEST_F(PortTest, GivesNoProducerIdTwice) {  // I11, S19
  std::vector<std::int64_t> ids;
  const auto take = [&](int count) {
    for (int i = 0; i < count; ++i) ids.push_back(port_->new_producer_id().value().value());
  };
  take(1500);
  reopen();
  take(3);
  crash();
  open();
  take(3);
  lose_power();
  open();
  take(3);
  for (std::size_t i = 1; i < ids.size(); ++i) ASSERT_GT(ids[i], ids[i - 1]);
}

TEST_F(PortTest, OutlivesItsEngine) {
  create("t");
  const auto topic = port_->find("t");
  engine_.reset();
  EXPECT_THAT(topic->partitions[0]->append(batch({"a"})), IsError(ErrorCode::kClosed));
  EXPECT_THAT(topic->partitions[0]->read(Offset{0}, Isolation::kReadUncommitted, kAll, true),
              IsError(ErrorCode::kClosed));
  EXPECT_THAT(port_->new_producer_id(), IsError(ErrorCode::kClosed));
}

// --- appending

TEST_F(PortTest, AppendsOneBatchAndNumbersIt) {  // B5, B13
  create("t");
  EXPECT_THAT(append(batch({"a", "b"})), IsOkAnd(Offset{0}));
  const auto placed = log().append(batch({"c"})).value();
  EXPECT_EQ(placed.base_offset, Offset{2});
  EXPECT_EQ(placed.end, Offset{3});
  EXPECT_EQ(placed.log_start, Offset{0});
  EXPECT_EQ(placed.log_append_time, std::nullopt);
  EXPECT_THAT(values(), ElementsAre("a", "b", "c"));
}

TEST_F(PortTest, TakesExactlyOneBatch) {  // B5
  create("t");
  Bytes two = batch({"a"});
  const Bytes second = batch({"b"});
  two.insert(two.end(), second.begin(), second.end());
  EXPECT_THAT(append(two), IsError(ErrorCode::kInvalidRecord));
  EXPECT_THAT(append({}), IsError(ErrorCode::kInvalidRecord));
  Bytes old = batch({"a"});
  old[record::layout::kMagic.at] = std::byte{1};
  EXPECT_THAT(append(old), IsError(ErrorCode::kInvalidRecord));
  EXPECT_THAT(values(), IsEmpty());
}

TEST_F(PortTest, RefusesWhatIsDamagedOrTooLarge) {  // B8, B9
  create("t", {{"max.message.bytes", "1000"}});
  Bytes damaged = batch({"a"});
  damaged.back() ^= std::byte{1};
  EXPECT_THAT(append(damaged), IsError(ErrorCode::kCorruptMessage));
  EXPECT_THAT(append(batch({std::string(1000, 'x')})), IsError(ErrorCode::kMessageTooLarge));
  EXPECT_THAT(append(batch({"a"}, {.producer_id = ProducerId{1},
                                   .producer_epoch = ProducerEpoch{0},
                                   .base_sequence = 0,
                                   .transactional = true})),
              IsError(ErrorCode::kInvalidTxnState));
}

TEST_F(PortTest, WantsKeysOnACompactedTopic) {  // B10
  create("t", {{"cleanup.policy", "compact"}});
  record::BatchBuilder builder;
  ASSERT_TRUE(builder.append({.value = "a"}, now()));
  const auto bytes = builder.finish().value();
  EXPECT_THAT(append({bytes.begin(), bytes.end()}), IsError(ErrorCode::kInvalidRecord));
  EXPECT_THAT(append(batch({"a"})), IsOk());
}

TEST_F(PortTest, HoldsCreateTimesAgainstItsOwn) {  // B11
  create("t",
         {{"message.timestamp.before.max.ms", "1000"}, {"message.timestamp.after.max.ms", "2000"}});
  using std::chrono::milliseconds;
  EXPECT_THAT(append(dated(now() - milliseconds(1000), {"a"})), IsOk());
  EXPECT_THAT(append(dated(now() - milliseconds(1001), {"a"})),
              IsError(ErrorCode::kInvalidTimestamp));
  EXPECT_THAT(append(dated(now() + milliseconds(2000), {"a"})), IsOk());
  EXPECT_THAT(append(dated(now() + milliseconds(2001), {"a"})),
              IsError(ErrorCode::kInvalidTimestamp));
  EXPECT_THAT(append(dated(Timestamp{milliseconds(-1)}, {"a"})), IsOk()) << "undated";
  EXPECT_THAT(append(dated(Timestamp{milliseconds(INT64_MIN)}, {"a"})),
              IsError(ErrorCode::kInvalidTimestamp));
}

TEST_F(PortTest, LooksAtDatedRecordsBesideUndatedOnes) {  // B11
  create("t", {{"message.timestamp.before.max.ms", "1000"}});
  record::BatchBuilder builder;
  ASSERT_TRUE(builder.append({.value = "undated"}, Timestamp{std::chrono::milliseconds(-1)}));
  ASSERT_TRUE(builder.append({.value = "early"}, now() - std::chrono::seconds(5)));
  ASSERT_TRUE(builder.append({.value = "right"}, now()));
  const auto bytes = builder.finish().value();
  EXPECT_THAT(append({bytes.begin(), bytes.end()}), IsError(ErrorCode::kInvalidTimestamp));
}

TEST_F(PortTest, DatesBatchesOfALogAppendTimeTopic) {  // B12, B6
  create("t", {{"message.timestamp.type", "LogAppendTime"}});
  const Bytes sent = dated(Timestamp{std::chrono::milliseconds(5)}, {"a", "b"});
  const auto placed = log().append(sent).value();
  EXPECT_THAT(placed.log_append_time, Optional(now()));
  const auto batches = fetch(0);
  ASSERT_THAT(batches, SizeIs(1));
  const record::BatchView view(batches[0].data());
  EXPECT_EQ(view.timestamp_type(), record::TimestampType::kLogAppendTime);
  EXPECT_EQ(view.max_timestamp(), now());
  EXPECT_EQ(view.base_timestamp(), record::BatchView(sent.data()).base_timestamp());
  EXPECT_THAT(append(batches[0]), IsError(ErrorCode::kInvalidTimestamp)) << "the log's to say";
}

TEST_F(PortTest, CorrectsAMaxTimestampThatLies) {  // B14
  create("t");
  Bytes lying = batch({"a"});
  set_field<std::int64_t>(lying, record::layout::kMaxTimestamp, 7);
  ASSERT_THAT(append(lying), IsOk());
  EXPECT_EQ(record::BatchView(fetch(0).at(0).data()).max_timestamp(), now());
}

struct Recompressed {
  std::string config;
  Compression sent;
  Compression stored;
};
class RecompressTest : public PortTest, public ::testing::WithParamInterface<Recompressed> {};

TEST_P(RecompressTest, StoresTheCodecOfTheTopic) {  // B14
  create("t", {{"compression.type", GetParam().config}});
  const std::string text(5000, 'x');
  ASSERT_THAT(append(batch({text, "b"}, {.compression = GetParam().sent})), IsOk());
  const auto batches = fetch(0);
  ASSERT_THAT(batches, SizeIs(1));
  EXPECT_EQ(record::BatchView(batches[0].data()).compression(), GetParam().stored);
  EXPECT_THAT(values_of(batches), ElementsAre(text, "b"));
}
INSTANTIATE_TEST_SUITE_P(
    Codecs, RecompressTest,
    ::testing::Values(Recompressed{"producer", Compression::kZstd, Compression::kZstd},
                      Recompressed{"uncompressed", Compression::kGzip, Compression::kNone},
                      Recompressed{"gzip", Compression::kNone, Compression::kGzip},
                      Recompressed{"snappy", Compression::kZstd, Compression::kSnappy},
                      Recompressed{"lz4", Compression::kSnappy, Compression::kLz4},
                      Recompressed{"zstd", Compression::kLz4, Compression::kZstd}),
    [](const auto& test) { return test.param.config; });

TEST_F(PortTest, TellsWhenItIsDurable) {  // S10, S11
  create("t");
  const auto placed = log().append(batch({"a"})).value();
  std::vector<bool> told;
  log().when_durable(placed.end, [&](const Result<void>& r) { told.push_back(r.has_value()); });
  EXPECT_THAT(told, IsEmpty()) << "by a job";
  world_.scheduler().run_until_idle();
  EXPECT_THAT(told, ElementsAre(true));
  log().when_durable(placed.end, [&](const Result<void>& r) { told.push_back(r.has_value()); });
  world_.scheduler().run_until_idle();
  EXPECT_THAT(told, ElementsAre(true, true)) << "it is so already";
}

TEST_F(PortTest, ShowsASyncTopicOnlyWhatIsDurable) {  // S10
  create("t", {{"flush.messages", "1"}});
  EXPECT_EQ(log().durability(), Durability::kSync);
  const auto placed = log().append(batch({"a"})).value();
  EXPECT_THAT(values(), IsEmpty());
  EXPECT_EQ(readable(0), 0U);
  log().when_durable(placed.end, [](const Result<void>& r) { EXPECT_THAT(r, IsOk()); });
  world_.scheduler().run_until_idle();
  EXPECT_THAT(values(), ElementsAre("a"));
}

// --- idempotent producers

TEST_F(PortTest, StoresABatchOnceAndAnswersWithTheOriginal) {  // I2
  create("t", {{"message.timestamp.type", "LogAppendTime"}});
  const Bytes first = sequenced({.id = 7, .sequence = 0}, {"a", "b"});
  const auto original = log().append(first).value();
  ASSERT_THAT(append(sequenced({.id = 7, .sequence = 2}, {"c"})), IsOkAnd(Offset{2}));
  world_.clock().advance(std::chrono::seconds(1));
  const auto again = log().append(first).value();
  EXPECT_EQ(again.base_offset, original.base_offset);
  EXPECT_EQ(again.end, original.end);
  EXPECT_EQ(again.log_append_time, original.log_append_time);
  EXPECT_THAT(values(), ElementsAre("a", "b", "c"));
}

TEST_F(PortTest, TakesNoGapNoOldEpochAndAnyoneNew) {  // I3, I4, I5, I6
  create("t");
  ASSERT_THAT(append(sequenced({.id = 7, .epoch = 1, .sequence = 0}, {"a"})), IsOk());
  EXPECT_THAT(append(sequenced({.id = 7, .epoch = 1, .sequence = 2}, {"x"})),
              IsError(ErrorCode::kOutOfOrderSequenceNumber));
  EXPECT_THAT(append(sequenced({.id = 7, .epoch = 2, .sequence = 1}, {"x"})),
              IsError(ErrorCode::kOutOfOrderSequenceNumber));
  EXPECT_THAT(append(sequenced({.id = 7, .epoch = 0, .sequence = 1}, {"x"})),
              IsError(ErrorCode::kInvalidProducerEpoch));
  EXPECT_THAT(append(sequenced({.id = 8, .sequence = 50}, {"b"})), IsOkAnd(Offset{1}));
  EXPECT_THAT(values(), ElementsAre("a", "b"));
}

TEST_F(PortTest, KnowsABatchAgainAfterEveryKindOfEnd) {  // I9
  create("t", {{"internal.segment.bytes", "500"}});
  const auto send = [&](std::int32_t sequence) {
    return append(sequenced({.id = 7, .sequence = sequence}, {std::string(100, 'x')}));
  };
  std::int32_t next = 0;
  for (const std::string_view end : {"close", "kill", "power loss", "kill", "close"}) {
    SCOPED_TRACE(end);
    for (int i = 0; i < 7; ++i, ++next) ASSERT_THAT(send(next), IsOkAnd(Offset{next}));
    ASSERT_THAT(engine_->flush(), IsOk());
    if (end == "close") close();
    if (end == "kill") crash();
    if (end == "power loss") lose_power();
    open();
    for (std::int32_t known = next - 5; known < next; ++known) {
      ASSERT_THAT(send(known), IsOkAnd(Offset{known}));
    }
    EXPECT_THAT(send(next + 1), IsError(ErrorCode::kOutOfOrderSequenceNumber));
  }
  EXPECT_EQ(values().size(), static_cast<std::size_t>(next));
}

TEST_F(PortTest, ForgetsWithTheBatchesThatPowerTook) {  // S18
  create("t");
  ASSERT_THAT(append(sequenced({.id = 7, .sequence = 0}, {"a"})), IsOk());
  ASSERT_THAT(engine_->flush(), IsOk());
  const Bytes lost = sequenced({.id = 7, .sequence = 1}, {"b"});
  ASSERT_THAT(append(lost), IsOk());
  lose_power();
  open();
  ASSERT_THAT(values(), ElementsAre("a"));
  EXPECT_THAT(append(lost), IsOkAnd(Offset{1})) << "it is not there, so it is stored";
  EXPECT_THAT(append(lost), IsOkAnd(Offset{1}));
  EXPECT_THAT(values(), ElementsAre("a", "b"));
}

TEST_F(PortTest, ADuplicateIsDurableWhenTheOriginalIs) {  // S11
  create("t");
  const Bytes once = sequenced({.id = 7, .sequence = 0}, {"a"});
  ASSERT_THAT(append(once), IsOk());
  const auto again = log().append(once).value();
  bool is_told = false;
  log().when_durable(again.end, [&](const Result<void>& r) { is_told = r.has_value(); });
  world_.scheduler().run_until_idle();
  EXPECT_TRUE(is_told);
  EXPECT_EQ(log().offsets()->durable, Offset{1});
}

// --- reading

TEST_F(PortTest, ReadsTheStoredBytes) {  // F18
  create("t");
  Bytes sent = batch({"a", "b"}, {.compression = Compression::kLz4});
  ASSERT_THAT(append(sent), IsOk());
  EXPECT_THAT(fetch(0), ElementsAre(sent)) << "offset and epoch are 0";
  EXPECT_THAT(fetch(1), ElementsAre(sent)) << "F5: the whole batch";
  EXPECT_THAT(fetch(2), IsEmpty());
}

TEST_F(PortTest, ReadsFromWhereThereIsSomethingOnly) {  // F6
  create("t");
  ASSERT_THAT(append(batch({"a"})), IsOk());
  const auto read = [&](std::int64_t from) {
    return log().read(Offset{from}, Isolation::kReadUncommitted, kAll, true);
  };
  EXPECT_THAT(read(2), IsError(ErrorCode::kOffsetOutOfRange));
  EXPECT_THAT(read(-1), IsError(ErrorCode::kOffsetOutOfRange));
  EXPECT_THAT(read(1), IsOk());
}

TEST_F(PortTest, NeverSplitsABatch) {  // F3
  create("t");
  for (int i = 0; i < 3; ++i) ASSERT_THAT(append(batch({"0123456789"})), IsOk());
  const std::size_t size = fetch(0).at(0).size();
  EXPECT_THAT(fetch(0, 2 * size), SizeIs(2));
  EXPECT_THAT(fetch(0, 2 * size - 1), SizeIs(1));
  EXPECT_THAT(fetch(0, 1), SizeIs(1)) << "the first comes whole";
  EXPECT_THAT(fetch(0, 0), SizeIs(1));
  EXPECT_THAT(log().read(Offset{0}, Isolation::kReadUncommitted, size - 1, false),
              IsOkAnd(IsEmpty()));
  EXPECT_THAT(log().read(Offset{0}, Isolation::kReadUncommitted, size, false), IsOkAnd(SizeIs(1)));
}

TEST_F(PortTest, ClosesAnOpenBatchForAFetch) {  // S2
  create("t");
  Appender appender = engine_->appender("t", PartitionId{0}).value();
  ASSERT_THAT(appender.append({.value = "a"}), IsOk());
  ASSERT_THAT(appender.append({.value = "b"}), IsOk());
  EXPECT_GT(readable(0), 0U);
  EXPECT_THAT(values(), ElementsAre("a", "b"));
  ASSERT_THAT(appender.append({.value = "c"}), IsOk());
  EXPECT_THAT(values(1), ElementsAre("a", "b", "c"));
  EXPECT_THAT(fetch(0, 1), SizeIs(1)) << "what it does not reach stays open";
}

TEST_F(PortTest, ReadsAcrossSegmentsAndKeepsWhatItHasRead) {  // S25
  create("t", {{"internal.segment.bytes", "300"}});
  const std::string text(100, 'x');
  for (int i = 0; i < 10; ++i) ASSERT_THAT(append(batch({text})), IsOk());
  world_.scheduler().run_until_idle();
  const auto slices = log().read(Offset{0}, Isolation::kReadUncommitted, kAll, true).value();
  EXPECT_GT(slices.size(), 3U);
  const Bytes first(slices[0].bytes.begin(), slices[0].bytes.end());
  ASSERT_THAT(port_->delete_topic("t"), IsOk());
  EXPECT_EQ(Bytes(slices[0].bytes.begin(), slices[0].bytes.end()), first);
}

TEST_F(PortTest, CountsReadableBytes) {  // F1
  create("t", {{"internal.segment.bytes", "300"}});
  std::size_t all = 0;
  for (int i = 0; i < 10; ++i) {
    const Bytes one = batch({std::string(static_cast<std::size_t>(10 * i), 'x')});
    ASSERT_THAT(append(one), IsOk());
    all += one.size();
  }
  EXPECT_EQ(readable(0), all);
  EXPECT_EQ(readable(0, 100), 100U) << "enough";
  EXPECT_EQ(readable(9), fetch(9).at(0).size());
  EXPECT_EQ(readable(10), 0U);
  EXPECT_EQ(readable(11), 0U);
  EXPECT_EQ(readable(-1), 0U);
}

TEST_F(PortTest, WakesWhoWaits) {  // K9, S6
  create("t");
  const auto waiter = std::make_shared<Woken>();
  log().arm(waiter);
  port_->settle();
  ASSERT_THAT(append(batch({"a"})), IsOk());
  ASSERT_THAT(append(batch({"b"})), IsOk());
  EXPECT_EQ(waiter->times, 1) << "once";
  log().arm(waiter);
  log().disarm(waiter.get());
  ASSERT_THAT(append(batch({"c"})), IsOk());
  EXPECT_EQ(waiter->times, 1);
  log().arm(waiter);
  ASSERT_THAT(port_->delete_topic("t"), IsOk());
  EXPECT_EQ(waiter->times, 2) << "by its end";
  create("t");
  log().arm(waiter);
  ASSERT_THAT(engine_->close(), IsOk());
  EXPECT_EQ(waiter->times, 3);
}

// --- finding

TEST_F(PortTest, FindsRecordsByTime) {  // L2
  create("t");
  const auto ms = [&](int n) {
    return now() - std::chrono::seconds(10) + std::chrono::milliseconds(n);
  };
  for (int i = 0; i < 10; ++i) ASSERT_THAT(append(dated(ms(10 * i), {"a", "b"})), IsOk());
  const auto found = log().find(ms(11), Isolation::kReadUncommitted).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->offset, Offset{4});
  EXPECT_EQ(found->timestamp, ms(20));
  EXPECT_EQ(found->leader_epoch, port_->leader_epoch());
  EXPECT_THAT(log().find(ms(91), Isolation::kReadUncommitted), IsOkAnd(Eq(std::nullopt)));
}

TEST_F(PortTest, FindsNothingThatIsDeleted) {  // L2, M13
  create("t");
  const Timestamp first = now();
  for (int i = 0; i < 4; ++i) ASSERT_THAT(append(dated(first, {"a", "b"})), IsOk());
  ASSERT_THAT(port_->delete_records(at("t"), Offset{5}), IsOkAnd(Offset{5}));
  for (const bool is_reopened : {false, true}) {
    if (is_reopened) reopen();
    const auto found = log().find(first, Isolation::kReadUncommitted).value();
    ASSERT_TRUE(found) << is_reopened;
    EXPECT_EQ(found->offset, Offset{5});
    EXPECT_EQ(log().find_newest().value()->offset, Offset{5});
  }
}

TEST_F(PortTest, FindsTheFirstOfTheYoungestRecords) {  // L1
  create("t", {{"internal.segment.bytes", "400"}});
  EXPECT_THAT(log().find_newest(), IsOkAnd(Eq(std::nullopt)));
  const auto ms = [&](int n) {
    return now() - std::chrono::seconds(10) + std::chrono::milliseconds(n);
  };
  const int times[] = {5, 9, 3, 9, 1, 2, 3, 4, 5, 6, 7, 8};
  for (const int time : times) ASSERT_THAT(append(dated(ms(time), {"a", "b"})), IsOk());
  const auto newest = [&] { return log().find_newest().value().value(); };
  EXPECT_EQ(newest().offset, Offset{2});
  EXPECT_EQ(newest().timestamp, ms(9));
  world_.scheduler().run_until_idle();
  EXPECT_EQ(newest().offset, Offset{2}) << "sealed";
  ASSERT_THAT(port_->delete_records(at("t"), Offset{3}), IsOkAnd(Offset{3}));
  EXPECT_EQ(newest().offset, Offset{3}) << "of those that are left";
  ASSERT_THAT(port_->delete_records(at("t"), Offset{8}), IsOk());
  EXPECT_EQ(newest().offset, Offset{22});
}

TEST_F(PortTest, KnowsWhereEpochsEnded) {  // L6, S18
  create("t");
  EXPECT_EQ(port_->leader_epoch(), LeaderEpoch{0});
  const auto end_of =
      [&](std::int32_t epoch) -> std::optional<std::pair<std::int32_t, std::int64_t>> {
    const auto found = log().end_of(LeaderEpoch{epoch}).value();
    if (!found) return std::nullopt;
    return std::pair{found->leader_epoch.value(), found->end.value()};
  };
  const auto ended = [](std::int32_t epoch, std::int64_t end) {
    return Optional(std::pair{epoch, end});
  };
  ASSERT_THAT(append(batch({"a", "b"})), IsOk());
  EXPECT_THAT(end_of(0), ended(0, 2));
  EXPECT_EQ(end_of(1), std::nullopt);
  crash();
  open();  // epoch 1: nothing is written in it
  crash();
  open();
  ASSERT_EQ(port_->leader_epoch(), LeaderEpoch{2});
  EXPECT_THAT(end_of(0), ended(0, 2));
  ASSERT_THAT(append(batch({"c"})), IsOk());
  crash();
  open();  // epoch 3
  for (const std::string_view state : {"unsealed", "sealed"}) {
    EXPECT_THAT(end_of(0), ended(0, 2)) << state;
    EXPECT_THAT(end_of(1), ended(0, 2)) << "the largest that is known";
    EXPECT_THAT(end_of(2), ended(2, 3)) << state;
    EXPECT_THAT(end_of(3), ended(3, 3)) << "its own";
    EXPECT_EQ(end_of(4), std::nullopt);
    ASSERT_THAT(engine_->roll(at("t")), IsOk());
    reopen();
  }
  ASSERT_THAT(port_->delete_records(at("t"), Offset{3}), IsOk());
  EXPECT_THAT(end_of(0), ended(0, 3)) << "older than all that is there";
}

TEST_F(PortTest, DeletesRecordsToTheOffset) {  // M13, S23
  create("t");
  for (int i = 0; i < 5; ++i) ASSERT_THAT(append(batch({"a", "b"})), IsOk());
  EXPECT_THAT(port_->delete_records(at("t"), Offset{3}), IsOkAnd(Offset{3}));
  EXPECT_THAT(port_->delete_records(at("t"), Offset{2}), IsOkAnd(Offset{3})) << "never back";
  EXPECT_THAT(port_->delete_records(at("t"), Offset{11}), IsError(ErrorCode::kOffsetOutOfRange));
  EXPECT_THAT(port_->delete_records(at("t"), Offset{-2}), IsError(ErrorCode::kOffsetOutOfRange));
  EXPECT_THAT(log().read(Offset{2}, Isolation::kReadUncommitted, kAll, true),
              IsError(ErrorCode::kOffsetOutOfRange));
  EXPECT_THAT(fetch(3), SizeIs(4)) << "the batch that it lies in comes whole";
  crash();
  open();
  EXPECT_EQ(log().offsets()->log_start, Offset{3}) << "durable";
  EXPECT_THAT(port_->delete_records(at("t"), std::nullopt), IsOkAnd(Offset{10}));
  EXPECT_THAT(fetch(10), IsEmpty());
  EXPECT_THAT(append(batch({"c"})), IsOkAnd(Offset{10}));
  EXPECT_EQ(log().append(batch({"c"}))->log_start, Offset{10});
}

}  // namespace
}  // namespace leat
