// The damage suites' program: gtest's arguments, and --bits=all.

#include <span>
#include <string_view>

#include <gtest/gtest.h>

#include "damage/arguments.h"

namespace leat::damage {
namespace {
bool g_all_bits = false;  // NOLINT: set by main
}  // namespace

bool all_bits() { return g_all_bits; }

}  // namespace leat::damage

int main(int count, char** words) {
  ::testing::InitGoogleTest(&count, words);
  for (const std::string_view word : std::span(words, static_cast<std::size_t>(count)).subspan(1)) {
    if (word == "--bits=all") leat::damage::g_all_bits = true;
  }
  return RUN_ALL_TESTS();
}
