// A user's program serves Kafka clients.
#include <cstdio>
#include <leat/kafka_server.h>

int main() {
  auto engine = leat::Engine::memory();
  if (!engine) return 1;
  auto server = leat::KafkaServer::serve(*engine);
  if (!server || server->bootstrap().find("127.0.0.1:") != 0) {
    std::puts("no server");
    return 1;
  }
  return server->stop() && engine->close() ? 0 : 1;
}
