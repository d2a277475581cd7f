#pragma once

/// \file
/// SCRAM as RFC 5802 has it, by OpenSSL (A10). Pure.

#include <cstddef>
#include <cstdint>
#include <span>

#include "leat/result.h"

#include "service/admin_service.h"

namespace leat::kafka {

/// What a mechanism asks for (A10); kIterationsMax is Kafka's.
inline constexpr std::int32_t kIterationsMin = 4096;
inline constexpr std::int32_t kIterationsMax = 16'384;

/// What is kept of a password that was salted already, with PBKDF2. REQUIRES: a known mechanism.
/// Errors: kInternal when OpenSSL fails.
[[nodiscard]] Result<service::ScramCredential> scram_credential(
    service::ScramMechanism mechanism, std::span<const std::byte> salt,
    std::span<const std::byte> salted_password, std::int32_t iterations);

}  // namespace leat::kafka
