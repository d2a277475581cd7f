#include "partition/producers.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "partition/instance.h"
#include "partition/producer_state.h"
#include "record/batch_view.h"

namespace leat::partition {
namespace {

/// How often idle producers are looked for (I8); nothing wakes up for it.
constexpr std::chrono::minutes kExpireEvery{10};

}  // namespace

Timestamp Producers::now() const { return instance_.environment.clock->now(); }

Result<std::optional<ProducedBatch>> Producers::check(const ProducedBatch& batch, Timestamp now) {
  const std::chrono::milliseconds every =
      std::min<std::chrono::milliseconds>(kExpireEvery, instance_.options.producer_id_expiration);
  if (known_ && now - known_->expired_at >= every) expire(now);
  if (!known_) return std::optional<ProducedBatch>();
  return known_->state.check(batch, now);
}

void Producers::apply(const ProducedBatch& batch) {
  if (!known_) {
    known_ = std::make_unique<Known>(
        Known{ProducerState(instance_.options.producer_id_expiration), batch.time});
  }
  known_->state.apply(batch);
}

void Producers::expire(Timestamp now) {
  known_->expired_at = now;
  known_->state.expire(now);
  if (known_->state.is_empty()) known_.reset();
}

Result<void> Producers::restore(std::span<const std::byte> snapshot) {
  known_.reset();
  if (snapshot.empty()) return {};
  LEAT_TRY(ProducerState found,
           ProducerState::decode(snapshot, instance_.options.producer_id_expiration));
  if (found.is_empty()) return {};
  known_ = std::make_unique<Known>(Known{std::move(found), {}});
  expire(now());
  return {};
}

void Producers::follow(const record::BatchView& batch) {
  // The batch does not say when it was appended: as if now, so that none is forgotten too early.
  if (!batch.producer_id()) return;
  if (const auto produced = produced_batch(batch, now())) apply(*produced);
}

std::vector<std::byte> Producers::snapshot() {
  if (!known_) return {};
  return known_->state.encode();
}

}  // namespace leat::partition
