#pragma once

/// \file
/// A server's metrics as Prometheus reads them (text format 0.0.4), by the names under which its
/// exporters know Kafka's: dashboards made for Kafka find theirs.

#include <cstddef>
#include <string>

#include "kafka/broker.h"

namespace leat::server {

/// Requests, errors and times by API, bytes, connections, and every partition's size and offsets.
/// Looks at all partitions; none is opened by it that was not.
[[nodiscard]] std::string prometheus_text(const kafka::Broker& broker, std::size_t connections);

}  // namespace leat::server
