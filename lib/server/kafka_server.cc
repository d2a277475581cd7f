#include "leat/kafka_server.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <fmt/core.h>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"

#include "base/try.h"
#include "engine/log_service.h"
#include "kafka/broker.h"
#include "kafka/nodes.h"
#include "net/address.h"
#include "net/http_server.h"
#include "net/listener.h"
#include "net/pool.h"
#include "net/reactor.h"
#include "net/shared.h"
#include "server/broker_configs.h"
#include "server/prometheus.h"
#include "service/group_service.h"
#include "service/log_service.h"

namespace leat::inline v0 {
namespace {

constexpr std::int32_t kNodesMax = 100;
constexpr std::int32_t kThreadsMax = 64;
constexpr std::size_t kPoolThreads = 2;

Error invalid(std::string text) { return {ErrorCode::kInvalidArgument, std::move(text)}; }

/// K12.
Result<void> check_reach(const KafkaServerOptions& options, const net::HostPort& address) {
  if (options.allow_insecure || net::is_loopback(address.host)) return {};
  return invalid(fmt::format(
      "'{}' can be reached from other machines, and there is no authentication: listen on "
      "127.0.0.1 or [::1], or allow it by name (allow_insecure, --allow-insecure)",
      net::to_string(address)));
}

Result<void> check(const KafkaServerOptions& options, const net::HostPort& listen) {
  if (options.nodes < 1 || options.nodes > kNodesMax) {
    return invalid(fmt::format("nodes={} is not between 1 and {}", options.nodes, kNodesMax));
  }
  if (options.node_id < 0) return invalid(fmt::format("node_id={} is negative", options.node_id));
  if (options.threads < 0 || options.threads > kThreadsMax) {
    return invalid(fmt::format("threads={} is not between 0 and {}", options.threads, kThreadsMax));
  }
  return check_reach(options, listen);
}

/// HOST or HOST:PORT.
Result<net::HostPort> parse_advertised(const std::string& text) {
  if (text.empty()) return net::HostPort{};
  if (text.find(':') == std::string::npos) return net::HostPort{text, 0};
  return net::parse_host_port(text);
}

}  // namespace

class KafkaServer::Impl {
 public:
  explicit Impl(KafkaServerOptions options) : options_(std::move(options)) {}
  ~Impl() { (void)stop(std::chrono::milliseconds(0)); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  Impl(Impl&&) = delete;
  Impl& operator=(Impl&&) = delete;

  Result<void> start(Engine& engine) {
    LEAT_TRY(const net::HostPort listen, net::parse_host_port(options_.listen));
    LEAT_TRY_VOID(check(options_, listen));
    LEAT_TRY(const server::BrokerConfigs configs, server::parse_broker_configs(options_.configs));
    LEAT_TRY(std::shared_ptr<service::LogService> logs, engine::log_service(engine));
    LEAT_TRY(std::shared_ptr<service::GroupService> groups, engine::group_service(engine));
    const Environment& environment = logs->environment();
    LEAT_TRY_VOID(start_reactors(environment.log));
    LEAT_TRY(std::vector<kafka::Node> nodes, bind(listen));
    pool_ = std::make_unique<net::Pool>(kPoolThreads);
    kafka::BrokerOptions broker = configs.broker;
    broker.acks_all_syncs = !logs->directory().empty();
    shared_ = std::make_shared<net::Shared>();
    shared_->limits = configs.limits;
    shared_->log = environment.log;
    const auto clock = environment.clock;
    shared_->broker = std::make_shared<kafka::Broker>(
        std::move(logs), std::move(groups), clock, broker, kafka::Nodes(std::move(nodes)),
        [pool = pool_.get()](std::function<void()> task) { pool->run(std::move(task)); },
        server::describe(configs));
    const auto& all = shared_->broker->nodes.all();
    LEAT_TRY_VOID(bind_control());
    for (std::size_t i = 0; i < listeners_.size(); ++i) listeners_[i]->start(shared_, all[i].id);
    return {};
  }

  [[nodiscard]] const std::string& bootstrap() const { return bootstrap_; }
  [[nodiscard]] const std::string& control() const { return control_; }

  Result<void> stop(std::chrono::milliseconds patience) {
    if (is_stopped_) return {};
    is_stopped_ = true;
    for (const auto& listener : listeners_) listener->stop();
    if (http_ != nullptr) http_->stop();
    bool all_left = true;
    if (shared_ != nullptr) {
      shared_->connections.drain();
      const auto deadline = shared_->broker->clock->monotonic() + patience;
      all_left = shared_->connections.wait_until_empty(deadline);
      shared_->connections.close();
    }
    for (const auto& reactor : reactors_)
      reactor->stop();  // they still use the pool; its answers are dropped
    pool_.reset();
    if (all_left) return {};
    return Error(
        ErrorCode::kTimedOut,
        fmt::format("some connections did not take their answers within {} ms", patience.count()));
  }

 private:
  Result<void> start_reactors(const LogSink& log) {
    const std::int32_t count =
        options_.threads > 0 ? options_.threads : net::Reactor::default_count();
    for (std::int32_t i = 0; i < count; ++i) {
      reactors_.push_back(std::make_shared<net::Reactor>(log, options_.spin));
      LEAT_TRY_VOID(reactors_.back()->start());
    }
    return {};
  }

  Result<void> bind_control() {
    if (options_.control.empty()) return {};
    LEAT_TRY(net::HostPort address, net::parse_host_port(options_.control));
    LEAT_TRY_VOID(check_reach(options_, address));
    LEAT_TRY(http_, net::HttpServer::bind(
                        address, reactors_.front(), shared_->broker->run_blocking,
                        [shared = shared_](std::string_view path) { return page(*shared, path); }));
    address.port = http_->port();
    control_ = net::to_string(address);
    http_->start();
    return {};
  }

  static net::Page page(const net::Shared& shared, std::string_view path) {
    if (path == "/metrics") {
      return {.type = "text/plain; version=0.0.4; charset=utf-8",
              .body = server::prometheus_text(*shared.broker, shared.connections.size())};
    }
    if (path == "/health") {
      const auto health = shared.broker->logs->health();
      if (health) return {.body = "ok\n"};
      return {.status = 503, .body = health.error().to_string() + "\n"};
    }
    return {.status = 404, .body = "there are /metrics and /health\n"};
  }

  Result<std::vector<kafka::Node>> bind(const net::HostPort& listen) {
    LEAT_TRY(const net::HostPort advertised, parse_advertised(options_.advertised));
    std::vector<kafka::Node> nodes;
    for (std::int32_t i = 0; i < options_.nodes; ++i) {
      const auto step = static_cast<std::uint16_t>(i);
      net::HostPort address = listen;
      if (address.port != 0) address.port = static_cast<std::uint16_t>(address.port + step);
      LEAT_TRY(auto listener, net::Listener::bind(address, reactors_));
      address.port = listener->port();
      bootstrap_.append(bootstrap_.empty() ? "" : ",").append(net::to_string(address));
      const bool has_port = advertised.port != 0;
      nodes.push_back(
          {.id = options_.node_id + i,
           .host = advertised.host,
           .port = has_port ? static_cast<std::uint16_t>(advertised.port + step) : address.port});
      listeners_.push_back(std::move(listener));
    }
    return nodes;
  }

  const KafkaServerOptions options_;
  std::vector<std::shared_ptr<net::Reactor>> reactors_;
  std::vector<std::shared_ptr<net::Listener>> listeners_;
  std::unique_ptr<net::Pool> pool_;
  std::shared_ptr<net::Shared> shared_;
  std::shared_ptr<net::HttpServer> http_;
  std::string bootstrap_;
  std::string control_;
  bool is_stopped_ = false;
};

KafkaServer::KafkaServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
KafkaServer::KafkaServer(KafkaServer&&) noexcept = default;
KafkaServer& KafkaServer::operator=(KafkaServer&&) noexcept = default;
KafkaServer::~KafkaServer() = default;

Result<KafkaServer> KafkaServer::serve(Engine& engine, KafkaServerOptions options) noexcept {
  try {
    auto impl = std::make_shared<Impl>(std::move(options));
    LEAT_TRY_VOID(impl->start(engine));
    return KafkaServer(std::move(impl));
  } catch (const std::exception& error) {
    return Error(ErrorCode::kOutOfMemory, error.what());
  }
}

const std::string& KafkaServer::bootstrap() const { return impl_->bootstrap(); }

const std::string& KafkaServer::control() const { return impl_->control(); }

Result<void> KafkaServer::stop(std::chrono::milliseconds patience) noexcept {
  try {
    return impl_->stop(patience);
  } catch (const std::exception& error) {
    return Error(ErrorCode::kOutOfMemory, error.what());
  }
}

}  // namespace leat::inline v0
