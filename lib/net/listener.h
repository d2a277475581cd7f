#pragma once

/// \file
/// Accepts connections of one node (K7) and spreads them over the reactors.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "leat/result.h"

#include "net/address.h"
#include "net/asio.h"
#include "net/reactor.h"
#include "net/shared.h"

namespace leat::net {

/// Opens, binds and listens; the port that it got. Errors: kInvalidArgument (no such host),
/// kNetworkException (named with why: in use, no right).
Result<std::uint16_t> listen_on(tcp::acceptor& acceptor, const HostPort& address);

class Listener : public std::enable_shared_from_this<Listener> {
 public:
  /// Binds and listens: the port is known when this returns; nobody is accepted before `start`.
  /// Errors: kInvalidArgument (no such host), kNetworkException (named with why: in use, no right).
  static Result<std::shared_ptr<Listener>> bind(const HostPort& address,
                                                std::vector<std::shared_ptr<Reactor>> reactors);

  [[nodiscard]] std::uint16_t port() const { return port_; }
  void start(std::shared_ptr<Shared> shared, std::int32_t node_id);
  /// Accepts no more. From any thread; done when the reactor has come by.
  void stop();

 private:
  explicit Listener(std::vector<std::shared_ptr<Reactor>> reactors);
  void accept();
  void accepted(const std::shared_ptr<Reactor>& reactor, tcp::socket socket);

  const std::vector<std::shared_ptr<Reactor>> reactors_;
  std::size_t next_ = 0;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::uint16_t port_ = 0;
  std::int32_t node_id_ = 0;
  std::shared_ptr<Shared> shared_;
};

}  // namespace leat::net
