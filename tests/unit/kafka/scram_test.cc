// The keys of RFC 5802, beside those of another implementation.
#include "kafka/scram.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "service/admin_service.h"

namespace leat::kafka {
namespace {

using service::ScramMechanism;

std::vector<std::byte> bytes(std::string_view hex) {
  std::vector<std::byte> bytes;
  for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
    bytes.push_back(static_cast<std::byte>(std::stoi(std::string(hex.substr(at, 2)), nullptr, 16)));
  }
  return bytes;
}

// Password "pencil", salt and (of SHA-256) iterations as in RFC 7677's example; by Python's hmac.
TEST(Scram, DerivesTheKeysOfSha256) {  // A10
  const auto credential = scram_credential(
      ScramMechanism::kSha256, bytes("5b6d99689d12358eeca04b141236fa81"),
      bytes("c4a49510323ab4f952cac1fa99441939e78ea74d6be81ddf7096e87513dc615d"), 4096);
  ASSERT_TRUE(credential);
  EXPECT_EQ(credential->salt, bytes("5b6d99689d12358eeca04b141236fa81"));
  EXPECT_EQ(credential->stored_key,
            bytes("586e5df283e6dceb5c3e791d8b8528ec191e664045ce971792e2e6b5bb13e2a6"));
  EXPECT_EQ(credential->server_key,
            bytes("c1f3cbc1c13a9d35a14c0990eed97629ea225863e566a4314ab99f3f00e5d9d5"));
  EXPECT_EQ(credential->iterations, 4096);
}

TEST(Scram, DerivesTheKeysOfSha512) {  // A10
  const auto credential =
      scram_credential(ScramMechanism::kSha512, bytes("5b6d99689d12358eeca04b141236fa81"),
                       bytes("fa259bd2f801c0e8f7c699de3c0d112f1af47a38b1d0d6af5a8cc7f473d90061b1b81"
                             "c0a1402d14c6caedf77e7055f944f0fd19c776e47e15a485dc733b49494"),
                       8192);
  ASSERT_TRUE(credential);
  EXPECT_EQ(credential->stored_key,
            bytes("0f968fde837d171bf7e24373381bbe372e989859ada13eb8288f78fe1c6ecae12d9eba6682ab5d6f"
                  "3fbe3c39913370566a8d881e0f0e614742d3723018451395"));
  EXPECT_EQ(credential->server_key,
            bytes("6fd540307b11c824182523758dbb8ffc15dd89b678a816989eb8608a837ad7bf9ce571c52621e4e4"
                  "07dd1c13e8fbe79ce3674ac6d76eb01e8c81e35c5cfb3a51"));
}

}  // namespace
}  // namespace leat::kafka
