#pragma once

/// \file
/// A producer's batches, a set for each thread that sends through it: two senders touch no lock in
/// common but once a batch. Records of one thread to one partition keep their order; those of two
/// threads have none. A thread keeps its lane for the producer's life; when there are more threads
/// than lanes they share some.
///
/// Threads: thread-safe. Lifetime: shared with the job that flushes.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "leat/environment.h"
#include "leat/producer.h"

#include "engine/engine_impl.h"
#include "engine/producer_batches.h"
#include "engine/producer_in_flight.h"

namespace leat::engine {

class Lanes : public std::enable_shared_from_this<Lanes> {
 public:
  static constexpr std::size_t kLanes = 32;

  /// REQUIRES: both references outlive `close`.
  Lanes(Engine::Impl& engine, const ProducerOptions& options,
        const std::shared_ptr<InFlight>& in_flight);

  /// The calling thread's.
  Batches& mine() noexcept;
  /// Sends all there is.
  void flush();
  /// The same from a job.
  void flush_soon();
  /// From here on every lane refuses what is added.
  void refuse();
  /// Lets go of the partitions. REQUIRES: refused and flushed.
  void close();

 private:
  struct Lane {
    std::atomic<std::uint64_t> owner{0};  // a thread's number; 0: nobody's
    std::shared_ptr<Batches> batches;
  };

  Scheduler& scheduler_;
  std::array<Lane, kLanes> lanes_;
  std::atomic<bool> flush_is_due_{false};
};

}  // namespace leat::engine
