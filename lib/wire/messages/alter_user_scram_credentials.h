#pragma once

/// \file
/// AlterUserScramCredentials (key 51): sets and removes SCRAM credentials (KIP-554). Salt and
/// salted password are secrets: never log them.

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

namespace alter_user_scram_credentials_request {

struct ScramCredentialDeletion {
  std::string_view name = {};
  std::int8_t mechanism = 0;
  bool operator==(const ScramCredentialDeletion&) const = default;

  static constexpr auto fields() {
    using M = ScramCredentialDeletion;
    return std::tuple{
        field<&M::name>("Name"),
        field<&M::mechanism>("Mechanism"),
    };
  }
};
static_assert(well_formed<ScramCredentialDeletion>());

struct ScramCredentialUpsertion {
  std::string_view name = {};
  std::int8_t mechanism = 0;
  std::int32_t iterations = 0;
  BytesView salt{""};
  BytesView salted_password{""};
  bool operator==(const ScramCredentialUpsertion&) const = default;

  static constexpr auto fields() {
    using M = ScramCredentialUpsertion;
    return std::tuple{
        field<&M::name>("Name"),
        field<&M::mechanism>("Mechanism"),
        field<&M::iterations>("Iterations"),
        field<&M::salt>("Salt"),
        field<&M::salted_password>("SaltedPassword"),
    };
  }
};
static_assert(well_formed<ScramCredentialUpsertion>());

}  // namespace alter_user_scram_credentials_request

struct AlterUserScramCredentialsRequest {
  std::vector<alter_user_scram_credentials_request::ScramCredentialDeletion> deletions = {};
  std::vector<alter_user_scram_credentials_request::ScramCredentialUpsertion> upsertions = {};
  bool operator==(const AlterUserScramCredentialsRequest&) const = default;

  static constexpr std::int16_t kApiKey = 51;
  static constexpr std::string_view kName = "AlterUserScramCredentialsRequest";
  static constexpr Versions kVersions{0, 0};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = AlterUserScramCredentialsRequest;
    return std::tuple{
        field<&M::deletions>("Deletions"),
        field<&M::upsertions>("Upsertions"),
    };
  }
};
static_assert(well_formed<AlterUserScramCredentialsRequest>());

namespace alter_user_scram_credentials_response {

struct AlterUserScramCredentialsResult {
  std::string user = {};
  ErrorCode error_code = {};
  std::optional<std::string> error_message = "";
  bool operator==(const AlterUserScramCredentialsResult&) const = default;

  static constexpr auto fields() {
    using M = AlterUserScramCredentialsResult;
    return std::tuple{
        field<&M::user>("User"),
        field<&M::error_code>("ErrorCode"),
        field<&M::error_message>("ErrorMessage", {.nullable = since(0)}),
    };
  }
};
static_assert(well_formed<AlterUserScramCredentialsResult>());

}  // namespace alter_user_scram_credentials_response

struct AlterUserScramCredentialsResponse {
  std::int32_t throttle_time_ms = 0;
  std::vector<alter_user_scram_credentials_response::AlterUserScramCredentialsResult> results = {};
  bool operator==(const AlterUserScramCredentialsResponse&) const = default;

  static constexpr std::int16_t kApiKey = 51;
  static constexpr std::string_view kName = "AlterUserScramCredentialsResponse";
  static constexpr Versions kVersions{0, 0};
  static constexpr Versions kFlexible = since(0);
  static constexpr auto fields() {
    using M = AlterUserScramCredentialsResponse;
    return std::tuple{
        field<&M::throttle_time_ms>("ThrottleTimeMs"),
        field<&M::results>("Results"),
    };
  }
};
static_assert(well_formed<AlterUserScramCredentialsResponse>());

}  // namespace leat::wire
