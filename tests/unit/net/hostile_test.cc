// Clients that mean no good (security.md 5, 9, 12, 14): each costs what it has sent, and its time
// ends.

#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "leat/engine.h"

#include "engine/log_service.h"
#include "kafka/broker.h"
#include "net/client.h"
#include "net/listener.h"
#include "net/reactor.h"
#include "net/shared.h"
#include "unit/io/result_matchers.h"
#include "wire/messages/fetch.h"
#include "wire/messages/metadata.h"

namespace leat::net {
namespace {

using leat::testing::IsError;
using leat::testing::IsOk;
using namespace std::chrono_literals;

class Hostile : public ::testing::Test {
 protected:
  void SetUp() override {
    auto engine = Engine::memory();
    ASSERT_THAT(engine, IsOk());
    engine_.emplace(*std::move(engine));
    ASSERT_THAT(engine_->create_topic("t", 1), IsOk());
  }
  void TearDown() override {
    if (listener_) listener_->stop();
    if (shared_) shared_->connections.close();
    if (reactor_) reactor_->stop();
  }
  void serve(const Limits& limits) {
    reactor_ = std::make_shared<Reactor>(LogSink(), 0ns);
    ASSERT_THAT(reactor_->start(), IsOk());
    auto listener = Listener::bind({"127.0.0.1", 0}, {reactor_});
    ASSERT_THAT(listener, IsOk());
    listener_ = *listener;
    shared_ = std::make_shared<Shared>();
    shared_->limits = limits;
    shared_->broker = std::make_shared<kafka::Broker>(
        engine::log_service(*engine_).value(), engine::group_service(*engine_).value(), posix_clock(), kafka::BrokerOptions{},
        kafka::Nodes({kafka::Node{.port = listener_->port()}}),
        [](std::function<void()> task) { task(); });
    listener_->start(shared_, 1);
  }
  Client connect() {
    auto client = Client::connect({"127.0.0.1", listener_->port()});
    EXPECT_THAT(client, IsOk());
    return *std::move(client);
  }
  /// Is served, which shows that the server has come by everything that was sent before.
  void expect_served(Client& client) {
    EXPECT_THAT(client.call<wire::MetadataResponse>(wire::MetadataRequest(), 12), IsOk());
  }
  static std::vector<std::byte> announce(std::int32_t bytes, std::size_t sent) {
    std::vector<std::byte> frame(4 + sent, std::byte{0});
    base::store_be<std::int32_t>(frame.data(), bytes);
    return frame;
  }
  /// Of this process, in bytes.
  static std::size_t resident() {
    std::ifstream file("/proc/self/statm");
    std::size_t total = 0;
    std::size_t pages = 0;
    file >> total >> pages;
    return pages * 4096;
  }

  std::optional<Engine> engine_;
  std::shared_ptr<Reactor> reactor_;
  std::shared_ptr<Listener> listener_;
  std::shared_ptr<Shared> shared_;
};

TEST_F(Hostile, WhoAnnouncesALargeFrameAndSendsNothingCostsNothing) {  // security.md 5
  serve({});
  std::vector<Client> clients;
  const std::size_t before = resident();
  for (int i = 0; i < 100; ++i) {
    clients.push_back(connect());
    ASSERT_THAT(clients.back().send_bytes(announce(90 << 20, 100)), IsOk());
  }
  auto good = connect();
  expect_served(good);
  // 100 of them announced 9 GB: what they get is what the smallest allocation for a frame takes.
  EXPECT_LT(resident(), before + (std::size_t{32} << 20U));
}

TEST_F(Hostile, AFrameThatDoesNotComeInTimeIsGivenUp) {  // security.md 5, 12
  serve({.frame_time_max = 30ms});
  auto client = connect();
  ASSERT_THAT(client.send_bytes(announce(1000, 10)), IsOk());
  EXPECT_THAT(client.receive_frame(), IsError(ErrorCode::kNetworkException));
  auto half = connect();  // not even the size
  ASSERT_THAT(half.send_bytes(std::vector<std::byte>(2)), IsOk());
  EXPECT_THAT(half.receive_frame(), IsError(ErrorCode::kNetworkException));
}

TEST_F(Hostile, WhoReadsNoAnswersIsCutOff) {  // security.md 9, 12
  const std::string value(1 << 20, 'x');
  auto appender = engine_->appender("t", PartitionId{0});
  ASSERT_THAT(appender, IsOk());
  for (int i = 0; i < 16; ++i)
    ASSERT_THAT(appender->append({.value = value.substr(0, 1'000'000)}), IsOk());
  serve({.unsent_bytes_max = 1 << 20, .frame_time_max = 50ms});
  auto client = connect();
  wire::FetchRequest request;
  request.topics.push_back({.topic = "t"});
  request.topics.back().partitions.push_back({.partition_max_bytes = 16 << 20});
  // Nobody reads, so in the end no request is taken either, until the connection is cut.
  bool was_cut = false;
  for (int i = 0; i < 1'000'000 && !was_cut; ++i) was_cut = !client.send(request, 12).has_value();
  EXPECT_TRUE(was_cut);
  auto good = connect();
  expect_served(good);
}

TEST_F(Hostile, WhatAllHaveSentTogetherIsBounded) {  // security.md 14
  serve({.request_bytes_max = 1 << 20, .frame_time_max = 200ms});
  std::vector<Client> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(connect());
    ASSERT_THAT(clients.back().send_bytes(announce(8 << 20, 256 << 10)), IsOk());
  }
  // They are given up when their time is over; then there is room again.
  for (Client& client : clients)
    EXPECT_THAT(client.receive_frame(), IsError(ErrorCode::kNetworkException));
  auto good = connect();
  expect_served(good);
  EXPECT_EQ(shared_->usage.request_bytes.load(), 0U);
}

}  // namespace
}  // namespace leat::net
