#pragma once

/// \file
/// What an engine's tests read: records that own their bytes, and all of a partition at once.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"

namespace leat::support {

/// A record as it was read.
struct Got {
  std::int64_t offset = 0;
  std::int64_t time_ms = 0;
  std::optional<std::string> key = {};
  std::optional<std::string> value = {};
  std::vector<std::pair<std::string, std::optional<std::string>>> headers = {};
  friend bool operator==(const Got&, const Got&) = default;
};

inline void PrintTo(const Got& got, std::ostream* out) {
  *out << got.offset << "@" << got.time_ms << " " << got.key.value_or("null") << "="
       << got.value.value_or("null").substr(0, 60) << " (" << got.headers.size() << " headers)";
}

inline std::optional<std::string> text_of(BytesView bytes) {
  if (bytes.is_null()) return std::nullopt;
  return std::string(bytes.text());
}

inline Got own(const RecordView& record) {
  Got got{.offset = record.offset.value(),
          .time_ms = record.timestamp.time_since_epoch().count(),
          .key = text_of(record.key),
          .value = text_of(record.value)};
  for (const Header& header : record.headers) {
    got.headers.emplace_back(std::string(header.key), text_of(header.value));
  }
  return got;
}

inline TopicPartition partition_of(const std::string& topic, std::int32_t partition = 0) {
  return {topic, PartitionId{partition}};
}

/// Adds what the consumer can read now, until there is nothing more.
inline Result<void> drain(Consumer& consumer, std::vector<Got>& into) {
  while (true) {
    auto batch = consumer.try_poll();
    if (!batch && batch.error().code() == ErrorCode::kWouldBlock) return {};
    if (!batch) return std::move(batch).error();
    for (const ConsumedRecord& record : batch->records()) into.push_back(own(record));
  }
}

/// All records of a partition from `from` (or the log start) to the high watermark.
inline Result<std::vector<Got>> read_all(const Engine& engine, const TopicPartition& partition,
                                         std::optional<Offset> from = {}) {
  LEAT_TRY(Consumer consumer, engine.consumer());
  LEAT_TRY_VOID(consumer.assign({partition}));
  LEAT_TRY_VOID(from ? consumer.seek(partition, *from) : consumer.seek_to_beginning(partition));
  std::vector<Got> all;
  LEAT_TRY_VOID(drain(consumer, all));
  return all;
}

/// Their values alone.
inline Result<std::vector<std::string>> read_values(const Engine& engine,
                                                    const TopicPartition& partition) {
  LEAT_TRY(const auto records, read_all(engine, partition));
  std::vector<std::string> values;
  values.reserve(records.size());
  for (const Got& got : records) values.push_back(got.value.value_or("null"));
  return values;
}

}  // namespace leat::support
