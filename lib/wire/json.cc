#include "wire/json.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>

namespace leat::wire {

void JsonWriter::key(std::string_view name) {
  string(name);
  text_ += ':';
  needs_comma_ = false;
}

void JsonWriter::number(double value) {
  if (std::isfinite(value)) {
    literal(fmt::format("{}", value));
  } else {
    null();
  }
}

void JsonWriter::string(std::string_view text) {
  using nlohmann::json;
  const json quoted(text);
  literal(quoted.dump(-1, ' ', false, json::error_handler_t::replace));
}

void JsonWriter::hex(std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  separate();
  text_ += '"';
  for (const std::byte byte : bytes) {
    const auto value = std::to_integer<std::uint8_t>(byte);
    text_ += kDigits[value >> 4U];
    text_ += kDigits[value & 0xfU];
  }
  text_ += '"';
}

void JsonWriter::open(char bracket) {
  separate();
  text_ += bracket;
  needs_comma_ = false;
}

void JsonWriter::close(char bracket) {
  text_ += bracket;
  needs_comma_ = true;
}

void JsonWriter::literal(std::string_view text) {
  separate();
  text_ += text;
}

void JsonWriter::separate() {
  if (needs_comma_) text_ += ',';
  needs_comma_ = true;
}

}  // namespace leat::wire
