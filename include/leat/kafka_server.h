#pragma once

/// \file
/// `KafkaServer`: makes an open engine a broker that any Kafka client talks to, on TCP. It comes
/// with LEAT_KAFKA=ON.
///
///   auto engine = leat::Engine::memory();
///   auto server = leat::KafkaServer::serve(*engine, {.listen = "127.0.0.1:0"});
///   std::cout << server->bootstrap();   // for bootstrap.servers
///
/// Clients and the process see one log: what one appends the other reads at once.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "leat/admin.h"
#include "leat/engine.h"
#include "leat/result.h"

namespace leat::inline v0 {

struct KafkaServerOptions {
  /// HOST:PORT; port 0 chooses one. Anything but loopback needs `allow_insecure`: there is no
  /// authentication yet (K12).
  std::string listen = "127.0.0.1:0";
  /// How many brokers clients see (K7), each with a port of its own: with a fixed port the next
  /// ones.
  std::int32_t nodes = 1;
  /// `node.id` of the first; the others count on.
  std::int32_t node_id = 1;
  /// HOST or HOST:PORT that clients are told. Empty: the address they came to (M7).
  std::string advertised = {};
  bool allow_insecure = false;
  /// HOST:PORT of an HTTP endpoint for monitors: `/metrics` in Prometheus' text form and `/health`.
  /// Empty: none. As `listen`, port 0 chooses one and anything but loopback needs
  /// `allow_insecure`.
  std::string control = {};
  /// Kafka's broker configs by name: {"auto.create.topics.enable", "false"}.
  ConfigMap configs = {};
  /// Threads that serve connections; 0 is one a core, at most 4.
  std::int32_t threads = 0;
  /// How long such a thread looks for work before it sleeps. More than 0 costs a core and answers
  /// sooner.
  std::chrono::microseconds spin{0};
};

/// A running server. Move-only; thread-safe but for `stop` and the destructor. Threads:
/// `options.threads` named "leat-net", and two for what waits for the disk; they sleep when there
/// is nothing to do and block all signals.
class KafkaServer {
 public:
  class Impl;

  /// Listens; clients are served when it returns. The engine must be open for writing; when it is
  /// closed first, clients get errors. Errors: kInvalidArgument (an address or option, told with
  /// what would be right), kNetworkException (the port is in use), kInvalidConfig, kClosed.
  static Result<KafkaServer> serve(Engine& engine, KafkaServerOptions options = {}) noexcept;

  KafkaServer(const KafkaServer&) = delete;
  KafkaServer& operator=(const KafkaServer&) = delete;
  KafkaServer(KafkaServer&&) noexcept;
  KafkaServer& operator=(KafkaServer&&) noexcept;
  /// Stops with no patience.
  ~KafkaServer();

  /// "127.0.0.1:40001", more of them with commas: what clients want as bootstrap.servers.
  [[nodiscard]] const std::string& bootstrap() const;
  /// "127.0.0.1:40002": where `/metrics` and `/health` are; empty when there is none.
  [[nodiscard]] const std::string& control() const;
  /// Accepts no more, answers what has come, closes. kTimedOut when some had to be cut off after
  /// `patience`; the server is stopped all the same.
  Result<void> stop(std::chrono::milliseconds patience = std::chrono::seconds(5)) noexcept;

 private:
  explicit KafkaServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace leat::inline v0
