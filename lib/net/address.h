#pragma once

/// \file
/// HOST:PORT as people write it: "127.0.0.1:9092", "[::1]:0", "localhost:9092". Pure functions.

#include <cstdint>
#include <string>
#include <string_view>

#include "leat/result.h"

namespace leat::net {

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};

/// Errors: kInvalidArgument, told with what is wrong and an example.
[[nodiscard]] Result<HostPort> parse_host_port(std::string_view text);
/// With brackets around an IPv6 address.
[[nodiscard]] std::string to_string(const HostPort& address);
/// Whether only this machine reaches it: "localhost", 127.0.0.0/8, ::1 (K12).
[[nodiscard]] bool is_loopback(std::string_view host);

}  // namespace leat::net
