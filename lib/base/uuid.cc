#include "base/uuid.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "leat/types.h"

#include "base/bytes.h"

namespace leat::base {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64Digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kBase64Size = 22;  // 128 bits in sixes, the last digit carrying two

std::optional<std::uint32_t> digit_value(std::string_view digits, char c) {
  const std::size_t at = digits.find(c);
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<std::uint32_t>(at);
}

std::optional<std::uint32_t> hex_value(char c) {
  if (c >= 'A' && c <= 'F') return static_cast<std::uint32_t>(c - 'A') + 10U;
  return digit_value(kHexDigits, c);
}

}  // namespace

std::string to_hex(const Uuid& id) {
  std::string text;
  text.reserve(2 * id.bytes.size());
  for (const std::byte byte : id.bytes) {
    text.push_back(kHexDigits[std::to_integer<std::size_t>(byte >> 4U)]);
    text.push_back(kHexDigits[std::to_integer<std::size_t>(byte & std::byte{0xf})]);
  }
  return text;
}

std::optional<Uuid> uuid_from_hex(std::string_view text) {
  Uuid id;
  if (text.size() != 2 * id.bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) {
    const auto high = hex_value(text[2 * i]);
    const auto low = hex_value(text[2 * i + 1]);
    if (!high || !low) return std::nullopt;
    id.bytes[i] = static_cast<std::byte>(*high << 4U | *low);
  }
  return id;
}

std::string to_base64(const Uuid& id) {
  std::string text;
  text.reserve(kBase64Size);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const std::byte byte : id.bytes) {
    bits = bits << 8U | std::to_integer<std::uint32_t>(byte);
    for (count += 8; count >= 6; count -= 6)
      text.push_back(kBase64Digits[(bits >> (count - 6)) & 0x3fU]);
  }
  text.push_back(kBase64Digits[(bits << (6 - count)) & 0x3fU]);
  return text;
}

std::optional<Uuid> uuid_from_base64(std::string_view text) {
  if (text.size() != kBase64Size) return std::nullopt;
  Uuid id;
  std::size_t at = 0;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const auto value = digit_value(kBase64Digits, c);
    if (!value) return std::nullopt;
    bits = bits << 6U | *value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    id.bytes[at++] = static_cast<std::byte>(bits >> count);
  }
  // Two texts for one id would let a topic id slip past a comparison of texts.
  if ((bits & 0xfU) != 0) return std::nullopt;
  return id;
}

Uuid make_uuid(const std::function<std::uint64_t()>& random) {
  Uuid id;
  store_le<std::uint64_t>(id.bytes.data(), random());
  store_le<std::uint64_t>(id.bytes.data() + 8, random());
  id.bytes[6] = (id.bytes[6] & std::byte{0x0f}) | std::byte{0x40};  // version 4
  id.bytes[8] = (id.bytes[8] & std::byte{0x3f}) | std::byte{0x80};  // RFC 4122's variant
  const bool begins_with_dash = (id.bytes[0] & std::byte{0xfc}) == std::byte{62U << 2U};
  if (begins_with_dash) id.bytes[0] &= std::byte{0x7f};
  return id;
}

}  // namespace leat::base
