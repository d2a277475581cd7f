#pragma once

/// \file
/// What a log changes in a producer's batch before it stores it: the codec of its topic, the time
/// of a LogAppendTime topic, a max timestamp that the producer had wrong (B12, B14). Pure.

#include <cstddef>
#include <optional>
#include <vector>

#include "leat/result.h"
#include "leat/types.h"

#include "record/layout.h"
#include "record/validate.h"

namespace leat::record {

struct Rewrite {
  Compression compression = Compression::kNone;
  std::optional<int> level{};  ///< as `compress` takes it
  TimestampType timestamp_type = TimestampType::kCreateTime;
  Timestamp max_timestamp{};
  /// Of the records once decompressed, as ValidateLimits'.
  std::size_t records_size_max = std::size_t{64} * 1024 * 1024;
};

/// One batch in, one batch out (B14), its records and all else unchanged. Its bytes are in
/// `storage`, which must outlive it. Errors: as `compress` and `decompress`.
[[nodiscard]] Result<ValidatedBatch> rewrite(const ValidatedBatch& batch, const Rewrite& to,
                                             std::vector<std::byte>& storage);

}  // namespace leat::record
