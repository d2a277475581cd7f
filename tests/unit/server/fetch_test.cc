// Fetch and ListOffsets over the wire.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/server/served.h"

namespace leat::server {
namespace {

using Values = std::vector<std::string>;

class FetchTest : public Served {
 protected:
  void SetUp() override {
    Served::SetUp();
    ASSERT_THAT(engine_->create_topic("t", 1), IsOk());
  }
  void append(std::string_view value) {
    auto producer = engine_->producer();
    ASSERT_THAT(producer, IsOk());
    ASSERT_THAT(producer->send("t", Record{.value = value}), IsOk());
    ASSERT_THAT(producer->flush(), IsOk());
  }
};

TEST_F(FetchTest, ReadsWhatTheProcessHasAppended) {
  append("a");
  append("b");
  auto client = connect();
  const auto answer = client.call<wire::FetchResponse>(fetch("t", 0), kByName);
  ASSERT_THAT(answer, IsOk());
  const auto& data = only(answer->response);
  EXPECT_EQ(values(data.records), (Values{"a", "b"}));
  EXPECT_EQ(data.high_watermark, Offset{2});
  EXPECT_EQ(data.last_stable_offset, Offset{2});  // F8
  EXPECT_EQ(data.log_start_offset, Offset{0});
}

TEST_F(FetchTest, AtTheEndThereIsNothingAndNoError) {  // F6
  append("a");
  const auto answer = connect().call<wire::FetchResponse>(fetch("t", 1), kByName);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(only(answer->response).error_code, ErrorCode::kNone);
  EXPECT_TRUE(only(answer->response).records.bytes.bytes().empty());
}

TEST_F(FetchTest, ErrorsAreToldAtOnce) {  // F1, F6, F11
  auto client = connect();
  const auto code = [&](const wire::FetchRequest& request) {
    const auto answer = client.call<wire::FetchResponse>(request, kByName);
    EXPECT_THAT(answer, IsOk());
    return only(answer->response).error_code;
  };
  EXPECT_EQ(code(fetch("t", 1, 600'000)), ErrorCode::kOffsetOutOfRange);
  EXPECT_EQ(code(fetch("absent", 0, 600'000)), ErrorCode::kUnknownTopicOrPartition);
  auto newer = fetch("t", 0, 600'000);
  newer.topics[0].partitions[0].current_leader_epoch = LeaderEpoch{1'000};
  EXPECT_EQ(code(newer), ErrorCode::kUnknownLeaderEpoch);  // F9
}

TEST_F(FetchTest, WaitsForTheAppendThatSatisfiesIt) {  // K9
  auto client = connect();
  ASSERT_THAT(client.send(fetch("t", 0, 600'000), kByName), IsOk());
  ASSERT_THAT(connect().call<wire::MetadataResponse>(wire::MetadataRequest(), 12), IsOk());
  append("late");
  const auto answer = client.receive<wire::FetchResponse>(kByName);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(values(only(answer->response).records), Values{"late"});
}

TEST_F(FetchTest, KeepsWhatItAsksWhileOthersComeAndGo) {  // K5
  ASSERT_THAT(engine_->create_topic("u", 1), IsOk());
  const auto batch = batch_of({std::string(16'000, 'x')});
  auto client = connect();
  ASSERT_THAT(client.send(fetch("t", 0, 600'000), kByName), IsOk());
  for (int i = 0; i < 128; ++i) {  // more than a reactor's buffer, whichever it comes to
    ASSERT_THAT(connect().call<wire::ProduceResponse>(produce("u", batch), 11), IsOk());
  }
  append("late");
  const auto answer = client.receive<wire::FetchResponse>(kByName);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->response.responses.at(0).topic, "t");
  EXPECT_EQ(values(only(answer->response).records), Values{"late"});
}

TEST_F(FetchTest, WaitsForMinBytes) {  // F1
  auto client = connect();
  ASSERT_THAT(client.send(fetch("t", 0, 600'000, 400), kByName), IsOk());
  append(std::string(200, 'x'));
  append(std::string(300, 'y'));
  const auto answer = client.receive<wire::FetchResponse>(kByName);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(values(only(answer->response).records).size(), 2U);
}

TEST_F(FetchTest, GoesWithWhatThereIsWhenItsTimeIsOver) {
  append("a");
  const auto answer = connect().call<wire::FetchResponse>(fetch("t", 0, 20, 1 << 20), kByName);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(values(only(answer->response).records), Values{"a"});
}

TEST_F(FetchTest, TheFirstBatchComesWholeWhateverTheLimits) {  // F3, F17
  append(std::string(5'000, 'x'));
  auto request = fetch("t", 0);
  request.max_bytes = 10;
  request.topics[0].partitions[0].partition_max_bytes = 10;
  const auto answer = connect().call<wire::FetchResponse>(request, kByName);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(values(only(answer->response).records), Values{std::string(5'000, 'x')});
}

TEST_F(FetchTest, ASessionTellsWhatHasChanged) {  // F14, F15
  append("a");
  auto client = connect();
  auto full = fetch("t", 0);
  full.session_epoch = 0;
  const auto first = client.call<wire::FetchResponse>(full, kByName);
  ASSERT_THAT(first, IsOk());
  const std::int32_t id = (*first)->session_id;
  EXPECT_GT(id, 0);
  wire::FetchRequest next = fetch("t", 1);
  next.session_id = id;
  next.session_epoch = 1;
  const auto second = client.call<wire::FetchResponse>(next, kByName);
  ASSERT_THAT(second, IsOk());
  EXPECT_TRUE((*second)->responses.empty()) << "nothing has changed";
  append("b");
  next.topics.clear();
  next.session_epoch = 2;
  const auto third = client.call<wire::FetchResponse>(next, kByName);
  ASSERT_THAT(third, IsOk());
  EXPECT_EQ(values(only(third->response).records), Values{"b"});

  next.session_epoch = 2;  // once more
  const auto wrong = client.call<wire::FetchResponse>(next, kByName);
  ASSERT_THAT(wrong, IsOk());
  EXPECT_EQ((*wrong)->error_code, ErrorCode::kInvalidFetchSessionEpoch);
  next.session_id = id + 100;
  const auto absent = client.call<wire::FetchResponse>(next, kByName);
  ASSERT_THAT(absent, IsOk());
  EXPECT_EQ((*absent)->error_code, ErrorCode::kFetchSessionIdNotFound);
  full.session_id = id + 100;  // a full fetch whatever the id
  const auto fresh = client.call<wire::FetchResponse>(full, kByName);
  ASSERT_THAT(fresh, IsOk());
  EXPECT_EQ((*fresh)->error_code, ErrorCode::kNone);
  EXPECT_GT((*fresh)->session_id, id);
}

TEST_F(FetchTest, FollowersAreNotServed) {  // security.md 10
  auto request = fetch("t", 0);
  request.replica_id = 2;
  const auto answer = connect().call<wire::FetchResponse>(request, kByName);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ((*answer)->error_code, ErrorCode::kClusterAuthorizationFailed);
}

TEST_F(FetchTest, ListOffsetsFindsPlacesAndTimes) {  // L1-L4
  auto client = connect();
  for (const int time : {1'000, 3'000, 2'000}) {
    const auto batch = batch_of({"x"}, Timestamp(std::chrono::milliseconds(time)));
    ASSERT_THAT(client.call<wire::ProduceResponse>(produce("t", batch), 9), IsOk());
  }
  const auto list = [&](std::int64_t timestamp, wire::ApiVersion version) {
    wire::ListOffsetsRequest request{.replica_id = -1};
    request.topics.push_back({.name = "t", .partitions = {{.timestamp = timestamp}}});
    const auto answer = client.call<wire::ListOffsetsResponse>(request, version);
    EXPECT_THAT(answer, IsOk());
    return (*answer)->topics.at(0).partitions.at(0);
  };
  EXPECT_EQ(list(-1, 11).offset, Offset{3});
  EXPECT_EQ(list(-1, 11).timestamp, -1);
  EXPECT_EQ(list(-2, 1).offset, Offset{0});
  EXPECT_EQ(list(-3, 7).offset, Offset{1});
  EXPECT_EQ(list(-3, 7).timestamp, 3'000);
  EXPECT_EQ(list(-3, 6).error_code, ErrorCode::kUnsupportedVersion);
  EXPECT_EQ(list(-4, 8).offset, Offset{0});
  EXPECT_EQ(list(-5, 9).offset, Offset{-1});
  EXPECT_EQ(list(-7, 11).error_code, ErrorCode::kUnsupportedVersion);
  EXPECT_EQ(list(1'500, 5).offset, Offset{1});
  EXPECT_EQ(list(9'000, 5).offset, Offset{-1});
  EXPECT_EQ(list(9'000, 5).error_code, ErrorCode::kNone);
}

}  // namespace
}  // namespace leat::server
