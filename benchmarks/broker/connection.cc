#include "broker/connection.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fmt/core.h>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <span>
#include <string>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"

#include "base/bytes.h"
#include "base/try.h"
#include "net/address.h"

namespace leat::broker {
namespace {

constexpr std::size_t kSizeBytes = sizeof(std::int32_t);
constexpr std::size_t kBufferBytes = std::size_t{1} << 20U;

Error failed(const char* what) {
  return {ErrorCode::kNetworkException,
          fmt::format("{}: {}", what, std::generic_category().message(errno))};
}

Result<sockaddr_in> address_of(const net::HostPort& address) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(address.port);
  const std::string host = address.host == "localhost" ? "127.0.0.1" : address.host;
  if (::inet_pton(AF_INET, host.c_str(), &to.sin_addr) == 1) return to;
  return Error(ErrorCode::kInvalidArgument, fmt::format("'{}' is no IPv4 address", address.host));
}

void set_no_delay(int socket) {
  const int on = 1;
  (void)::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

/// What came, 0 when the other side has closed; negative: errno.
ssize_t receive(int socket, std::byte* at, std::size_t room, Waiting waiting) {
  const int flags = waiting == Waiting::kSpinning ? MSG_DONTWAIT : 0;
  while (true) {
    const ssize_t bytes = ::recv(socket, at, room, flags);
    if (bytes >= 0 || (errno != EAGAIN && errno != EINTR)) return bytes;
  }
}

bool send_all(int socket, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

/// As many copies as are sent at a time.
std::vector<std::byte> repeated(std::span<const std::byte> bytes, std::size_t times) {
  std::vector<std::byte> all;
  all.reserve(bytes.size() * times);
  for (std::size_t i = 0; i < times; ++i) all.insert(all.end(), bytes.begin(), bytes.end());
  return all;
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) (void)::close(number_);
}

Connection::Connection(Descriptor socket, Waiting waiting)
    : socket_(std::move(socket)),
      waiting_(waiting),
      buffer_(std::make_unique<std::byte[]>(kBufferBytes)),
      room_(kBufferBytes) {}

Result<Connection> Connection::open(const net::HostPort& address, Waiting waiting) {
  LEAT_TRY(const sockaddr_in to, address_of(address));
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return failed("socket");
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof(to)) != 0) {
    return failed("connect");
  }
  set_no_delay(socket.get());
  return Connection(std::move(socket), waiting);
}

Result<void> Connection::send(std::span<const std::byte> bytes) {
  if (!send_all(socket_.get(), bytes)) return failed("send");
  return {};
}

std::size_t Connection::frame_size() const {
  return kSizeBytes + static_cast<std::size_t>(base::load_be<std::int32_t>(buffer_.get() + begin_));
}

bool Connection::has_frame() const {
  return end_ - begin_ >= kSizeBytes && end_ - begin_ >= frame_size();
}

Result<std::span<const std::byte>> Connection::frame() {
  if (begin_ == end_) begin_ = end_ = 0;
  while (!has_frame()) {
    const std::size_t wanted =
        std::max(end_ - begin_ >= kSizeBytes ? frame_size() : 0, kBufferBytes);
    if (begin_ > 0 || wanted > room_) {
      auto buffer = wanted > room_ ? std::make_unique<std::byte[]>(wanted) : nullptr;
      std::byte* const to = buffer ? buffer.get() : buffer_.get();
      std::memmove(to, buffer_.get() + begin_, end_ - begin_);
      end_ -= std::exchange(begin_, 0);
      if (buffer) buffer_ = std::move(buffer);
      room_ = std::max(room_, wanted);
    }
    const ssize_t bytes = receive(socket_.get(), buffer_.get() + end_, room_ - end_, waiting_);
    if (bytes < 0) return failed("recv");
    if (bytes == 0) return Error(ErrorCode::kNetworkException, "the broker closed the connection");
    end_ += static_cast<std::size_t>(bytes);
  }
  const std::size_t size = frame_size();
  const std::span<const std::byte> frame(buffer_.get() + begin_ + kSizeBytes, size - kSizeBytes);
  begin_ += size;
  return frame;
}

Result<void> exchange(Connection& connection, std::span<const std::byte> request, std::size_t count,
                      std::size_t depth) {
  const std::vector<std::byte> requests = repeated(request, depth);
  std::size_t sent = 0;
  std::size_t answered = 0;
  std::size_t answer_size = 0;
  std::size_t may_send = std::min(depth, count);
  while (answered < count) {
    if (may_send > 0) {
      LEAT_TRY_VOID(connection.send(std::span(requests).first(may_send * request.size())));
      sent += may_send;
    }
    may_send = 0;
    do {
      LEAT_TRY(const auto frame, connection.frame());
      if (answered++ == 0) answer_size = frame.size();
      if (frame.size() != answer_size) {
        return Error(ErrorCode::kUnknownServerError,
                     fmt::format("answer {} has {} bytes, the first had {}", answered, frame.size(),
                                 answer_size));
      }
      if (sent + may_send < count) ++may_send;
    } while (answered < count && connection.has_frame());
  }
  return {};
}

/// The thread that accepts, and one for each connection; all end when their sockets do.
class BareServer::Threads {
 public:
  Threads(Descriptor listener, Sizes sizes, Waiting waiting)
      : listener_(std::move(listener)),
        sizes_(sizes),
        waiting_(waiting),
        acceptor_([this] { accept(); }) {}
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  Threads(Threads&&) = delete;
  Threads& operator=(Threads&&) = delete;
  ~Threads() {
    (void)::shutdown(listener_.get(), SHUT_RDWR);
    acceptor_.join();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  void accept() {
    while (true) {
      Descriptor socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (socket.get() < 0) return;
      set_no_delay(socket.get());
      threads_.emplace_back([this, socket = std::move(socket)] { serve(socket.get()); });
    }
  }
  void serve(int socket) const {
    constexpr std::size_t kAnswersMax = 64;
    std::vector<std::byte> buffer(kBufferBytes);
    std::vector<std::byte> answer(sizes_.answer);
    base::store_be<std::int32_t>(answer.data(),
                                 static_cast<std::int32_t>(sizes_.answer - kSizeBytes));
    const std::size_t copies = sizes_.answer > kBufferBytes / kAnswersMax ? 1 : kAnswersMax;
    const std::vector<std::byte> answers = repeated(answer, copies);
    std::size_t unanswered = 0;
    while (true) {
      const ssize_t bytes = receive(socket, buffer.data(), buffer.size(), waiting_);
      if (bytes <= 0) return;
      unanswered += static_cast<std::size_t>(bytes);
      while (unanswered >= sizes_.request) {
        const std::size_t now = std::min(unanswered / sizes_.request, copies);
        if (!send_all(socket, std::span(answers).first(now * sizes_.answer))) return;
        unanswered -= now * sizes_.request;
      }
    }
  }

  const Descriptor listener_;
  const Sizes sizes_;
  const Waiting waiting_;
  std::vector<std::thread> threads_;  // the acceptor's until it ends
  std::thread acceptor_;
};

BareServer::BareServer(net::HostPort address, std::unique_ptr<Threads> threads)
    : address_(std::move(address)), threads_(std::move(threads)) {}
BareServer::~BareServer() = default;

Result<std::unique_ptr<BareServer>> BareServer::start(Sizes sizes, Waiting waiting) {
  LEAT_TRY(sockaddr_in at, address_of({"127.0.0.1", 0}));
  Descriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  socklen_t length = sizeof(at);
  auto* const address = reinterpret_cast<sockaddr*>(&at);
  if (listener.get() < 0 || ::bind(listener.get(), address, length) != 0 ||
      ::listen(listener.get(), SOMAXCONN) != 0 ||
      ::getsockname(listener.get(), address, &length) != 0) {
    return failed("listen");
  }
  return std::unique_ptr<BareServer>(
      new BareServer({"127.0.0.1", ntohs(at.sin_port)},
                     std::make_unique<Threads>(std::move(listener), sizes, waiting)));
}

}  // namespace leat::broker
