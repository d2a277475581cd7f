#pragma once

/// \file
/// DescribeLogDirs (key 35): what each log directory holds. Null topics are all of them.

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

namespace describe_log_dirs_request {

struct DescribableLogDirTopic {
  std::string_view topic = {};
  std::vector<PartitionId> partitions = {};
  bool operator==(const DescribableLogDirTopic&) const = default;

  static constexpr auto fields() {
    using M = DescribableLogDirTopic;
    return std::tuple{
        field<&M::topic>("Topic", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<DescribableLogDirTopic>());

}  // namespace describe_log_dirs_request

struct DescribeLogDirsRequest {
  std::optional<std::vector<describe_log_dirs_request::DescribableLogDirTopic>> topics =
      std::vector<describe_log_dirs_request::DescribableLogDirTopic>();
  bool operator==(const DescribeLogDirsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 35;
  static constexpr std::string_view kName = "DescribeLogDirsRequest";
  static constexpr Versions kVersions{1, 5};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = DescribeLogDirsRequest;
    return std::tuple{
        field<&M::topics>("Topics", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<DescribeLogDirsRequest>());

namespace describe_log_dirs_response {

struct DescribeLogDirsPartition {
  PartitionId partition_index = {};
  std::int64_t partition_size = 0;
  std::int64_t offset_lag = 0;
  bool is_future_key = false;
  bool operator==(const DescribeLogDirsPartition&) const = default;

  static constexpr auto fields() {
    using M = DescribeLogDirsPartition;
    return std::tuple{
        field<&M::partition_index>("PartitionIndex"),
        field<&M::partition_size>("PartitionSize"),
        field<&M::offset_lag>("OffsetLag"),
        field<&M::is_future_key>("IsFutureKey"),
    };
  }
};
static_assert(well_formed<DescribeLogDirsPartition>());

struct DescribeLogDirsTopic {
  std::string name = {};
  std::vector<DescribeLogDirsPartition> partitions = {};
  bool operator==(const DescribeLogDirsTopic&) const = default;

  static constexpr auto fields() {
    using M = DescribeLogDirsTopic;
    return std::tuple{
        field<&M::name>("Name", {.entity = Entity::kTopicName}),
        field<&M::partitions>("Partitions"),
    };
  }
};
static_assert(well_formed<DescribeLogDirsTopic>());

struct DescribeLogDirsResult {
  ErrorCode error_code = {};
  std::string log_dir = {};
  std::vector<DescribeLogDirsTopic> topics = {};
  std::int64_t total_bytes = -1;
  std::int64_t usable_bytes = -1;
  bool is_cordoned = false;
  bool operator==(const DescribeLogDirsResult&) const = default;

  static constexpr auto fields() {
    using M = DescribeLogDirsResult;
    return std::tuple{
        field<&M::error_code>("ErrorCode"),
        field<&M::log_dir>("LogDir"),
        field<&M::topics>("Topics"),
        field<&M::total_bytes>("TotalBytes", {.versions = since(4), .ignorable = true}),
        field<&M::usable_bytes>("UsableBytes", {.versions = since(4), .ignorable = true}),
        field<&M::is_cordoned>("IsCordoned", {.versions = since(5), .ignorable = true}),
    };
  }
};
static_assert(well_formed<DescribeLogDirsResult>());

}  // namespace describe_log_dirs_response

struct DescribeLogDirsResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  std::vector<describe_log_dirs_response::DescribeLogDirsResult> results = {};
  bool operator==(const DescribeLogDirsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 35;
  static constexpr std::string_view kName = "DescribeLogDirsResponse";
  static constexpr Versions kVersions{1, 5};
  static constexpr Versions kFlexible = since(2);
  static constexpr auto fields() {
    using M = DescribeLogDirsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::error_code>("ErrorCode", {.versions = since(3), .ignorable = true}),
        field<&M::results>("Results"),
    };
  }
};
static_assert(well_formed<DescribeLogDirsResponse>());

}  // namespace leat::wire
