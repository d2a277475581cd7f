#include "net/client.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <memory>
#include <span>
#include <string>
#include <sys/socket.h>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"

#include "base/bytes.h"
#include "base/try.h"
#include "net/address.h"
#include "net/asio.h"

namespace leat::net {
namespace {

/// Beyond it no broker answers: a length that is not one.
constexpr std::int32_t kFrameBytesMax = 1 << 30;

/// Blocking calls that end: the kernel's own time-outs.
void set_timeout(tcp::socket& socket, std::chrono::milliseconds timeout) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(timeout);
  const std::chrono::microseconds rest = timeout - seconds;
  const ::timeval value{.tv_sec = seconds.count(), .tv_usec = rest.count()};
  (void)::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &value, sizeof(value));
  (void)::setsockopt(socket.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &value, sizeof(value));
}

}  // namespace

struct Client::Socket {
  asio::io_context context{1};
  tcp::socket socket{context};
  std::string address;

  [[nodiscard]] Error failed(const char* what, const AsioError& error) const {
    const bool late = error == asio::error::would_block || error == asio::error::try_again;
    return {ErrorCode::kNetworkException,
            fmt::format("{} {}: {}", what, address, late ? "the time is over" : error.message())};
  }
  Result<void> read(std::span<std::byte> into) {
    while (!into.empty()) {
      AsioError error;
      const std::size_t bytes = socket.read_some(asio::buffer(into.data(), into.size()), error);
      if (error) return failed("no answer from", error);
      into = into.subspan(bytes);
    }
    return {};
  }
};

Client::Client(std::unique_ptr<Socket> socket, std::string client_id)
    : socket_(std::move(socket)), client_id_(std::move(client_id)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::connect(const HostPort& address, std::chrono::milliseconds timeout,
                               std::string client_id) {
  auto socket = std::make_unique<Socket>();
  socket->address = to_string(address);
  AsioError error;
  tcp::resolver resolver(socket->context);
  const auto found = resolver.resolve(address.host, std::to_string(address.port), error);
  if (error) return socket->failed("there is no", error);
  for (const auto& entry : found) {
    socket->socket = tcp::socket(socket->context);
    (void)socket->socket.open(entry.endpoint().protocol(), error);
    if (error) continue;
    set_timeout(socket->socket, timeout);
    (void)socket->socket.connect(entry.endpoint(), error);
    if (!error) break;
  }
  if (error) return socket->failed("cannot connect to", error);
  (void)socket->socket.set_option(tcp::no_delay(true), error);  // it only makes it faster
  return Client(std::move(socket), std::move(client_id));
}

Result<void> Client::send_bytes(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    AsioError error;
    const std::size_t sent =
        socket_->socket.write_some(asio::buffer(bytes.data(), bytes.size()), error);
    if (error) return socket_->failed("cannot send to", error);
    bytes = bytes.subspan(sent);
  }
  return {};
}

Result<std::vector<std::byte>> Client::receive_frame() {
  std::array<std::byte, sizeof(std::int32_t)> prefix{};
  LEAT_TRY_VOID(socket_->read(prefix));
  const auto size = base::load_be<std::int32_t>(prefix.data());
  if (size < 0 || size > kFrameBytesMax) {
    return Error(ErrorCode::kCorruptMessage,
                 fmt::format("{} sent a frame of {} bytes: no broker", socket_->address, size));
  }
  std::vector<std::byte> frame(static_cast<std::size_t>(size));
  LEAT_TRY_VOID(socket_->read(frame));
  return frame;
}

void Client::shut_down() {
  AsioError ignored;
  (void)socket_->socket.shutdown(tcp::socket::shutdown_send, ignored);
}

}  // namespace leat::net
