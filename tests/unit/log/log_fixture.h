#pragma once

/// \file
/// The words that the tests of the log are written in: append, roll, seal, close, reopen, kill, cut
/// the power, damage, read. The world is simulated; a log directory is "/t/0".

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/environment.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/testing/simulated_world.h"
#include "leat/types.h"

#include "base/try.h"
#include "io/files.h"
#include "log/log.h"
#include "log/segment_name.h"
#include "log/segment_reader.h"
#include "record/batch_builder.h"
#include "record/batch_view.h"
#include "record/compression.h"
#include "record/record_cursor.h"
#include "record/validate.h"
#include "unit/io/result_matchers.h"

namespace leat::log {

using leat::testing::IsError;
using leat::testing::IsErrorSaying;
using leat::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Bytes = std::vector<std::byte>;

/// A record as it was read, owning its bytes.
struct Got {
  std::int64_t offset = 0;
  std::int64_t time = 0;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
  friend bool operator==(const Got&, const Got&) = default;
};

inline void PrintTo(const Got& got, std::ostream* out) {
  *out << got.offset << "@" << got.time << "=" << got.value.value_or("null");
}

inline std::optional<std::string> text_of(BytesView bytes) {
  if (bytes.is_null()) return std::nullopt;
  return std::string(bytes.text());
}

inline Timestamp at_ms(std::int64_t ms) { return Timestamp{std::chrono::milliseconds{ms}}; }

/// Adds the records of a piece that are not to be skipped.
inline void take(const Piece& piece, std::vector<Got>& into) {
  const auto walk = [&](record::RecordCursor cursor) {
    RecordView record;
    while (cursor.next(record)) {
      if (record.offset < piece.first) continue;
      Got got{.offset = record.offset.value(),
              .time = record.timestamp.time_since_epoch().count(),
              .key = text_of(record.key),
              .value = text_of(record.value),
              .headers = {}};
      for (const Header& header : record.headers) {
        got.headers.emplace_back(std::string(header.key), text_of(header.value));
      }
      into.push_back(std::move(got));
    }
    EXPECT_TRUE(cursor.ok());
  };
  if (piece.records_of) {
    walk({piece.bytes, *piece.records_of});
    return;
  }
  for (auto rest = piece.bytes; !rest.empty();) {
    const auto batch = record::BatchView::first_of(rest);
    ASSERT_TRUE(batch) << "a piece is whole batches";
    const auto records =
        record::decompress(batch->compression(), batch->records(), std::size_t{1} << 24U).value();
    walk({records, batch->record_base()});
    rest = rest.subspan(batch->size_in_bytes());
  }
}

class LogFixture : public ::testing::Test {
 protected:
  static constexpr const char* kTopic = "/t";
  static constexpr const char* kDirectory = "/t/0";
  static constexpr const char* kCut = "/cut";

  LogFixture() {
    options_.segment_bytes = 128 * 1024;
    options_.max_message_bytes = 100 * 1024;
  }

  // The log's life.

  Result<void> try_open(bool recover) {
    environment_ = world_.environment(on_step_);
    state_.recover = recover;
    auto opened = Log::open(environment_,
                            {.directory = kDirectory, .cut_directory = kCut, .shared = shared_},
                            options_, state_, sealed_index_);
    if (!opened) return std::move(opened).error();
    log_ = *std::move(opened);
    return {};
  }
  void open() { ASSERT_THAT(try_open(false), IsOk()); }
  void recover() { ASSERT_THAT(try_open(true), IsOk()); }
  void sync() { ASSERT_THAT(log().sync(log().sync_point()), IsOk()); }
  void seal() {
    while (*log().seal_next()) {
    }
  }
  void roll() { ASSERT_THAT(log().roll(), IsOk()); }
  void close() {
    sync();
    ASSERT_THAT(log().close_files(), IsOk());
    log_.reset();
  }
  void reopen() {
    close();
    open();
  }
  /// kill -9: the page cache stays. The epoch rises, as the engine's open counter does (S18).
  void kill() {
    world_.kill();
    log_.reset();
    state_.epoch = LeaderEpoch{state_.epoch.value() + 1};
    state_.host_rebooted = false;
  }
  void cut_power(const leat::testing::CrashOptions& crash) {
    world_.crash(crash);
    log_.reset();
    state_.epoch = LeaderEpoch{state_.epoch.value() + 1};
    state_.host_rebooted = true;
  }
  Log& log() {
    if (!log_) open();
    return *log_;
  }

  // Appending.

  std::int64_t append(const Record& record) {
    const auto offset = log().append(record, now_);
    EXPECT_THAT(offset, IsOk());
    return offset ? offset->value() : -1;
  }
  std::int64_t append(const std::string& value) { return append(Record{.value = value}); }
  /// Records as one whole batch, `now_` their time.
  std::int64_t append_batch(const std::vector<std::string>& values,
                            const record::BatchOptions& batch = {}) {
    const auto offset = try_append_batch(values, batch);
    EXPECT_THAT(offset, IsOk());
    return offset ? offset->value() : -1;
  }
  Result<Offset> try_append_batch(const std::vector<std::string>& values,
                                  const record::BatchOptions& batch = {}) {
    record::BatchBuilder builder(batch);
    for (const std::string& value : values) {
      EXPECT_TRUE(builder.append({.value = value}, at_ms(now_)));
    }
    const auto bytes = builder.finish().value();
    return log().append(record::validate(bytes, {.batch_size_max = 1 << 24}).value());
  }
  void append_many(int count, std::size_t size = 100) {
    for (int i = 0; i < count; ++i) append(numbered(log().log_end().value(), size));
  }
  /// "17:xxxx…": a value that tells its offset.
  static std::string numbered(std::int64_t offset, std::size_t size = 100) {
    std::string value = std::to_string(offset) + ":";
    value.resize(std::max(size, value.size()), 'x');
    return value;
  }
  void map() { log().want_mapped(true); }

  // Reading.

  Result<std::vector<Got>> try_read(std::int64_t from = 0, std::size_t bytes_max = 4096) {
    std::vector<Got> all;
    LEAT_TRY(auto reader, log().reader_at(Offset{from}));
    while (reader) {
      LEAT_TRY(const auto* const piece, reader->next(bytes_max));
      if (piece) {
        take(*piece, all);
      } else if (reader->is_at_end()) {
        reader = log().reader_behind(*reader->segment());
      } else {
        break;
      }
    }
    return all;
  }
  std::vector<Got> read(std::int64_t from = 0, std::size_t bytes_max = 4096) {
    auto all = try_read(from, bytes_max);
    EXPECT_THAT(all, IsOk());
    return all ? *std::move(all) : std::vector<Got>();
  }
  std::vector<std::string> values(std::int64_t from = 0, std::size_t bytes_max = 4096) {
    std::vector<std::string> values;
    for (const Got& got : read(from, bytes_max)) values.push_back(got.value.value_or("null"));
    return values;
  }
  /// That [from, log end) are numbered records without a gap, each at its offset.
  void expect_all_numbered(std::int64_t from, std::int64_t end) {
    const auto all = read(from);
    ASSERT_EQ(all.size(), static_cast<std::size_t>(end - from));
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto offset = from + static_cast<std::int64_t>(i);
      ASSERT_EQ(all[i].offset, offset);
      ASSERT_EQ(all[i].value->substr(0, all[i].value->find(':')), std::to_string(offset));
    }
    EXPECT_EQ(log().log_end().value(), end);
  }

  // Files.

  FileSystem& files() { return world_.disk(); }
  static std::string path_of(std::int64_t base, std::string_view suffix = kLogSuffix) {
    return std::string(kDirectory) + "/" + segment_name(Offset{base}, suffix);
  }
  Bytes bytes_of(const std::string& path) { return io::read_file(files(), path).value(); }
  Bytes segment(std::int64_t base = 0) { return bytes_of(path_of(base)); }
  void put(const std::string& path, std::span<const std::byte> bytes) {
    const auto file = files().open(path, OpenMode::kCreate).value();
    file->truncate(0).value();
    file->write(0, bytes).value();
    file->sync().value();
    file->close().value();
  }
  void flip(std::int64_t base, std::size_t position) {
    Bytes bytes = segment(base);
    bytes.at(position) ^= std::byte{0x10};
    put(path_of(base), bytes);
  }
  std::vector<std::string> names_in(const std::string& directory) {
    std::vector<std::string> names;
    const auto entries = files().list(directory).value();
    for (const DirectoryEntry& entry : entries) names.push_back(entry.name);
    return names;
  }
  bool exists(const std::string& path) { return files().exists(path).value(); }
  /// A log of one closed batch a record, all of `count` records, closed; its file.
  Bytes closed_batches(int count, std::size_t size = 100) {
    append_many(count, size);
    close();
    return segment();
  }
  /// A directory that holds just this file, as another process would have left it.
  void plant(std::span<const std::byte> bytes, std::int64_t base = 0) {
    (void)files().create_directory(kTopic);
    (void)files().create_directory(kDirectory);
    put(path_of(base), bytes);
    files().sync_directory(kDirectory).value();
    files().sync_directory(kTopic).value();
    files().sync_directory("/").value();
  }

  std::uint64_t seed_ = 1;
  leat::testing::SimulatedWorld world_{seed_};
  StepObserver on_step_;
  LogOptions options_;
  LogState state_{.epoch = LeaderEpoch{3}, .log_start = Offset{0}};
  SealedIndex* sealed_index_ = nullptr;
  std::shared_ptr<Shared> shared_;
  Environment environment_;
  std::unique_ptr<Log> log_;
  std::int64_t now_ = 1'000'000;
};

/// Positions of the batches of a segment's bytes, and their end last.
inline std::vector<std::size_t> batch_positions(std::span<const std::byte> bytes) {
  std::vector<std::size_t> positions{0};
  while (const auto batch = record::BatchView::first_of(bytes.subspan(positions.back()))) {
    positions.push_back(positions.back() + batch->size_in_bytes());
  }
  return positions;
}

}  // namespace leat::log
