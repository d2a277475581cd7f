#pragma once

/// \file
/// CreateTopics (key 19): new topics. -1 partitions or replicas ask for the defaults (version 4
/// and up).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "wire/schema.h"

namespace leat::wire {

namespace create_topics_request {

struct CreatableReplicaAssignment {
  PartitionId partition_index = {};
  std::vector<std::int32_t> broker_ids = {};
  bool operator==(const CreatableReplicaAssignment&) const = default;

  static constexpr auto fields() {
    using M = CreatableReplicaAssignment;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
        field<&M::broker_ids>("BrokerIds", {.entity = Entity::kBrokerId}),
    };
  }
};
static_assert(well_formed<CreatableReplicaAssignment>());

struct CreatableTopicConfig {
  std::string_view name = {};
  std::optional<std::string_view> value = "";
  bool operator==(const CreatableTopicConfig&) const = default;

  static constexpr auto fields() {
    using M = CreatableTopicConfig;
    return std::tuple{
        field<&M::name>("Name"),
        field<&M::value>("Value", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<CreatableTopicConfig>());

struct CreatableTopic {
  std::string_view name = {};
  std::int32_t num_partitions = 0;
  std::int16_t replication_factor = 0;
  std::vector<CreatableReplicaAssignment> assignments = {};
  std::vector<CreatableTopicConfig> configs = {};
  bool operator==(const CreatableTopic&) const = default;

  static constexpr auto fields() {
    using M = CreatableTopic;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::num_partitions>("NumPartitions"),
        field<&M::replication_factor>("ReplicationFactor"),
        field<&M::assignments>("Assignments"),
        field<&M::configs>("Configs"),
    };
  }
};
static_assert(well_formed<CreatableTopic>());

}  // namespace create_topics_request

struct CreateTopicsRequest {
  std::vector<create_topics_request::CreatableTopic> topics = {};
  std::int32_t timeout_ms = 60000;
  bool validate_only = false;
  bool operator==(const CreateTopicsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 19;
  static constexpr std::string_view kName = "CreateTopicsRequest";
  static constexpr Versions kVersions{2, 7};
  static constexpr Versions kFlexible = since(5);
  static constexpr auto fields() {
    using M = CreateTopicsRequest;
    return std::tuple{
        field<&M::topics>("Topics"),
        field<&M::timeout_ms>("timeoutMs"),
        field<&M::validate_only>("validateOnly", {.versions = since(1)}),
    };
  }
};
static_assert(well_formed<CreateTopicsRequest>());

namespace create_topics_response {

struct CreatableTopicConfigs {
  std::string name = {};
  std::optional<std::string> value = "";
  bool read_only = false;
  std::int8_t config_source = -1;
  bool is_sensitive = false;
  bool operator==(const CreatableTopicConfigs&) const = default;

  static constexpr auto fields() {
    using M = CreatableTopicConfigs;
    return std::tuple{
        field<&M::name>("Name", {.versions = since(5)}),
        field<&M::value>("Value", {.versions = since(5), .nullable = since(5)}),
        field<&M::read_only>("ReadOnly", {.versions = since(5)}),
        field<&M::config_source>("ConfigSource", {.versions = since(5), .ignorable = true}),
        field<&M::is_sensitive>("IsSensitive", {.versions = since(5)}),
    };
  }
};
static_assert(well_formed<CreatableTopicConfigs>());

struct CreatableTopicResult {
  std::string name = {};
  Uuid topic_id = {};
  ErrorCode error_code = {};
  std::optional<std::string> error_message = "";
  ErrorCode topic_config_error_code = {};
  std::int32_t num_partitions = -1;
  std::int16_t replication_factor = -1;
  std::optional<std::vector<CreatableTopicConfigs>> configs = std::vector<CreatableTopicConfigs>();
  bool operator==(const CreatableTopicResult&) const = default;

  static constexpr auto fields() {
    using M = CreatableTopicResult;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::topic_id>("TopicId", {.versions = since(7), .ignorable = true}),
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage",
                                 {.versions = since(1), .nullable = since(0), .ignorable = true}),
        field<&M::topic_config_error_code>("TopicConfigErrorCode",
                                           {.versions = since(5), .tag = 0, .ignorable = true}),
        field<&M::num_partitions>("NumPartitions", {.versions = since(5), .ignorable = true}),
        field<&M::replication_factor>("ReplicationFactor",
                                      {.versions = since(5), .ignorable = true}),
        field<&M::configs>("Configs",
                           {.versions = since(5), .nullable = since(5), .ignorable = true}),
    };
  }
};
static_assert(well_formed<CreatableTopicResult>());

}  // namespace create_topics_response

struct CreateTopicsResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<create_topics_response::CreatableTopicResult> topics = {};
  bool operator==(const CreateTopicsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 19;
  static constexpr std::string_view kName = "CreateTopicsResponse";
  static constexpr Versions kVersions{2, 7};
  static constexpr Versions kFlexible = since(5);
  static constexpr auto fields() {
    using M = CreateTopicsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs", {.versions = since(2), .ignorable = true}),
        field<&M::topics>("Topics"),
    };
  }
};
static_assert(well_formed<CreateTopicsResponse>());

}  // namespace leat::wire
