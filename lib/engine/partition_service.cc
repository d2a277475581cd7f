#include "engine/partition_service.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "engine/engine_impl.h"
#include "engine/guarded.h"
#include "log/log.h"
#include "log/segment_reader.h"
#include "partition/append.h"
#include "partition/fetch.h"
#include "partition/partition.h"
#include "partition/waiters.h"
#include "record/layout.h"
#include "record/rewrite.h"
#include "record/validate.h"
#include "service/partition_log.h"

namespace leat::engine {
namespace {

using partition::Partition;

/// What became of a producer's bytes on their way to the log.
class Incoming {
 public:
  Incoming(const TopicOptions& options, Timestamp now) : options_(options), now_(now) {}

  /// The batch as it is to be stored; valid as long as this and `records` are.
  Result<record::ValidatedBatch> check(std::span<const std::byte> records) {
    if (records.empty()) {
      return Error(ErrorCode::kInvalidRecord, "no batch at all where there must be one (B5)");
    }
    LEAT_TRY(const auto batch,
             record::validate(records, {.batch_size_max =
                                            static_cast<std::size_t>(options_.max_message_bytes)}));
    if (batch.size() != records.size()) {
      return Error(ErrorCode::kInvalidRecord,
                   fmt::format("{} bytes follow the first batch; a partition takes one batch at a "
                               "time (B5)",
                               records.size() - batch.size()));
    }
    if (batch.view().is_transactional()) {
      return Error(ErrorCode::kInvalidTxnState, "there is no transaction that it could belong to");
    }
    LEAT_TRY_VOID(check_times(batch));
    return stored(batch);
  }

 private:
  Result<void> check_times(const record::ValidatedBatch& batch) const {
    if (batch.view().timestamp_type() == record::TimestampType::kLogAppendTime) {
      return Error(ErrorCode::kInvalidTimestamp,
                   "a producer's batch has LogAppendTime; only the log says when that is (B6)");
    }
    for (const Timestamp time : {batch.facts().min_timestamp, batch.facts().max_timestamp}) {
      if (time.time_since_epoch().count() == record::kNoTimestamp) continue;  // B11
      LEAT_TRY_VOID(partition::check_timestamp(options_, time, now_));
    }
    return {};
  }

  Result<record::ValidatedBatch> stored(const record::ValidatedBatch& batch) {
    record::Rewrite to{.compression = batch.view().compression(),
                       .max_timestamp = batch.facts().max_timestamp};
    if (options_.compression_type != CompressionType::kProducer) {
      to.compression = static_cast<record::Compression>(options_.compression_type);
      to.level = level();
    }
    const bool is_dated_here = options_.message_timestamp_type == TimestampType::kLogAppendTime;
    if (is_dated_here) {  // B12
      to.timestamp_type = record::TimestampType::kLogAppendTime;
      to.max_timestamp = now_;
    }
    const bool keeps_all = to.compression == batch.view().compression() && !is_dated_here &&
                           batch.max_timestamp_is_right();
    if (keeps_all) [[likely]]
      return batch;
    return record::rewrite(batch, to, rewritten_);  // B12, B14
  }

  [[nodiscard]] std::optional<int> level() const {
    switch (options_.compression_type) {
      case CompressionType::kGzip:
        if (options_.compression_gzip_level == -1) return std::nullopt;
        return options_.compression_gzip_level;
      case CompressionType::kLz4:
        return options_.compression_lz4_level;
      case CompressionType::kZstd:
        return options_.compression_zstd_level;
      case CompressionType::kProducer:
      case CompressionType::kNone:
      case CompressionType::kSnappy:
        return std::nullopt;
    }
    return std::nullopt;
  }

  const TopicOptions& options_;
  const Timestamp now_;
  std::vector<std::byte> rewritten_;
};

class PartitionService final : public service::PartitionLog {
 public:
  PartitionService(std::shared_ptr<Engine::Impl> engine, std::shared_ptr<const ServedTopic> topic,
                   std::size_t index)
      : engine_(std::move(engine)),
        topic_(std::move(topic)),
        partition_(topic_->partitions[index]) {}

  Result<service::BatchPlace> append(std::span<const std::byte> records) override {
    return guarded([&] { return append_checked(records); });
  }

  void when_durable(Offset end, std::function<void(const Result<void>&)> done) override {
    auto log = open_log(true);
    if (!log) return done(std::move(log).error());  // no thread of the engine may be left
    partition_->when_durable(end, std::move(done));
  }
  [[nodiscard]] Durability durability() const override { return partition_->durability(); }

  [[nodiscard]] Result<PartitionOffsets> offsets() override {
    return guarded([&] { return partition_->offsets(); });
  }

  [[nodiscard]] std::size_t readable_bytes(Offset from, service::Isolation /*isolation*/,
                                           std::size_t enough) override {
    const auto log = open_log(false);
    if (!log) return enough;  // `read` tells why
    return static_cast<std::size_t>((*log)->bytes_from(from, enough));
  }

  [[nodiscard]] Result<std::vector<service::Slice>> read(Offset from,
                                                         service::Isolation /*isolation*/,
                                                         std::size_t bytes_max,
                                                         bool first_whole) override {
    return guarded([&] { return read_batches(from, bytes_max, first_whole); });
  }

  void arm(const std::shared_ptr<service::Waiter>& waiter) override {
    partition_->waiters().arm(
        {waiter, [](void* armed) noexcept { static_cast<service::Waiter*>(armed)->wake(); }});
  }
  void disarm(const service::Waiter* waiter) override { partition_->waiters().disarm(waiter); }

  [[nodiscard]] Result<std::optional<service::RecordPlace>> find(
      Timestamp time, service::Isolation /*isolation*/) override {
    return place_of([&](log::Log& log) { return log.find(time); });
  }
  [[nodiscard]] Result<std::optional<service::RecordPlace>> find_newest() override {
    return place_of([](log::Log& log) { return log.find_newest(); });
  }

  [[nodiscard]] Result<std::optional<service::EpochEnd>> end_of(LeaderEpoch epoch) override {
    return guarded([&]() -> Result<std::optional<service::EpochEnd>> {
      LEAT_TRY(log::Log* const log, open_log(false));
      LEAT_TRY(const auto found, log->end_of(epoch));
      if (!found) return std::optional<service::EpochEnd>();
      return std::optional(service::EpochEnd{found->leader_epoch, found->end});
    });
  }

  [[nodiscard]] std::uint64_t size_in_bytes() override {
    const auto log = open_log(false);
    return log ? (*log)->size_in_bytes() : 0;
  }

 private:
  Result<log::Log*> open_log(bool writing) {
    return guarded([&]() -> Result<log::Log*> {
      LEAT_TRY_VOID(partition_->check(writing));
      return partition_->log();
    });
  }

  Result<service::BatchPlace> append_checked(std::span<const std::byte> records) {
    LEAT_TRY_VOID(partition_->check(true));
    Incoming incoming(topic_->options, engine_->environment().clock->now());
    LEAT_TRY(const record::ValidatedBatch batch, incoming.check(records));
    LEAT_TRY(const partition::Appended appended, partition::append(*partition_, batch));
    service::BatchPlace place{
        .base_offset = appended.base_offset,
        .end = appended.base_offset + (std::int64_t{batch.view().last_offset_delta()} + 1),
        .log_append_time = std::nullopt,
        .log_start = partition_->opened_log().log_start()};
    if (batch.view().timestamp_type() == record::TimestampType::kLogAppendTime) {
      place.log_append_time = appended.was_there ? appended.time : batch.view().max_timestamp();
    }
    return place;
  }

  Result<std::vector<service::Slice>> read_batches(Offset from, std::size_t bytes_max,
                                                   bool first_whole) {
    std::vector<service::Slice> slices;
    partition::Reader reader(partition_);
    reader.seek(from);
    std::size_t left = bytes_max;
    while (left > 0 || (slices.empty() && first_whole)) {
      auto next = reader.next_batches(left);
      if (!next && slices.empty()) return std::move(next).error();
      if (!next || *next == nullptr) break;  // what is wrong is told where it is first
      log::Piece& piece = **next;
      const std::size_t size = piece.bytes.size();
      if (size > left && !(slices.empty() && first_whole)) break;  // a batch comes whole (F3)
      slices.push_back({piece.bytes, std::move(piece.lease)});
      left -= std::min(left, size);
    }
    return slices;
  }

  template <class Find>
  Result<std::optional<service::RecordPlace>> place_of(const Find& find) {
    return guarded([&]() -> Result<std::optional<service::RecordPlace>> {
      LEAT_TRY(log::Log* const log, open_log(false));
      LEAT_TRY(const auto found, find(*log));
      if (!found) return std::optional<service::RecordPlace>();
      return std::optional(
          service::RecordPlace{found->offset, found->timestamp, found->leader_epoch});
    });
  }

  const std::shared_ptr<Engine::Impl> engine_;  // before what it outlives
  const std::shared_ptr<const ServedTopic> topic_;
  const std::shared_ptr<Partition> partition_;
};

}  // namespace

std::shared_ptr<service::PartitionLog> partition_service(std::shared_ptr<Engine::Impl> engine,
                                                         std::shared_ptr<const ServedTopic> topic,
                                                         std::size_t index) {
  return std::make_shared<PartitionService>(std::move(engine), std::move(topic), index);
}

}  // namespace leat::engine
