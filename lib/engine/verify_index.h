#pragma once

/// \file
/// The part of `verify` that holds the rows of the index against the log.

#include <compare>
#include <map>
#include <set>
#include <vector>

#include "leat/environment.h"
#include "leat/result.h"
#include "leat/types.h"

#include "engine/verify.h"
#include "index/index_row.h"
#include "index/keys.h"
#include "log/segment_sum.h"

namespace leat::engine {

/// Whose rows: as in their keys.
struct PartitionPlace {
  index::LogNumber number;
  PartitionId partition;
  friend auto operator<=>(const PartitionPlace&, const PartitionPlace&) = default;
};

struct SealedSegment {
  log::SegmentSum sum;
  std::vector<index::IndexEntry> batches;  ///< all, in order
};

/// What the rows of a partition may speak of.
struct SealedSegments {
  Offset log_start;
  std::map<Offset, SealedSegment> segments;
  std::set<Offset> damaged;  ///< the log is to blame there, not the rows
};

/// Adds what is wrong in the rows of `options.directory`. A row that is missing is none: lookups
/// then scan. Errors: kIo of the copying.
Result<void> verify_index(FileSystem& files, const VerifyOptions& options,
                          const std::map<PartitionPlace, SealedSegments>& sealed,
                          VerifyReport& report);

}  // namespace leat::engine
