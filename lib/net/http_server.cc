#include "net/http_server.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// After net/asio.h, which brings <utility> first.
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/verb.hpp>
#include <boost/beast/http/write.hpp>

#include "leat/result.h"

#include "base/try.h"
#include "net/address.h"
#include "net/asio.h"
#include "net/listener.h"
#include "net/reactor.h"

namespace leat::net {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::uint32_t kHeaderBytesMax = 8 << 10;
/// For a request to come, and for an answer to be taken.
constexpr std::chrono::seconds kPatience{10};
/// When a descriptor may be free again.
constexpr std::chrono::milliseconds kAcceptPause{50};

}  // namespace

/// One connection: a request, its page, the next request.
class HttpServer::Visit : public std::enable_shared_from_this<Visit> {
 public:
  Visit(std::shared_ptr<HttpServer> server, tcp::socket socket)
      : server_(std::move(server)), stream_(std::move(socket)) {}

  void read() {
    parser_.emplace();
    parser_->header_limit(kHeaderBytesMax);
    parser_->body_limit(0);
    stream_.expires_after(kPatience);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](const AsioError& error, std::size_t /*bytes*/) {
                       if (!error) return self->serve();
                       self->close();
                     });
  }
  void close() { stream_.close(); }

 private:
  void serve() {
    const auto& request = parser_->get();
    if (request.method() != http::verb::get && request.method() != http::verb::head) {
      return answer({.status = 405, .body = "only GET is served\n"});
    }
    std::string path(request.target());
    path.erase(std::min(path.find('?'), path.size()));
    // The reactor is not kept waiting by a page of many partitions.
    server_->pool_([self = shared_from_this(), path = std::move(path)] {
      Page page = self->server_->make_(path);
      const auto reactor = self->server_->reactor_;
      reactor->post([self, page = std::move(page)] { self->answer(page); });
    });
  }

  void answer(const Page& page) {
    const auto& request = parser_->get();
    response_ = http::response<http::string_body>(static_cast<http::status>(page.status),
                                                  request.version(), page.body);
    response_.set(http::field::content_type, page.type);
    response_.set(http::field::cache_control, "no-store");
    response_.keep_alive(request.keep_alive());
    response_.prepare_payload();
    if (request.method() == http::verb::head) response_.body().clear();
    stream_.expires_after(kPatience);
    http::async_write(stream_, response_,
                      [self = shared_from_this()](const AsioError& error, std::size_t /*bytes*/) {
                        if (error || !self->response_.keep_alive()) return self->close();
                        self->read();
                      });
  }

  const std::shared_ptr<HttpServer> server_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_{kHeaderBytesMax};
  std::optional<http::request_parser<http::empty_body>> parser_;
  http::response<http::string_body> response_;
};

HttpServer::HttpServer(std::shared_ptr<Reactor> reactor, kafka::RunBlocking pool, MakePage make)
    : reactor_(std::move(reactor)),
      pool_(std::move(pool)),
      make_(std::move(make)),
      acceptor_(reactor_->context()),
      pause_(reactor_->context()) {}

Result<std::shared_ptr<HttpServer>> HttpServer::bind(const HostPort& address,
                                                     std::shared_ptr<Reactor> reactor,
                                                     kafka::RunBlocking pool, MakePage make) {
  std::shared_ptr<HttpServer> server(
      new HttpServer(std::move(reactor), std::move(pool), std::move(make)));
  LEAT_TRY(server->port_, listen_on(server->acceptor_, address));
  return server;
}

void HttpServer::start() {
  reactor_->post([self = shared_from_this()] { self->accept(); });
}

void HttpServer::stop() {
  reactor_->post([self = shared_from_this()] {
    AsioError ignored;
    (void)self->acceptor_.close(ignored);
    self->pause_.cancel();
    for (const auto& visit : self->visits_) {
      if (const auto open = visit.lock()) open->close();
    }
  });
}

void HttpServer::accept() {
  if (!acceptor_.is_open()) return;
  acceptor_.async_accept([self = shared_from_this()](const AsioError& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    std::erase_if(self->visits_, [](const auto& visit) { return visit.expired(); });
    if (!error && self->visits_.size() < kConnectionsMax) {
      const auto visit = std::make_shared<Visit>(self, std::move(socket));
      self->visits_.push_back(visit);
      visit->read();
    }
    if (!error) return self->accept();
    self->pause_.expires_after(kAcceptPause);
    self->pause_.async_wait([self](const AsioError& stopped) {
      if (!stopped) self->accept();
    });
  });
}

}  // namespace leat::net
