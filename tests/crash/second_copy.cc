// The library once more: a module that is linked with a copy of its own, as a plugin may be (G29).

#include <cstdio>
#include <cstring>

#include "leat/engine.h"
#include "leat/error.h"

extern "C" __attribute__((visibility("default"))) int open_in_second_copy(const char* directory,
                                                                          char* message,
                                                                          std::size_t size) {
  const auto engine = leat::Engine::open({.directory = directory});
  if (engine) return 0;
  (void)std::snprintf(message, size, "%s", engine.error().to_string().c_str());
  return static_cast<int>(engine.error().code());
}
