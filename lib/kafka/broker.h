#pragma once

/// \file
/// What all sessions of a server share. Threads: everything may be used from any thread.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/options.h"

#include "base/mutex.h"
#include "kafka/authorizer.h"
#include "kafka/executor.h"
#include "kafka/fetch_sessions.h"
#include "kafka/metrics.h"
#include "kafka/nodes.h"
#include "kafka/quotas.h"
#include "service/group_service.h"
#include "service/log_service.h"

namespace leat::kafka {

/// Kafka's broker configs that the protocol looks at, by their names.
struct BrokerOptions {
  /// `auto.create.topics.enable` (M2).
  bool auto_create_topics = true;
  /// `delete.topic.enable` (M12).
  bool delete_topic_enable = true;
  /// `default.replication.factor` (M10).
  std::int16_t default_replication_factor = 1;
  /// `compat.clamp.replication.factor`: takes replication factors above the number of nodes.
  bool clamp_replication_factor = false;
  /// `max.request.partition.size.limit` (M16).
  std::int32_t request_partitions_max = 2000;
  /// `fetch.max.bytes` (F2).
  std::int32_t fetch_max_bytes = 55 << 20;
  /// `max.incremental.fetch.session.cache.slots` (F16).
  std::int32_t fetch_sessions_max = 1000;
  /// `authorizer.class.name`: empty, and everybody may do everything (A1).
  std::string authorizer_class = {};
  /// `super.users`: "User:alice;User:bob" may do everything.
  std::string super_users = {};
  /// `allow.everyone.if.no.acl.found`.
  bool allow_if_no_acl = false;
  /// `quota.window.num` and `quota.window.size.seconds` (Q1).
  std::int32_t quota_samples = 11;
  std::int32_t quota_sample_seconds = 1;
  /// Whether acks=all waits for the disk (S10): for an engine that has one.
  bool acks_all_syncs = true;
};

[[nodiscard]] inline std::unique_ptr<const Authorizer> make_authorizer(
    service::LogService& logs, const BrokerOptions& options) {
  if (options.authorizer_class.empty()) return nullptr;
  return std::make_unique<const Authorizer>(logs.admin(), options.super_users,
                                            options.allow_if_no_acl);
}

struct Broker {
  Broker(std::shared_ptr<service::LogService> its_logs,
         std::shared_ptr<service::GroupService> its_groups, std::shared_ptr<Clock> its_clock,
         BrokerOptions its_options, Nodes its_nodes, RunBlocking its_pool,
         std::vector<ConfigEntry> its_configs = {})
      : logs(std::move(its_logs)),
        groups(std::move(its_groups)),
        clock(std::move(its_clock)),
        options(std::move(its_options)),
        nodes(std::move(its_nodes)),
        run_blocking(std::move(its_pool)),
        configs(std::move(its_configs)),
        authorizer(make_authorizer(*logs, options)),
        quotas(logs->admin(), clock,
               {.samples = options.quota_samples,
                .sample = std::chrono::seconds(options.quota_sample_seconds)}),
        fetch_sessions(options.fetch_sessions_max) {}

  const std::shared_ptr<service::LogService> logs;
  const std::shared_ptr<service::GroupService> groups;
  const std::shared_ptr<Clock> clock;
  const BrokerOptions options;
  const Nodes nodes;
  const RunBlocking run_blocking;
  /// What DescribeConfigs tells of a broker beside the engine's options.
  const std::vector<ConfigEntry> configs;
  /// Null: there is none, and everything is allowed (A1).
  const std::unique_ptr<const Authorizer> authorizer;
  Quotas quotas;
  Metrics metrics;
  /// Held while a topic's configs are read, changed and written; before the engine's locks.
  base::Mutex config_changes;
  FetchSessions fetch_sessions;
};

}  // namespace leat::kafka
