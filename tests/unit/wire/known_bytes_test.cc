// Messages whose bytes follow from Kafka's definitions, worked out by hand.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "leat/types.h"

#include "unit/wire/hex.h"
#include "unit/wire/messages.h"
#include "wire/codec.h"
#include "wire/messages/api_versions.h"
#include "wire/messages/headers.h"
#include "wire/messages/heartbeat.h"
#include "wire/messages/metadata.h"
#include "wire/reader.h"

namespace leat::wire {
namespace {

using namespace testing;

/// `message` is these bytes at `version`, and these bytes are `message`.
template <class M>
void expect_bytes(const M& message, ApiVersion version, std::string_view digits) {
  SCOPED_TRACE(std::string(M::kName) + " v" + std::to_string(version));
  const std::vector<std::byte> bytes = hex(digits);
  const auto encoded = encode_message(message, version);
  ASSERT_TRUE(encoded) << encoded.error().message();
  EXPECT_EQ(*encoded, bytes);
  EXPECT_EQ(encoded_size(message, version), bytes.size());
  const auto decoded = decode_message<M>(bytes, version);
  ASSERT_TRUE(decoded) << decoded.error().message();
  EXPECT_EQ(*decoded, message);
}

TEST(KnownBytes, OfHeartbeatRequests) {
  HeartbeatRequest request{"g", 7, "mm", std::nullopt};
  expect_bytes(request, 0, "0001 67  00000007  0002 6d6d");
  expect_bytes(request, 2, "0001 67  00000007  0002 6d6d");
  expect_bytes(request, 3, "0001 67  00000007  0002 6d6d  ffff");
  expect_bytes(request, 4, "02 67  00000007  03 6d6d  00  00");
  request.group_instance_id = "i";
  expect_bytes(request, 3, "0001 67  00000007  0002 6d6d  0001 69");
  expect_bytes(request, 4, "02 67  00000007  03 6d6d  02 69  00");
}

TEST(KnownBytes, OfApiVersionsRequests) {
  expect_bytes(ApiVersionsRequest{}, 0, "");
  expect_bytes(ApiVersionsRequest{"librdkafka", "2.3.0"}, 3,
               "0b 6c696272646b61666b61  06 322e332e30  00");
}

// W1.
TEST(KnownBytes, OfRequestHeadersWhoseClientIdIsNeverCompact) {
  const RequestHeader header{18, 3, 1, "rdkafka"};
  expect_bytes(header, 1, "0012 0003 00000001 0007 72646b61666b61");
  expect_bytes(header, 2, "0012 0003 00000001 0007 72646b61666b61 00");
  expect_bytes(RequestHeader{3, 12, -1, std::nullopt}, 2, "0003 000c ffffffff ffff 00");
}

TEST(KnownBytes, OfAHeaderBeforeItsBody) {
  const auto frame = hex("0012 0003 00000001 ffff 00  02 61  02 62  00");
  Reader reader(frame);
  const auto header = decode_from<RequestHeader>(reader, 2);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->request_api_key, 18);
  const auto body = decode_exactly<ApiVersionsRequest>(reader, header->request_api_version);
  ASSERT_TRUE(body);
  EXPECT_EQ(*body, (ApiVersionsRequest{"a", "b"}));
}

TEST(KnownBytes, OfMetadataRequestsForAllTopics) {
  MetadataRequest all;
  expect_bytes(all, 0, "00000000");
  all.topics.reset();
  expect_bytes(all, 1, "ffffffff");
  expect_bytes(all, 4, "ffffffff 01");
  expect_bytes(all, 8, "ffffffff 01 00 00");
  expect_bytes(all, 9, "00 01 00 00 00");
  expect_bytes(all, 13, "00 01 00 00");
}

TEST(KnownBytes, OfMetadataRequestsForSomeTopics) {
  MetadataRequest some{.topics = {{{.name = "ab"}}}, .allow_auto_topic_creation = true};
  expect_bytes(some, 1, "00000001 0002 6162");
  expect_bytes(some, 9, "02 03 6162 00 01 00 00 00");
  expect_bytes(some, 12, "02 00000000000000000000000000000000 03 6162 00 01 00 00");
  some.topics = {{{.topic_id = Uuid{{std::byte{0xaa}}}, .name = std::nullopt}}};
  expect_bytes(some, 12, "02 aa000000000000000000000000000000 00 00 01 00 00");
}

TEST(KnownBytes, OfOffsetCommitValues) {
  OffsetCommitValue value{
      .offset = Offset{5}, .leader_epoch = LeaderEpoch{2}, .metadata = "m", .commit_timestamp = 9};
  expect_bytes(value, 3, "0000000000000005 00000002 0001 6d 0000000000000009");
  expect_bytes(value, 4, "0000000000000005 00000002 02 6d 0000000000000009 00");
  value.topic_id = Uuid{{std::byte{1}}};
  expect_bytes(value, 4,
               "0000000000000005 00000002 02 6d 0000000000000009"
               " 01  00 10 01000000000000000000000000000000");
}

}  // namespace
}  // namespace leat::wire
