#pragma once

/// \file
/// The records of consumer_records.h as one type: what a group of the consumer protocol writes,
/// applies, and is replayed from (K1). Values.

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "leat/result.h"

#include "group/consumer_records.h"
#include "group/outbox.h"

namespace leat::group {

/// No value deletes.
template <class K, class V>
struct Keyed {
  using Key = K;
  using Value = V;
  K key = {};
  std::optional<V> value = {};
  bool operator==(const Keyed&) const = default;
};

using GroupRecord = Keyed<ConsumerGroupMetadataKey, ConsumerGroupMetadataValue>;
using PartitionMetadataRecord =
    Keyed<ConsumerGroupPartitionMetadataKey, ConsumerGroupPartitionMetadataValue>;
using MemberRecord = Keyed<ConsumerGroupMemberMetadataKey, ConsumerGroupMemberMetadataValue>;
using TargetEpochRecord =
    Keyed<ConsumerGroupTargetAssignmentMetadataKey, ConsumerGroupTargetAssignmentMetadataValue>;
using TargetRecord =
    Keyed<ConsumerGroupTargetAssignmentMemberKey, ConsumerGroupTargetAssignmentMemberValue>;
using CurrentRecord =
    Keyed<ConsumerGroupCurrentMemberAssignmentKey, ConsumerGroupCurrentMemberAssignmentValue>;
using PatternRecord = Keyed<ConsumerGroupRegularExpressionKey, ConsumerGroupRegularExpressionValue>;

using ConsumerRecord = std::variant<GroupRecord, PartitionMetadataRecord, MemberRecord,
                                    TargetEpochRecord, TargetRecord, CurrentRecord, PatternRecord>;

/// The group that it is of.
[[nodiscard]] std::string_view group_of(const ConsumerRecord& record);

/// Errors: as `record_of`.
[[nodiscard]] Result<CoordinatorRecord> encode(const ConsumerRecord& record);

/// nullopt: a record of another kind. Errors: kCorruptMessage; kUnsupportedVersion of a value that
/// a later Kafka wrote.
[[nodiscard]] Result<std::optional<ConsumerRecord>> decode_consumer_record(
    std::span<const std::byte> key, std::optional<std::span<const std::byte>> value);

}  // namespace leat::group
