#pragma once

/// \file
/// Golden files: `tests/golden/<module>/<name>.hex`, hex digits in any grouping, `#` begins a
/// comment that runs to the end of its line. What was once written must stay readable, byte for
/// byte. REQUIRES: the test is compiled with LEAT_GOLDEN_DIRECTORY="…/tests/golden/<module>".

#include <cctype>
#include <cstddef>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace leat::support {

/// The bytes of a golden file of the module: "plain.hex".
/// Throws std::runtime_error, which fails the test, when it is missing or not hex.
inline std::vector<std::byte> read_golden(const std::string& name) {
  const std::string path = LEAT_GOLDEN_DIRECTORY "/" + name;
  std::ifstream file(path);
  if (!file) throw std::runtime_error("no golden file " + path);
  std::string digits;
  for (std::string line; std::getline(file, line);) {
    for (const char c : line.substr(0, line.find('#')))
      if (std::isspace(static_cast<unsigned char>(c)) == 0) digits.push_back(c);
  }
  if (digits.size() % 2 != 0) throw std::runtime_error("half a byte in " + path);
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    std::size_t used = 0;
    bytes.push_back(static_cast<std::byte>(std::stoul(digits.substr(i, 2), &used, 16)));
    if (used != 2) throw std::runtime_error("'" + digits.substr(i, 2) + "' in " + path);
  }
  return bytes;
}

}  // namespace leat::support
