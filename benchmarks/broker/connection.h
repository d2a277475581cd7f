#pragma once

/// \file
/// A socket of a client that costs as little as one can: pre-encoded requests out, frames in.
/// Not thread-safe.

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "leat/result.h"

#include "net/address.h"

namespace leat::broker {

/// A descriptor, closed at the end. Move-only.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

/// How a thread waits for a socket.
enum class Waiting : unsigned char { kParked, kSpinning };

class Connection {
 public:
  /// Errors: kNetworkException.
  static Result<Connection> open(const net::HostPort& address, Waiting waiting);
  Result<void> send(std::span<const std::byte> bytes);
  /// The next frame without its size, valid until the next call.
  Result<std::span<const std::byte>> frame();
  /// Whether the next frame is here already.
  [[nodiscard]] bool has_frame() const;

 private:
  Connection(Descriptor socket, Waiting waiting);
  [[nodiscard]] std::size_t frame_size() const;

  Descriptor socket_;
  Waiting waiting_;
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t room_;
  std::size_t begin_ = 0;  // of what came and was not taken
  std::size_t end_ = 0;
};

/// Sends `request` `count` times, at most `depth` of them unanswered; each answer must be as long
/// as the first, whose bytes `check` has seen: an error has a message. Errors: as Connection, and
/// kUnknownServerError for an answer of another length.
Result<void> exchange(Connection& connection, std::span<const std::byte> request, std::size_t count,
                      std::size_t depth);

/// What a socket costs without a broker behind it: a thread that reads requests of one size and
/// sends as many answers of another one, for each connection.
class BareServer {
 public:
  struct Sizes {
    std::size_t request;
    std::size_t answer;
  };
  static Result<std::unique_ptr<BareServer>> start(Sizes sizes, Waiting waiting);
  BareServer(const BareServer&) = delete;
  BareServer& operator=(const BareServer&) = delete;
  BareServer(BareServer&&) = delete;
  BareServer& operator=(BareServer&&) = delete;
  ~BareServer();
  [[nodiscard]] const net::HostPort& address() const { return address_; }

 private:
  class Threads;
  BareServer(net::HostPort address, std::unique_ptr<Threads> threads);
  net::HostPort address_;
  std::unique_ptr<Threads> threads_;
};

}  // namespace leat::broker
