#include "tools/bench/open_batch.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "record/validate.h"

namespace leat::tools {
namespace {

TEST(OpenBatch, WritesWhatKafkaCallsABatch) {
  std::vector<std::byte> memory(64 * 1024);
  OpenBatch batch(memory);
  const std::vector<std::byte> value(200, std::byte{'x'});
  constexpr std::int64_t kRecords = 100;  // more than one batch of them
  for (std::int64_t i = 0; i < kRecords; ++i) EXPECT_EQ(batch.append(value), i);

  const auto length = static_cast<std::size_t>(base::load_be<std::int32_t>(memory.data() + 8)) + 12;
  const auto first =
      record::validate(std::span(memory).first(length), {.origin = record::BatchOrigin::kLog});
  ASSERT_TRUE(first) << first.error().to_string();
  EXPECT_GT(length, OpenBatch::kBatchBytesMax);
  EXPECT_EQ(base::load_be<std::int64_t>(memory.data() + length), first->view().record_count())
      << "the second batch begins where the first ends";
}

TEST(OpenBatch, TakesNoMoreRoomThanItSays) {
  constexpr std::size_t kGuard = 64;
  constexpr std::size_t kRecords = 1'000;
  const std::vector<std::byte> value(64, std::byte{'x'});
  std::vector<std::byte> memory(kRecords * (value.size() + OpenBatch::kOverheadMax) + kGuard);
  OpenBatch batch(memory);
  for (std::size_t i = 0; i < kRecords; ++i) (void)batch.append(value);
  EXPECT_EQ(std::vector(memory.end() - kGuard, memory.end()), std::vector<std::byte>(kGuard));
}

}  // namespace
}  // namespace leat::tools
