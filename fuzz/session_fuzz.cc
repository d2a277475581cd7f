/// \file
/// A connection's requests, one after the other, against an engine in memory: whatever the bodies
/// are, every answer is a whole frame with the correlation id of its request, in the order of the
/// requests (W3), or the connection is to be closed (W8). Input: runs of {API, version, two bytes
/// of length, body}.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/types.h"

#include "base/bytes.h"
#include "engine/log_service.h"
#include "kafka/api_table.h"
#include "kafka/broker.h"
#include "kafka/call.h"
#include "kafka/executor.h"
#include "kafka/nodes.h"
#include "kafka/session.h"

namespace {

using namespace leat;

void require(bool holds) {
  if (!holds) std::abort();
}

/// What is posted is done when told.
class Here : public kafka::Executor {
 public:
  void post(std::function<void()> task) noexcept override { tasks_.push_back(std::move(task)); }
  [[nodiscard]] bool is_here() const noexcept override { return false; }
  void run() {
    for (int i = 0; i < 1000 && !tasks_.empty(); ++i) {
      const auto task = std::move(tasks_.front());
      tasks_.pop_front();
      task();
    }
  }

 private:
  std::deque<std::function<void()>> tasks_;
};

struct World {
  World()
      : engine(Engine::memory().value()),
        broker(std::make_shared<kafka::Broker>(engine::log_service(engine).value(),
                                               engine::group_service(engine).value(), posix_clock(),
                                               kafka::BrokerOptions{.acks_all_syncs = false},
                                               kafka::Nodes({kafka::Node{.port = 9092}}),
                                               [](std::function<void()> task) { task(); })) {
    require(engine.create_topic("t", 2).has_value());
  }
  Engine engine;
  std::shared_ptr<kafka::Broker> broker;
};

/// One world for all inputs: an engine costs more than an input. What an input leaves in it, a
/// batch or a topic, is what a broker has of its clients before.
World& world() {
  static auto* const kWorld = new World;
  return *kWorld;
}

std::vector<std::byte> frame(const kafka::ApiEntry& api, std::uint8_t version,
                             std::int32_t correlation_id, std::span<const std::uint8_t> body) {
  const int versions = api.served.last - api.served.first + 1;
  const auto at = static_cast<std::int16_t>(api.served.first + version % versions);
  std::vector<std::byte> bytes(10);
  base::store_be<std::int16_t>(bytes.data(), api.key);
  base::store_be<std::int16_t>(bytes.data() + 2, at);
  base::store_be<std::int32_t>(bytes.data() + 4, correlation_id);
  base::store_be<std::int16_t>(bytes.data() + 8, -1);  // no client id
  if (api.flexible.contains(at)) bytes.push_back(std::byte{0});
  for (const std::uint8_t byte : body) bytes.push_back(std::byte{byte});
  return bytes;
}

void take_outputs(kafka::Session& session, std::int32_t& answered, std::int32_t asked) {
  while (const auto output = session.next_output()) {
    std::size_t size = output->bytes.size();
    for (const auto& splice : output->splices) size += splice.bytes.size();
    require(size >= 8 && base::load_be<std::int32_t>(output->bytes.data()) ==
                             static_cast<std::int32_t>(size - 4));
    const auto correlation_id = base::load_be<std::int32_t>(output->bytes.data() + 4);
    require(correlation_id > answered && correlation_id <= asked);
    answered = correlation_id;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto here = std::make_shared<Here>();
  const auto session = std::make_shared<kafka::Session>(
      world().broker, kafka::Peer{.node_id = 1, .local_host = "127.0.0.1"}, here, nullptr);
  std::span<const std::uint8_t> rest(data, size);
  std::int32_t asked = 0;
  std::int32_t answered = 0;
  while (rest.size() >= 4 && asked < 64 && !session->closing()) {
    const auto apis = kafka::api_table();
    const kafka::ApiEntry& api = apis[rest[0] % apis.size()];
    const std::size_t length = std::min<std::size_t>(rest[2] * 256U + rest[3], rest.size() - 4);
    const auto bytes = std::make_shared<std::vector<std::byte>>(
        frame(api, rest[1], ++asked, rest.subspan(4, length)));
    session->feed({*bytes, bytes});
    rest = rest.subspan(4 + length);
    here->run();
    take_outputs(*session, answered, asked);
  }
  session->on_time(MonotonicTime::max());  // who waits has waited long enough
  here->run();
  take_outputs(*session, answered, asked);
  if (!session->closing()) require(session->unanswered() == 0);
  session->close();
  return 0;
}
