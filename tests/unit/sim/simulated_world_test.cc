#include "leat/testing/simulated_world.h"

#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/environment.h"

#include "unit/io/file_system_conformance.h"
#include "unit/io/result_matchers.h"

namespace leat::testing {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;

/// What one seed leads to: the order of tasks, the ids drawn, the image after a crash.
std::string life_of(std::uint64_t seed) {
  SimulatedWorld world(seed);
  const Environment environment = world.environment();
  auto file = environment.file_system->open("/f", OpenMode::kCreate).value();
  std::string order;
  for (char name = 'a'; name < 'g'; ++name) {
    environment.scheduler->post([&, name] {
      order += name;
      file->write(order.size() * 1000, bytes(std::string(700, name))).value();
    });
  }
  world.scheduler().run_until_idle();
  environment.file_system->sync_directory("/").value();
  const std::string id = std::to_string(environment.random());
  world.crash(CrashOptions::random(seed));
  auto after = world.disk().open("/f", OpenMode::kRead).value();
  std::vector<std::byte> image(after->size().value());
  image.resize(after->read(0, image).value());
  return order + "," + id + "," + std::to_string(world.trace_hash()) + "," + text(image);
}

TEST(SimulatedWorld, LivesTheSameLifeForTheSameSeed) {
  for (std::uint64_t seed = 1; seed < 20; ++seed) {
    EXPECT_EQ(life_of(seed), life_of(seed)) << "seed " << seed;
    EXPECT_NE(life_of(seed), life_of(seed + 100)) << "seed " << seed;
  }
}

TEST(SimulatedWorld, ChangesTheBootIdWithAPowerFailureOnly) {
  SimulatedWorld world(1);
  const std::string before = world.boot_id();
  world.kill();
  EXPECT_EQ(world.environment().boot_id, before);
  world.crash(CrashOptions::lose_all());
  EXPECT_NE(world.environment().boot_id, before);
}

TEST(SimulatedWorld, DropsTasksAndTimersWhenTheProcessDies) {
  SimulatedWorld world(1);
  int ran = 0;
  const Environment dead = world.environment();
  dead.scheduler->post([&] { ++ran; });
  dead.scheduler->post_after(seconds(1), [&] { ++ran; });
  world.kill();
  dead.scheduler->post([&] { ++ran; });
  world.scheduler().advance(seconds(2));
  EXPECT_EQ(ran, 0);
  world.environment().scheduler->post([&] { ++ran; });
  world.scheduler().run_until_idle();
  EXPECT_EQ(ran, 1);
}

TEST(SimulatedWorld, NotesStoresAtEachAnnouncedStep) {
  SimulatedWorld world(1);
  std::vector<std::string> steps;
  const Environment environment =
      world.environment([&](std::string_view step) { steps.emplace_back(step); });
  auto file = environment.file_system->open("/f", OpenMode::kCreate).value();
  file->allocate(0, 8).value();
  auto mapping = file->map(8, MapAccess::kReadWrite).value();
  const auto before = world.disk().mutation_count();
  std::memcpy(mapping->data(), "stored!!", 8);
  environment.on_step("roll.before_create");
  EXPECT_EQ(world.disk().mutation_count(), before + 1);
  EXPECT_THAT(steps, ElementsAre("roll.before_create"));
}

}  // namespace
}  // namespace leat::testing
