#include "server/prometheus.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <iterator>
#include <ratio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kafka/api_table.h"
#include "kafka/broker.h"
#include "kafka/metrics.h"
#include "service/log_service.h"

namespace leat::server {
namespace {

using kafka::Metrics;

class Text {
 public:
  void begin(std::string_view name, std::string_view type, std::string_view help) {
    fmt::format_to(std::back_inserter(text_), "# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
  }
  template <class Value>
  void sample(std::string_view name, std::string_view labels, Value value) {
    if (labels.empty()) {
      fmt::format_to(std::back_inserter(text_), "{} {}\n", name, value);
    } else {
      fmt::format_to(std::back_inserter(text_), "{}{{{}}} {}\n", name, labels, value);
    }
  }
  template <class Value>
  void alone(std::string_view name, std::string_view type, std::string_view help, Value value) {
    begin(name, type, help);
    sample(name, "", value);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::uint64_t read(const std::atomic<std::uint64_t>& counter) {
  return counter.load(std::memory_order_relaxed);
}

std::uint64_t requests_of(const Metrics::OfApi& api) {
  std::uint64_t requests = 0;
  for (const auto& bucket : api.times) requests += read(bucket);
  return requests;
}

template <class Visit>
void for_each_api(const kafka::Broker& broker, const Visit& visit) {
  for (const kafka::ApiEntry& entry : kafka::api_table()) {
    visit(fmt::format("request=\"{}\"", entry.name), broker.metrics.of(entry.key));
  }
}

void add_counter(Text& text, const kafka::Broker& broker, std::string_view name,
                 std::string_view help, std::uint64_t (*value)(const Metrics::OfApi&)) {
  text.begin(name, "counter", help);
  for_each_api(broker, [&](const std::string& label, const Metrics::OfApi& api) {
    text.sample(name, label, value(api));
  });
}

void add_times(Text& text, const kafka::Broker& broker) {
  constexpr std::string_view kName = "kafka_network_requestmetrics_totaltimems";
  constexpr double kMillisecond = 1e6;  // nanoseconds
  text.begin(kName, "histogram", "Milliseconds from a request's begin to its answer.");
  for_each_api(broker, [&](const std::string& label, const Metrics::OfApi& api) {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < Metrics::kTimes.size(); ++i) {
      count += read(api.times[i]);
      const std::chrono::duration<double, std::milli> end = Metrics::kTimes[i];
      text.sample(fmt::format("{}_bucket", kName), fmt::format("{},le=\"{}\"", label, end.count()),
                  count);
    }
    count += read(api.times.back());
    text.sample(fmt::format("{}_bucket", kName), label + ",le=\"+Inf\"", count);
    text.sample(fmt::format("{}_sum", kName), label,
                static_cast<double>(read(api.nanoseconds)) / kMillisecond);
    text.sample(fmt::format("{}_count", kName), label, count);
  });
}

void add_requests(Text& text, const kafka::Broker& broker) {
  add_counter(text, broker, "kafka_network_requestmetrics_requests_total", "Requests answered.",
              requests_of);
  add_counter(text, broker, "kafka_network_requestmetrics_errors_total",
              "Answers with an error code in them.",
              [](const Metrics::OfApi& api) { return read(api.errors); });
  add_counter(text, broker, "kafka_network_requestmetrics_requestbytes_total", "Bytes of requests.",
              [](const Metrics::OfApi& api) { return read(api.bytes_in); });
  add_counter(text, broker, "kafka_network_requestmetrics_responsebytes_total", "Bytes of answers.",
              [](const Metrics::OfApi& api) { return read(api.bytes_out); });
  add_times(text, broker);
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  for_each_api(broker, [&](const std::string& /*label*/, const Metrics::OfApi& api) {
    bytes_in += read(api.bytes_in);
    bytes_out += read(api.bytes_out);
  });
  text.alone("kafka_server_socketserver_bytesin_total", "counter", "Bytes of all requests.",
             bytes_in);
  text.alone("kafka_server_socketserver_bytesout_total", "counter", "Bytes of all answers.",
             bytes_out);
}

/// What a partition is, in one look: names are told by series, not by partition.
struct Log {
  std::string labels;
  std::uint64_t size = 0;
  std::int64_t start = 0;
  std::int64_t end = 0;
};

std::vector<Log> logs_of(const kafka::Broker& broker) {
  std::vector<Log> logs;
  for (const service::TopicPtr& topic : broker.logs->topics()) {
    for (std::size_t p = 0; p < topic->partitions.size(); ++p) {
      const auto& partition = topic->partitions[p];
      const auto offsets = partition->offsets();
      if (!offsets) continue;  // deleted meanwhile
      logs.push_back({.labels = fmt::format("topic=\"{}\",partition=\"{}\"", topic->name, p),
                      .size = partition->size_in_bytes(),
                      .start = offsets->log_start.value(),
                      .end = offsets->log_end.value()});
    }
  }
  return logs;
}

void add_logs(Text& text, const kafka::Broker& broker) {
  const std::vector<Log> logs = logs_of(broker);
  text.begin("kafka_log_log_size", "gauge", "Bytes of a partition's segments.");
  for (const Log& log : logs) text.sample("kafka_log_log_size", log.labels, log.size);
  text.begin("kafka_log_log_logstartoffset", "gauge", "The first offset there is.");
  for (const Log& log : logs) text.sample("kafka_log_log_logstartoffset", log.labels, log.start);
  text.begin("kafka_log_log_logendoffset", "gauge", "The offset of the next record.");
  for (const Log& log : logs) text.sample("kafka_log_log_logendoffset", log.labels, log.end);
  text.alone("kafka_server_replicamanager_partitioncount", "gauge", "Partitions.", logs.size());
}

/// What a single node never is, and dashboards alert on when it is not told.
void add_constants(Text& text) {
  text.alone("kafka_controller_kafkacontroller_activecontrollercount", "gauge",
             "Always 1: one node.", 1);
  text.alone("kafka_controller_kafkacontroller_offlinepartitionscount", "gauge",
             "Always 0: one copy, which is here.", 0);
  text.alone("kafka_server_replicamanager_underreplicatedpartitions", "gauge",
             "Always 0: one copy, which is here.", 0);
  text.alone("kafka_server_replicamanager_underminisrpartitioncount", "gauge",
             "Always 0: one copy, which is here.", 0);
}

}  // namespace

std::string prometheus_text(const kafka::Broker& broker, std::size_t connections) {
  Text text;
  add_requests(text, broker);
  text.alone("kafka_server_socketserver_connection_count", "gauge", "Open connections of clients.",
             connections);
  add_logs(text, broker);
  add_constants(text);
  return text.take();
}

}  // namespace leat::server
