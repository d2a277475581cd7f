#pragma once

/// \file
/// JoinGroup (key 11): joins a classic group (G rules). What is in a protocol is for its
/// assignor alone (consumer_protocol.h).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"
#include "leat/record.h"

#include "wire/schema.h"

namespace leat::wire {

namespace join_group_request {

struct JoinGroupRequestProtocol {
  std::string_view name = {};
  BytesView metadata{""};
  bool operator==(const JoinGroupRequestProtocol&) const = default;

  static constexpr auto fields() {
    using M = JoinGroupRequestProtocol;
    return std::tuple{
        field<&M::name>("Name"),
        field<&M::metadata>("Metadata"),
    };
  }
};
static_assert(well_formed<JoinGroupRequestProtocol>());

}  // namespace join_group_request

struct JoinGroupRequest {
  std::string_view group_id = {};
  std::int32_t session_timeout_ms = 0;
  std::int32_t rebalance_timeout_ms = -1;
  std::string_view member_id = {};
  std::optional<std::string_view> group_instance_id = {};
  std::string_view protocol_type = {};
  std::vector<join_group_request::JoinGroupRequestProtocol> protocols = {};
  std::optional<std::string_view> reason = {};
  bool operator==(const JoinGroupRequest&) const = default;

  static constexpr std::int16_t kApiKey = 11;
  static constexpr std::string_view kName = "JoinGroupRequest";
  static constexpr Versions kVersions{0, 9};
  static constexpr Versions kFlexible = since(6);
  static constexpr auto fields() {
    using M = JoinGroupRequest;
    return std::tuple{
        field<&M::group_id>("GroupId", {.entity = Entity::kGroupId}),
        field<&M::session_timeout_ms>("SessionTimeoutMs"),
        field<&M::rebalance_timeout_ms>("RebalanceTimeoutMs",
                                        {.versions = since(1), .ignorable = true}),
        field<&M::member_id>("MemberId"),
        field<&M::group_instance_id>("GroupInstanceId",
                                     {.versions = since(5), .nullable = since(5)}),
        field<&M::protocol_type>("ProtocolType"),
        field<&M::protocols>("Protocols"),
        field<&M::reason>("Reason",
                          {.versions = since(8), .nullable = since(8), .ignorable = true}),
    };
  }
};
static_assert(well_formed<JoinGroupRequest>());

namespace join_group_response {

struct JoinGroupResponseMember {
  std::string member_id = {};
  std::optional<std::string> group_instance_id = {};
  std::vector<std::byte> metadata = {};
  bool operator==(const JoinGroupResponseMember&) const = default;

  static constexpr auto fields() {
    using M = JoinGroupResponseMember;
    return std::tuple{
        field<&M::member_id>("MemberId"),
        field<&M::group_instance_id>(
            "GroupInstanceId", {.versions = since(5), .nullable = since(5), .ignorable = true}),
        field<&M::metadata>("Metadata"),
    };
  }
};
static_assert(well_formed<JoinGroupResponseMember>());

}  // namespace join_group_response

struct JoinGroupResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  std::int32_t generation_id = -1;
  std::optional<std::string> protocol_type = {};
  std::optional<std::string> protocol_name = "";
  std::string leader = {};
  bool skip_assignment = false;
  std::string member_id = {};
  std::vector<join_group_response::JoinGroupResponseMember> members = {};
  bool operator==(const JoinGroupResponse&) const = default;

  static constexpr std::int16_t kApiKey = 11;
  static constexpr std::string_view kName = "JoinGroupResponse";
  static constexpr Versions kVersions{0, 9};
  static constexpr Versions kFlexible = since(6);
  static constexpr auto fields() {
    using M = JoinGroupResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs", {.versions = since(2), .ignorable = true}),
        field<&M::error_code>("ErrorCode"),
        field<&M::generation_id>("GenerationId"),
        field<&M::protocol_type>("ProtocolType",
                                 {.versions = since(7), .nullable = since(7), .ignorable = true}),
        field<&M::protocol_name>("ProtocolName", {.nullable = since(7)}),
        field<&M::leader>("Leader"),
        field<&M::skip_assignment>("SkipAssignment", {.versions = since(9)}),
        field<&M::member_id>("MemberId"),
        field<&M::members>("Members"),
    };
  }
};
static_assert(well_formed<JoinGroupResponse>());

}  // namespace leat::wire
