#include "engine/catalog.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/check.h"
#include "base/try.h"
#include "base/uuid.h"
#include "engine/catalog_records.h"
#include "log/log.h"
#include "log/log_options.h"
#include "log/segment_reader.h"
#include "record/batch_view.h"
#include "record/record_cursor.h"
#include "wire/versioned.h"

namespace leat::engine {
namespace {

constexpr std::size_t kReplayBytes = 1U << 20U;
constexpr std::string_view kFeature = "leat.catalog";
constexpr std::int16_t kFeatureLevel = 1;
/// Blocks for the records that free space (G24).
constexpr std::uint64_t kReserveBytes = 16U << 10U;

}  // namespace

Uuid catalog_id() {
  Uuid id;
  id.bytes.back() = std::byte{1};
  return id;
}

std::string metric_name(std::string_view topic) {
  std::string name(topic);
  std::ranges::replace(name, '.', '_');
  return name;
}

Result<std::unique_ptr<Catalog>> Catalog::open(const Environment& environment, const Place& place) {
  std::unique_ptr<Catalog> catalog(new Catalog(environment));
  const log::LogPlace log_place{
      .directory = fmt::format("{}/logs/{}/0", place.directory, base::to_hex(catalog_id())),
      .cut_directory = place.directory + "/cut"};
  LEAT_TRY(catalog->log_, log::Log::open(environment, log_place, log::LogOptions{},
                                         {.epoch = place.epoch,
                                          .log_start = Offset{0},
                                          .recover = place.recover,
                                          .host_rebooted = place.host_rebooted,
                                          .read_only = place.read_only,
                                          .is_synced_each = true,
                                          .is_closed = place.is_closed},
                                         nullptr));
  LEAT_TRY_VOID(catalog->replay());
  if (catalog->replayed_ == Offset{0} && place.must_be_there) {
    return Error(ErrorCode::kCorruptMessage,
                 fmt::format("{}: the catalog is empty or gone, but STATE says that there was one: restore "
                             "it from a copy",
                             log_place.directory));
  }
  if (catalog->replayed_ == Offset{0} && !place.read_only) {
    LEAT_TRY(const auto key, wire::encode_key(FeatureKey{std::string(kFeature)}));
    LEAT_TRY(const auto value, wire::encode_versioned(FeatureValue{kFeatureLevel}, 0));
    LEAT_TRY_VOID(catalog->append(key, value));
  }
  catalog->reserve_ = place.directory + "/RESERVE";
  return catalog;
}

std::int64_t Catalog::partition_count() const {
  std::int64_t count = 0;
  for (const auto& [id, topic] : topics_) count += topic.value.partitions;
  return count;
}

Result<void> Catalog::replay() {
  LEAT_TRY(auto reader, log_->reader_at(replayed_));
  while (reader) {
    LEAT_TRY(const auto* const piece, reader->next(kReplayBytes));
    if (!piece) {
      if (!reader->is_at_end()) break;
      reader = log_->reader_behind(*reader->segment());
      continue;
    }
    LEAT_CHECK(!piece->records_of);  // the catalog's batches are always whole
    std::size_t at = 0;
    for (auto batch = record::BatchView::first_of(piece->bytes); batch;
         batch = record::BatchView::first_of(piece->bytes.subspan(at))) {
      at += batch->size_in_bytes();
      record::RecordCursor cursor = batch->cursor();
      RecordView record;
      while (cursor.next(record)) {
        if (record.offset < replayed_) continue;
        auto applied = apply(record);
        if (!applied) {
          return applied.error().with_context(
              fmt::format("catalog record at offset {}", record.offset.value()));
        }
      }
      replayed_ = std::max(replayed_, batch->next_offset());
    }
  }
  return {};
}

Result<bool> Catalog::refresh() {
  const Offset before = replayed_;
  LEAT_TRY_VOID(log_->refresh());
  LEAT_TRY_VOID(replay());
  return replayed_ != before;
}

Result<void> Catalog::append(std::span<const std::byte> key, BytesView value) {
  const Record record{.key = key, .value = value, .headers = {}, .timestamp = std::nullopt};
  const std::int64_t now = environment_.clock->now().time_since_epoch().count();
  LEAT_TRY(const Offset offset, log_->append(record, now));
  auto synced = sync();
  if (!synced) {
    sync_failed_ = true;
    return synced;
  }
  RecordView view;
  view.offset = offset;
  view.key = record.key;
  view.value = record.value;
  replayed_ = offset.next();
  return apply(view);
}

Result<void> Catalog::sync() {
  LEAT_TRY_VOID(log_->sync(log_->sync_point()));
  while (true) {
    LEAT_TRY(const bool sealed, log_->seal_next());
    if (!sealed) return {};
  }
}

Result<void> Catalog::put(const TopicRecord& topic) {
  keep_reserve();
  LEAT_TRY(const auto key, wire::encode_key(TopicKey{topic.id}));
  LEAT_TRY(const auto value, wire::encode_versioned(topic.value, 0));
  return append(key, value);
}

Result<void> Catalog::remove(const Uuid& id) {
  LEAT_TRY(const auto key, wire::encode_key(TopicKey{id}));
  return append_to_free(key, nullptr);
}

Result<void> Catalog::put_log_start(const Uuid& id, PartitionId partition, Offset offset) {
  LEAT_TRY(const auto key, wire::encode_key(LogStartKey{id, partition}));
  LEAT_TRY(const auto value, wire::encode_versioned(LogStartValue{offset}, 0));
  return append_to_free(key, value);
}

Result<void> Catalog::put_cluster_id(const Uuid& id) {
  LEAT_TRY(const auto key, wire::encode_key(ClusterKey{}));
  LEAT_TRY(const auto value, wire::encode_versioned(ClusterValue{id}, 0));
  return append(key, value);
}

Result<void> Catalog::put_next_producer_id(std::int64_t next) {
  LEAT_TRY(const auto key, wire::encode_key(ProducerIdsKey{}));
  LEAT_TRY(const auto value, wire::encode_versioned(ProducerIdsValue{next}, 0));
  return append(key, value);
}

/// A record without which nothing may be deleted: on a full disk it takes the reserve (G24).
Result<void> Catalog::append_to_free(std::span<const std::byte> key, BytesView value) {
  keep_reserve();
  auto appended = append(key, value);
  if (appended || appended.error().code() != ErrorCode::kStorageFull || sync_failed_) return appended;
  if (!environment_.file_system->remove(reserve_)) return appended;
  return append(key, value);
}

void Catalog::keep_reserve() {
  FileSystem& files = *environment_.file_system;
  const auto exists = files.exists(reserve_);
  if (!exists || *exists) return;
  auto file = files.open(reserve_, OpenMode::kCreateNew);
  if (!file || (*file)->allocate(0, kReserveBytes)) return;
  file->reset();
  (void)files.remove(reserve_);  // a part of it is no reserve
}

Result<void> Catalog::apply(const RecordView& record) {
  LEAT_TRY(const std::int16_t kind, wire::peek_prefix(record.key.bytes()));
  switch (kind) {
    case TopicKey::kRecordKind: {
      LEAT_TRY(const auto key, wire::decode_key<TopicKey>(record.key.bytes()));
      return apply_topic(key.id, record.value);
    }
    case LogStartKey::kRecordKind: {
      LEAT_TRY(const auto key, wire::decode_key<LogStartKey>(record.key.bytes()));
      const auto topic = topics_.find(key.topic_id);
      if (topic == topics_.end()) return {};  // deleted since
      LEAT_TRY(const auto value, wire::decode_versioned<LogStartValue>(record.value.bytes()));
      topic->second.log_starts[key.partition.value()] = value.offset;
      return {};
    }
    case FeatureKey::kRecordKind: {
      LEAT_TRY(const auto key, wire::decode_key<FeatureKey>(record.key.bytes()));
      LEAT_TRY(const auto value, wire::decode_versioned<FeatureValue>(record.value.bytes()));
      if (key.name == kFeature && value.level <= kFeatureLevel) return {};
      return Error(ErrorCode::kUnsupportedFormat,
                   fmt::format("the directory uses feature {} at level {}; use a newer Leat", key.name,
                               value.level));
    }
    case ClusterKey::kRecordKind: {
      LEAT_TRY(const auto value, wire::decode_versioned<ClusterValue>(record.value.bytes()));
      cluster_id_ = value.id;
      return {};
    }
    case ProducerIdsKey::kRecordKind: {
      LEAT_TRY(const auto value, wire::decode_versioned<ProducerIdsValue>(record.value.bytes()));
      next_producer_id_ = std::max(next_producer_id_, value.next);
      return {};
    }
    case AclKey::kRecordKind:
      return apply_acl(record);
    case QuotaKey::kRecordKind:
      return apply_quotas(record);
    case ScramKey::kRecordKind:
      return apply_scram(record);
    default:
      return Error(ErrorCode::kUnsupportedFormat,
                   fmt::format("a catalog record of kind {}; use a newer Leat", kind));
  }
}

Result<void> Catalog::apply_topic(const Uuid& id, BytesView value) {
  if (value.is_null()) {
    topics_.erase(id);
    deleted_.insert(id);
    return {};
  }
  LEAT_TRY(auto topic, wire::decode_versioned<TopicValue>(value.bytes()));
  next_number_ = std::max(next_number_, topic.number + 1);
  TopicRecord& known = topics_[id];
  known.id = id;
  known.value = std::move(topic);
  return {};
}

Result<void> Catalog::close() {
  LEAT_TRY_VOID(log_->sync(log_->sync_point()));
  return log_->close_files();
}

}  // namespace leat::engine
