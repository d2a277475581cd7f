#pragma once

/// \file
/// What all connections of a server share.

#include <atomic>
#include <cstddef>
#include <memory>

#include "leat/environment.h"

#include "kafka/broker.h"
#include "net/connections.h"
#include "net/limits.h"

namespace leat::net {

/// What the connections have taken together: bounds, not accounts.
struct Usage {
  std::atomic<std::size_t> request_bytes{0};
};

struct Shared {
  std::shared_ptr<kafka::Broker> broker;
  Limits limits;
  LogSink log;
  Usage usage = {};
  Connections connections = {};
};

}  // namespace leat::net
