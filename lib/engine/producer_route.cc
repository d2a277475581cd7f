#include "engine/producer_route.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "engine/engine_impl.h"
#include "log/segment_writer.h"
#include "partition/append.h"
#include "partition/partition.h"
#include "record/layout.h"
#include "record/record_encoder.h"

namespace leat::engine {
namespace {

std::optional<int> level_of(const TopicOptions& topic, CompressionType compression) {
  switch (compression) {
    case CompressionType::kGzip:
      if (topic.compression_gzip_level < 0) return std::nullopt;
      return topic.compression_gzip_level;
    case CompressionType::kLz4:
      return topic.compression_lz4_level;
    case CompressionType::kZstd:
      return topic.compression_zstd_level;
    case CompressionType::kProducer:
    case CompressionType::kNone:
    case CompressionType::kSnappy:
      break;
  }
  return std::nullopt;
}

}  // namespace

Result<Route> Route::find(Engine::Impl& engine, const ProducerOptions& options,
                          std::string_view topic) {
  LEAT_TRY(const auto served, engine.topic(topic));
  return Route(served, options, engine.environment().random);
}

Route::Route(const std::shared_ptr<const ServedTopic>& served, const ProducerOptions& options,
             const std::function<std::uint64_t()>& random)
    : served_(served),
      options_(served->options),
      size_max_(static_cast<std::size_t>(options_.max_message_bytes)),
      chooser_(options.batch_bytes, random),
      accumulators_(served->partitions.size()) {
  CompressionType compression = options_.compression_type;
  if (compression == CompressionType::kProducer) compression = options.compression;
  const bool is_compressed = compression > CompressionType::kNone;
  if (is_compressed) {
    batch_.compression = static_cast<record::Compression>(compression);
    batch_.level = level_of(options_, compression);
  }
  if (options_.message_timestamp_type == TimestampType::kLogAppendTime) {
    batch_.timestamp_type = record::TimestampType::kLogAppendTime;
  }
  batch_.size_max = std::min(options.batch_bytes, size_max_);
  is_direct_ = !is_compressed && options.linger.count() == 0;
  is_durable_ = options.acks == Acks::kSync || options_.durability() == Durability::kSync;
}

Result<void> Route::check_partition(std::string_view topic, PartitionId partition) const {
  if (partition.value() >= 0 && partition.value() < partition_count()) return {};
  return Error(ErrorCode::kUnknownTopicOrPartition,
               fmt::format("topic '{}' has partitions 0 to {}, not {}", topic,
                           partition_count() - 1, partition.value()));
}

std::shared_ptr<partition::Partition> Route::partition(std::int32_t index) const {
  const auto served = served_.lock();
  return served ? served->partitions[static_cast<std::size_t>(index)] : nullptr;
}

Result<void> Route::check(const Record& record, const Clock& clock) const {
  const bool is_compressed = batch_.compression != record::Compression::kNone;
  const std::uint64_t payload = log::payload_of(record);  // before any size is computed in 32 bits
  std::uint64_t size = payload + record::kHeaderSize;
  if (size <= size_max_) size = record::measure(record, {0, 0}).size + record::kHeaderSize;
  // A compressed one is measured when it is packed.
  if (size > size_max_ && (!is_compressed || payload > INT32_MAX / 2)) {
    return Error(ErrorCode::kRecordTooLarge,
                 fmt::format("a record of {} bytes in its batch is over max.message.bytes={}", size,
                             size_max_));
  }
  if (!record.timestamp) return {};
  return partition::check_timestamp(options_, *record.timestamp, clock.now());
}

}  // namespace leat::engine
