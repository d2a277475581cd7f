#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "leat/options.h"

#include "config/table.h"

namespace leat::config {
namespace {

template <class E>
struct Word {
  std::string_view text;
  E value;
};

constexpr std::array<Word<CompressionType>, 6> kCompressionWords{{
    {"uncompressed", CompressionType::kNone},
    {"zstd", CompressionType::kZstd},
    {"lz4", CompressionType::kLz4},
    {"snappy", CompressionType::kSnappy},
    {"gzip", CompressionType::kGzip},
    {"producer", CompressionType::kProducer},
}};

constexpr std::array<Word<TimestampType>, 2> kTimestampWords{{
    {"CreateTime", TimestampType::kCreateTime},
    {"LogAppendTime", TimestampType::kLogAppendTime},
}};

/// Empty for a number that is no enumerator: no word reads back as it.
template <class E, std::size_t N>
std::string text_of(const std::array<Word<E>, N>& words, E value) {
  const auto at = std::ranges::find(words, value, &Word<E>::value);
  return at == words.end() ? std::string() : std::string(at->text);
}

template <class E, std::size_t N>
std::optional<E> value_of(const std::array<Word<E>, N>& words, std::string_view text) {
  const auto at = std::ranges::find(words, text, &Word<E>::text);
  if (at == words.end()) return std::nullopt;
  return at->value;
}

constexpr std::string_view kBlanks = " \t";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower,
                            [](unsigned char a, unsigned char b) { return std::tolower(a) == b; });
}

}  // namespace

std::optional<bool> Text<bool>::parse(std::string_view text) {
  if (equals_ignoring_case(text, "true")) return true;
  if (equals_ignoring_case(text, "false")) return false;
  return std::nullopt;
}

std::string Text<double>::show(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.begin(), buffer.end(), value).ptr;
  std::string text(buffer.begin(), end);
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  return text;
}

std::optional<double> Text<double>::parse(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string Text<CleanupPolicy>::show(CleanupPolicy value) {
  switch (value) {
    case CleanupPolicy::kKeep:
      return "";
    case CleanupPolicy::kDelete:
      return "delete";
    case CleanupPolicy::kCompact:
      return "compact";
    case CleanupPolicy::kCompactDelete:
      return "compact,delete";
  }
  return "?";
}

std::optional<CleanupPolicy> Text<CleanupPolicy>::parse(std::string_view text) {
  if (trimmed(text).empty()) return CleanupPolicy::kKeep;
  bool deletes = false;
  bool compacts = false;
  while (true) {
    const auto comma = text.find(',');
    const std::string_view word = trimmed(text.substr(0, comma));
    bool& seen = word == "delete" ? deletes : compacts;
    if ((word != "delete" && word != "compact") || seen) return std::nullopt;
    seen = true;
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  if (deletes && compacts) return CleanupPolicy::kCompactDelete;
  return deletes ? CleanupPolicy::kDelete : CleanupPolicy::kCompact;
}

std::string Text<CompressionType>::show(CompressionType value) {
  return text_of(kCompressionWords, value);
}
std::optional<CompressionType> Text<CompressionType>::parse(std::string_view text) {
  return value_of(kCompressionWords, text);
}

std::string Text<TimestampType>::show(TimestampType value) {
  return text_of(kTimestampWords, value);
}
std::optional<TimestampType> Text<TimestampType>::parse(std::string_view text) {
  return value_of(kTimestampWords, text);
}

std::string Between::text() const {
  std::string text = "[" + std::to_string(first) + ",...";
  if (last != Between().last) text += "," + std::to_string(last);
  return text + "]";
}

std::string BetweenOr::text() const { return "[" + std::to_string(other) + "] or " + range.text(); }

}  // namespace leat::config
