#pragma once

/// \file
/// A broker without a socket: an engine in memory, the nodes that a test says, and questions that
/// go through a session as bytes, as a client's do.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/admin.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/options.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/types.h"

#include "engine/log_service.h"
#include "kafka/broker.h"
#include "kafka/call.h"
#include "kafka/executor.h"
#include "kafka/nodes.h"
#include "kafka/session.h"
#include "service/group_service.h"
#include "service/log_service.h"
#include "wire/codec.h"
#include "wire/gather_writer.h"
#include "wire/messages/headers.h"
#include "wire/reader.h"
#include "wire/schema.h"

namespace leat {

/// Runs what was posted when it is told to.
class HandExecutor final : public kafka::Executor {
 public:
  void post(std::function<void()> task) noexcept override { tasks_.push_back(std::move(task)); }
  [[nodiscard]] bool is_here() const noexcept override { return false; }
  void run() {
    for (auto tasks = std::exchange(tasks_, {}); !tasks.empty();
         tasks = std::exchange(tasks_, {})) {
      for (const auto& task : tasks) task();
    }
  }

 private:
  std::vector<std::function<void()>> tasks_;
};

class AdminTest : public ::testing::Test {
 protected:
  AdminTest() { serve({}); }

  /// Serves the same engine anew, on nodes 1 to `nodes`.
  void serve(kafka::BrokerOptions options, std::int32_t nodes = 1) {
    std::vector<kafka::Node> all;
    for (std::int32_t id = 1; id <= nodes; ++id) {
      all.push_back({.id = id, .port = static_cast<std::uint16_t>(9000 + id)});
    }
    broker_ = std::make_shared<kafka::Broker>(
        logs_, groups_, posix_clock(), options, kafka::Nodes(std::move(all)),
        [](const std::function<void()>& task) { task(); },
        std::vector{ConfigEntry{.name = "fetch.max.bytes", .value = "57671680"}});
    session_ = std::make_shared<kafka::Session>(
        broker_, kafka::Peer{.node_id = 1, .local_host = "localhost"}, executor_, nullptr);
  }

  /// The answer to `request`, at the newest version if none is given.
  template <class Api>
  typename Api::Response ask(const typename Api::Request& request,
                             wire::ApiVersion version = Api::kServed.last) {
    tell<Api>(request, version);
    const auto output = session_->next_output();
    EXPECT_TRUE(output) << (session_->closing() ? session_->closing()->to_string() : "no answer");
    if (!output) return {};
    using Response = typename Api::Response;
    constexpr std::size_t kSize = sizeof(std::int32_t);
    wire::Reader reader(std::span(output->bytes).subspan(kSize));
    EXPECT_TRUE(wire::decode_from<wire::ResponseHeader>(
        reader, wire::response_header_version<Response>(version)));
    auto response = wire::decode_exactly<Response>(reader, version);
    EXPECT_TRUE(response) << response.error().to_string();
    return response ? *std::move(response) : Response();
  }

  /// The same, without waiting for an answer.
  template <class Api>
  void tell(const typename Api::Request& request, wire::ApiVersion version) {
    send<Api>(request, version);
    executor_->run();
  }

  void create(std::string_view name, std::int32_t partitions = 1, const ConfigMap& configs = {}) {
    ASSERT_TRUE(engine_.create_topic(name, partitions, configs));
  }
  /// Appends `count` records to partition 0.
  void append(std::string_view topic, int count) {
    auto appender = engine_.appender(topic, PartitionId{0}).value();
    for (int i = 0; i < count; ++i) ASSERT_TRUE(appender.append(Record{.value = "v"}));
  }
  [[nodiscard]] service::TopicPtr topic(std::string_view name) const { return logs_->find(name); }

 private:
  template <class Api>
  void send(const typename Api::Request& request, wire::ApiVersion version) {
    using Request = typename Api::Request;
    wire::GatherWriter writer;
    const wire::RequestHeader header{Request::kApiKey, version, 7, "test"};
    ASSERT_TRUE(wire::encode_to(writer, header, wire::request_header_version<Request>(version)));
    ASSERT_TRUE(wire::encode_to(writer, request, version));
    const auto bytes = std::make_shared<const std::vector<std::byte>>(std::move(writer).take());
    session_->feed({.bytes = *bytes, .owner = bytes});
  }

 protected:
  Engine engine_ = Engine::memory().value();
  std::shared_ptr<service::LogService> logs_ = engine::log_service(engine_).value();
  std::shared_ptr<service::GroupService> groups_ = engine::group_service(engine_).value();
  std::shared_ptr<HandExecutor> executor_ = std::make_shared<HandExecutor>();
  std::shared_ptr<kafka::Broker> broker_;
  std::shared_ptr<kafka::Session> session_;
};

}  // namespace leat
