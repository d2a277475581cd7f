// Keys and values of log records.
#include "wire/versioned.h"

#include <gtest/gtest.h>

#include "leat/error.h"

#include "unit/wire/hex.h"
#include "unit/wire/messages.h"
#include "wire/schema.h"

namespace leat::wire {
namespace {

using namespace testing;

const OffsetCommitKey kKey{"g", "t", PartitionId{2}};
const OffsetCommitValue kValue{.offset = Offset{5}, .metadata = "m", .commit_timestamp = 9};

TEST(VersionedValue, IsItsVersionAndItsBody) {
  EXPECT_EQ(*encode_versioned(kValue, 3),
            hex("0003 0000000000000005 ffffffff 0001 6d 0000000000000009"));
}

TEST(VersionedValue, ReadsBackAtEveryVersion) {
  for (ApiVersion version = 0; version <= 4; ++version) {
    const auto bytes = encode_versioned(kValue, version);
    ASSERT_TRUE(bytes);
    EXPECT_EQ(*decode_versioned<OffsetCommitValue>(*bytes), kValue) << version;
  }
}

TEST(VersionedValue, RefusesAVersionThatIsNotKnown) {
  const auto result = decode_versioned<OffsetCommitValue>(hex("0005 0000"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kUnsupportedVersion);
  EXPECT_EQ(result.error().message(), "OffsetCommitValue v5: only versions 0-4 are known");
}

TEST(VersionedValue, RefusesWhatIsTooShortOrTooLong) {
  for (const auto* digits : {"", "00", "0000", "0000 0000000000000005 0000 0000000000000009 00"}) {
    const auto result = decode_versioned<OffsetCommitValue>(hex(digits));
    ASSERT_FALSE(result) << digits;
    EXPECT_EQ(result.error().code(), ErrorCode::kCorruptMessage);
  }
}

TEST(RecordKey, IsItsKindAndItsBody) {
  EXPECT_EQ(*encode_key(kKey), hex("0001 0001 67 0001 74 00000002"));
}

TEST(RecordKey, ReadsBack) { EXPECT_EQ(*decode_key<OffsetCommitKey>(*encode_key(kKey)), kKey); }

TEST(RecordKey, TellsItsKindToWhoDoesNotKnowIt) {
  EXPECT_EQ(*peek_prefix(*encode_key(kKey)), OffsetCommitKey::kRecordKind);
}

TEST(RecordKey, RefusesAnotherKind) {
  const auto result = decode_key<OffsetCommitKey>(hex("0002 0001 67 0001 74 00000002"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), ErrorCode::kCorruptMessage);
}

}  // namespace
}  // namespace leat::wire
