// The processes of host_test.cc that are not the test's own: each does one thing to an engine, and
// says by its exit code what went wrong.

#include <cstdlib>
#include <map>
#include <string>
#include <unistd.h>

#include "leat/engine.h"
#include "leat/error.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/types.h"

#include "crash/settings.h"
#include "support/records.h"

namespace leat::crash {
namespace {

using support::partition_of;
using support::read_values;

constexpr uid_t kNobody = 65534;

void print_everywhere() {
  for (int fd = 0; fd < 3; ++fd) (void)!::write(fd, "printed\n", 8);
}

int without_standard_streams(const std::string& directory) {
  for (int fd = 0; fd < 3; ++fd) ::close(fd);
  auto engine = Engine::open({.directory = directory});
  if (!engine || !engine->create_topic("t", 1, {{"flush.messages", "1"}})) return 1;
  auto appender = engine->appender("t", PartitionId{0});
  if (!appender || !appender->append(Record{.value = "a"})) return 2;
  print_everywhere();
  if (!appender->append(Record{.value = "b"}) || !engine->roll(partition_of("t"))) return 3;
  print_everywhere();
  return engine->close() ? 0 : 4;
}

int shut_out(const std::string& directory) {
  if (::setuid(kNobody) != 0) return 1;
  const auto writing = Engine::open({.directory = directory});
  const auto reading = Engine::open({.directory = directory, .mode = Mode::kReadOnly});
  if (writing || reading) return 2;
  return writing.error().message().empty() ? 3 : 0;
}

int reading_only(const std::string& directory) {
  if (::setuid(kNobody) != 0) return 1;
  if (Engine::open({.directory = directory})) return 2;
  const auto reading = Engine::open({.directory = directory, .mode = Mode::kReadOnly});
  if (!reading) return 3;
  const auto values = read_values(*reading, partition_of("t"));
  return values && values->size() == 1 ? 0 : 4;
}

/// Its own directory's permissions go while it is open, and come back.
int with_chmod(const std::string& directory) {
  if (::setuid(kNobody) != 0) return 1;
  auto engine = Engine::open({.directory = directory});
  if (!engine || !engine->create_topic("t", 1, {{"internal.segment.bytes", "4096"}})) return 2;
  auto appender = engine->appender("t", PartitionId{0});
  if (!appender) return 3;
  std::size_t acked = 0;
  const std::string value(100, 'x');
  if (!appender->append(Record{.value = value})) return 4;
  ++acked;
  if (std::system(("chmod -R a-w " + directory).c_str()) != 0) return 5;  // NOLINT: one thread
  // It fails at the next segment, with an error and nothing worse; reads go on.
  for (int n = 0; n < 200; ++n) {
    const auto offset = appender->append(Record{.value = value});
    if (!offset && offset.error().message().empty()) return 6;
    acked += offset ? 1 : 0;
  }
  const auto values = read_values(*engine, partition_of("t"));
  if (!values || values->size() != acked || acked > 190) return 7;
  if (std::system(("chmod -R u+w " + directory).c_str()) != 0) return 8;  // NOLINT: the same
  if (engine->health().state != HealthState::kHealthy) return 9;
  const auto offset = appender->append(Record{.value = "after"});
  return offset && offset->value() == static_cast<std::int64_t>(acked) ? 0 : 10;
}

}  // namespace

int run_child(const std::string& name, const std::string& directory) {
  static const std::map<std::string, int (*)(const std::string&)> kChildren{
      {"closed streams", without_standard_streams},
      {"nobody, shut out", shut_out},
      {"nobody, reading", reading_only},
      {"nobody, chmod", with_chmod}};
  const auto child = kChildren.find(name);
  return child == kChildren.end() ? 100 : child->second(directory);
}

}  // namespace leat::crash
