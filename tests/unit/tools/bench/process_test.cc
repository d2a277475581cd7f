#include "tools/bench/process.h"

#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tools/bench/stopwatch.h"

namespace leat::tools {
namespace {

TEST(ProcessUse, CountsADescriptorWhileItIsOpen) {
  const ProcessUse before = process_use();
  const std::ifstream file("/dev/null");
  EXPECT_EQ(process_use().descriptors, before.descriptors + 1);
}

TEST(ProcessUse, CountsMemoryWhileItIsHeld) {
  constexpr std::size_t kBytes = std::size_t{32} << 20U;
  const ProcessUse before = process_use();
  EXPECT_GT(before.mappings, 0U);
  {
    const std::vector<char> held(kBytes, 'x');
    keep(held.data());
    EXPECT_GT(process_use().resident_bytes, before.resident_bytes + kBytes / 2);
  }
  EXPECT_LT(process_use().resident_bytes, before.resident_bytes + kBytes / 2);
}

}  // namespace
}  // namespace leat::tools
