#pragma once

/// \file
/// CRC-32C (Castagnoli), the checksum of Kafka's record batches (B2). Uses the processor's CRC and
/// carry-less multiply instructions where it has them, chosen at run time. Pure functions.

#include <cstddef>
#include <cstdint>
#include <span>

namespace leat::base {

/// The CRC-32C of the bytes before, whose CRC is `crc_so_far`, followed by `bytes`.
[[nodiscard]] std::uint32_t crc32c(std::span<const std::byte> bytes,
                                   std::uint32_t crc_so_far = 0) noexcept;

/// The CRC-32C of A followed by B, from the CRC of each and the length of B in bytes: what stands
/// before can be checksummed after what follows it.
[[nodiscard]] std::uint32_t crc32c_concat(std::uint32_t crc_a, std::uint32_t crc_b,
                                          std::uint64_t size_b) noexcept;

/// `crc32c` by tables alone, on any processor; the measure that tests hold the fast one against.
[[nodiscard]] std::uint32_t crc32c_portable(std::span<const std::byte> bytes,
                                            std::uint32_t crc_so_far = 0) noexcept;

}  // namespace leat::base
