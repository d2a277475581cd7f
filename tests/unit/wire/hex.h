#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace leat::wire::testing {

/// The bytes that hex digits spell; blanks between them do not count.
inline std::vector<std::byte> hex(std::string_view digits) {
  std::vector<std::byte> bytes;
  int high = -1;
  for (const char digit : digits) {
    if (digit == ' ') continue;
    const int value = digit <= '9' ? digit - '0' : digit - 'a' + 10;
    if (high < 0) {
      high = value;
    } else {
      bytes.push_back(static_cast<std::byte>(high * 16 + value));
      high = -1;
    }
  }
  return bytes;
}

}  // namespace leat::wire::testing
