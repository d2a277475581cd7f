#include "engine/replay.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "leat/consumer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "engine/consumed_batch.h"
#include "partition/fetch.h"
#include "partition/partition.h"

namespace leat::engine {

Result<void> replay(const std::shared_ptr<partition::Partition>& partition,
                    const std::function<Result<void>(const RecordView&)>& visit) {
  constexpr std::size_t kReadBytes = std::size_t{1} << 20U;
  LEAT_TRY(const PartitionOffsets offsets, partition->offsets());
  const auto source = std::make_shared<const TopicPartition>(partition->name());
  partition::Reader reader(partition);
  reader.seek(offsets.log_start);
  while (true) {
    LEAT_TRY(auto* const piece, reader.next(kReadBytes));
    if (!piece) return {};
    auto batch = std::make_unique<ConsumedBatch::Impl>();
    auto added = batch->add(*piece, source, ConsumedBatch::Impl::kAllRecords);
    if (added.error) return *std::move(added.error);
    const ConsumedBatch records(std::move(batch));
    for (const ConsumedRecord& record : records.records()) LEAT_TRY_VOID(visit(record));
  }
}

}  // namespace leat::engine
