/// \file
/// tests/golden/record: batches that others wrote, field by field. They stay readable for ever.

#include "support/golden.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "leat/record.h"
#include "leat/types.h"

#include "base/bytes.h"
#include "record/batch_builder.h"
#include "record/compression.h"
#include "record/layout.h"
#include "record/validate.h"
#include "unit/record/batches.h"

namespace leat::record {
namespace {

constexpr std::int64_t kFirstMs = 1700000000000;
constexpr ValidateLimits kFromALog{.origin = BatchOrigin::kLog};

TEST(GoldenBatch, PlainIsRead) {
  const Bytes bytes = support::read_golden("plain.hex");
  const auto batch = validate(bytes, kFromALog);
  ASSERT_TRUE(batch) << batch.error().to_string();
  const std::vector<RecordView> records = walk(batch->view().cursor());
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].offset, Offset{70});
  EXPECT_TRUE(records[0].key.is_null());
  EXPECT_EQ(records[0].value, BytesView("hello"));
  EXPECT_EQ(records[0].headers.find("trace"), BytesView("42"));
  EXPECT_TRUE(records[0].headers.find("flag")->is_null());
  EXPECT_EQ(records[1].timestamp, at_ms(kFirstMs + 250));
  EXPECT_EQ(records[1].key, BytesView("user-1"));
  EXPECT_TRUE(records[1].value.is_null());
}

TEST(GoldenBatch, PlainIsWhatOurBuilderWrites) {
  const std::vector<Header> headers = {{"trace", "42"}, {"flag", nullptr}};
  BatchBuilder builder;
  ASSERT_TRUE(builder.append({.value = "hello", .headers = headers}, at_ms(kFirstMs)));
  ASSERT_TRUE(builder.append({.key = "user-1"}, at_ms(kFirstMs + 250)));
  const auto built = builder.finish(Offset{70}, LeaderEpoch{3}).value();
  EXPECT_EQ(Bytes(built.begin(), built.end()), support::read_golden("plain.hex"));
}

TEST(GoldenBatch, GzipIsRead) {
  const Bytes bytes = support::read_golden("gzip.hex");
  const auto batch = validate(bytes);
  ASSERT_TRUE(batch) << batch.error().to_string();
  EXPECT_EQ(batch->view().producer_id(), ProducerId{4000});
  EXPECT_TRUE(batch->view().is_transactional());
  const Bytes unpacked = decompress(Compression::kGzip, batch->view().records(), 1000).value();
  const auto records = walk(RecordCursor(unpacked, batch->view().record_base()));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].value.text(), std::string(64, 'a'));
  EXPECT_EQ(records[1].value.text(), std::string(64, 'b'));
}

TEST(GoldenBatch, CommitMarkerIsRead) {
  const Bytes bytes = support::read_golden("commit_marker.hex");
  const auto batch = validate(bytes, kFromALog);
  ASSERT_TRUE(batch) << batch.error().to_string();
  EXPECT_TRUE(batch->view().is_control());
  const std::vector<RecordView> records = walk(batch->view().cursor());
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].offset, Offset{99});
  EXPECT_EQ(base::load_be<std::int16_t>(records[0].key.data() + 2), 1);
}

}  // namespace
}  // namespace leat::record
