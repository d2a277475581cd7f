#include "record/batch_view.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <gtest/gtest.h>

#include "leat/types.h"

#include "record/layout.h"
#include "unit/record/batches.h"

namespace leat::record {
namespace {

TEST(BatchView, FindsTheFirstOfSeveralBatches) {
  Bytes bytes = batch_of({{.value = "first"}});
  const std::size_t size = bytes.size();
  const Bytes second = batch_of({{.value = "second"}});
  bytes.insert(bytes.end(), second.begin(), second.end());
  EXPECT_EQ(BatchView::first_of(bytes)->size_in_bytes(), size);
}

TEST(BatchView, FindsNoneInAHeaderThatIsCut) {
  const Bytes bytes = batch_of({{.value = "v"}});
  EXPECT_FALSE(BatchView::first_of(std::span(bytes).first(kHeaderSize - 1)));
}

TEST(BatchView, FindsNoneWhenItsRecordsAreCut) {
  const Bytes bytes = batch_of({{.value = "v"}});
  EXPECT_FALSE(BatchView::first_of(std::span(bytes).first(bytes.size() - 1)));
  EXPECT_TRUE(BatchView::first_of(bytes));
}

TEST(BatchView, FindsNoneWhereTheLengthIsLessThanAHeader) {
  Bytes bytes = batch_of({{.value = "v"}});
  set_field<std::int32_t>(bytes, layout::kLength, kLengthMin - 1);
  EXPECT_FALSE(BatchView::first_of(bytes));
  set_field<std::int32_t>(bytes, layout::kLength, -1);
  EXPECT_FALSE(BatchView::first_of(bytes));
  set_field<std::int32_t>(bytes, layout::kLength, kLengthMin);
  EXPECT_TRUE(BatchView::first_of(bytes));
}

TEST(BatchView, SeesABitThatFlipped) {
  Bytes bytes = batch_of({{.value = "v"}});
  EXPECT_TRUE(BatchView(bytes.data()).crc_is_right());
  bytes.back() ^= std::byte{1};
  EXPECT_FALSE(BatchView(bytes.data()).crc_is_right());
}

TEST(BatchView, HasNoRecordsInAnEmptyBatch) {
  Bytes bytes = batch_of({{.value = "v"}});
  bytes.resize(kHeaderSize);
  set_field<std::int32_t>(bytes, layout::kLength, kLengthMin);
  EXPECT_TRUE(BatchView(bytes.data()).records().empty());
  EXPECT_TRUE(walk(BatchView(bytes.data()).cursor()).empty());
}

TEST(BatchView, TakesEachTimestampFromItsRecordUnlessTheLogDatesThem) {
  const Bytes bytes = batch_of({{.value = "a"}, {.value = "b"}});
  EXPECT_EQ(BatchView(bytes.data()).record_base().log_append_time, std::nullopt);
  EXPECT_EQ(walk(BatchView(bytes.data()).cursor())[1].timestamp, at_ms(1001));
}

}  // namespace
}  // namespace leat::record
