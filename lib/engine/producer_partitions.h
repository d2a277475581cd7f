#pragma once

/// \file
/// Which partition a record goes to: as Java's producer decides it, or as the user's partitioner
/// does.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

namespace leat::engine {

/// The answer of a user's partitioner: [0, partitions). Errors: kInvalidArgument (it is out of
/// range), kUnknownServerError (it threw).
Result<PartitionId> ask(const Partitioner& partitioner, std::string_view topic,
                        const Record& record, std::int32_t partitions);

/// Java's way, for one topic. Not thread-safe.
class PartitionChooser {
 public:
  /// `sticky_bytes`: how much goes to one partition before another is drawn for records without a
  /// key.
  PartitionChooser(std::size_t sticky_bytes, const std::function<std::uint64_t()>& random)
      : sticky_bytes_(sticky_bytes), random_(&random) {}

  /// [0, partitions): murmur2 of the key, an empty one included; for a null key the sticky
  /// partition. REQUIRES: partitions > 0.
  std::int32_t choose(const Record& record, std::int32_t partitions) {
    return partitions == 1 ? 0 : choose_of_many(record, partitions);
  }

 private:
  std::int32_t choose_of_many(const Record& record, std::int32_t partitions);
  std::size_t sticky_bytes_;
  const std::function<std::uint64_t()>* random_;
  std::int32_t sticky_ = 0;
  std::size_t bytes_left_ = 0;  // 0: draw another
};

}  // namespace leat::engine
