// Random operations of the whole public API, done to an engine and to a model; both agree after
// each (T1, G6-G9). More: engine_property_test --runs=100 --seed=1000

#include "support/model.h"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/testing/simulated_world.h"
#include "leat/types.h"

#include "support/records.h"
#include "support/temp_directory.h"
#include "unit/io/result_matchers.h"

namespace leat::support {
namespace {

using ::testing::ElementsAreArray;
using testing::IsError;
using testing::IsOk;
using testing::IsOkAnd;

std::uint64_t g_seed = 1;  // NOLINT: set by main
int g_runs = 15;           // NOLINT: of each file system, set by main
constexpr int kOperations = 150;

/// Where an engine lives, and what is left when it dies.
class Home {
 public:
  explicit Home(const std::string& kind, std::uint64_t seed) : world_(seed), kind_(kind) {
    if (kind == "memory") files_ = memory_file_system();
  }
  OpenOptions options() {
    OpenOptions options{.directory = is_posix() ? real_ / "log" : "/log"};
    if (kind_ == "memory") options.environment.file_system = files_;
    if (kind_ == "simulated") options.environment = world_.environment();
    return options;
  }
  std::string snapshot_path() {
    const std::string name = "snapshot-" + std::to_string(snapshots_++);
    return is_posix() ? real_ / name : "/" + name;
  }
  void died() {
    if (kind_ == "simulated") world_.kill();
  }
  void run_jobs() {
    if (kind_ == "simulated") world_.scheduler().run_until_idle();
  }
  /// The views may be deleted while closed; elsewhere they are in memory and gone anyway.
  void delete_index() {
    if (is_posix()) std::filesystem::remove_all(real_ / "log/index");
  }

 private:
  [[nodiscard]] bool is_posix() const { return kind_ == "posix"; }
  TempDirectory real_;
  testing::SimulatedWorld world_;
  std::shared_ptr<FileSystem> files_;
  std::string kind_;
  int snapshots_ = 0;
};

class Player {
 public:
  Player(Home& home, std::uint64_t seed) : home_(home), random_(seed) { open(); }

  void step() {
    const std::vector<std::pair<int, std::function<void()>>> operations{{4, [&] { create_topic(); }},
                                                                        {2, [&] { delete_topic(); }},
                                                                        {2, [&] { add_partitions(); }},
                                                                        {30, [&] { append(); }},
                                                                        {8, [&] { append_batch(); }},
                                                                        {6, [&] { append_claimed(); }},
                                                                        {12, [&] { produce(); }},
                                                                        {6, [&] { produce_all(); }},
                                                                        {5, [&] { look_up_time(); }},
                                                                        {4, [&] { flush(); }},
                                                                        {5, [&] { roll(); }},
                                                                        {3, [&] { delete_records(); }},
                                                                        {3, [&] { alter(); }},
                                                                        {3, [&] { save_cursor(); }},
                                                                        {2, [&] { close_and_reopen(); }},
                                                                        {3, [&] { die_and_reopen(); }},
                                                                        {1, [&] { snapshot(); }},
                                                                        {5, [&] { home_.run_jobs(); }}};
    int weight = 0;
    for (const auto& [share, operation] : operations) weight += share;
    int left = static_cast<int>(draw(static_cast<std::uint64_t>(weight)));
    for (const auto& [share, operation] : operations) {
      left -= share;
      if (left >= 0) continue;
      operation();
      break;
    }
    check_some();
  }
  void check_all(const Engine& engine) {
    for (const auto& [name, topic] : model_) {
      for (std::size_t p = 0; p < topic.partitions.size(); ++p) check(engine, name, p);
    }
  }
  void check_all() { check_all(*engine_); }

 private:
  std::uint64_t draw(std::uint64_t below) { return random_() % below; }
  struct Place {
    std::string topic;
    std::size_t number;
    ModelPartition* model;
    [[nodiscard]] TopicPartition name() const {
      return partition_of(topic, static_cast<std::int32_t>(number));
    }
  };
  std::optional<std::string> any_topic() {
    if (model_.empty()) return std::nullopt;
    return std::next(model_.begin(), static_cast<std::ptrdiff_t>(draw(model_.size())))->first;
  }
  std::optional<Place> any_partition() {
    const auto topic = any_topic();
    if (!topic) return std::nullopt;
    auto& partitions = model_[*topic].partitions;
    const std::size_t number = draw(partitions.size());
    return Place{*topic, number, &partitions[number]};
  }
  Got any_record() {
    Got got{.time_ms = 1'700'000'000'000 + clock_++ * 10 - static_cast<std::int64_t>(draw(15))};
    if (draw(3) != 0) got.key = "k" + std::to_string(draw(20));
    if (draw(10) != 0)
      got.value = std::string(draw(draw(8) == 0 ? 1500 : 80), static_cast<char>('a' + draw(26)));
    for (std::uint64_t n = draw(4) == 0 ? draw(3) : 0; n > 0; --n)
      got.headers.emplace_back("h" + std::to_string(n), "x");
    return got;
  }
  /// Views of a model's record, valid as long as it and `headers`.
  static Record view(const Got& got, std::vector<Header>& headers) {
    for (const auto& [key, value] : got.headers) headers.push_back({key, *value});
    const auto bytes = [](const std::optional<std::string>& text) {
      return text ? BytesView(*text) : BytesView();
    };
    return {.key = bytes(got.key),
            .value = bytes(got.value),
            .headers = headers,
            .timestamp = Timestamp{std::chrono::milliseconds{got.time_ms}}};
  }

  // --- operations
  // --------------------------------------------------------------------------------------

  void open() {
    auto opened = Engine::open(home_.options());
    ASSERT_THAT(opened, IsOk());
    engine_.emplace(*std::move(opened));
  }
  void create_topic() {
    const std::string name = "t" + std::to_string(draw(4));
    const auto partitions = static_cast<std::int32_t>(1 + draw(3));
    ConfigMap configs{{"internal.segment.bytes", std::to_string(12000 + draw(4000))}};
    if (draw(3) == 0) configs["flush.messages"] = "1";
    const auto made = engine_->create_topic(name, partitions, configs);
    if (model_.contains(name)) {
      EXPECT_THAT(made, IsError(ErrorCode::kTopicAlreadyExists));
      return;
    }
    ASSERT_THAT(made, IsOk());
    model_[name].partitions.resize(static_cast<std::size_t>(partitions));
  }
  void delete_topic() {
    const auto topic = any_topic();
    if (!topic) return;
    ASSERT_THAT(engine_->admin().delete_topic(*topic), IsOk());
    model_.erase(*topic);
    EXPECT_THAT(engine_->offsets(partition_of(*topic)),
                IsError(ErrorCode::kUnknownTopicOrPartition));
  }
  void add_partitions() {
    const auto topic = any_topic();
    if (!topic || model_[*topic].partitions.size() >= 5) return;
    auto& partitions = model_[*topic].partitions;
    ASSERT_THAT(
        engine_->admin().add_partitions(*topic, static_cast<std::int32_t>(partitions.size() + 1)),
        IsOk());
    partitions.emplace_back();
  }
  void append() {
    const auto place = any_partition();
    if (!place) return;
    auto appender = engine_->appender(place->topic, place->name().partition);
    ASSERT_THAT(appender, IsOk());
    for (std::uint64_t n = draw(8); n > 0; --n) {
      std::vector<Header> headers;
      const Got got = any_record();
      ASSERT_THAT(appender->append(view(got, headers)), IsOkAnd(Offset{place->model->end()}));
      place->model->append(got);
    }
  }
  void append_batch() {
    const auto place = any_partition();
    if (!place) return;
    auto appender = engine_->appender(place->topic, place->name().partition);
    ASSERT_THAT(appender, IsOk());
    std::vector<Got> gots;
    for (std::uint64_t n = 1 + draw(5); n > 0; --n) gots.push_back(any_record());
    std::vector<std::vector<Header>> headers(gots.size());
    std::vector<Record> records;
    for (std::size_t n = 0; n < gots.size(); ++n) records.push_back(view(gots[n], headers[n]));
    ASSERT_THAT(appender->append(records), IsOkAnd(Offset{place->model->end()}));
    for (Got& got : gots) place->model->append(std::move(got));
  }
  void append_claimed() {
    const auto place = any_partition();
    if (!place) return;
    auto appender = engine_->appender(place->topic, place->name().partition);
    ASSERT_THAT(appender, IsOk());
    const std::string value(1 + draw(300), 'c');
    const auto span = appender->claim(value.size(), "claimed");
    ASSERT_THAT(span, IsOk());
    if (draw(4) == 0) return appender->abandon();
    std::memcpy(span->data(), value.data(), value.size());
    ASSERT_THAT(appender->commit(), IsOkAnd(Offset{place->model->end()}));
    // Its time is the engine's own.
    const auto read = read_all(*engine_, place->name(), Offset{place->model->end()});
    ASSERT_THAT(read, IsOkAnd(::testing::SizeIs(1)));
    EXPECT_EQ(read->front().value, value);
    place->model->append(read->front());
  }
  void produce() {
    const auto topic = any_topic();
    if (!topic) return;
    auto producer = engine_->producer({.compression = static_cast<CompressionType>(draw(5))});
    ASSERT_THAT(producer, IsOk());
    for (std::uint64_t n = 1 + draw(4); n > 0; --n) {
      std::vector<Header> headers;
      const Got got = any_record();
      const auto sent = producer->send(*topic, view(got, headers));
      ASSERT_THAT(sent, IsOk());
      auto& partition =
          model_[*topic].partitions.at(static_cast<std::size_t>(sent->partition.value()));
      ASSERT_EQ(sent->offset.value(), partition.end());
      partition.append(got);
    }
  }
  void produce_all() {
    const auto topic = any_topic();
    if (!topic) return;
    auto producer = engine_->producer();
    ASSERT_THAT(producer, IsOk());
    std::vector<Got> gots;
    for (std::uint64_t n = 1 + draw(6); n > 0; --n) gots.push_back(any_record());
    std::vector<std::vector<Header>> headers(gots.size());
    std::vector<Record> records;
    for (std::size_t n = 0; n < gots.size(); ++n) records.push_back(view(gots[n], headers[n]));
    const auto sent = producer->send_all(*topic, records);
    ASSERT_THAT(sent, IsOkAnd(::testing::SizeIs(gots.size())));
    for (std::size_t n = 0; n < gots.size(); ++n) {
      auto& partition =
          model_[*topic].partitions.at(static_cast<std::size_t>(sent->at(n).partition.value()));
      ASSERT_EQ(sent->at(n).offset.value(), partition.end());
      partition.append(gots[n]);
    }
  }
  void look_up_time() {
    const auto place = any_partition();
    if (!place) return;
    const std::int64_t time =
        1'700'000'000'000 +
        static_cast<std::int64_t>(draw(static_cast<std::uint64_t>(clock_ * 10 + 20)));
    const auto found =
        engine_->offset_for_time(place->name(), Timestamp{std::chrono::milliseconds{time}});
    ASSERT_THAT(found, IsOk());
    const auto expected = place->model->at_time(time);
    ASSERT_EQ(found->has_value(), expected.has_value()) << time;
    if (!expected) return;
    EXPECT_EQ((*found)->value(), *expected) << time;
  }
  void flush() {
    ASSERT_THAT(engine_->flush(), IsOk());
    for (const auto& [name, topic] : model_) {
      EXPECT_EQ(engine_->offsets(partition_of(name))->durable.value(), topic.partitions[0].end());
    }
  }
  void roll() {
    const auto place = any_partition();
    if (!place) return;
    ASSERT_THAT(engine_->roll(place->name()), IsOk());
  }
  void delete_records() {
    const auto place = any_partition();
    if (!place) return;
    const auto before =
        static_cast<std::int64_t>(draw(static_cast<std::uint64_t>(place->model->end() + 1)));
    const auto start = engine_->delete_records(place->name(), Offset{before});
    ASSERT_THAT(start, IsOk());
    EXPECT_LE(start->value(), std::max(before, place->model->log_start));
    EXPECT_GE(start->value(), place->model->log_start);
    place->model->log_start = start->value();
  }
  void alter() {
    const auto topic = any_topic();
    if (!topic) return;
    ModelTopic& model = model_[*topic];
    model.retention_ms = draw(2) == 0 ? std::to_string(1'000'000'000 + draw(1000)) : "-1";
    ASSERT_THAT(engine_->admin().alter_configs(*topic, {{"retention.ms", model.retention_ms}}),
                IsOk());
  }
  void save_cursor() {
    const auto place = any_partition();
    if (!place) return;
    auto consumer = engine_->consumer({.cursor = "c"});
    ASSERT_THAT(consumer, IsOk());
    ASSERT_THAT(consumer->assign({place->name()}), IsOk());
    const std::int64_t start = place->model->log_start;
    const std::int64_t to =
        start + static_cast<std::int64_t>(
                    draw(static_cast<std::uint64_t>(place->model->end() - start + 1)));
    ASSERT_THAT(consumer->seek(place->name(), Offset{to}), IsOk());
    ASSERT_THAT(consumer->save(), IsOk());
    model_[place->topic].cursor[place->number] = to;
  }
  void close_and_reopen() {
    const auto hash = engine_->state_hash();
    ASSERT_THAT(hash, IsOk());
    ASSERT_THAT(engine_->close(), IsOk());
    if (draw(2) == 0) home_.delete_index();
    open();
    EXPECT_TRUE(engine_->recovery().was_clean);
    EXPECT_THAT(engine_->state_hash(), IsOkAnd(*hash));  // G6
    check_all();
  }
  void die_and_reopen() {
    if (draw(2) == 0) home_.died();
    engine_.reset();
    if (draw(3) == 0) home_.delete_index();
    open();
    EXPECT_FALSE(engine_->recovery().was_clean);
    check_all();
  }
  void snapshot() {
    OpenOptions options = home_.options();
    options.directory = home_.snapshot_path();
    ASSERT_THAT(engine_->snapshot(options.directory), IsOk());
    const auto copy = Engine::open(std::move(options));
    ASSERT_THAT(copy, IsOk());
    check_all(*copy);
  }

  // --- comparing
  // ---------------------------------------------------------------------------------------

  void check_some() {
    std::vector<std::string> names;
    for (const auto& [name, topic] : model_) names.push_back(name);
    ASSERT_THAT(engine_->admin().list_topics(), IsOkAnd(ElementsAreArray(names)));
    if (const auto place = any_partition()) check(*engine_, place->topic, place->number);
  }
  void check(const Engine& engine, const std::string& topic, std::size_t number) {
    const ModelTopic& model = model_.at(topic);
    const ModelPartition& partition = model.partitions.at(number);
    const TopicPartition name = partition_of(topic, static_cast<std::int32_t>(number));
    SCOPED_TRACE(topic + "-" + std::to_string(number));
    const auto offsets = engine.offsets(name);
    ASSERT_THAT(offsets, IsOk());
    EXPECT_EQ(offsets->log_start.value(), partition.log_start);
    EXPECT_EQ(offsets->log_end.value(), partition.end());
    const std::int64_t from =
        partition.log_start + static_cast<std::int64_t>(draw(static_cast<std::uint64_t>(
                                  partition.end() - partition.log_start + 1)));
    ASSERT_THAT(read_all(engine, name, Offset{from}),
                IsOkAnd(ElementsAreArray(partition.from(from))));
    const auto configs = engine.admin().describe_configs(topic);
    ASSERT_THAT(configs, IsOk());
    EXPECT_EQ(std::ranges::find(*configs, "retention.ms", &ConfigEntry::name)->value,
              model.retention_ms);
    // One below the log start is the next poll's to reset.
    const auto saved = model.cursor.find(number);
    if (saved != model.cursor.end() && saved->second >= partition.log_start) {
      auto consumer = engine.consumer({.cursor = "c"});
      ASSERT_THAT(consumer->assign({name}), IsOk());
      EXPECT_EQ(consumer->position(name)->offset.value(), saved->second);
    }
  }

  Home& home_;
  std::mt19937_64 random_;
  std::optional<Engine> engine_;
  Model model_;
  std::int64_t clock_ = 0;
};

class EngineAndModel : public ::testing::TestWithParam<const char*> {};

TEST_P(EngineAndModel, AgreeAfterEachOperation) {
  for (int run = 0; run < g_runs; ++run) {
    const std::uint64_t seed = g_seed + static_cast<std::uint64_t>(run);
    SCOPED_TRACE("--seed=" + std::to_string(seed) + " --runs=1");
    Home home(GetParam(), seed);
    Player player(home, seed);
    for (int n = 0; n < kOperations; ++n) {
      SCOPED_TRACE("operation " + std::to_string(n));
      player.step();
      if (HasFailure()) return;
    }
    player.check_all();
  }
  std::printf("%s: %d operations, seeds from %llu\n", GetParam(), g_runs * kOperations,
              static_cast<unsigned long long>(g_seed));
}

INSTANTIATE_TEST_SUITE_P(, EngineAndModel, ::testing::Values("posix", "memory", "simulated"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace leat::support

int main(int count, char** words) {
  ::testing::InitGoogleTest(&count, words);
  for (const std::string_view word : std::span(words, static_cast<std::size_t>(count)).subspan(1)) {
    if (word.starts_with("--seed="))
      leat::support::g_seed = std::strtoull(word.data() + 7, nullptr, 10);
    if (word.starts_with("--runs=")) leat::support::g_runs = std::atoi(word.data() + 7);
  }
  return RUN_ALL_TESTS();
}
