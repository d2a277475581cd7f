// Replay: what the records of a partition say, in their order (K1).

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "group/consumer_group.h"
#include "group/consumer_record.h"
#include "group/coordinator.h"
#include "group/offsets.h"
#include "group/outbox.h"
#include "group/records.h"
#include "wire/codec.h"
#include "wire/reader.h"
#include "wire/versioned.h"

namespace leat::group {

Result<void> Coordinator::apply(BytesView key, BytesView value, MonotonicTime now) {
  std::optional<std::span<const std::byte>> bytes;
  if (!value.is_null()) bytes = value.bytes();
  LEAT_TRY(const auto record, decode_consumer_record(key.bytes(), bytes));
  if (!record) return apply_classic(key.bytes(), value, now);
  Group& known = group(group_of(*record));
  make_consumer(known).apply(*record);
  // The last of a deletion: of the consumer protocol nothing is left.
  if (known.consumer->deletion().empty()) known.consumer.reset();
  return {};
}

Result<void> Coordinator::apply_classic(std::span<const std::byte> key, BytesView value,
                                        MonotonicTime now) {
  LEAT_TRY(const std::int16_t kind, wire::peek_prefix(key));
  switch (kind) {
    case 0:  // an older schema of the same key
    case OffsetCommitKey::kRecordKind: {
      wire::Reader reader(key);
      reader.integer<std::int16_t>();
      LEAT_TRY(const auto offset, wire::decode_exactly<OffsetCommitKey>(reader, 0));
      if (value.is_null()) {
        apply_offset(offset, std::nullopt);
        return {};
      }
      LEAT_TRY(auto committed, wire::decode_versioned<OffsetCommitValue>(value.bytes()));
      apply_offset(offset, std::move(committed));
      return {};
    }
    case GroupMetadataKey::kRecordKind: {
      LEAT_TRY(const auto metadata, wire::decode_key<GroupMetadataKey>(key));
      Group& restored = group(metadata.group);
      restored.classic = ClassicGroup(metadata.group, *options_, *random_);
      if (value.is_null()) {
        if (restored.is_nothing()) groups_.erase(metadata.group);
        return {};
      }
      LEAT_TRY(const auto said, wire::decode_versioned<GroupMetadataValue>(value.bytes()));
      restored.classic.restore(said, now);
      step_ends(metadata.group);
      return {};
    }
    default:
      return {};  // of a kind of group that is not served here: left to who serves it
  }
}

void Coordinator::replayed(MonotonicTime now) {
  std::vector<std::string> ids;
  for (auto& [id, group] : groups_) {
    if (group.consumer) group.consumer->replayed(now);
    ids.push_back(id);
  }
  for (const std::string& id : ids) step_ends(id);
}

void Coordinator::forget_local_members(Outbox& outbox) {
  for (auto& [id, group] : groups_) group.classic.forget_local_members(outbox);
}

void Coordinator::forget_topics(const std::function<bool(std::string_view, const Uuid&)>& exists,
                                Outbox& outbox) {
  std::vector<OffsetCommitKey> gone;
  for (const auto& [id, group] : groups_) {
    for (const auto& [topic, partitions] : group.offsets.topics()) {
      for (const auto& [partition, value] : partitions) {
        if (!exists(topic, value.topic_id)) gone.push_back({id, topic, PartitionId{partition}});
      }
    }
  }
  (void)delete_keys(gone, outbox);  // else they go at the next open
}

}  // namespace leat::group
