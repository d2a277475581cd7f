#include "engine/cursors.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "leat/consumer.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "base/try.h"
#include "engine/engine_impl.h"
#include "engine/replay.h"
#include "partition/append.h"
#include "wire/schema.h"
#include "wire/versioned.h"

namespace leat::engine {
namespace {

// The records (FORMAT.md, "Cursors"). Numbers and names never change; fields are added by version.

struct CursorKey {
  std::string name = {};
  Uuid topic_id = {};
  PartitionId partition = {};
  bool operator==(const CursorKey&) const = default;
  static constexpr std::string_view kName = "CursorKey";
  static constexpr std::int16_t kRecordKind = 0;
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() {
    using M = CursorKey;
    return std::tuple{wire::field<&M::name>("Name"), wire::field<&M::topic_id>("TopicId"),
                      wire::field<&M::partition>("Partition")};
  }
};
static_assert(wire::well_formed<CursorKey>());

struct CursorValue {
  Offset offset = {};
  LeaderEpoch epoch = {};
  std::int64_t saved_at_ms = 0;
  bool operator==(const CursorValue&) const = default;
  static constexpr std::string_view kName = "CursorValue";
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() {
    using M = CursorValue;
    return std::tuple{wire::field<&M::offset>("Offset"), wire::field<&M::epoch>("LeaderEpoch"),
                      wire::field<&M::saved_at_ms>("SavedAtMs")};
  }
};
static_assert(wire::well_formed<CursorValue>());

TopicPartition log_name() { return {std::string(kCursorsTopic), PartitionId{0}}; }

bool is_missing(const Error& error) { return error.code() == ErrorCode::kUnknownTopicOrPartition; }

struct Encoded {
  std::vector<std::byte> key;
  std::vector<std::byte> value;
};

Result<Encoded> encode(const std::string& name, const CursorPlace& place, const Position& position,
                       Timestamp now) {
  Encoded encoded;
  LEAT_TRY(encoded.key,
           wire::encode_key(
               CursorKey{.name = name, .topic_id = place.topic_id, .partition = place.partition}));
  LEAT_TRY(encoded.value,
           wire::encode_versioned(CursorValue{.offset = position.offset,
                                              .epoch = position.epoch,
                                              .saved_at_ms = now.time_since_epoch().count()},
                                  0));
  return encoded;
}

}  // namespace

Result<void> Cursors::load() {
  if (is_loaded_) return {};
  auto partition = engine_.partition(log_name());
  if (!partition) {
    if (!is_missing(partition.error())) return std::move(partition).error();
    is_loaded_ = true;  // whoever makes it goes through `save`
    return {};
  }
  LEAT_TRY_VOID(
      replay(*partition, [&](const RecordView& record) LEAT_REQUIRES(mutex_) -> Result<void> {
        LEAT_TRY(const auto key, wire::decode_key<CursorKey>(record.key.bytes()));
        LEAT_TRY(const auto value, wire::decode_versioned<CursorValue>(record.value.bytes()));
        saved_[{key.name, {key.topic_id, key.partition}}] = {value.offset, value.epoch};
        return {};
      }));
  is_loaded_ = true;
  return {};
}

Result<std::optional<Position>> Cursors::find(const std::string& name, const CursorPlace& place) {
  const base::MutexLock lock(mutex_);
  LEAT_TRY_VOID(load());
  const auto found = saved_.find({name, place});
  return found == saved_.end() ? std::optional<Position>() : std::optional(found->second);
}

Result<void> Cursors::save(const std::string& name,
                           const std::vector<std::pair<CursorPlace, Position>>& positions) {
  auto partition = engine_.partition(log_name());
  if (!partition && is_missing(partition.error())) {
    auto made =
        engine_.create_topic({.name = std::string(kCursorsTopic),
                              .partitions = 1,
                              .configs = {{"cleanup.policy", "compact"}, {"flush.messages", "1"}}},
                             true);
    if (!made && made.error().code() != ErrorCode::kTopicAlreadyExists)
      return std::move(made).error();
    partition = engine_.partition(log_name());
  }
  if (!partition) return std::move(partition).error();

  std::vector<Encoded> encoded;
  std::vector<Record> records;
  encoded.reserve(positions.size());  // the records are views of them
  const Timestamp now = engine_.environment().clock->now();
  for (const auto& [place, position] : positions) {
    LEAT_TRY(auto one, encode(name, place, position, now));
    encoded.push_back(std::move(one));
    records.push_back({.key = encoded.back().key, .value = encoded.back().value});
  }
  Offset end;
  {
    // In the order of the log, so that what is found now is what is found after a restart.
    const base::MutexLock lock(mutex_);
    LEAT_TRY_VOID(load());
    LEAT_TRY(const auto appended, partition::append(**partition, records));
    end = appended.base_offset + static_cast<std::int64_t>(records.size());
    for (const auto& [place, position] : positions) saved_[{name, place}] = position;
  }
  return (*partition)->make_durable(end);
}

}  // namespace leat::engine
