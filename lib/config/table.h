#pragma once

/// \file
/// One row an option: the member it sets (hence its type, text form and default), Kafka's name and
/// words for it, and the range it admits. Describing, setting, checking and documenting all read
/// it. Rows are constexpr and stateless: any thread may use them.

#include <charconv>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "leat/options.h"

namespace leat::config {

/// Kafka's word for how many people need to know an option.
enum class Importance : std::uint8_t { kHigh, kMedium, kLow };

/// A row of the table of `Options`.
template <class Options>
struct OptionSpec {
  std::string_view name;
  /// Kafka's name of the broker-wide default; empty when there is none.
  std::string_view broker_synonym;
  ConfigType type;
  Importance importance;
  std::string_view doc;
  /// The values admitted, in Kafka's notation; empty when every value of the type is.
  std::string (*valid)();
  /// The value as text; nullopt when it is not set.
  std::optional<std::string> (*show)(const Options&);
  /// False, leaving `Options` unchanged, when the text is no value of the type or out of range.
  bool (*parse)(Options&, std::string_view);
};

/// The text form of a value type: `kType`, `kValid`, `show`, `parse`.
template <class T>
struct Text;

template <std::integral T>
struct Text<T> {
  static constexpr ConfigType kType = sizeof(T) == 8 ? ConfigType::kLong : ConfigType::kInt;
  static std::string show(T value) { return std::to_string(value); }
  static std::optional<T> parse(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
  }
};

template <>
struct Text<bool> {
  static constexpr ConfigType kType = ConfigType::kBoolean;
  static std::string show(bool value) { return value ? "true" : "false"; }
  /// In any letter case, as Kafka takes them.
  static std::optional<bool> parse(std::string_view text);
};

template <>
struct Text<double> {
  static constexpr ConfigType kType = ConfigType::kDouble;
  /// The shortest text that reads back as the value, with a point as Java prints one: "1.0".
  static std::string show(double value);
  static std::optional<double> parse(std::string_view text);
};

template <class Rep, class Period>
struct Text<std::chrono::duration<Rep, Period>> {
  using Duration = std::chrono::duration<Rep, Period>;
  using Count = Text<Rep>;
  static constexpr ConfigType kType = ConfigType::kLong;
  static std::string show(Duration value) { return Count::show(value.count()); }
  static std::optional<Duration> parse(std::string_view text) {
    const auto count = Count::parse(text);
    if (!count) return std::nullopt;
    return Duration(*count);
  }
};

template <>
struct Text<std::string> {
  static constexpr ConfigType kType = ConfigType::kList;  // the only ones are lists of replicas
  static std::string show(const std::string& value) { return value; }
  static std::optional<std::string> parse(std::string_view text) { return std::string(text); }
};

template <>
struct Text<CleanupPolicy> {
  static constexpr ConfigType kType = ConfigType::kList;
  static constexpr std::string_view kValid = "[compact, delete]";
  static std::string show(CleanupPolicy value);
  /// A list in any order, without doubles; the empty list keeps everything (R7).
  static std::optional<CleanupPolicy> parse(std::string_view text);
};

template <>
struct Text<CompressionType> {
  static constexpr ConfigType kType = ConfigType::kString;
  static constexpr std::string_view kValid = "[uncompressed, zstd, lz4, snappy, gzip, producer]";
  static std::string show(CompressionType value);
  static std::optional<CompressionType> parse(std::string_view text);
};

template <>
struct Text<TimestampType> {
  static constexpr ConfigType kType = ConfigType::kString;
  static constexpr std::string_view kValid = "[CreateTime, LogAppendTime]";
  static std::string show(TimestampType value);
  static std::optional<TimestampType> parse(std::string_view text);
};

/// A range says which values it admits, and says so in Kafka's notation.
template <class R, class T>
concept RangeOf = requires(const R& range, const T& value) {
  { range.admits(value) } -> std::same_as<bool>;
  { range.text() } -> std::same_as<std::string>;
};

/// The number inside a value that a range compares.
template <std::integral T>
constexpr std::int64_t count_of(T value) {
  return static_cast<std::int64_t>(value);
}
template <class Rep, class Period>
constexpr std::int64_t count_of(std::chrono::duration<Rep, Period> value) {
  return value.count();
}

/// [first, last], both in.
struct Between {
  std::int64_t first = 0;
  std::int64_t last = std::numeric_limits<std::int64_t>::max();
  template <class T>
  [[nodiscard]] constexpr bool admits(const T& value) const {
    return first <= count_of(value) && count_of(value) <= last;
  }
  [[nodiscard]] std::string text() const;
};
constexpr Between at_least(std::int64_t first) { return {.first = first}; }

/// [first, last], or the one value that asks for somebody else's default.
struct BetweenOr {
  std::int64_t other;
  Between range;
  [[nodiscard]] constexpr bool admits(std::int64_t value) const {
    return value == other || range.admits(value);
  }
  [[nodiscard]] std::string text() const;
};

/// [0, 1].
struct Fraction {
  [[nodiscard]] constexpr bool admits(double value) const { return 0 <= value && value <= 1; }
  [[nodiscard]] std::string text() const { return "[0,...,1]"; }
};

/// A switch that exists only to be off.
struct OnlyFalse {
  [[nodiscard]] constexpr bool admits(bool value) const { return !value; }
  [[nodiscard]] std::string text() const { return "[false]"; }
};

/// Every value that the type's text form can say.
template <class T>
struct Anything {
  [[nodiscard]] constexpr bool admits(const T& /*value*/) const { return true; }
  [[nodiscard]] std::string text() const {
    if constexpr (requires { Text<T>::kValid; }) {
      return std::string(Text<T>::kValid);
    } else {
      return {};
    }
  }
};

template <class>
struct MemberTraits;
template <class O, class V>
struct MemberTraits<V O::*> {
  using Options = O;
  using Value = V;
};
template <class O, class V>
struct MemberTraits<std::optional<V> O::*> {
  using Options = O;
  using Value = V;
};
template <auto Member>
using OptionsOf = typename MemberTraits<decltype(Member)>::Options;
template <auto Member>
using ValueOf = typename MemberTraits<decltype(Member)>::Value;

/// What Kafka says of an option.
struct Words {
  std::string_view name;
  std::string_view broker_synonym = {};
  Importance importance = Importance::kMedium;
  std::string_view doc;
};

/// A row: `Member` holds the value, `Range` says which values it may have.
template <auto Member, auto Range = Anything<ValueOf<Member>>{}>
  requires RangeOf<decltype(Range), ValueOf<Member>>
constexpr OptionSpec<OptionsOf<Member>> option(const Words& words) {
  using Options = OptionsOf<Member>;
  using Value = ValueOf<Member>;
  return {
      .name = words.name,
      .broker_synonym = words.broker_synonym,
      .type = Text<Value>::kType,
      .importance = words.importance,
      .doc = words.doc,
      .valid = +[] { return Range.text(); },
      .show = +[](const Options& options) -> std::optional<std::string> {
        const std::optional<Value> value = options.*Member;
        if (!value) return std::nullopt;
        return Text<Value>::show(*value);
      },
      .parse =
          +[](Options& options, std::string_view text) {
            const std::optional<Value> parsed = Text<Value>::parse(text);
            if (!parsed) return false;
            const Value& value = *parsed;
            if (!Range.admits(value)) return false;
            options.*Member = value;
            return true;
          },
  };
}

}  // namespace leat::config
