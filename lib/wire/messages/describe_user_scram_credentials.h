#pragma once

/// \file
/// DescribeUserScramCredentials (key 50): which users have SCRAM credentials (KIP-554); secrets
/// never leave the broker.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/error.h"

#include "wire/schema.h"

namespace leat::wire {

namespace describe_user_scram_credentials_request {

struct UserName {
  std::string_view name = {};
  bool operator==(const UserName&) const = default;

  static constexpr auto fields() {
    using M = UserName;
    return std::tuple{
        field<&M::name>("Name"),
    };
  }
};
static_assert(well_formed<UserName>());

}  // namespace describe_user_scram_credentials_request

struct DescribeUserScramCredentialsRequest {
  std::optional<std::vector<describe_user_scram_credentials_request::UserName>> users =
      std::vector<describe_user_scram_credentials_request::UserName>();
  bool operator==(const DescribeUserScramCredentialsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 50;
  static constexpr std::string_view kName = "DescribeUserScramCredentialsRequest";
  static constexpr Versions kVersions{0, 0};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = DescribeUserScramCredentialsRequest;
    return std::tuple{
        field<&M::users>("Users", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<DescribeUserScramCredentialsRequest>());

namespace describe_user_scram_credentials_response {

struct CredentialInfo {
  std::int8_t mechanism = 0;
  std::int32_t iterations = 0;
  bool operator==(const CredentialInfo&) const = default;

  static constexpr auto fields() {
    using M = CredentialInfo;
    return std::tuple{
        field<&M::mechanism>("Mechanism"),
        field<&M::iterations>("Iterations"),
    };
  }
};
static_assert(well_formed<CredentialInfo>());

struct DescribeUserScramCredentialsResult {
  std::string user = {};
  ErrorCode error_code = {};
  std::optional<std::string> error_message = "";
  std::vector<CredentialInfo> credential_infos = {};
  bool operator==(const DescribeUserScramCredentialsResult&) const = default;

  static constexpr auto fields() {
    using M = DescribeUserScramCredentialsResult;
    return std::tuple{
        field<&M::user>("User"),
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.nullable = since(0)}),
        field<&M::credential_infos>("CredentialInfos"),
    };
  }
};
static_assert(well_formed<DescribeUserScramCredentialsResult>());

}  // namespace describe_user_scram_credentials_response

struct DescribeUserScramCredentialsResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code = {};
  std::optional<std::string> error_message = "";
  std::vector<describe_user_scram_credentials_response::DescribeUserScramCredentialsResult>
      results = {};
  bool operator==(const DescribeUserScramCredentialsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 50;
  static constexpr std::string_view kName = "DescribeUserScramCredentialsResponse";
  static constexpr Versions kVersions{0, 0};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = DescribeUserScramCredentialsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.nullable = since(0)}),
        field<&M::results>("Results"),
    };
  }
};
static_assert(well_formed<DescribeUserScramCredentialsResponse>());

}  // namespace leat::wire
