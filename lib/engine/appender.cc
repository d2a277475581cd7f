#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "engine/appender_impl.h"
#include "engine/engine_impl.h"
#include "engine/guarded.h"
#include "log/log.h"
#include "partition/append.h"
#include "partition/partition.h"

namespace leat::inline v0 {

// --- the state
// -----------------------------------------------------------------------------------------

Result<std::unique_ptr<Appender::Impl>> Appender::Impl::open(std::shared_ptr<Engine::Impl> engine,
                                                             const TopicPartition& name) {
  LEAT_TRY(auto partition, engine->partition(name));
  LEAT_TRY_VOID(partition->acquire_ownership());
  return std::unique_ptr<Impl>(new Impl(std::move(engine), std::move(partition)));
}

Appender::Impl::Impl(std::shared_ptr<Engine::Impl> engine,
                     std::shared_ptr<partition::Partition> partition)
    : engine_(std::move(engine)), partition_(std::move(partition)) {}

Appender::Impl::~Impl() {
  abandon();
  partition_->release_ownership();
}

Error Appender::Impl::claim_is_open() const {
  return {ErrorCode::kBusy,
          fmt::format("a claim is open in {}-{}; commit or abandon it first",
                      partition_->name().topic, partition_->name().partition.value())};
}

Result<Offset> Appender::Impl::durable(Result<Offset> first, std::size_t count) {
  if (!first || partition_->durability() != Durability::kSync) return first;
  LEAT_TRY_VOID(partition_->make_durable(*first + static_cast<std::int64_t>(count)));
  return first;
}

Result<Offset> Appender::Impl::append(const Record& record) {
  if (has_claim_) return claim_is_open();
  return durable(partition::append_owned(*partition_, record), 1);
}

Result<Offset> Appender::Impl::append(std::span<const Record> records) {
  if (has_claim_) return claim_is_open();
  if (records.empty()) return Error(ErrorCode::kInvalidArgument, "a batch has at least one record");
  return durable(partition::append_owned(*partition_, records), records.size());
}

Result<void> Appender::Impl::enter() {
  if (partition_->bias().enter()) return {};
  LEAT_TRY(auto hold, partition::Partition::Hold::take(*partition_));
  hold_.emplace(std::move(hold));
  return {};
}

void Appender::Impl::leave() noexcept {
  claim_.reset();
  has_claim_ = false;
  if (hold_) {
    hold_.reset();
  } else {
    partition_->bias().leave();
  }
}

Result<std::span<std::byte>> Appender::Impl::claim(std::size_t size, BytesView key) {
  abandon();
  LEAT_TRY_VOID(partition_->check(true));
  LEAT_TRY_VOID(partition::check_key(*partition_, key));           // B10
  if (!engine_->instance().may_map) return claim_copy(size, key);  // S8
  LEAT_TRY_VOID(enter());
  const Timestamp now = engine_->environment().clock->now();
  auto claim = partition_->opened_log().claim(key, size, now.time_since_epoch().count());
  if (!claim) {
    leave();
    if (claim.error().code() == ErrorCode::kTooManyOpenFiles) return claim_copy(size, key);  // G27
    partition_->note_failure(claim.error());
    return std::move(claim).error();
  }
  claim_ = *claim;
  has_claim_ = true;
  return claim_->value;
}

Result<std::span<std::byte>> Appender::Impl::claim_copy(std::size_t size, BytesView key) {
  const auto size_max = static_cast<std::size_t>(partition_->options().max_message_bytes);
  if (size > size_max) {
    return Error(ErrorCode::kRecordTooLarge,
                 fmt::format("a value of {} bytes is over max.message.bytes={}", size, size_max));
  }
  copy_.emplace(Copy{.key = std::nullopt, .value = std::vector<std::byte>(size)});
  if (!key.is_null()) copy_->key.emplace(key.bytes().begin(), key.bytes().end());
  has_claim_ = true;
  return std::span(copy_->value);
}

Result<Offset> Appender::Impl::commit_copy() {
  const Copy copy = std::exchange(copy_, std::nullopt).value_or(Copy{});
  has_claim_ = false;
  return append({.key = copy.key ? BytesView(*copy.key) : BytesView(), .value = copy.value});
}

Result<Offset> Appender::Impl::commit() {
  if (copy_) return commit_copy();
  if (!claim_) {
    return Error(ErrorCode::kInvalidArgument, "nothing is claimed; call claim() before commit()");
  }
  // Closed or poisoned since the claim: nothing more gets readable.
  if (auto open = partition_->check(true); !open) {
    abandon();
    return std::move(open).error();
  }
  const Offset offset = partition_->opened_log().commit_claim(*claim_);
  partition_->note_append();
  leave();
  partition_->waiters().notify();
  partition_->relieve();
  return durable(offset, 1);
}

void Appender::Impl::abandon() noexcept {
  if (claim_) {
    partition_->opened_log().abandon_claim(*claim_);
    leave();
  }
  copy_.reset();
  has_claim_ = false;
}

Result<void> Appender::Impl::flush() {
  if (has_claim_) return claim_is_open();
  LEAT_TRY_VOID(partition_->check(true));
  return partition_->flush();
}

// --- the façade
// ----------------------------------------------------------------------------------------

namespace {

/// Apart, so that the fast lane saves no registers for it.
[[gnu::noinline]] Result<Offset> append_slowly(Appender::Impl& appender,
                                               const Record& record) noexcept {
  return engine::guarded([&] { return appender.append(record); });
}

}  // namespace

Appender::Appender(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Appender::Appender(Appender&&) noexcept = default;
Appender& Appender::operator=(Appender&&) noexcept = default;
Appender::~Appender() = default;

Result<Offset> Appender::append(const Record& record) noexcept {
  const std::int64_t offset = impl_->try_append(record);
  if (offset >= 0) [[likely]]
    return Offset{offset};
  return append_slowly(*impl_, record);
}
Result<Offset> Appender::append(std::span<const Record> records) noexcept {
  return engine::guarded([&] { return impl_->append(records); });
}
Result<std::span<std::byte>> Appender::claim(std::size_t size, BytesView key) noexcept {
  return engine::guarded([&] { return impl_->claim(size, key); });
}
Result<Offset> Appender::commit() noexcept {
  return engine::guarded([&] { return impl_->commit(); });
}
void Appender::abandon() noexcept { impl_->abandon(); }
Result<void> Appender::flush() noexcept {
  return engine::guarded([&] { return impl_->flush(); });
}

}  // namespace leat::inline v0
