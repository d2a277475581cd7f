#pragma once

/// \file
/// The words that the tests of this module are written in: times, built batches, damage.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include <gmock/gmock.h>

#include "leat/error.h"
#include "leat/record.h"
#include "leat/types.h"

#include "base/bytes.h"
#include "record/batch_builder.h"
#include "record/batch_view.h"
#include "record/layout.h"
#include "record/record_cursor.h"

namespace leat::record {

using Bytes = std::vector<std::byte>;

inline Timestamp at_ms(std::int64_t ms) { return Timestamp{std::chrono::milliseconds{ms}}; }

/// A batch of `records`, a millisecond apart from 1000 on, as a producer sends it.
inline Bytes batch_of(std::initializer_list<Record> records, const BatchOptions& options = {},
                      Offset base_offset = Offset{0}) {
  BatchBuilder builder(options);
  std::int64_t ms = 1000;
  for (const Record& record : records) EXPECT_TRUE(builder.append(record, at_ms(ms++)));
  const auto bytes = builder.finish(base_offset).value();
  return {bytes.begin(), bytes.end()};
}

/// Overwrites a field of the header and makes the CRC right again.
template <class T>
void set_field(Bytes& batch, const FieldSpan& field, T value) {
  base::store_be<T>(batch.data() + field.at, value);
  base::store_be<std::uint32_t>(batch.data() + layout::kCrc.at,
                                base::crc32c(std::span(batch).subspan(kCrcBegin)));
}

/// What was read, owning nothing: valid as long as the bytes are.
inline std::vector<RecordView> walk(RecordCursor cursor) {
  std::vector<RecordView> records;
  for (RecordView record; cursor.next(record);) records.push_back(record);
  EXPECT_TRUE(cursor.ok());
  return records;
}

MATCHER_P(IsError, code, "") {
  if (arg.has_value()) {
    *result_listener << "has a value";
    return false;
  }
  *result_listener << arg.error().to_string();
  return arg.error().code() == code;
}

}  // namespace leat::record
