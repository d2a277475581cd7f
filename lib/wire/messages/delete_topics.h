#pragma once

/// \file
/// DeleteTopics (key 20): away with topics, by name or, from version 6 on, by id.

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

namespace delete_topics_request {

struct DeleteTopicState {
  std::optional<std::string_view> name = {};
  Uuid topic_id = {};
  bool operator==(const DeleteTopicState&) const = default;

  static constexpr auto fields() {
    using M = DeleteTopicState;
    return std::tuple{
        field<&M::name>("Name",
                        {.versions = since(6), .nullable = since(6), .entity = Entity::kTopicName}),
        field<&M::topic_id>("TopicId", {.versions = since(6)}),
    };
  }
};
static_assert(well_formed<DeleteTopicState>());

}  // namespace delete_topics_request

struct DeleteTopicsRequest {
  std::vector<delete_topics_request::DeleteTopicState> topics = {};
  std::vector<std::string_view> topic_names = {};
  std::int32_t timeout_ms = 0;
  bool operator==(const DeleteTopicsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 20;
  static constexpr std::string_view kName = "DeleteTopicsRequest";
  static constexpr Versions kVersions{1, 6};
  static constexpr Versions kFlexible = since(4);
  static constexpr auto fields() {
    using M = DeleteTopicsRequest;
    return std::tuple{
        field<&M::topics>("Topics", {.versions = since(6)}),
        field<&M::topic_names>(
            "TopicNames", {.versions = until(5), .ignorable = true, .entity = Entity::kTopicName}),
        field<&M::timeout_ms>("TimeoutMs"),
    };
  }
};
static_assert(well_formed<DeleteTopicsRequest>());

namespace delete_topics_response {

struct DeletableTopicResult {
  std::optional<std::string> name = "";
  Uuid topic_id = {};
  ErrorCode error_code = {};
  std::optional<std::string> error_message = {};
  bool operator==(const DeletableTopicResult&) const = default;

  static constexpr auto fields() {
    using M = DeletableTopicResult;
    return std::tuple{
        field<&M::name>("Name", {.nullable = since(6), .entity = Entity::kTopicName}),
        field<&M::topic_id>("TopicId", {.versions = since(6), .ignorable = true}),
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage",
                                 {.versions = since(5), .nullable = since(5), .ignorable = true}),
    };
  }
};
static_assert(well_formed<DeletableTopicResult>());

}  // namespace delete_topics_response

struct DeleteTopicsResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<delete_topics_response::DeletableTopicResult> responses = {};
  bool operator==(const DeleteTopicsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 20;
  static constexpr std::string_view kName = "DeleteTopicsResponse";
  static constexpr Versions kVersions{1, 6};
  static constexpr Versions kFlexible = since(4);
  static constexpr auto fields() {
    using M = DeleteTopicsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs", {.versions = since(1), .ignorable = true}),
        field<&M::responses>("Responses"),
    };
  }
};
static_assert(well_formed<DeleteTopicsResponse>());

}  // namespace leat::wire
