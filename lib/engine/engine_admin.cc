// Changes of the catalog: checked, made durable, then served (S21, K1). One at a time.

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/admin.h"
#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "base/try.h"
#include "base/uuid.h"
#include "config/config.h"
#include "engine/admin_backend.h"
#include "engine/catalog.h"
#include "engine/catalog_records.h"
#include "engine/engine_impl.h"
#include "engine/groups.h"
#include "log/log.h"
#include "partition/partition.h"
#include "service/admin_service.h"

namespace leat::inline v0 {
namespace {

constexpr std::size_t kTopicNameMax = 249;

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-';
}

/// Kafka's rule, and its words where they help.
Result<void> check_topic_name(std::string_view name) {
  const auto refuse = [&](std::string_view why) {
    return Error(ErrorCode::kInvalidTopicException,
                 fmt::format("topic name '{}' {}; it takes 1 to {} of A-Z a-z 0-9 . _ -", name, why,
                             kTopicNameMax));
  };
  if (name.empty()) return refuse("is empty");
  if (name == "." || name == "..") return refuse("is a directory's");
  if (name.size() > kTopicNameMax) return refuse(fmt::format("has {} characters", name.size()));
  if (!std::ranges::all_of(name, is_name_character)) return refuse("has a character that is not allowed");
  return {};
}

std::vector<engine::TopicConfigValue> to_values(const ConfigMap& configs) {
  std::vector<engine::TopicConfigValue> values;
  values.reserve(configs.size());
  for (const auto& [name, value] : configs) values.push_back({name, value});
  return values;
}

/// Errors: kInvalidConfig, told with the nearest known name.
Result<void> check_config_name(std::string_view name) {
  const auto table = config::topic_option_table();
  if (std::ranges::any_of(table, [&](const auto& spec) { return spec.name == name; })) return {};
  TopicOptions scratch;
  return config::set(scratch, name, "");
}

}  // namespace

Result<void> Engine::Impl::change_catalog(const std::function<Result<void>()>& change) {
  auto changed = change();
  if (!changed && (catalog_->sync_failed() || changed.error().code() == ErrorCode::kInternal)) {
    instance_->gate.poison(changed.error());
  }
  return changed;
}

Result<void> Engine::Impl::check_new_topic(const NewTopic& topic) {
  const base::MutexLock admin(admin_mutex_);
  LEAT_TRY_VOID(check_topic(topic));
  return {};
}

Result<std::int32_t> Engine::Impl::check_topic(const NewTopic& topic) {
  LEAT_TRY_VOID(instance_->gate.check_writable());
  LEAT_TRY_VOID(check_topic_name(topic.name));
  const std::int32_t partitions =
      topic.partitions == -1 ? options_.options.num_partitions : topic.partitions;
  if (partitions < 1 || partitions > kPartitionsMax) {
    return Error(ErrorCode::kInvalidPartitions,
                 fmt::format("{} partitions for topic '{}'; it takes 1 to {}", partitions, topic.name,
                             kPartitionsMax));
  }
  LEAT_TRY_VOID(config::parse_topic_options(topic.configs, options_.options.topic_defaults));
  LEAT_TRY_VOID(check_room(partitions));
  const base::MutexLock lock(topics_mutex_);
  if (topics_.contains(topic.name)) {
    return Error(ErrorCode::kTopicAlreadyExists, fmt::format("topic '{}' already exists", topic.name));
  }
  const auto other = metric_names_.find(engine::metric_name(topic.name));
  if (other == metric_names_.end()) return partitions;
  return Error(ErrorCode::kInvalidTopicException,
               fmt::format("topic name '{}' differs from '{}' only in '.' and '_'", topic.name,
                           other->second));
}

Result<Uuid> Engine::Impl::create_topic(const NewTopic& topic, bool is_internal) {
  const base::MutexLock admin(admin_mutex_);
  LEAT_TRY(const std::int32_t partitions, check_topic(topic));
  const Uuid id = base::make_uuid(instance_->environment.random);
  const engine::TopicRecord record{.id = id,
                                   .value = {.name = topic.name,
                                             .number = catalog_->next_number(),
                                             .partitions = partitions,
                                             .is_internal = is_internal,
                                             .configs = to_values(topic.configs)},
                                   .log_starts = {}};
  LEAT_TRY_VOID(change_catalog([&] { return catalog_->put(record); }));
  serve(record);
  groups_->topics_changed();
  return id;
}

Result<void> Engine::Impl::check_room(std::int32_t more) const {
  const std::int64_t count = catalog_->partition_count() + more;
  if (count <= options_.options.max_partitions) return {};
  return Error(ErrorCode::kInvalidPartitions,
               fmt::format("{} partitions in all would be over leat.max.partitions={}", count,
                           options_.options.max_partitions));
}

Result<void> Engine::Impl::delete_topic(std::string_view name) {
  LEAT_TRY_VOID(delete_topic_files(name));
  groups_->topic_deleted(name);
  groups_->topics_changed();
  return {};
}

Result<void> Engine::Impl::delete_topic_files(std::string_view name) {
  LEAT_TRY_VOID(instance_->gate.check_writable());
  const base::MutexLock admin(admin_mutex_);
  LEAT_TRY(const auto topic, this->topic(name));
  if (topic->is_internal) {
    return Error(ErrorCode::kInvalidTopicException,
                 fmt::format("'{}' is internal and cannot be deleted", name));
  }
  LEAT_TRY_VOID(change_catalog([&] { return catalog_->remove(topic->id); }));
  serve_no_longer(*topic);
  for (const auto& partition : topic->partitions) partition->mark_deleted();
  // Files after the delete record (S21), when no seal makes one; what is left is removed at the next open.
  for (const auto& partition : topic->partitions) LEAT_TRY_VOID(partition->remove_files());
  const std::string directory =
      fmt::format("{}/logs/{}", options_.directory, base::to_hex(topic->id));
  LEAT_TRY(const bool exists, instance_->environment.file_system->exists(directory));
  if (exists) LEAT_TRY_VOID(remove_tree(directory));
  catalog_->keep_reserve();
  return {};
}

Result<void> Engine::Impl::add_partitions(std::string_view name, std::int32_t total) {
  LEAT_TRY_VOID(instance_->gate.check_writable());
  const base::MutexLock admin(admin_mutex_);
  LEAT_TRY(const auto topic, this->topic(name));
  engine::TopicRecord record = catalog_->topics().at(topic->id);
  if (total <= record.value.partitions || total > kPartitionsMax) {
    return Error(ErrorCode::kInvalidPartitions,
                 fmt::format("topic '{}' has {} partitions; {} is not more, or over {}", name,
                             record.value.partitions, total, kPartitionsMax));
  }
  LEAT_TRY_VOID(check_room(total - record.value.partitions));
  record.value.partitions = total;
  LEAT_TRY_VOID(change_catalog([&] { return catalog_->put(record); }));
  serve(record);
  groups_->topics_changed();
  return {};
}

Result<void> Engine::Impl::alter_configs(std::string_view name, const ConfigMap& set,
                                         const std::vector<std::string>& remove) {
  LEAT_TRY_VOID(instance_->gate.check_writable());
  const base::MutexLock admin(admin_mutex_);
  LEAT_TRY(const auto topic, this->topic(name));
  ConfigMap configs = topic->configs;
  for (const std::string& key : remove) {
    // An unknown name is an error here as well, told with the nearest known one.
    if (!configs.contains(key)) LEAT_TRY_VOID(check_config_name(key));
    configs.erase(key);
  }
  for (const auto& [key, value] : set) configs[key] = value;
  LEAT_TRY(const TopicOptions options,
           config::parse_topic_options(configs, options_.options.topic_defaults));
  engine::TopicRecord record = catalog_->topics().at(topic->id);
  record.value.configs = to_values(configs);
  LEAT_TRY_VOID(change_catalog([&] { return catalog_->put(record); }));
  serve(record);
  for (const auto& partition : topic->partitions) LEAT_TRY_VOID(partition->set_options(options));
  return {};
}

Result<Offset> Engine::Impl::delete_records(const TopicPartition& name, Offset before) {
  LEAT_TRY(const auto partition, this->partition(name));
  LEAT_TRY(const Offset to, partition->deletable(before));
  const base::MutexLock admin(admin_mutex_);
  LEAT_TRY(const PartitionOffsets offsets, partition->offsets());
  if (to <= offsets.log_start) return offsets.log_start;
  // S23: durable before any file goes.
  LEAT_TRY_VOID(change_catalog([&] {
    return catalog_->put_log_start(partition->identity().log_id, name.partition, to);
  }));
  LEAT_TRY_VOID(partition->delete_below(to));
  catalog_->keep_reserve();
  return to;
}

Result<Uuid> Engine::Impl::cluster_id() {
  const base::MutexLock admin(admin_mutex_);
  if (catalog_->cluster_id().is_zero()) {
    LEAT_TRY_VOID(instance_->gate.check_writable());
    const Uuid id = base::make_uuid(instance_->environment.random);
    LEAT_TRY_VOID(change_catalog([&] { return catalog_->put_cluster_id(id); }));
  }
  return catalog_->cluster_id();
}

Result<ProducerId> Engine::Impl::new_producer_id() {
  constexpr std::int64_t kBlock = 1000;  // Kafka's; what is left of one at a restart is never given
  LEAT_TRY_VOID(instance_->gate.check_writable());
  const base::MutexLock admin(admin_mutex_);
  if (next_producer_id_ == producer_ids_end_) {
    const std::int64_t first = catalog_->next_producer_id();
    // S19: durable before use.
    LEAT_TRY_VOID(change_catalog([&] { return catalog_->put_next_producer_id(first + kBlock); }));
    next_producer_id_ = first;
    producer_ids_end_ = first + kBlock;
  }
  return ProducerId{next_producer_id_++};
}

Result<void> Engine::Impl::change_settings(
    const std::function<Result<void>(engine::Catalog&)>& change) {
  LEAT_TRY_VOID(instance_->gate.check_writable());
  const base::MutexLock admin(admin_mutex_);
  auto changed = change_catalog([&] { return change(*catalog_); });
  publish_settings();
  return changed;
}

void Engine::Impl::publish_settings() {
  auto settings = std::make_shared<const service::AdminSettings>(catalog_->settings());
  const base::MutexLock lock(topics_mutex_);
  settings_ = std::move(settings);
  settings_version_.fetch_add(1, std::memory_order_release);
}

std::shared_ptr<const service::AdminSettings> Engine::Impl::settings() const {
  const base::MutexLock lock(topics_mutex_);
  return settings_;
}

Result<void> Engine::Impl::refresh() {
  LEAT_TRY_VOID(instance_->gate.check());
  if (options_.mode != Mode::kReadOnly) return {};
  const base::MutexLock admin(admin_mutex_);
  LEAT_TRY(const bool changed, catalog_->refresh());
  if (changed) {
    const auto& records = catalog_->topics();
    for (const auto& topic : topics()) {
      if (records.contains(topic->id)) continue;
      for (const auto& partition : topic->partitions) partition->mark_deleted();
      serve_no_longer(*topic);
    }
    for (const auto& [id, record] : records) serve(record);
  }
  for (const auto& partition : all_partitions()) {
    if (!partition->is_opened()) continue;
    LEAT_TRY(log::Log* const log, partition->log());
    LEAT_TRY_VOID(log->refresh());
  }
  return {};
}

}  // namespace leat::inline v0

// --- the façade ----------------------------------------------------------------------------------------

namespace leat::engine {

Result<TopicDescription> EngineAdmin::describe_topic(std::string_view name) {
  LEAT_TRY(const auto topic, engine_->topic(name));
  TopicDescription description{
      .name = topic->name, .id = topic->id, .is_internal = topic->is_internal, .partitions = {}};
  for (const auto& partition : topic->partitions) {
    description.partitions.push_back({partition->name().partition, engine_->epoch()});
  }
  return description;
}

Result<std::vector<std::string>> EngineAdmin::list_topics(bool with_internal) {
  LEAT_TRY_VOID(engine_->instance().gate.check());
  std::vector<std::string> names;
  for (const auto& topic : engine_->topics()) {
    if (with_internal || !topic->is_internal) names.push_back(topic->name);
  }
  return names;
}

Result<std::vector<ConfigEntry>> EngineAdmin::describe_configs(std::string_view name) {
  LEAT_TRY(const auto topic, engine_->topic(name));
  return config::describe(topic->options, engine_->instance().options.topic_defaults, topic->configs);
}

}  // namespace leat::engine
