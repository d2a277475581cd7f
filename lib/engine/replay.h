#pragma once

/// \file
/// Reading an internal topic's partition from the start, record by record: what a view in memory is
/// made of.

#include <functional>
#include <memory>

#include "leat/record.h"
#include "leat/result.h"

#include "partition/partition.h"

namespace leat::engine {

/// Calls `visit` with every record that is readable now, in order; the views are valid during the
/// call. Ends with the first error: the visitor's, or of the log.
Result<void> replay(const std::shared_ptr<partition::Partition>& partition,
                    const std::function<Result<void>(const RecordView&)>& visit);

}  // namespace leat::engine
