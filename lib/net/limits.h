#pragma once

/// \file
/// What a client may take of the process (security.md 4-16). By Kafka's names where it has one.

#include <chrono>
#include <cstddef>

namespace leat::net {

struct Limits {
  /// `socket.request.max.bytes` (W8).
  std::size_t frame_bytes_max = std::size_t{100} << 20U;
  /// `max.connections`: of all listeners together; one more is closed at once.
  std::size_t connections_max = 20'000;
  /// `queued.max.request.bytes`: of all frames that have come in part; beyond it nothing more is
  /// read until some are served or given up.
  std::size_t request_bytes_max = std::size_t{1} << 30U;
  /// Bytes of answers that a connection may have unsent before its next request begins.
  std::size_t unsent_bytes_max = std::size_t{8} << 20U;
  /// How long a frame may take from its first byte to its last, and an answer to be taken.
  std::chrono::milliseconds frame_time_max{30'000};
  /// `connections.max.idle.ms` (W9).
  std::chrono::milliseconds idle_time_max{600'000};
};

}  // namespace leat::net
