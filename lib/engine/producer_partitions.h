#pragma once

/// \file
/// Which partition a record goes to: as Java's producer decides it, or as the user's partitioner
/// does.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"

namespace leat::engine {

/// Thread-safe.
class PartitionChooser {
 public:
  /// `sticky_bytes`: how much goes to one partition before another is drawn for records without a
  /// key.
  PartitionChooser(Partitioner partitioner, std::size_t sticky_bytes,
                   std::function<std::uint64_t()> random)
      : partitioner_(std::move(partitioner)),
        sticky_bytes_(sticky_bytes),
        random_(std::move(random)) {}

  /// [0, partitions): the partitioner's answer; else murmur2 of the key, an empty one included;
  /// else, for a null key, the topic's sticky partition. REQUIRES: partitions > 0. Errors:
  /// kInvalidArgument (the partitioner's answer is out of range), kUnknownServerError (it threw).
  Result<PartitionId> choose(std::string_view topic, const Record& record, std::int32_t partitions);

 private:
  struct Sticky {
    std::int32_t partition = 0;
    std::size_t bytes_left = 0;
  };
  PartitionId sticky(std::string_view topic, const Record& record, std::int32_t partitions);

  const Partitioner partitioner_;
  const std::size_t sticky_bytes_;
  const std::function<std::uint64_t()> random_;
  base::Mutex mutex_;
  std::map<std::string, Sticky, std::less<>> sticky_ LEAT_GUARDED_BY(mutex_);
};

}  // namespace leat::engine
