// The façade over Engine::Impl: no call throws, whatever the standard library thinks of memory
// (G26).

#include "leat/engine.h"

#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "leat/admin.h"
#include "leat/consumer.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/producer.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "engine/admin_backend.h"
#include "engine/appender_impl.h"
#include "engine/consumer_impl.h"
#include "engine/engine_impl.h"
#include "engine/producer_backend.h"
#include "log/log.h"

namespace leat::inline v0 {
namespace {

/// Runs `work`; what it throws becomes an error.
template <class Work>
auto guarded(Work&& work) noexcept -> decltype(work()) {
  try {
    return std::forward<Work>(work)();
  } catch (const std::bad_alloc&) {
    return Error(ErrorCode::kOutOfMemory);
  } catch (const std::exception& problem) {
    return Error(ErrorCode::kInternal, problem.what());
  } catch (...) {
    return Error(ErrorCode::kInternal, "an exception of an unknown type");
  }
}

}  // namespace

Engine::Engine(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&& other) noexcept {
  if (impl_ && impl_ != other.impl_) impl_->abandon();
  impl_ = std::move(other.impl_);
  return *this;
}
Engine::~Engine() {
  if (impl_) impl_->abandon();
}

Result<Engine> Engine::open(OpenOptions options) noexcept {
  return guarded([&]() -> Result<Engine> {
    LEAT_TRY(auto impl, Impl::open(std::move(options)));
    return Engine(std::move(impl));
  });
}

Result<Engine> Engine::memory(Environment environment) noexcept {
  return open({.directory = {},
               .mode = Mode::kReadWrite,
               .options = {},
               .environment = std::move(environment)});
}

Result<void> Engine::close() noexcept {
  return guarded([&] { return impl_->close(); });
}

Health Engine::health() const { return impl_->health(); }
const RecoveryReport& Engine::recovery() const { return impl_->recovery(); }
Metrics Engine::metrics() const { return impl_->metrics(); }
Admin Engine::admin() const { return Admin(std::make_shared<engine::EngineAdmin>(impl_)); }

Result<Appender> Engine::appender(std::string_view topic, PartitionId partition) const noexcept {
  return guarded([&]() -> Result<Appender> {
    LEAT_TRY(auto impl, Appender::Impl::open(impl_, {std::string(topic), partition}));
    return Appender(std::move(impl));
  });
}

Result<Producer> Engine::producer(ProducerOptions options) const noexcept {
  return guarded([&]() -> Result<Producer> {
    LEAT_TRY_VOID(impl_->instance().gate.check_writable());
    return Producer(std::make_unique<engine::EngineProducer>(impl_, std::move(options)));
  });
}

Result<Consumer> Engine::consumer(ConsumerOptions options) const noexcept {
  return guarded([&]() -> Result<Consumer> {
    LEAT_TRY_VOID(impl_->instance().gate.check());
    auto topics = std::move(options.topics);
    auto consumer = std::make_unique<Consumer::Impl>(impl_, std::move(options));
    if (!topics.empty()) LEAT_TRY_VOID(consumer->subscribe(std::move(topics), {}));
    return Consumer(std::move(consumer));
  });
}

Result<PartitionOffsets> Engine::offsets(const TopicPartition& partition) const noexcept {
  return guarded([&]() -> Result<PartitionOffsets> {
    LEAT_TRY(const auto found, impl_->partition(partition));
    return found->offsets();
  });
}

Result<std::optional<Offset>> Engine::offset_for_time(const TopicPartition& partition,
                                                      Timestamp time) const noexcept {
  return guarded([&]() -> Result<std::optional<Offset>> {
    LEAT_TRY(const auto found, impl_->partition(partition));
    LEAT_TRY_VOID(found->check(false));
    LEAT_TRY(log::Log* const log, found->log());
    LEAT_TRY(const auto record, log->find(time));
    if (!record) return std::optional<Offset>();
    return std::optional(record->offset);
  });
}

Result<void> Engine::flush() const noexcept {
  return guarded([&] { return impl_->flush_all(); });
}

Result<void> Engine::flush(const TopicPartition& partition) const noexcept {
  return guarded([&]() -> Result<void> {
    LEAT_TRY(const auto found, impl_->partition(partition));
    LEAT_TRY_VOID(found->check(true));
    return found->flush();
  });
}

Result<Offset> Engine::delete_records(const TopicPartition& partition,
                                      Offset before) const noexcept {
  return guarded([&] { return impl_->delete_records(partition, before); });
}

Result<void> Engine::roll(const TopicPartition& partition) const noexcept {
  return guarded([&]() -> Result<void> {
    LEAT_TRY(const auto found, impl_->partition(partition));
    return found->roll();
  });
}

Result<void> Engine::snapshot(const std::string& path) const noexcept {
  return guarded([&] { return impl_->snapshot(path); });
}

Result<std::uint64_t> Engine::state_hash() const noexcept {
  return guarded([&] { return impl_->state_hash(); });
}

}  // namespace leat::inline v0
