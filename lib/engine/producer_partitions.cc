#include "engine/producer_partitions.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <string_view>

#include "leat/error.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/hash.h"
#include "base/try.h"
#include "engine/guarded.h"
#include "record/record_encoder.h"

namespace leat::engine {

Result<PartitionId> ask(const Partitioner& partitioner, std::string_view topic,
                        const Record& record, std::int32_t partitions) {
  LEAT_TRY(const PartitionId answer,
           call_user("partitioner", [&] { return partitioner(topic, record, partitions); }));
  if (answer.value() >= 0 && answer.value() < partitions) return answer;
  return Error(
      ErrorCode::kInvalidArgument,
      fmt::format("the partitioner answered {} for topic '{}', which has partitions 0 to {}",
                  answer.value(), topic, partitions - 1));
}

std::int32_t PartitionChooser::choose_of_many(const Record& record, std::int32_t partitions) {
  if (!record.key.is_null()) {
    return base::to_positive(base::murmur2(record.key.bytes())) % partitions;
  }
  const std::size_t bytes = record::measure(record, {0, 0}).size;
  if (bytes_left_ == 0) {
    sticky_ = static_cast<std::int32_t>((*random_)() % static_cast<std::uint64_t>(partitions));
    bytes_left_ = sticky_bytes_;
  }
  bytes_left_ -= std::min(bytes, bytes_left_);
  return sticky_;
}

}  // namespace leat::engine
