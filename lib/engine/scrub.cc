#include "engine/scrub.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"

#include "base/hash.h"
#include "base/try.h"
#include "log/log.h"
#include "log/log_options.h"
#include "log/segment_sum.h"

namespace leat::engine {

void Scrub::step_after(std::chrono::nanoseconds delay) {
  environment_.scheduler->post_after(delay, [this] { step(); });
}

void Scrub::step() {
  if (!std::exchange(is_in_round_, true)) to_do_ = partitions_();
  // What was not used is not saved up: a round never reads faster than the rate.
  allowance_ = std::min<std::int64_t>(allowance_, 0) + rate_ * kStep.count() / 1'000;
  while (allowance_ > 0) {
    if (!segment_ && !next_segment()) {
      rounds_.fetch_add(1, std::memory_order_relaxed);
      is_in_round_ = false;
      step_after(kPause);
      return;
    }
    next_block();
  }
  step_after(kStep);
}

bool Scrub::next_segment() {
  while (segments_.empty()) {
    if (to_do_.empty()) return false;
    const auto partition = std::move(to_do_.back());
    to_do_.pop_back();
    if (!partition->check(false)) continue;  // deleted
    const auto log = partition->log();
    if (!log) {
      report(log.error());
      continue;
    }
    segments_ = (*log)->segments();
    std::erase_if(segments_, [](const auto& segment) { return !segment->is_sealed(); });
  }
  segment_ = std::move(segments_.back());
  segments_.pop_back();
  block_ = 0;
  return true;
}

void Scrub::next_block() {
  const auto checked = check(block_);
  // One that was deleted meanwhile is no damage.
  if (!checked && checked.error().code() != ErrorCode::kNotFound) report(checked.error());
  const bool is_over = !sum_ || ++block_ >= sum_->blocks.size() ||
                       (!checked && checked.error().code() == ErrorCode::kNotFound);
  if (!is_over) return;
  segment_.reset();
  sum_.reset();
  file_.reset();
}

Result<void> Scrub::check(std::uint32_t block) {
  allowance_ -= log::kSumBlockBytes;  // one that is short counts as well: each costs a read
  if (block == 0) {
    LEAT_TRY(sum_, segment_->sum());
    LEAT_TRY(file_, environment_.file_system->open(segment_->path(), OpenMode::kRead));
  }
  if (sum_->blocks.empty()) return {};
  const log::BlockRange range = log::block_range(block, sum_->length);
  buffer_.resize(range.end - range.begin);
  LEAT_TRY(const std::size_t got, file_->read(range.begin, buffer_));
  bytes_.fetch_add(got, std::memory_order_relaxed);
  if (got == buffer_.size() && base::xxh3(buffer_) == sum_->blocks[block]) return {};
  return Error(
      ErrorCode::kCorruptMessage,
      fmt::format("{}: bytes [{}, {}) do not match their checksum in the .sum; run `leat verify`",
                  segment_->path(), range.begin, range.end));
}

void Scrub::report(const Error& error) {
  damaged_.fetch_add(1, std::memory_order_relaxed);
  if (environment_.log) environment_.log(LogLevel::kError, "scrub: " + error.to_string());
}

}  // namespace leat::engine
