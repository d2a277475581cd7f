#pragma once

/// \file
/// The publishing process of the demo, as the one that kills it sees it.

#include <cstdint>
#include <memory>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

#include "leat/result.h"

#include "tools/demo_bus.h"
#include "tools/interrupts.h"

namespace leat::tools {

/// `leat demo --publisher` as a child, whose acknowledgements are gathered while it runs. Killed by
/// the destructor. Not thread-safe.
class DemoChild {
 public:
  /// Errors: kIo.
  static Result<std::unique_ptr<DemoChild>> start(const std::string& directory);
  ~DemoChild();
  DemoChild(const DemoChild&) = delete;
  DemoChild& operator=(const DemoChild&) = delete;
  DemoChild(DemoChild&&) = delete;
  DemoChild& operator=(DemoChild&&) = delete;

  /// Waits for the first acknowledgements, and gathers all from then on. False: a signal came, or
  /// the child ended without any.
  [[nodiscard]] bool wait_until_it_publishes(const Interrupts& interrupts);
  /// kill -9, and everything that it had said until then.
  std::vector<Ack> kill();
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  DemoChild(pid_t pid, int descriptor);
  void gather();

  pid_t pid_;
  int descriptor_;  // the reading end of its pipe
  std::vector<Ack> acks_;
  std::jthread thread_;
};

/// The child's side: publishes as fast as it goes, with the three readers beside, until it is
/// killed.
int run_publisher(const std::string& directory);

}  // namespace leat::tools
