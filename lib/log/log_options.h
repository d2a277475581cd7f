#pragma once

/// \file
/// What a log needs to know of its topic's options, in the units it works in.

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "leat/options.h"

namespace leat::log {

/// An open batch closes at this size, so that a reader behind never has long to walk (S2).
inline constexpr std::uint32_t kOpenBatchBytes = 16 * 1024;
/// The page in which unverified records of an open batch may lie (S3).
inline constexpr std::uint32_t kPageBytes = 4096;
/// A mapped segment grows on disk by its own size, within these bounds (S8).
inline constexpr std::uint32_t kAllocateStepMin = 1U << 20U;
inline constexpr std::uint32_t kAllocateStepMax = 64U << 20U;
/// Pages are made ready for stores in steps of this, up to so far ahead of the writer (S8).
inline constexpr std::uint32_t kPopulateStep = 1U << 20U;
inline constexpr std::uint32_t kPopulateStepMin = 64U << 10U;
inline constexpr std::uint32_t kPopulateAhead = 4U << 20U;
/// The stretch of a sealed segment that one checksum of its `.sum` covers (S19).
inline constexpr std::uint32_t kSumBlockBytes = 64U * 1024U;
/// The most that the records of one batch may unpack to: where a bomb ends.
inline constexpr std::size_t kDecompressedBytesMax = std::size_t{256} << 20U;
/// Positions are u32 and offset deltas int32: no segment is longer (S9).
inline constexpr std::int64_t kSegmentBytesMax = INT32_MAX;

struct LogOptions {
  std::uint32_t segment_bytes = 1U << 30U;
  std::chrono::milliseconds segment_ms{std::chrono::hours{24 * 7}};
  std::uint32_t index_interval_bytes = 4096;
  std::uint32_t max_message_bytes = 1U << 20U;
  TimestampType timestamp_type = TimestampType::kCreateTime;
  /// Readers see only what is synced: a topic of level `sync` (S10).
  bool durable_reads = false;
};

[[nodiscard]] LogOptions log_options(const TopicOptions& topic);

}  // namespace leat::log
