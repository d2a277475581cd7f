#pragma once

/// \file
/// A language for tests of the adaptor: an engine in memory, served on a port that the system
/// chose, and a raw client that speaks our own codec.

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "leat/engine.h"
#include "leat/kafka_server.h"

#include "net/address.h"
#include "net/client.h"
#include "record/batch_builder.h"
#include "record/batch_view.h"
#include "record/record_cursor.h"
#include "unit/io/result_matchers.h"
#include "wire/messages/api_versions.h"
#include "wire/messages/fetch.h"
#include "wire/messages/list_offsets.h"
#include "wire/messages/metadata.h"
#include "wire/messages/produce.h"

namespace leat::server {

using leat::testing::IsError;
using leat::testing::IsOk;

/// A batch of records with these values, as a producer sends it.
inline std::vector<std::byte> batch_of(
    const std::vector<std::string>& values,
    Timestamp time = Timestamp(std::chrono::milliseconds(1'000))) {
  record::BatchBuilder builder;
  for (const std::string& value : values) EXPECT_TRUE(builder.append(Record{.value = value}, time));
  const auto bytes = builder.finish();
  EXPECT_TRUE(bytes.has_value());
  return {bytes->begin(), bytes->end()};
}

class Served : public ::testing::Test {
 protected:
  void SetUp() override { serve({}); }
  void TearDown() override { server_.reset(); }

  void serve(KafkaServerOptions options) {
    server_.reset();
    if (!engine_) {
      auto engine = Engine::memory();
      ASSERT_THAT(engine, IsOk());
      engine_.emplace(*std::move(engine));
    }
    auto server = KafkaServer::serve(*engine_, std::move(options));
    ASSERT_THAT(server, IsOk());
    server_.emplace(*std::move(server));
  }
  /// One of the server's nodes.
  [[nodiscard]] net::HostPort address(std::size_t node = 0) const {
    std::string rest = server_->bootstrap();
    for (; node > 0; --node) rest = rest.substr(rest.find(',') + 1);
    return *net::parse_host_port(rest.substr(0, rest.find(',')));
  }
  [[nodiscard]] net::Client connect(std::size_t node = 0) const {
    auto client = net::Client::connect(address(node));
    EXPECT_THAT(client, IsOk());
    return *std::move(client);
  }

  static wire::ProduceRequest produce(std::string_view topic, std::span<const std::byte> batch,
                                      std::int16_t acks = 1, std::int32_t partition = 0) {
    wire::ProduceRequest request;
    request.acks = acks;
    request.timeout_ms = 1000;
    request.topic_data.push_back(
        {.name = topic, .partition_data = {{PartitionId{partition}, {BytesView(batch)}}}});
    return request;
  }
  static wire::FetchRequest fetch(std::string_view topic, std::int64_t offset,
                                  std::int32_t max_wait_ms = 0, std::int32_t min_bytes = 1) {
    wire::FetchRequest request;
    request.max_wait_ms = max_wait_ms;
    request.min_bytes = min_bytes;
    request.topics.push_back({.topic = topic});
    request.topics.back().partitions.push_back({.partition = PartitionId{0},
                                                .fetch_offset = Offset{offset},
                                                .partition_max_bytes = 1 << 20});
    return request;
  }
  static constexpr wire::ApiVersion kByName = 12;

  /// The one partition of an answer.
  static const wire::fetch_response::PartitionData& only(const wire::FetchResponse& response) {
    static const wire::fetch_response::PartitionData kNone;
    EXPECT_EQ(response.responses.size(), 1U);
    if (response.responses.empty() || response.responses[0].partitions.empty()) return kNone;
    return response.responses[0].partitions[0];
  }
  static const wire::produce_response::PartitionProduceResponse& only(
      const wire::ProduceResponse& response) {
    static const wire::produce_response::PartitionProduceResponse kNone;
    EXPECT_EQ(response.responses.size(), 1U);
    return response.responses.empty() ? kNone : response.responses[0].partition_responses[0];
  }
  /// The values in a run of batches.
  static std::vector<std::string> values(const wire::Records& records) {
    std::vector<std::string> values;
    std::span<const std::byte> rest = records.bytes.bytes();
    while (const auto batch = record::BatchView::first_of(rest)) {
      record::RecordCursor cursor(batch->records(), batch->record_base());
      for (RecordView record; cursor.next(record);) values.emplace_back(record.value.text());
      rest = rest.subspan(batch->size_in_bytes());
    }
    EXPECT_TRUE(rest.empty()) << "whole batches only (F5)";
    return values;
  }

  std::optional<Engine> engine_;
  std::optional<KafkaServer> server_;
};

}  // namespace leat::server
