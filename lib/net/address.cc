#include "net/address.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <string>
#include <string_view>
#include <system_error>

#include "leat/error.h"
#include "leat/result.h"

#include "net/asio.h"

namespace leat::net {

Result<HostPort> parse_host_port(std::string_view text) {
  const auto wrong = [&](std::string_view what) {
    return Error(
        ErrorCode::kInvalidArgument,
        fmt::format("'{}' {}; write HOST:PORT, as 127.0.0.1:9092 or [::1]:9092", text, what));
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong("names no port");
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return wrong("has an IPv6 address without brackets");
  }
  if (host.empty()) return wrong("names no host");
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return wrong("has no port between 0 and 65535");
  }
  return HostPort{std::string(host), port};
}

std::string to_string(const HostPort& address) {
  const bool is_v6 = address.host.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", address.host, address.port)
               : fmt::format("{}:{}", address.host, address.port);
}

bool is_loopback(std::string_view host) {
  if (host == "localhost") return true;
  AsioError error;
  const auto address = asio::ip::make_address(std::string(host), error);
  return !error && address.is_loopback();
}

}  // namespace leat::net
