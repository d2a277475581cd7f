#include "tools/bench/process.h"

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>

#include <gtest/gtest.h>

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
  // Not from the heap, which may keep what is freed: sanitizers do.
  void* const held = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  ASSERT_NE(held, MAP_FAILED);
  EXPECT_GT(process_use().resident_bytes, before.resident_bytes + kBytes / 2);
  ASSERT_EQ(::munmap(held, kBytes), 0);
  EXPECT_LT(process_use().resident_bytes, before.resident_bytes + kBytes / 2);
}

TEST(WritablePartitions, AreAsManyAsThereMayBeFiles) {
  EXPECT_EQ(writable_partitions(10), 10);
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(limit.rlim_cur, limit.rlim_max) << "raised";
  const rlimit few{.rlim_cur = 300, .rlim_max = 300};
  EXPECT_EXIT(
      {
        if (::setrlimit(RLIMIT_NOFILE, &few) != 0) std::_Exit(2);
        std::_Exit(writable_partitions(1'000) == 44 ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace leat::tools
