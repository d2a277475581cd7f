// Who is told of an answer may close the session; what closes it is told.

#include "kafka/session.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "kafka/api/01_fetch.h"
#include "kafka/api/03_metadata.h"
#include "unit/kafka/admin_fixture.h"

namespace leat {
namespace {

class SessionTest : public AdminTest {
 protected:
  void listen(std::function<void()> told) {
    listened_ = std::make_shared<kafka::Session>(
        broker_, kafka::Peer{.node_id = 1, .local_host = "localhost"}, executor_, std::move(told));
  }
  template <class Request>
  void feed(const Request& request, wire::ApiVersion version) {
    wire::Writer writer;
    const wire::RequestHeader header{Request::kApiKey, version, 7, "test"};
    ASSERT_TRUE(wire::encode_to(writer, header, wire::request_header_version<Request>(version)));
    ASSERT_TRUE(wire::encode_to(writer, request, version));
    feed_bytes(std::move(writer).take());
  }
  void feed_bytes(std::vector<std::byte> bytes) {
    const auto kept = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
    listened_->feed({.bytes = *kept, .owner = kept});
  }
  /// A Fetch that waits for the first record of topic "t".
  void park() {
    wire::FetchRequest request{.max_wait_ms = 600'000, .min_bytes = 1};
    request.topics.push_back({.topic = "t", .partitions = {{.partition_max_bytes = 1 << 20}}});
    feed(request, 12);
    ASSERT_EQ(listened_->unanswered(), 1U);
  }
  std::shared_ptr<kafka::Session> listened_;
};

TEST_F(SessionTest, MayBeClosedByWhoIsToldOfAParkedFetch) {
  create("t");
  bool was_told = false;
  listen([&] {
    was_told = true;
    listened_->close();  // as a connection that cannot write does
  });
  park();
  was_told = false;
  append("t", 1);
  executor_->run();
  EXPECT_TRUE(was_told);
}

TEST_F(SessionTest, TellsOfWhatClosesItBehindARequestThatWaits) {
  create("t");
  bool was_told = false;
  listen([&] { was_told = true; });
  park();
  wire::MetadataRequest makes_a_topic;
  makes_a_topic.topics->push_back({.name = "made"});
  feed(makes_a_topic, 12);     // on the pool: what follows waits for it
  feed_bytes({std::byte{0}});  // no request
  was_told = false;
  executor_->run();
  EXPECT_TRUE(listened_->closing().has_value());
  EXPECT_TRUE(was_told);
}

}  // namespace
}  // namespace leat
