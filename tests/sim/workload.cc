#include "sim/workload.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <iterator>

#include "leat/options.h"
#include "leat/producer.h"
#include "leat/testing/simulated_disk.h"

namespace leat::simtest {
namespace {

constexpr std::int32_t kPartitionsOfAll = 8;  // so that an image stays cheap
constexpr int kCopies = 2;

std::vector<std::string> topics_there(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const auto& [name, promises] : scenario.truth().topics) {
    if (promises.is_there()) names.push_back(name);
  }
  return names;
}

std::int32_t partitions_there(const Scenario& scenario) {
  std::int32_t count = 0;
  for (const auto& [name, promises] : scenario.truth().topics) {
    if (promises.is_there()) count += promises.partitions_acked;
  }
  return count;
}

}  // namespace

const std::vector<Workload::Choice>& Workload::choices() {
  static const std::vector<Choice> kAll{
      {3, &Workload::create},         {1, &Workload::remove},
      {2, &Workload::add_partitions}, {1, &Workload::retain},
      {22, &Workload::append},        {6, &Workload::append_large},
      {8, &Workload::append_batch},   {5, &Workload::append_in_place},
      {6, &Workload::produce},        {6, &Workload::produce_packed},
      {8, &Workload::produce_to_all}, {4, &Workload::flush},
      {4, &Workload::flush_one},      {4, &Workload::roll},
      {8, &Workload::run_jobs},       {4, &Workload::let_pass},
      {1, &Workload::set_clock},      {1, &Workload::read},
      {4, &Workload::delete_records}, {3, &Workload::save_cursor},
      {1, &Workload::take_snapshot},  {1, &Workload::close},
      {2, &Workload::kill},           {2, &Workload::lose_power}};
  return kAll;
}

void Workload::play(Scenario& scenario) {
  EngineOptions options;
  options.mmap_appends = draw(4) != 0;
  options.journal_bytes = std::array{0, 64, 64, 256}.at(draw(4))
                          << 10U;  // it fills, and goes round
  options.max_mapped_partitions = std::array{0, 1, 1024, 1024}.at(draw(4));
  scenario.set_options(options);
  scenario.open();
  create(scenario);
  for (int left = draw(20, 200); left > 0; --left) {
    step(scenario);
    scenario.note_durable();
  }
  if (draw(2) == 0) scenario.close();
}

void Workload::step(Scenario& scenario) {
  std::uint64_t total = 0;
  for (const Choice& choice : choices()) total += choice.share;
  std::uint64_t drawn = draw(total);
  for (const Choice& choice : choices()) {
    if (drawn < choice.share) return (this->*choice.operation)(scenario);
    drawn -= choice.share;
  }
}

std::optional<std::string> Workload::any_topic(const Scenario& scenario) {
  const std::vector<std::string> names = topics_there(scenario);
  if (names.empty()) return std::nullopt;
  return names.at(draw(names.size()));
}

std::optional<Place> Workload::any_place(const Scenario& scenario) {
  const auto topic = any_topic(scenario);
  if (!topic) return std::nullopt;
  const auto partitions = scenario.truth().topics.at(*topic).partitions_acked;
  return Place(*topic, draw(0, partitions - 1));
}

// --- topics

void Workload::create(Scenario& scenario) {
  const std::int32_t room = kPartitionsOfAll - partitions_there(scenario);
  if (room < 1) return;
  // Names of topics that were deleted come back.
  const std::string name = "t" + std::to_string(draw(0, topics_));
  const auto known = scenario.truth().topics.find(name);
  if (known != scenario.truth().topics.end() && known->second.is_there()) return;
  ++topics_;
  const std::array levels{Durability::kProcess, Durability::kInterval, Durability::kSync,
                          Durability::kSync};
  const std::array sizes{"1536", "2048", "4096", "65536"};
  scenario.create(name, Shape{.level = levels.at(draw(levels.size())),
                              .partitions = draw(1, std::min(room, 4)),
                              .segment_bytes = sizes.at(draw(sizes.size()))});
}

void Workload::remove(Scenario& scenario) {
  if (const auto topic = any_topic(scenario)) scenario.remove(*topic);
}

void Workload::add_partitions(Scenario& scenario) {
  const auto topic = any_topic(scenario);
  if (!topic || partitions_there(scenario) >= kPartitionsOfAll) return;
  scenario.add_partitions(*topic, scenario.truth().topics.at(*topic).partitions_acked + 1);
}

void Workload::retain(Scenario& scenario) {
  if (const auto topic = any_topic(scenario)) {
    scenario.retain(*topic, std::to_string(86'400'000 + draw(1000)));
  }
}

// --- records

void Workload::append(Scenario& scenario) {
  if (const auto to = any_place(scenario)) {
    scenario.append(*to, draw(1, 4), 20 + draw(100));
  }
}

void Workload::append_large(Scenario& scenario) {
  if (const auto to = any_place(scenario)) scenario.append(*to, draw(1, 2), 300 + draw(600));
}

void Workload::append_batch(Scenario& scenario) {
  if (const auto to = any_place(scenario)) scenario.append_batch(*to, draw(2, 6), draw(150));
}

void Workload::append_in_place(Scenario& scenario) {
  const auto to = any_place(scenario);
  if (!to) return;
  if (draw(3) == 0) return scenario.append_abandoned(*to);
  scenario.append_claimed(*to);
}

void Workload::produce(Scenario& scenario) {
  if (const auto topic = any_topic(scenario)) {
    scenario.produce(*topic, draw(1, 4), {.acks = draw(2) == 0 ? Acks::kSync : Acks::kTopic});
  }
}

void Workload::produce_packed(Scenario& scenario) {
  const auto topic = any_topic(scenario);
  if (!topic) return;
  const std::array codecs{CompressionType::kNone, CompressionType::kGzip, CompressionType::kSnappy,
                          CompressionType::kLz4, CompressionType::kZstd};
  const int count = draw(2, 8);
  const auto codec = codecs.at(draw(codecs.size()));
  const auto linger = std::chrono::milliseconds(draw(3) * 5);
  const Acks acks = draw(2) == 0 ? Acks::kSync : Acks::kTopic;
  scenario.produce_packed(*topic, count, {.acks = acks, .compression = codec, .linger = linger});
}

void Workload::produce_to_all(Scenario& scenario) { scenario.produce_to_all(20 + draw(300)); }

void Workload::read(Scenario& scenario) {
  const auto from = any_place(scenario);
  if (!from) return;
  scenario.read(*from);
  scenario.find_time(*from);
}

void Workload::save_cursor(Scenario& scenario) {
  const auto place = any_place(scenario);
  if (!place) return;
  const PartitionPromises& promises =
      scenario.truth().topics.at(place->topic).partitions.at(place->partition);
  const auto first = static_cast<int>(promises.start_acked);
  const auto last = static_cast<int>(promises.acked_end());
  if (first <= last) scenario.save_cursor(*place, draw(first, last));
}

// --- keeping

void Workload::flush(Scenario& scenario) { scenario.flush(); }

void Workload::flush_one(Scenario& scenario) {
  if (const auto place = any_place(scenario)) scenario.flush(*place);
}

void Workload::roll(Scenario& scenario) {
  if (const auto place = any_place(scenario)) scenario.roll(*place);
}

void Workload::run_jobs(Scenario& scenario) { scenario.run_jobs(); }

void Workload::let_pass(Scenario& scenario) {
  scenario.let_pass(std::chrono::milliseconds(draw(1, 120)));
}

/// The host's clock is set, ten years forth or back (G31).
void Workload::set_clock(Scenario& scenario) {
  constexpr int kDays = 3650;
  auto& clock = scenario.world().clock();
  clock.set_wall(clock.now() + std::chrono::hours(24 * draw(-kDays, kDays)));
}

void Workload::delete_records(Scenario& scenario) {
  const auto place = any_place(scenario);
  if (!place) return;
  const PartitionPromises& promises =
      scenario.truth().topics.at(place->topic).partitions.at(place->partition);
  const std::int64_t end = promises.durable_end;  // readers of a `sync` topic see no more
  if (end <= promises.start_acked) return;
  const auto before =
      promises.start_acked + 1 +
      static_cast<std::int64_t>(draw(static_cast<std::uint64_t>(end - promises.start_acked)));
  scenario.delete_records(*place, before);
}

void Workload::take_snapshot(Scenario& scenario) {
  if (copies_ < kCopies) scenario.take_snapshot("/copy-" + std::to_string(copies_++));
}

// --- ending

void Workload::close(Scenario& scenario) {
  scenario.close();
  scenario.recover();
}

void Workload::kill(Scenario& scenario) {
  scenario.kill();
  scenario.recover();
}

void Workload::lose_power(Scenario& scenario) {
  scenario.lose_power(leat::testing::CrashOptions::random(draw(1'000'000)));
  scenario.recover();
}

}  // namespace leat::simtest
