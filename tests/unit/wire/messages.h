#pragma once

// Messages to test the codec with, beside those of wire/messages: records of an internal topic, and
// one of every type.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/record.h"
#include "leat/types.h"

#include "wire/schema.h"

namespace leat::wire::testing {

/// `__consumer_offsets`.
struct OffsetCommitKey {
  std::string group = {};
  std::string topic = {};
  PartitionId partition = {};
  bool operator==(const OffsetCommitKey&) const = default;

  static constexpr std::string_view kName = "OffsetCommitKey";
  static constexpr std::int16_t kRecordKind = 1;
  static constexpr Versions kVersions{0, 0};
  static constexpr Versions kFlexible = kNoVersions;
  static constexpr auto fields() {
    using M = OffsetCommitKey;
    return std::tuple{
        field<&M::group>("group"),
        field<&M::topic>("topic"),
        field<&M::partition>("partition"),
    };
  }
};
static_assert(well_formed<OffsetCommitKey>());

struct OffsetCommitValue {
  Offset offset = {};
  LeaderEpoch leader_epoch{-1};
  std::string metadata = {};
  std::int64_t commit_timestamp = 0;
  std::int64_t expire_timestamp = -1;
  Uuid topic_id = {};
  bool operator==(const OffsetCommitValue&) const = default;

  static constexpr std::string_view kName = "OffsetCommitValue";
  static constexpr Versions kVersions{0, 4};
  static constexpr Versions kFlexible = since(4);
  static constexpr auto fields() {
    using M = OffsetCommitValue;
    return std::tuple{
        field<&M::offset>("offset"),
        field<&M::leader_epoch>("leaderEpoch", {.versions = since(3), .ignorable = true}),
        field<&M::metadata>("metadata"),
        field<&M::commit_timestamp>("commitTimestamp"),
        field<&M::expire_timestamp>("expireTimestamp", {.versions = only(1), .ignorable = true}),
        field<&M::topic_id>("topicId", {.versions = since(4), .tag = 0, .ignorable = true}),
    };
  }
};
static_assert(well_formed<OffsetCommitValue>());

enum class Colour : std::int8_t { kRed = 1, kBlue = 2 };

struct Inner {
  std::int32_t number = 7;
  std::string text = {};
  std::vector<std::int32_t> numbers = {};
  std::string tagged_text = {};
  bool operator==(const Inner&) const = default;

  static constexpr auto fields() {
    using M = Inner;
    return std::tuple{
        field<&M::number>("Number"),
        field<&M::text>("Text"),
        field<&M::numbers>("Numbers", {.versions = since(1), .ignorable = true}),
        field<&M::tagged_text>("TaggedText", {.versions = since(2), .tag = 0, .ignorable = true}),
    };
  }
};
static_assert(well_formed<Inner>());

/// One field of every type, null where it can be, tagged where it can be; version 0 is not
/// flexible, version 1 has nullable fields, version 2 is flexible, version 3 adds tagged fields.
struct Everything {
  bool flag = false;
  std::int8_t int8 = 0;
  std::int16_t int16 = 0;
  std::int32_t int32 = 0;
  std::int64_t int64 = 0;
  std::uint16_t uint16 = 0;
  std::uint32_t uint32 = 0;
  double float64 = 0;
  Colour colour = Colour::kRed;
  Offset offset = {};
  Uuid id = {};
  std::string string = {};
  std::string_view view = {};
  std::vector<std::byte> bytes = {};
  BytesView bytes_view{""};
  Records records{""};
  std::vector<std::int32_t> numbers = {};
  std::vector<std::string> strings = {};
  std::vector<Inner> structs = {};
  Inner inner = {};
  std::optional<std::string> null_string = std::string();
  std::optional<std::string_view> null_view = std::string_view("");
  std::optional<std::vector<std::byte>> null_bytes = std::vector<std::byte>();
  BytesView null_bytes_view{""};
  Records null_records{""};
  std::optional<std::vector<Inner>> null_structs = std::vector<Inner>();
  std::optional<Inner> null_inner = Inner();
  std::int64_t tagged_number = -1;
  std::optional<std::string> tagged_string = {};
  std::vector<Inner> tagged_structs = {};
  std::optional<Inner> tagged_inner = {};
  bool operator==(const Everything&) const = default;

  static constexpr std::string_view kName = "Everything";
  static constexpr Versions kVersions{0, 3};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = Everything;
    constexpr Attributes kNullable{.nullable = since(1)};
    return std::tuple{
        field<&M::flag>("Flag"),
        field<&M::int8>("Int8"),
        field<&M::int16>("Int16"),
        field<&M::int32>("Int32"),
        field<&M::int64>("Int64"),
        field<&M::uint16>("Uint16"),
        field<&M::uint32>("Uint32"),
        field<&M::float64>("Float64"),
        field<&M::colour>("Colour"),
        field<&M::offset>("Offset"),
        field<&M::id>("Id"),
        field<&M::string>("String"),
        field<&M::view>("View"),
        field<&M::bytes>("Bytes"),
        field<&M::bytes_view>("BytesView", kNullable),
        field<&M::records>("Records", kNullable),
        field<&M::numbers>("Numbers"),
        field<&M::strings>("Strings"),
        field<&M::structs>("Structs"),
        field<&M::inner>("Inner"),
        field<&M::null_string>("NullString", kNullable),
        field<&M::null_view>("NullView", kNullable),
        field<&M::null_bytes>("NullBytes", kNullable),
        field<&M::null_bytes_view>("NullBytesView", kNullable),
        field<&M::null_records>("NullRecords", kNullable),
        field<&M::null_structs>("NullStructs", kNullable),
        field<&M::null_inner>("NullInner", kNullable),
        field<&M::tagged_number>("TaggedNumber", {.versions = since(3), .tag = 0}),
        field<&M::tagged_string>("TaggedString",
                                 {.versions = since(3), .nullable = since(3), .tag = 1}),
        field<&M::tagged_structs>("TaggedStructs", {.versions = since(3), .tag = 2}),
        field<&M::tagged_inner>("TaggedInner",
                                {.versions = since(3), .nullable = since(3), .tag = 3}),
    };
  }
};
static_assert(well_formed<Everything>());

}  // namespace leat::wire::testing
