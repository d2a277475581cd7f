#include "partition/fetch.h"

#include <algorithm>
#include <cstddef>
#include <fmt/core.h>
#include <optional>
#include <utility>

#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "log/log.h"
#include "log/segment_reader.h"

namespace leat::partition {

void Reader::seek(Offset offset) {
  offset_ = offset;
  place_.reset();
}

Result<void> Reader::find_place() {
  LEAT_TRY(log::Log* const log, partition_->log());
  const Offset start = log->log_start();
  const Offset end = log->log_end();
  if (offset_ < start || offset_ > end) {
    return Error(ErrorCode::kOffsetOutOfRange,
                 fmt::format("offset {} is not within [{}, {}] of {}-{}", offset_.value(),
                             start.value(), end.value(), partition_->name().topic,
                             partition_->name().partition.value()));
  }
  auto place = log->reader_at(offset_);
  // Deleted between the two looks: gone, and no damage.
  if (!place && offset_ < log->log_start()) return find_place();
  LEAT_TRY(place_, std::move(place));
  return {};
}

Result<log::Piece*> Reader::next(std::size_t bytes_max) {
  return next_of(Unit::kRecords, bytes_max);
}

Result<log::Piece*> Reader::next_batches(std::size_t bytes_max) {
  return next_of(Unit::kBatches, bytes_max);
}

Result<log::Piece*> Reader::next_in_place(Unit unit, std::size_t bytes_max) {
  if (unit == Unit::kRecords) return place_->next(bytes_max);
  if (place_->is_at_open_batch()) LEAT_TRY_VOID(partition_->close_batch());
  return place_->next_whole(bytes_max);
}

Result<log::Piece*> Reader::next_of(Unit unit, std::size_t bytes_max) {
  if (!partition_->is_served()) {
    auto served = partition_->check(false);
    if (!served) place_.reset();  // no lease of a deleted log's mapping is kept (S25)
    LEAT_TRY_VOID(std::move(served));
  }
  if (!place_) LEAT_TRY_VOID(find_place());
  while (place_) {
    // What retention has taken is gone for readers too, though their mapping may live on (G9).
    if (offset_ < partition_->opened_log().log_start()) {
      place_.reset();
      LEAT_TRY_VOID(find_place());
      continue;
    }
    LEAT_TRY(log::Piece* const piece, next_in_place(unit, bytes_max));
    if (piece != nullptr) {
      piece->first = offset_;
      offset_ = std::max(offset_, place_->offset());
      return piece;
    }
    if (!place_->is_at_end()) break;
    auto behind = partition_->opened_log().reader_behind(*place_->segment());
    if (!behind) break;
    const Offset base = behind->segment()->base_offset();
    if (base > offset_) {
      if (offset_ < partition_->opened_log().log_start()) continue;  // the same
      return partition_->opened_log().missing(offset_, base);
    }
    place_ = std::move(behind);
  }
  return nullptr;
}

}  // namespace leat::partition
