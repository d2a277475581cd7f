#include "engine/producer_batches.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "base/try.h"
#include "engine/guarded.h"
#include "log/log_options.h"
#include "partition/append.h"
#include "partition/partition.h"
#include "record/batch_builder.h"
#include "record/header_writer.h"
#include "record/layout.h"
#include "record/validate.h"

namespace leat::engine {
namespace {

/// Appends the batch; one of LogAppendTime is dated `now` (B12).
Result<partition::Appended> append(partition::Partition& partition, record::BatchBuilder& builder,
                                   std::optional<Timestamp> now) {
  LEAT_TRY(std::span<const std::byte> bytes, builder.finish());
  std::vector<std::byte> dated;
  if (now) {
    dated.assign(bytes.begin(), bytes.end());
    record::restamp(dated, record::TimestampType::kLogAppendTime, *now);
    bytes = dated;
  }
  LEAT_TRY(const auto validated,
           record::validate(bytes, {.origin = record::BatchOrigin::kLog,
                                    .batch_size_max = bytes.size(),
                                    .records_size_max = log::kDecompressedBytesMax}));
  return partition::append(partition, validated);
}

}  // namespace

// --- gathering
// -----------------------------------------------------------------------------------------

Result<void> Batches::add(const Destination& to, const Record& record, Sent sent, When when) {
  AccumulatorPtr accumulator;
  bool is_due = false;
  {
    const base::MutexLock lock(mutex_);
    if (is_refusing_) return Error(ErrorCode::kClosed, "the producer is closed");
    AccumulatorPtr& found = accumulators_[to.partition.get()];
    if (!found) found = std::make_shared<Accumulator>(Accumulator{.partition = to.partition});
    accumulator = found;
    add_to(*accumulator, to, record, std::move(sent));
    const bool is_at_once = when == When::kDue && linger_.count() == 0;
    is_due = is_at_once || !accumulator->full.empty();
    if (when == When::kDue && !is_at_once && accumulator->open) start_timer(accumulator);
  }
  if (is_due) send(accumulator);
  return {};
}

void Batches::add_to(Accumulator& accumulator, const Destination& to, const Record& record,
                     Sent sent) {
  if (accumulator.open && !accumulator.open->builder.append(record, sent.timestamp)) {
    close_open(accumulator);
  }
  if (!accumulator.open) {
    accumulator.open.emplace(
        Batch{.builder = record::BatchBuilder(to.batch),
              .is_durable = to.is_durable,
              .has_append_time = to.batch.timestamp_type == record::TimestampType::kLogAppendTime,
              .sent = {}});
    (void)accumulator.open->builder.append(record, sent.timestamp);  // the first one always fits
  }
  accumulator.open->sent.push_back(std::move(sent));
  if (accumulator.open->builder.size_in_bytes() >= batch_bytes_) close_open(accumulator);
}

void Batches::close_open(Accumulator& accumulator) {
  if (accumulator.timer)
    (void)environment_.scheduler->cancel(*accumulator.timer);  // or it finds nothing
  accumulator.timer.reset();
  if (!accumulator.open) return;
  accumulator.full.push_back(*std::move(accumulator.open));
  accumulator.open.reset();
}

void Batches::start_timer(const AccumulatorPtr& accumulator) {
  if (accumulator->timer) return;
  accumulator->timer =
      environment_.scheduler->post_after(linger_, [weak = weak_from_this(), accumulator] {
        const auto self = weak.lock();
        if (!self) return;
        {
          const base::MutexLock lock(self->mutex_);
          self->close_open(*accumulator);
        }
        self->send(accumulator);
      });
}

// --- sending
// -------------------------------------------------------------------------------------------

void Batches::send(const AccumulatorPtr& accumulator) {
  {
    const base::MutexLock lock(mutex_);
    if (accumulator->is_sending || !accumulator->partition) return;
    accumulator->is_sending = true;
  }
  while (auto batch = next_to_send(*accumulator)) send(*accumulator->partition, *std::move(batch));
  rests_.fetch_add(1, std::memory_order_release);
  environment_.scheduler->wake(rests_);
}

std::optional<Batches::Batch> Batches::next_to_send(Accumulator& accumulator) {
  const base::MutexLock lock(mutex_);
  // Without linger, what gathered while the last batch was sent goes as the next one.
  if (accumulator.full.empty() && linger_.count() == 0) close_open(accumulator);
  if (accumulator.full.empty()) {
    accumulator.is_sending = false;
    return std::nullopt;
  }
  std::optional<Batch> batch(std::move(accumulator.full.front()));
  accumulator.full.pop_front();
  return batch;
}

void Batches::send(partition::Partition& partition, Batch batch) {
  std::optional<Timestamp> append_time;
  if (batch.has_append_time) append_time = environment_.clock->now();
  auto appended = guarded([&] { return append(partition, batch.builder, append_time); });
  if (append_time) {
    for (Sent& sent : batch.sent) sent.timestamp = *append_time;
  }
  const auto count = static_cast<std::int64_t>(batch.sent.size());
  const auto acknowledge = [in_flight = in_flight_, id = partition.name().partition,
                            base = appended ? appended->base_offset : Offset(),
                            all = std::make_shared<const std::vector<Sent>>(std::move(batch.sent))](
                               const Result<void>& outcome) {
    Offset offset = base;
    for (const Sent& sent : *all) {
      Result<RecordMetadata> told = RecordMetadata{id, offset, sent.timestamp};
      if (!outcome) told = outcome.error();
      in_flight->acknowledge(sent.on_ack, told, sent.ticket);
      offset = offset.next();
    }
  };
  if (!appended) {
    acknowledge(std::move(appended).error());
  } else if (batch.is_durable) {
    partition.when_durable(appended->base_offset + count, acknowledge);
  } else {
    acknowledge({});
  }
}

void Batches::flush() {
  std::vector<AccumulatorPtr> all;
  {
    const base::MutexLock lock(mutex_);
    for (const auto& [partition, accumulator] : accumulators_) {
      close_open(*accumulator);
      all.push_back(accumulator);
    }
  }
  for (const AccumulatorPtr& accumulator : all) send(accumulator);
}

void Batches::flush_soon() {
  if (flush_is_due_.exchange(true, std::memory_order_acq_rel)) return;
  environment_.scheduler->post([weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->flush_is_due_.store(false, std::memory_order_release);
    self->flush();
  });
}

void Batches::refuse() {
  const base::MutexLock lock(mutex_);
  is_refusing_ = true;
}

void Batches::close() {
  while (true) {
    const std::uint32_t rests = rests_.load(std::memory_order_acquire);
    {
      const base::MutexLock lock(mutex_);
      const bool is_sending = std::any_of(accumulators_.begin(), accumulators_.end(),
                                          [](const auto& one) { return one.second->is_sending; });
      if (!is_sending) {
        for (const auto& [partition, accumulator] : accumulators_) {
          close_open(*accumulator);
          accumulator->partition.reset();  // a timer may still have the rest
        }
        accumulators_.clear();
        return;
      }
    }
    environment_.scheduler->wait(rests_, rests,
                                 environment_.clock->monotonic() + std::chrono::seconds(1));
  }
}

}  // namespace leat::engine
