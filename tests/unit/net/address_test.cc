#include "net/address.h"

#include <gtest/gtest.h>

#include "unit/io/result_matchers.h"

namespace leat::net {
namespace {

using leat::testing::IsError;
using leat::testing::IsOk;

TEST(HostPort, IsReadAsPeopleWriteIt) {
  const auto v4 = parse_host_port("127.0.0.1:9092");
  ASSERT_THAT(v4, IsOk());
  EXPECT_EQ(v4->host, "127.0.0.1");
  EXPECT_EQ(v4->port, 9092);
  const auto v6 = parse_host_port("[::1]:0");
  ASSERT_THAT(v6, IsOk());
  EXPECT_EQ(v6->host, "::1");
  EXPECT_EQ(to_string(*v6), "[::1]:0");
  EXPECT_EQ(to_string(*v4), "127.0.0.1:9092");
}

TEST(HostPort, SaysWhatIsWrong) {
  for (const char* text :
       {"", "9092", "host", ":9092", "host:", "host:x", "host:65536", "host:-1", "::1:9092"}) {
    const auto parsed = parse_host_port(text);
    ASSERT_THAT(parsed, IsError(ErrorCode::kInvalidArgument)) << text;
    EXPECT_NE(parsed.error().message().find("HOST:PORT"), std::string_view::npos);
  }
}

TEST(HostPort, KnowsWhatOnlyThisMachineReaches) {  // K12
  for (const char* host : {"localhost", "127.0.0.1", "127.8.9.1", "::1"})
    EXPECT_TRUE(is_loopback(host)) << host;
  for (const char* host : {"0.0.0.0", "::", "10.0.0.1", "example"})
    EXPECT_FALSE(is_loopback(host)) << host;
}

}  // namespace
}  // namespace leat::net
