// A user's test: their program survives the loss of power, on a disk of the test's own.
#include <cstdio>

#include "leat/testing/simulated_world.h"

int main() {
  leat::testing::SimulatedWorld world(1);
  auto& disk = world.disk();
  if (!disk.open("/kept", leat::OpenMode::kCreateNew) || !disk.sync_directory("/") ||
      !disk.open("/lost", leat::OpenMode::kCreateNew)) {
    std::puts("a file could not be made");
    return 1;
  }
  world.crash(leat::testing::CrashOptions::lose_all());
  if (!disk.exists("/kept").value() || disk.exists("/lost").value()) {
    std::puts("a synced entry was lost, or one that was not synced survived");
    return 1;
  }
  return 0;
}
