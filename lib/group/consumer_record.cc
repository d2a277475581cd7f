#include "group/consumer_record.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "leat/result.h"

#include "base/try.h"
#include "group/outbox.h"
#include "wire/versioned.h"

namespace leat::group {
namespace {

using Value = std::optional<std::span<const std::byte>>;

template <class Record>
Result<std::optional<ConsumerRecord>> decode_as(std::span<const std::byte> key, Value value) {
  Record record;
  LEAT_TRY(record.key, wire::decode_key<typename Record::Key>(key));
  if (value) {
    LEAT_TRY(record.value, wire::decode_versioned<typename Record::Value>(*value));
  }
  return std::optional<ConsumerRecord>(std::move(record));
}

/// The first kind of record from `I` on whose key says `kind`.
template <std::size_t I = 0>
Result<std::optional<ConsumerRecord>> decode_from(std::int16_t kind, std::span<const std::byte> key,
                                                  Value value) {
  if constexpr (I < std::variant_size_v<ConsumerRecord>) {
    using Record = std::variant_alternative_t<I, ConsumerRecord>;
    if (kind == Record::Key::kRecordKind) return decode_as<Record>(key, value);
    return decode_from<I + 1>(kind, key, value);
  } else {
    return std::optional<ConsumerRecord>();
  }
}

}  // namespace

std::string_view group_of(const ConsumerRecord& record) {
  return std::visit([](const auto& one) -> std::string_view { return one.key.group; }, record);
}

Result<CoordinatorRecord> encode(const ConsumerRecord& record) {
  return std::visit(
      [](const auto& one) -> Result<CoordinatorRecord> {
        using Record = std::remove_cvref_t<decltype(one)>;
        if (!one.value) return tombstone_of(one.key);
        return record_of(one.key, *one.value, Record::Value::kVersions.last);
      },
      record);
}

Result<std::optional<ConsumerRecord>> decode_consumer_record(
    std::span<const std::byte> key, std::optional<std::span<const std::byte>> value) {
  LEAT_TRY(const std::int16_t kind, wire::peek_prefix(key));
  return decode_from(kind, key, value);
}

}  // namespace leat::group
