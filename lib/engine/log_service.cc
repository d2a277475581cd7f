#include "engine/log_service.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "leat/admin.h"
#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/options.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "base/try.h"
#include "config/config.h"
#include "engine/admin_service.h"
#include "engine/engine_impl.h"
#include "engine/groups.h"
#include "engine/partition_service.h"
#include "partition/waiters.h"
#include "service/admin_service.h"
#include "service/group_service.h"
#include "service/log_service.h"

namespace leat::inline v0 {

struct EngineAccess {
  static const std::shared_ptr<Engine::Impl>& impl(const Engine& engine) { return engine.impl_; }
};

}  // namespace leat::inline v0

namespace leat::engine {
namespace {

class EngineLogService final : public service::LogService {
 public:
  EngineLogService(std::shared_ptr<Engine::Impl> engine, Uuid cluster_id)
      : engine_(std::move(engine)), admin_(engine_), cluster_id_(cluster_id) {}

  [[nodiscard]] service::TopicPtr find(std::string_view name) const override {
    return port_of(engine_->find_topic(name));
  }
  [[nodiscard]] service::TopicPtr find(const Uuid& id) const override {
    return port_of(engine_->find_topic(id));
  }
  [[nodiscard]] std::vector<service::TopicPtr> topics() const override {
    std::vector<service::TopicPtr> all;
    for (const auto& topic : engine_->topics()) all.push_back(port_of(topic));
    return all;
  }
  [[nodiscard]] std::uint64_t topics_version() const noexcept override {
    return engine_->topics_version();
  }
  [[nodiscard]] Uuid cluster_id() const override { return cluster_id_; }
  [[nodiscard]] LeaderEpoch leader_epoch() const override { return engine_->epoch(); }
  [[nodiscard]] std::string directory() const override { return engine_->directory(); }
  [[nodiscard]] const EngineOptions& options() const override {
    return engine_->instance().options;
  }
  [[nodiscard]] const Environment& environment() const override { return engine_->environment(); }
  [[nodiscard]] Result<void> health() const override {
    return engine_->instance().gate.check_writable();
  }
  [[nodiscard]] service::AdminService& admin() noexcept override { return admin_; }
  void settle() noexcept override { partition::Waiters::settle(); }

  Result<ProducerId> new_producer_id() override { return engine_->new_producer_id(); }
  Result<Uuid> create_topic(const NewTopic& topic) override {
    return engine_->create_topic(topic, false);
  }
  Result<void> delete_topic(std::string_view name) override { return engine_->delete_topic(name); }
  Result<void> add_partitions(std::string_view topic, std::int32_t total) override {
    return engine_->add_partitions(topic, total);
  }
  Result<void> alter_configs(std::string_view topic, const ConfigMap& set,
                             const std::vector<std::string>& remove) override {
    return engine_->alter_configs(topic, set, remove);
  }
  [[nodiscard]] Result<std::vector<ConfigEntry>> describe_configs(std::string_view name) override {
    LEAT_TRY(const auto topic, engine_->topic(name));
    return config::describe(topic->options, options().topic_defaults, topic->configs);
  }
  Result<void> check_new_topic(const NewTopic& topic) override {
    return engine_->check_new_topic(topic);
  }
  Result<Offset> delete_records(const TopicPartition& name, std::optional<Offset> before) override {
    if (before) return engine_->delete_records(name, *before);
    LEAT_TRY(const auto partition, engine_->partition(name));
    LEAT_TRY(const PartitionOffsets offsets, partition->offsets());
    return engine_->delete_records(name, offsets.high_watermark);
  }

 private:
  static constexpr std::size_t kSweepMin = 64;

  /// What was made for a topic as it is served is kept until that is no longer so.
  service::TopicPtr port_of(const std::shared_ptr<const ServedTopic>& served) const {
    if (!served) return nullptr;
    const base::MutexLock lock(mutex_);
    auto& known = ports_[served.get()];
    if (!known.port) {
      known = {served, make_port(served)};
      service::TopicPtr port = known.port;
      if (ports_.size() >= sweep_at_) sweep();
      return port;
    }
    return known.port;
  }

  [[nodiscard]] service::TopicPtr make_port(
      const std::shared_ptr<const ServedTopic>& served) const {
    auto port = std::make_shared<service::Topic>();
    port->name = served->name;
    port->id = served->id;
    port->is_internal = served->is_internal;
    port->options = served->options;
    port->partitions.reserve(served->partitions.size());
    for (std::size_t p = 0; p < served->partitions.size(); ++p) {
      port->partitions.push_back(partition_service(engine_, served, p));
    }
    return port;
  }

  void sweep() const LEAT_REQUIRES(mutex_) {
    std::erase_if(ports_, [&](const auto& entry) {
      return engine_->find_topic(entry.second.served->id) != entry.second.served;
    });
    sweep_at_ = std::max(kSweepMin, ports_.size() * 2);
  }

  struct Known {
    std::shared_ptr<const ServedTopic> served;  // so that no other topic comes to its address
    service::TopicPtr port;
  };
  const std::shared_ptr<Engine::Impl> engine_;
  EngineAdminService admin_;
  const Uuid cluster_id_;
  mutable base::Mutex mutex_;  // before the engine's topics_mutex_
  mutable std::unordered_map<const ServedTopic*, Known> ports_ LEAT_GUARDED_BY(mutex_);
  mutable std::size_t sweep_at_ LEAT_GUARDED_BY(mutex_) = kSweepMin;
};

}  // namespace

Result<std::shared_ptr<service::LogService>> log_service(const Engine& engine) {
  const auto& impl = EngineAccess::impl(engine);
  LEAT_TRY_VOID(impl->instance().gate.check());
  LEAT_TRY(const Uuid id, impl->cluster_id());
  return std::shared_ptr<service::LogService>(std::make_shared<EngineLogService>(impl, id));
}

Result<std::shared_ptr<service::GroupService>> group_service(const Engine& engine) {
  const auto& impl = EngineAccess::impl(engine);
  LEAT_TRY_VOID(impl->instance().gate.check());
  LEAT_TRY_VOID(impl->groups().load());
  return std::shared_ptr<service::GroupService>(impl, &impl->groups());
}

}  // namespace leat::engine
