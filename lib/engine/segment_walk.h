#pragma once

/// \file
/// Walks all of a segment file, past what is damaged in it: what `leat verify` and `leat dump`
/// stand on. Reads only.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "leat/environment.h"
#include "leat/result.h"
#include "leat/types.h"

#include "log/chain.h"

namespace leat::engine {

/// A stretch that is no unbroken continuation of what is before it.
struct SegmentDamage {
  std::uint32_t position = 0;
  std::uint64_t bytes = 0;
  Offset first;                ///< the offset that was expected there
  std::optional<Offset> next;  ///< of the next good batch; nullopt: none follows, a torn tail
  std::string what;
};

/// What the good batches of a segment are, all of them.
struct SegmentWalk {
  std::uint64_t batches = 0;  ///< an open one included
  std::uint64_t records = 0;
  std::uint32_t end = 0;  ///< of the last good batch
  Offset next_offset;
  std::int32_t last_epoch = 0;
  std::optional<log::Chain::Open> open;  ///< the open batch at the end (S2)
};

using OnDamage = std::function<void(const SegmentDamage& damage)>;

/// Walks `file` from `start`, showing good whole batches and damage in the order of their
/// positions. Errors: only what reading gives (kIo).
Result<SegmentWalk> walk_segment(File& file, const log::ChainStart& start,
                                 const log::OnBatch& on_batch, const OnDamage& on_damage);

}  // namespace leat::engine
