#include "engine/segment_walk.h"

#include <cstdint>
#include <optional>
#include <string>

#include "leat/environment.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "log/chain.h"
#include "record/batch_view.h"

namespace leat::engine {
Result<SegmentWalk> walk_segment(File& file, const log::ChainStart& start,
                                 const log::OnBatch& on_batch, const OnDamage& on_damage) {
  SegmentWalk walk;
  walk.end = start.position;
  walk.next_offset = start.offset;
  walk.last_epoch = start.epoch;
  const auto count = [&](std::uint32_t position, const record::BatchView& batch) {
    ++walk.batches;
    walk.records += static_cast<std::uint64_t>(batch.record_count());
    if (on_batch) on_batch(position, batch);
  };
  for (std::optional<log::ChainStart> from = start; from;) {
    LEAT_TRY(const log::Chain chain, log::walk_chain(file, *from, count));
    walk.end = chain.end;
    walk.next_offset = chain.next_offset;
    if (chain.end > from->position) walk.last_epoch = chain.stats.last_epoch;
    if (chain.open) {
      ++walk.batches;
      walk.records += static_cast<std::uint64_t>(chain.open->header.record_count);
      walk.open = chain.open;
    }
    if (chain.reason.empty() && chain.cut_bytes == 0) break;
    LEAT_TRY(from, log::find_continuation(file, chain, *from));
    on_damage(
        {.position = chain.end,
         .bytes = from ? from->position - chain.end : chain.cut_bytes,
         .first = chain.next_offset,
         .next = from ? std::optional(from->offset) : std::nullopt,
         .what = chain.reason.empty() ? "bytes of a record that was not committed" : chain.reason});
  }
  return walk;
}

}  // namespace leat::engine
