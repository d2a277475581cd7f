#pragma once

/// \file
/// A small HTTP server for people and monitors: GET of a few pages, made when they are asked for.
/// It lives on a reactor; pages are made on the pool. A few connections at a time, small requests,
/// short deadlines.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "leat/result.h"

#include "kafka/executor.h"
#include "net/address.h"
#include "net/asio.h"
#include "net/reactor.h"

namespace leat::net {

struct Page {
  unsigned status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body = {};
};

class HttpServer : public std::enable_shared_from_this<HttpServer> {
 public:
  /// Makes the page of a path; on a thread of the pool.
  using MakePage = std::function<Page(std::string_view path)>;

  static constexpr std::size_t kConnectionsMax = 32;

  /// Binds and listens; nobody is served before `start`. Errors: kInvalidArgument,
  /// kNetworkException.
  static Result<std::shared_ptr<HttpServer>> bind(const HostPort& address,
                                                  std::shared_ptr<Reactor> reactor,
                                                  kafka::RunBlocking pool, MakePage make);

  [[nodiscard]] std::uint16_t port() const { return port_; }
  void start();
  /// Closes everything. From any thread; done when the reactor has come by.
  void stop();

 private:
  class Visit;
  HttpServer(std::shared_ptr<Reactor> reactor, kafka::RunBlocking pool, MakePage make);
  void accept();

  const std::shared_ptr<Reactor> reactor_;
  const kafka::RunBlocking pool_;
  const MakePage make_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::uint16_t port_ = 0;
  std::vector<std::weak_ptr<Visit>> visits_;  // those that are over are swept by the next
};

}  // namespace leat::net
