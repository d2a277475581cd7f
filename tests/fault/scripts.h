#pragma once

/// \file
/// The short stories that faults are put into (T3): what is there before, and the part in which one
/// call after the other fails.

#include <functional>
#include <string>
#include <vector>

#include "sim/scenario.h"

namespace leat::fault {

struct Script {
  std::string name;
  std::function<void(simtest::Scenario&)>
      before;                                   ///< without faults; leaves the engine as it likes
  std::function<void(simtest::Scenario&)> act;  ///< each call of the disk in here fails once
};

[[nodiscard]] const std::vector<Script>& scripts();

}  // namespace leat::fault
