// Produce over the wire: what is stored, what is answered, what is refused.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/records.h"
#include "unit/server/served.h"

namespace leat::server {
namespace {

class ProduceTest : public Served {
 protected:
  void SetUp() override {
    Served::SetUp();
    ASSERT_THAT(engine_->create_topic("t", 1), IsOk());
  }
  std::vector<std::string> consume() {
    const auto records = support::read_all(*engine_, support::partition_of("t"));
    EXPECT_THAT(records, IsOk());
    std::vector<std::string> values;
    for (const auto& record : *records) values.push_back(record.value.value_or("null"));
    return values;
  }
};

class ProduceVersions : public ProduceTest, public ::testing::WithParamInterface<int> {};

TEST_P(ProduceVersions, WhatAClientSendsAConsumerInTheProcessReads) {
  const auto version = static_cast<wire::ApiVersion>(GetParam());
  auto client = connect();
  const auto batch = batch_of({"a", "b"});
  auto request = produce("t", batch);
  wire::MetadataRequest by_name;
  by_name.topics->push_back({.name = "t"});
  const auto metadata = client.call<wire::MetadataResponse>(by_name, 12);
  ASSERT_THAT(metadata, IsOk());
  request.topic_data[0].topic_id = (*metadata)->topics.at(0).topic_id;
  const auto first = client.call<wire::ProduceResponse>(request, version);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(only(first->response).error_code, ErrorCode::kNone);
  EXPECT_EQ(only(first->response).base_offset, Offset{0});
  const auto second = client.call<wire::ProduceResponse>(request, version);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(only(second->response).base_offset, Offset{2});  // B13
  EXPECT_EQ(consume(), (std::vector<std::string>{"a", "b", "a", "b"}));
}
INSTANTIATE_TEST_SUITE_P(All, ProduceVersions, ::testing::Range(3, 14));

TEST_F(ProduceTest, WithoutAcksNothingIsAnswered) {  // W12
  auto client = connect();
  const auto batch = batch_of({"a"});
  ASSERT_THAT(client.send(produce("t", batch, 0), 9), IsOk());
  const auto answer =
      client.call<wire::ProduceResponse>(produce("t", batch, 1), 9);  // of the second
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(only(answer->response).base_offset, Offset{1});
}

TEST_F(ProduceTest, WithoutAcksAFailureClosesTheConnection) {  // W12
  auto client = connect();
  const auto batch = batch_of({"a"});
  ASSERT_THAT(client.send(produce("absent", batch, 0), 9), IsOk());
  EXPECT_THAT(client.receive_frame(), IsError(ErrorCode::kNetworkException));
}

TEST_F(ProduceTest, ErrorsAreThePartitionsOwn) {
  auto client = connect();
  const auto batch = batch_of({"a"});
  auto broken = batch;
  broken.back() ^= std::byte{1};
  auto two = batch;
  two.insert(two.end(), batch.begin(), batch.end());
  const auto code = [&](const wire::ProduceRequest& request) {
    const auto answer = client.call<wire::ProduceResponse>(request, 12);
    EXPECT_THAT(answer, IsOk());
    return only(answer->response).error_code;
  };
  EXPECT_EQ(code(produce("absent", batch)), ErrorCode::kUnknownTopicOrPartition);  // B16
  EXPECT_EQ(code(produce("t", batch, 1, 7)), ErrorCode::kUnknownTopicOrPartition);
  EXPECT_EQ(code(produce("t", batch, 2)), ErrorCode::kInvalidRequiredAcks);  // B15
  EXPECT_EQ(code(produce("t", broken)), ErrorCode::kCorruptMessage);         // B8
  EXPECT_EQ(code(produce("t", two)), ErrorCode::kInvalidRecord);             // B5
  EXPECT_EQ(code(produce("t", batch, -1)), ErrorCode::kNone);
  EXPECT_EQ(consume(), std::vector<std::string>{"a"});
}

TEST_F(ProduceTest, AnUnknownIdIsSaidToBeOne) {  // B16
  auto client = connect();
  const auto batch = batch_of({"a"});
  auto request = produce("t", batch);
  request.topic_data[0].topic_id.bytes[3] = std::byte{9};
  const auto answer = client.call<wire::ProduceResponse>(request, 13);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(only(answer->response).error_code, ErrorCode::kUnknownTopicId);
}

}  // namespace
}  // namespace leat::server
