#pragma once

/// \file
/// Opens what a crash left, and holds the engine to what it promised before.

#include <cstdint>
#include <functional>
#include <memory>

#include "leat/testing/simulated_disk.h"

#include "sim/truth.h"

namespace leat::simtest {

/// How the engine went.
enum class Death : std::uint8_t {
  kProcess,  ///< kill -9: all that was acked is there (G1)
  kPower,    ///< what was durable is there, of the rest a prefix (G2, G3)
};

/// Opens an engine over a disk that a crash left, and expects of it what `truth` tells: no operator
/// is needed (G5), the promised records and topics are there (G1, G2), of others a prefix without a
/// hole or a foreign byte (G3), batches whole (G4), each value once, the epoch higher (G7), and
/// appends go on at the log end. `again` is called before each call that recovery makes on the
/// disk: a crash during recovery.
void expect_kept(const std::shared_ptr<leat::testing::SimulatedDisk>& disk, Death death,
                 const Truth& truth, const std::function<void()>& again = {});

/// As `expect_kept`; then the power goes once more, nothing of what was not synced stays, and all
/// that recovery had served is still there (S17, G9).
void expect_kept_for_good(const std::shared_ptr<leat::testing::SimulatedDisk>& disk, Death death,
                          const Truth& truth);

/// Opens the copies that were acknowledged (G34).
void expect_copies(const std::shared_ptr<leat::testing::SimulatedDisk>& disk, const Truth& truth);

}  // namespace leat::simtest
