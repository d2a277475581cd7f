// The C++ example of README.md, as it stands there: tests/tidy/readme_example.py holds the two
// together.

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

// clang-format off: as README.md has it
// [readme]
#include <leat/leat.h>

#include <iostream>

using namespace std::chrono_literals;

leat::Result<void> orders(const std::string& directory) {
  auto engine = leat::Engine::open({.directory = directory});
  if (!engine) return engine.error();                               // "LOCKED: … is open already, by pid 4711 …"
  if (auto made = engine->create_topic("orders", 4, {{"flush.messages", "1"}}); !made) return made.error();

  auto producer = engine->producer();                               // by key, as Java's client does
  if (!producer) return producer.error();
  auto sent = producer->send("orders", {.key = "anna", .value = "3 apples"});
  if (!sent) return sent.error();                                   // flush.messages=1: it survives power loss now

  auto appender = engine->appender("orders", leat::PartitionId{0});  // the fast lane: one partition, one thread
  if (!appender) return appender.error();
  if (auto offset = appender->append({.value = "a pear"}); !offset) return offset.error();

  auto consumer = engine->consumer();
  if (!consumer) return consumer.error();
  if (auto assigned = consumer->assign_topic("orders"); !assigned) return assigned;
  for (int records = 0; records < 2;) {
    auto batch = consumer->poll(100ms);                             // holds the lease
    if (!batch) return batch.error();
    for (const leat::ConsumedRecord& record : batch->records()) {   // views into the mapped log
      std::cout << record.partition().value() << '@' << record.offset.value() << ' ' << record.value.text() << '\n';
      ++records;
    }
  }
  return engine->close();
}
// [readme]
// clang-format on

namespace {

TEST(Readme, TheExampleRuns) {
  const std::string directory = ::testing::TempDir() + "/leat-readme";
  std::filesystem::remove_all(directory);
  const auto done = orders(directory);
  EXPECT_TRUE(done) << done.error().to_string();
  std::filesystem::remove_all(directory);
}

}  // namespace
