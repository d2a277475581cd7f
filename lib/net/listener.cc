#include "net/listener.h"

#include <chrono>
#include <cstdint>
#include <fmt/core.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"

#include "base/try.h"
#include "kafka/call.h"
#include "net/address.h"
#include "net/asio.h"
#include "net/connection.h"
#include "net/connections.h"
#include "net/reactor.h"
#include "net/shared.h"

namespace leat::net {

namespace {

/// An IPv4 address that came to an IPv6 listener is the same address: ACLs name it as such.
std::string host_of(const asio::ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address.to_string();
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
}

}  // namespace

Listener::Listener(std::vector<std::shared_ptr<Reactor>> reactors)
    : reactors_(std::move(reactors)),
      acceptor_(reactors_.front()->context()),
      pause_(reactors_.front()->context()) {}

Result<std::shared_ptr<Listener>> Listener::bind(const HostPort& address,
                                                 std::vector<std::shared_ptr<Reactor>> reactors) {
  std::shared_ptr<Listener> listener(new Listener(std::move(reactors)));
  LEAT_TRY(listener->port_, listen_on(listener->acceptor_, address));
  return listener;
}

Result<std::uint16_t> listen_on(tcp::acceptor& acceptor, const HostPort& address) {
  AsioError error;
  tcp::resolver resolver(acceptor.get_executor());
  const auto found =
      resolver.resolve(address.host, std::to_string(address.port), tcp::resolver::passive, error);
  if (error || found.empty()) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("cannot listen on '{}': {}", address.host, error.message()));
  }
  const tcp::endpoint endpoint = found.begin()->endpoint();
  (void)acceptor.open(endpoint.protocol(), error);  // what it returns is `error`
  if (!error) (void)acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) (void)acceptor.bind(endpoint, error);
  if (!error) (void)acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (error) {
    return Error(ErrorCode::kNetworkException,
                 fmt::format("cannot listen on {}: {}", to_string(address), error.message()));
  }
  return acceptor.local_endpoint().port();
}

void Listener::start(std::shared_ptr<Shared> shared, std::int32_t node_id) {
  shared_ = std::move(shared);
  node_id_ = node_id;
  reactors_.front()->post([self = shared_from_this()] { self->accept(); });
}

void Listener::stop() {
  reactors_.front()->post([self = shared_from_this()] {
    AsioError ignored;
    (void)self->acceptor_.close(ignored);
    self->pause_.cancel();
  });
}

void Listener::accept() {
  if (!acceptor_.is_open()) return;
  const std::shared_ptr<Reactor> reactor = reactors_[next_++ % reactors_.size()];
  acceptor_.async_accept(reactor->context(), [self = shared_from_this(), reactor](
                                                 const AsioError& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) {
      self->accepted(reactor, std::move(socket));
      return self->accept();
    }
    // No descriptors, most likely: try again when somebody may have left.
    if (self->shared_->log) {
      self->shared_->log(LogLevel::kWarning,
                         fmt::format("cannot accept a connection: {}", error.message()));
    }
    self->pause_.expires_after(std::chrono::milliseconds(50));
    self->pause_.async_wait([self](const AsioError& stopped) {
      if (!stopped) self->accept();
    });
  });
}

void Listener::accepted(const std::shared_ptr<Reactor>& reactor, tcp::socket socket) {
  AsioError error;
  const auto local = socket.local_endpoint(error);
  const auto remote = error ? tcp::endpoint() : socket.remote_endpoint(error);
  if (error) return;  // it is gone already
  kafka::Peer peer{.node_id = node_id_,
                   .local_host = local.address().to_string(),
                   .remote = to_string({remote.address().to_string(), remote.port()}),
                   .host = host_of(remote.address())};
  const auto connection =
      std::make_shared<Connection>(shared_, reactor, std::move(socket), std::move(peer));
  if (!shared_->connections.add(connection, shared_->limits.connections_max)) {
    if (shared_->log) {
      shared_->log(LogLevel::kWarning,
                   fmt::format("refused a connection: max.connections={} are open",
                               shared_->limits.connections_max));
    }
    return;
  }
  reactor->post([connection] { connection->start(); });
}

}  // namespace leat::net
