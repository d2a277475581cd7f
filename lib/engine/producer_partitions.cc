#include "engine/producer_partitions.h"

#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <string>
#include <string_view>

#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/hash.h"
#include "base/mutex.h"
#include "base/try.h"
#include "engine/guarded.h"
#include "record/record_encoder.h"

namespace leat::engine {

Result<PartitionId> PartitionChooser::choose(std::string_view topic, const Record& record,
                                             std::int32_t partitions) {
  if (partitioner_) {
    LEAT_TRY(const PartitionId answer,
             call_user("partitioner", [&] { return partitioner_(topic, record, partitions); }));
    if (answer.value() >= 0 && answer.value() < partitions) return answer;
    return Error(
        ErrorCode::kInvalidArgument,
        fmt::format("the partitioner answered {} for topic '{}', which has partitions 0 to {}",
                    answer.value(), topic, partitions - 1));
  }
  if (partitions == 1) return PartitionId{0};
  if (record.key.is_null()) return sticky(topic, record, partitions);
  return PartitionId{base::to_positive(base::murmur2(record.key.bytes())) % partitions};
}

PartitionId PartitionChooser::sticky(std::string_view topic, const Record& record,
                                     std::int32_t partitions) {
  const std::size_t bytes = record::measure(record, {0, 0}).size;
  const base::MutexLock lock(mutex_);
  auto found = sticky_.find(topic);
  if (found == sticky_.end()) found = sticky_.emplace(std::string(topic), Sticky{}).first;
  Sticky& sticky = found->second;
  if (sticky.bytes_left == 0 || sticky.partition >= partitions) {
    const auto drawn = random_() % static_cast<std::uint64_t>(partitions);
    sticky = {.partition = static_cast<std::int32_t>(drawn), .bytes_left = sticky_bytes_};
  }
  sticky.bytes_left -= bytes < sticky.bytes_left ? bytes : sticky.bytes_left;
  return PartitionId{sticky.partition};
}

}  // namespace leat::engine
