// STATE and the catalog's records: the bytes of FORMAT.md, and what is refused.

#include "engine/state_file.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/types.h"

#include "engine/catalog_records.h"
#include "support/golden.h"
#include "unit/io/result_matchers.h"
#include "wire/versioned.h"

namespace leat::engine {
namespace {

using leat::testing::IsError;
using leat::testing::IsErrorSaying;
using leat::testing::IsOk;
using leat::testing::IsOkAnd;
using ::testing::Optional;
using ::testing::StartsWith;

const State kState{.format = 1,
                   .opens = 3,
                   .is_clean = false,
                   .boot_id = "5f0c3a4e-8a39-4a4c-9f55-0d9a4a5c6f01",
                   .directory = {.device = 65024, .inode = 1183745}};

TEST(StateFile, IsWrittenAsItsFormatSays) {
  EXPECT_THAT(encode_state(kState), StartsWith("leat-state 1\n"
                                               "opens 3\n"
                                               "state open\n"
                                               "boot 5f0c3a4e-8a39-4a4c-9f55-0d9a4a5c6f01\n"
                                               "device 65024\n"
                                               "inode 1183745\n"
                                               "xxh3 "));
  EXPECT_THAT(decode_state(encode_state(kState)), IsOkAnd(kState));
}

TEST(StateFile, NoticesEachChangedByte) {
  const std::string text = encode_state(kState);
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {  // but for the last line's end
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_THAT(decode_state(changed), ::testing::Not(IsOk())) << "byte " << at;
  }
}

TEST(StateFile, NoticesThatItIsCutShort) {
  const std::string text = encode_state(kState);
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {
    EXPECT_THAT(decode_state(text.substr(0, size)), ::testing::Not(IsOk())) << size << " bytes";
  }
}

TEST(StateFile, OfANewerFormatIsRefusedWhateverElseItSays) {
  EXPECT_THAT(decode_state("leat-state 2\nnew words\n"),
              IsErrorSaying(ErrorCode::kUnsupportedFormat, "newer"));
  EXPECT_THAT(decode_state("something else\n"), IsError(ErrorCode::kUnsupportedFormat));
}

TEST(StateFile, IsReplacedAsAWhole) {
  const auto files = memory_file_system();
  ASSERT_THAT(files->create_directory("/d"), IsOk());
  EXPECT_THAT(read_state(*files, "/d"), IsOkAnd(::testing::Eq(std::nullopt)));
  ASSERT_THAT(write_state(*files, "/d", State{}), IsOk());
  ASSERT_THAT(write_state(*files, "/d", kState), IsOk());
  EXPECT_THAT(read_state(*files, "/d"), IsOkAnd(Optional(kState)));
  EXPECT_EQ(files->list("/d").value().size(), 1U);
}

TEST(CatalogRecords, OfATopicHaveTheirGoldenBytes) {
  const TopicValue value{.name = "t", .number = 2, .partitions = 2};
  const auto golden = support::read_golden("topic_value.hex");
  EXPECT_THAT(wire::encode_versioned(value, 0), IsOkAnd(golden));
  EXPECT_THAT(wire::decode_versioned<TopicValue>(golden), IsOkAnd(value));
}

TEST(CatalogRecords, OfALogStartHaveTheirGoldenBytes) {
  LogStartKey key{.partition = PartitionId{3}};
  for (std::size_t n = 0; n < key.topic_id.bytes.size(); ++n)
    key.topic_id.bytes.at(n) = std::byte(n * 0x11);
  std::vector<std::byte> bytes = wire::encode_key(key).value();
  const std::size_t key_size = bytes.size();
  const auto value = wire::encode_versioned(LogStartValue{Offset{5}}, 0).value();
  bytes.insert(bytes.end(), value.begin(), value.end());
  const auto golden = support::read_golden("log_start.hex");
  EXPECT_EQ(bytes, golden);
  EXPECT_THAT(wire::decode_key<LogStartKey>(std::span(golden).first(key_size)), IsOkAnd(key));
}

template <class Key, class Value>
void expect_golden(const Key& key, const Value& value, const char* file) {
  std::vector<std::byte> bytes = wire::encode_key(key).value();
  const std::size_t key_size = bytes.size();
  const auto value_bytes = wire::encode_versioned(value, 0).value();
  bytes.insert(bytes.end(), value_bytes.begin(), value_bytes.end());
  const auto golden = support::read_golden(file);
  EXPECT_EQ(bytes, golden);
  EXPECT_THAT(wire::decode_key<Key>(std::span(golden).first(key_size)), IsOkAnd(key));
  EXPECT_THAT(wire::decode_versioned<Value>(std::span(golden).subspan(key_size)), IsOkAnd(value));
}

TEST(CatalogRecords, AboutClientsHaveTheirGoldenBytes) {
  expect_golden(AclKey{.resource_type = service::ResourceType::kTopic,
                       .pattern_type = service::PatternType::kPrefixed,
                       .resource_name = "t",
                       .principal = "User:a",
                       .host = "*",
                       .operation = service::AclOperation::kWrite,
                       .permission = service::AclPermission::kAllow},
                AclValue{}, "acl.hex");
  expect_golden(QuotaKey{.entity = {{"client-id", "c"}, {"user", std::nullopt}}},
                QuotaValue{.quotas = {{"producer_byte_rate", 1024.0}}}, "quotas.hex");
  expect_golden(ScramKey{.user = "a", .mechanism = service::ScramMechanism::kSha512},
                ScramValue{.salt = {std::byte{1}},
                           .stored_key = {std::byte{2}, std::byte{3}},
                           .server_key = {std::byte{4}},
                           .iterations = 8192},
                "scram.hex");
}

}  // namespace
}  // namespace leat::engine
