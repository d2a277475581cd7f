#include "damage/image.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <span>
#include <stdexcept>

#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/options.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/testing/simulated_clock.h"
#include "leat/testing/simulated_scheduler.h"

#include "base/uuid.h"
#include "io/files.h"
#include "log/segment_name.h"
#include "record/batch_view.h"
#include "record/layout.h"
#include "support/records.h"

namespace leat::damage {
namespace {

using leat::testing::SimulatedClock;
using leat::testing::SimulatedScheduler;

constexpr std::int64_t kFirstTimeMs = 1'767'225'600'000;
/// Of the segment whose every byte is damaged: one block of its `.sum`.
constexpr std::size_t kSegmentBytes = std::size_t{64} * 1024;

void add_files(FileSystem& files, const std::string& directory, const std::string& prefix,
               Image& image) {
  const auto entries = files.list(directory).value();
  for (const DirectoryEntry& entry : entries) {
    const std::string path = directory + "/" + entry.name;
    if (entry.kind == EntryKind::kDirectory) {
      if (entry.name != "index") add_files(files, path, prefix + entry.name + "/", image);
    } else {
      image[prefix + entry.name] =
          std::make_shared<const Bytes>(io::read_file(files, path).value());
    }
  }
}

/// Fills partitions and notes what went in.
class Writer {
 public:
  Writer(Engine& engine, Prepared& prepared) : engine_(engine), prepared_(prepared) {}

  Record next(const Name& name, std::size_t size) {
    auto& truth = prepared_.truth[name];
    const std::string number = std::to_string(truth.size());
    Written written{.time_ms = kFirstTimeMs + static_cast<std::int64_t>(truth.size()) * 10,
                    .key = "key " + number,
                    .value = name.first + "-" + std::to_string(name.second) + " #" + number + ":"};
    // Every record and every place in it is different: what was moved is seen.
    for (std::size_t i = 0; written.value.size() < size; ++i) {
      written.value += static_cast<char>('a' + (i * 7 + truth.size() * 3 + i / 26) % 26);
    }
    truth.push_back(std::move(written));
    pending_.push_back(truth.back());
    const Written& kept = pending_.back();
    return {.key = kept.key,
            .value = kept.value,
            .timestamp = Timestamp{std::chrono::milliseconds{kept.time_ms}}};
  }

  /// A batch of `count` records of `size` bytes.
  void batch(const Name& name, int count, std::size_t size) {
    pending_.clear();
    pending_.reserve(static_cast<std::size_t>(count));  // the records are views of them
    std::vector<Record> records;
    for (int i = 0; i < count; ++i) records.push_back(next(name, size));
    auto appender = engine_.appender(name.first, PartitionId{name.second}).value();
    (void)appender.append(records).value();
  }

  /// The same, compressed.
  void packed(const Name& name, CompressionType codec, int count, std::size_t size) {
    pending_.clear();
    pending_.reserve(static_cast<std::size_t>(count));
    auto producer = engine_
                        .producer({.compression = codec,
                                   .linger = std::chrono::hours(1),
                                   .batch_bytes = std::size_t{1024} * 1024})
                        .value();
    for (int i = 0; i < count; ++i) {
      const Record record = next(name, size);
      producer.send_to({name.first, PartitionId{name.second}}, record).value();
    }
    producer.flush().value();
  }

  /// Batches of some sizes until the active segment holds `bytes`; then it is rolled.
  void segment(const Name& name, std::size_t bytes) {
    const std::size_t before = size(name);
    for (int n = 0; size(name) - before + 4500 < bytes; ++n)
      batch(name, 3 + n % 5, 500 + static_cast<std::size_t>(n % 3) * 40);
    roll(name);
  }

  void roll(const Name& name) { engine_.roll({name.first, PartitionId{name.second}}).value(); }

 private:
  std::size_t size(const Name& name) {
    std::size_t bytes = 0;
    for (const Written& written : prepared_.truth[name]) bytes += written.value.size() + 20;
    return bytes;
  }
  Engine& engine_;
  Prepared& prepared_;
  std::vector<Written> pending_;
};

void note_places(Engine& engine, Prepared& prepared) {
  for (const auto& [name, written] : prepared.truth) {
    const auto topic = engine.admin().describe_topic(name.first).value();
    prepared.place[name] =
        "logs/" + base::to_hex(topic.id) + "/" + std::to_string(name.second) + "/";
  }
}

void save_cursor(Engine& engine, Prepared& prepared) {
  prepared.cursor = 17;
  auto consumer = engine.consumer({.cursor = kCursor}).value();
  consumer.assign({support::partition_of("orders")}).value();
  for (const std::int64_t position : {std::int64_t{3}, prepared.cursor}) {
    consumer.seek(support::partition_of("orders"), Offset{position}).value();
    consumer.save().value();
  }
}

}  // namespace

Image image_of(FileSystem& files, const std::string& directory) {
  Image image;
  add_files(files, directory, "", image);
  return image;
}

Environment environment_over(const std::shared_ptr<FileSystem>& files) {
  Environment environment;
  const auto clock = std::make_shared<SimulatedClock>();
  environment.clock = clock;
  environment.scheduler = std::make_shared<SimulatedScheduler>(1, clock);
  environment.file_system = files;
  environment.random = [n = std::uint64_t{1}]() mutable { return n += 0x9e3779b97f4a7c15U; };
  environment.boot_id = "one boot";
  return environment;
}

void run_jobs(const Environment& environment) {
  dynamic_cast<SimulatedScheduler&>(*environment.scheduler).run_until_idle();
}

std::vector<BatchPlace> batches_of(const Bytes& log) {
  std::vector<BatchPlace> places;
  std::size_t at = 0;
  for (auto batch = record::BatchView::first_of(log); batch;
       batch = record::BatchView::first_of(std::span(log).subspan(at))) {
    const std::size_t end = at + batch->size_in_bytes();
    places.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end),
                      batch->base_offset().value(), batch->next_offset().value()});
    at = end;
  }
  return places;
}

bool is_whole_chain(const Bytes& log, Stop stop) {
  std::int64_t next = -1;
  std::size_t at = 0;
  for (auto batch = record::BatchView::first_of(log); batch;
       batch = record::BatchView::first_of(std::span(log).subspan(at))) {
    const bool follows = next == -1 || batch->base_offset().value() == next;
    if (batch->magic() != record::kMagic || batch->leader_epoch().value() != 0 || !follows ||
        !batch->crc_is_right())
      return false;
    next = batch->next_offset().value();
    at += batch->size_in_bytes();
  }
  const auto tail = std::span(log).subspan(at);
  return tail.empty() || (stop == Stop::kKilled &&
                          std::ranges::all_of(tail, [](std::byte b) { return b == std::byte{0}; }));
}

std::string Prepared::file(const Name& name, std::int64_t base, const char* suffix) const {
  return place.at(name) + log::segment_name(Offset{base}, suffix);
}

std::vector<std::int64_t> Prepared::bases(const Name& name) const {
  std::vector<std::int64_t> all;
  const std::string& prefix = place.at(name);
  for (auto at = files.lower_bound(prefix); at != files.end() && at->first.starts_with(prefix);
       ++at) {
    const auto base = log::parse_segment_name(at->first.substr(prefix.size()), log::kLogSuffix);
    if (base) all.push_back(base->value());
  }
  return all;
}

std::optional<Name> Prepared::owner(const std::string& path) const {
  for (const auto& [name, prefix] : place) {
    if (path.starts_with(prefix)) return name;
  }
  return std::nullopt;
}

Prepared prepare(Stop stop, const Extent& extent) {
  Prepared prepared;
  const auto files = memory_file_system();
  const Environment environment = environment_over(files);
  EngineOptions options;
  options.journal_bytes = 64 << 10;
  auto engine =
      Engine::open({.directory = kDirectory, .options = options, .environment = environment}).value();
  (void)engine.create_topic("orders", 2, {{"internal.segment.bytes", "66000"}}).value();
  (void)engine
      .create_topic("wide", 1,
                    {{"internal.segment.bytes", std::to_string(extent.wide_bytes + 20'000)}})
      .value();
  (void)engine.create_topic("packed", 1, {{"internal.segment.bytes", "66000"}}).value();
  Writer writer(engine, prepared);
  constexpr std::array kCodecs{CompressionType::kGzip, CompressionType::kSnappy,
                               CompressionType::kLz4, CompressionType::kZstd};
  for (std::int32_t partition = 0; partition < 2; ++partition) {
    const Name orders{"orders", partition};
    writer.segment(orders, kSegmentBytes);
    writer.segment(orders, 6000);
    writer.batch(orders, 3, 300);
  }
  writer.batch({"wide", 0}, 4, 100);
  writer.segment({"wide", 0}, extent.wide_bytes);
  for (const CompressionType codec : kCodecs) {
    if (extent.has_packed) writer.packed({"packed", 0}, codec, 20, 90);
  }
  run_jobs(environment);
  engine.flush().value();
  prepared.older = image_of(*files);

  for (std::int32_t partition = 0; partition < 2; ++partition) {
    for (int n = 0; n < 4; ++n) writer.batch({"orders", partition}, 2 + n, 200);
  }
  writer.batch({"wide", 0}, 4, 100);
  writer.roll({"packed", 0});
  for (const CompressionType codec : kCodecs) {
    if (extent.has_packed) writer.packed({"packed", 0}, codec, 10, 90);
  }
  save_cursor(engine, prepared);
  engine.admin().alter_configs("wide", {{"retention.ms", "86400000"}}).value();
  run_jobs(environment);
  engine.flush().value();
  note_places(engine, prepared);
  if (stop == Stop::kClean) engine.close().value();
  prepared.files = image_of(*files);
  return prepared;
}

}  // namespace leat::damage
