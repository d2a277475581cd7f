#pragma once

/// \file
/// The small value types that everything speaks in: offsets, partitions, epochs, times, ids.
/// Each integer with a meaning of its own has a type of its own; none converts silently.

#include <array>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace leat::inline v0 {

/// An integer with a meaning. `Tag` keeps the kinds apart; there is no implicit conversion either
/// way.
template <class Tag, class Representation>
class StrongInt {
 public:
  using Rep = Representation;
  constexpr StrongInt() = default;
  constexpr explicit StrongInt(Rep value) : value_(value) {}
  [[nodiscard]] constexpr Rep value() const { return value_; }
  friend constexpr auto operator<=>(StrongInt, StrongInt) = default;

 private:
  Rep value_{};
};

/// A partition of a topic: [0, partition count).
using PartitionId = StrongInt<struct PartitionIdTag, std::int32_t>;
/// Rises at every open after an unclean stop (S18): (offset, leader epoch) names one record for
/// ever.
using LeaderEpoch = StrongInt<struct LeaderEpochTag, std::int32_t>;
using ProducerId = StrongInt<struct ProducerIdTag, std::int64_t>;
using ProducerEpoch = StrongInt<struct ProducerEpochTag, std::int16_t>;

/// A record's position in its partition: 0-based, dense at append, sparse after compaction.
/// Positions are not numbers: Offset - Offset is a count, Offset + count an Offset.
class Offset {
 public:
  constexpr Offset() = default;
  constexpr explicit Offset(std::int64_t value) : value_(value) {}
  [[nodiscard]] constexpr std::int64_t value() const { return value_; }
  [[nodiscard]] constexpr Offset next() const { return Offset{value_ + 1}; }
  friend constexpr auto operator<=>(Offset, Offset) = default;
  friend constexpr std::int64_t operator-(Offset a, Offset b) { return a.value_ - b.value_; }
  friend constexpr Offset operator+(Offset a, std::int64_t count) {
    return Offset{a.value_ + count};
  }

 private:
  std::int64_t value_ = 0;
};

/// Milliseconds since the Unix epoch, as Kafka's records carry them.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// A point on the monotonic clock of the `Clock` in use; its zero has no meaning.
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

/// 128 bits, compared and printed as Kafka does. A log's directory and a topic's id are Uuids.
struct Uuid {
  std::array<std::byte, 16> bytes{};
  friend constexpr auto operator<=>(const Uuid&, const Uuid&) = default;
  [[nodiscard]] constexpr bool is_zero() const { return *this == Uuid{}; }
};

/// A partition by name.
struct TopicPartition {
  std::string topic;
  PartitionId partition;
  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};

}  // namespace leat::inline v0

template <class Tag, class Rep>
struct std::hash<leat::StrongInt<Tag, Rep>> {
  std::size_t operator()(leat::StrongInt<Tag, Rep> v) const noexcept {
    return std::hash<Rep>{}(v.value());
  }
};
template <>
struct std::hash<leat::TopicPartition> {
  std::size_t operator()(const leat::TopicPartition& v) const noexcept {
    return std::hash<std::string>{}(v.topic) * 31 + std::hash<leat::PartitionId>{}(v.partition);
  }
};
