// The HTTP endpoint: /metrics and /health, and what is not served.

#include <chrono>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/asio.h"
#include "unit/server/served.h"

namespace leat::server {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class HttpTest : public Served {
 protected:
  void SetUp() override { serve({.control = "127.0.0.1:0"}); }

  /// All that comes back for `text` until the other side closes.
  [[nodiscard]] std::string exchange(const std::string& text) const {
    const auto address = *net::parse_host_port(server_->control());
    net::tcp::iostream stream;
    stream.expires_after(std::chrono::seconds(30));
    stream.connect(address.host, std::to_string(address.port));
    stream << text << std::flush;
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  }
  [[nodiscard]] std::string get(const std::string& path, const std::string& verb = "GET") const {
    return exchange(verb + " " + path + " HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
  }
};

TEST_F(HttpTest, IsOffUnlessItIsNamed) {
  serve({});
  EXPECT_EQ(server_->control(), "");
}

TEST_F(HttpTest, ListensOnLoopbackUnlessToldOtherwise) {  // K12
  EXPECT_THAT(KafkaServer::serve(*engine_, {.control = "0.0.0.0:0"}),
              IsError(ErrorCode::kInvalidArgument));
  EXPECT_THAT(KafkaServer::serve(*engine_, {.control = "nonsense"}),
              IsError(ErrorCode::kInvalidArgument));
  EXPECT_THAT(KafkaServer::serve(*engine_, {.control = server_->control()}),
              IsError(ErrorCode::kNetworkException));
}

TEST_F(HttpTest, SaysWhetherTheEngineTakesRecords) {
  EXPECT_THAT(get("/health"), AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("\r\n\r\nok\n")));
  ASSERT_THAT(engine_->close(), IsOk());
  EXPECT_THAT(get("/health"), StartsWith("HTTP/1.1 503"));
}

TEST_F(HttpTest, CountsRequestsErrorsAndTimesByApi) {
  auto client = connect();
  ASSERT_THAT(engine_->create_topic("t", 1), IsOk());
  const auto batch = batch_of({"a", "b"});
  ASSERT_THAT(client.call<wire::ProduceResponse>(produce("t", batch), 9), IsOk());
  ASSERT_THAT(client.call<wire::ProduceResponse>(produce("absent", batch), 9), IsOk());
  const std::string page = get("/metrics");
  EXPECT_THAT(page, AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("version=0.0.4")));
  EXPECT_THAT(page, HasSubstr("# TYPE kafka_network_requestmetrics_requests_total counter\n"));
  EXPECT_THAT(page,
              HasSubstr("\nkafka_network_requestmetrics_requests_total{request=\"Produce\"} 2\n"));
  EXPECT_THAT(page,
              HasSubstr("\nkafka_network_requestmetrics_errors_total{request=\"Produce\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("\nkafka_network_requestmetrics_totaltimems_bucket{request="
                              "\"Produce\",le=\"+Inf\"} 2\n"));
  EXPECT_THAT(page,
              HasSubstr("\nkafka_network_requestmetrics_requests_total{request=\"Fetch\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("\nkafka_server_socketserver_connection_count 1\n"));
  EXPECT_THAT(page, Not(HasSubstr("\nkafka_server_socketserver_bytesin_total 0\n")));
}

TEST_F(HttpTest, TellsSizesAndOffsetsOfPartitions) {
  ASSERT_THAT(engine_->create_topic("t", 2), IsOk());
  const auto batch = batch_of({"a", "b"});
  ASSERT_THAT(connect().call<wire::ProduceResponse>(produce("t", batch, 1, 1), 9), IsOk());
  const std::string page = get("/metrics");
  EXPECT_THAT(page, HasSubstr("\nkafka_log_log_logendoffset{topic=\"t\",partition=\"0\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("\nkafka_log_log_logendoffset{topic=\"t\",partition=\"1\"} 2\n"));
  EXPECT_THAT(page, HasSubstr("\nkafka_log_log_logstartoffset{topic=\"t\",partition=\"1\"} 0\n"));
  EXPECT_THAT(page, ContainsRegex("kafka_log_log_size.topic=\"t\",partition=\"1\". [1-9]"));
  EXPECT_THAT(page, HasSubstr("\nkafka_controller_kafkacontroller_activecontrollercount 1\n"));
}

TEST_F(HttpTest, ServesNothingElse) {
  EXPECT_THAT(get("/"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(get("/metrics/x"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(get("/health?verbose=1"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(get("/health", "DELETE"), StartsWith("HTTP/1.1 405"));
  EXPECT_THAT(get("/health", "HEAD"), AllOf(StartsWith("HTTP/1.1 200"), Not(HasSubstr("ok"))));
}

TEST_F(HttpTest, AnswersOneRequestAfterTheOther) {
  const std::string kept = "GET /health HTTP/1.1\r\nHost: here\r\n\r\n";
  const std::string last = "GET /health HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
  const std::string answers = exchange(kept + last);
  EXPECT_NE(answers.find("ok\nHTTP/1.1 200"), std::string::npos) << answers;
}

TEST_F(HttpTest, ClosesOnWhatIsNoRequest) {
  EXPECT_EQ(exchange("nonsense\r\n\r\n"), "");
  EXPECT_EQ(exchange("GET /" + std::string(16 << 10, 'a') + " HTTP/1.1\r\n\r\n"), "");
  EXPECT_THAT(get("/health"), StartsWith("HTTP/1.1 200")) << "the others are served";
}

TEST_F(HttpTest, ClosesWithTheServer) {
  const auto address = *net::parse_host_port(server_->control());
  auto idle = net::Client::connect(address);
  ASSERT_THAT(idle, IsOk());
  EXPECT_THAT(get("/health"), StartsWith("HTTP/1.1 200"));  // it came after: the idle one is there
  EXPECT_THAT(server_->stop(), IsOk());
  EXPECT_THAT(idle->receive_frame(), IsError(ErrorCode::kNetworkException));
}

}  // namespace
}  // namespace leat::server
