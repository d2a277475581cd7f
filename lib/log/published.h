#pragma once

/// \file
/// What the one writer of a segment tells its readers: a word with the end of the committed bytes and the
/// position of the newest batch header (S5). Readers never take a lock.
///
/// Threads: the writer calls `open`, `advance`, `close`; any thread calls the readers' half.

#include <atomic>
#include <cstdint>
#include <optional>

namespace leat::log {

/// The published word, unpacked. Headers before `batch` are final; records are committed up to `end`.
/// `batch == end`: no batch is open.
struct Head {
  std::uint32_t batch = 0;
  std::uint32_t end = 0;
};

/// What a reader must know of an open batch, since it may not read its header (S5).
struct OpenBatch {
  std::int64_t base_offset = 0;
  std::int64_t base_timestamp = 0;
};

class alignas(64) Published {
 public:
  explicit Published(std::int64_t log_end) : log_end_(log_end) {}

  // The writer's half.

  /// A batch opens at the end. Before its first `advance`, so that who sees the word sees these.
  void open(OpenBatch batch) noexcept {
    // release: pairs with the acquire loads in `open_batch`, which then re-reads the word.
    base_offset_.store(batch.base_offset, std::memory_order_release);
    base_timestamp_.store(batch.base_timestamp, std::memory_order_release);
  }
  /// Commits: everything below `head.end` is readable, offsets below `log_end` are given.
  void advance(Head head, std::int64_t log_end) noexcept {
    log_end_.store(log_end, std::memory_order_relaxed);
    // release: pairs with the acquire in `head`.
    word_.store(std::uint64_t{head.batch} << 32U | head.end, std::memory_order_release);
  }

  // The readers' half.

  [[nodiscard]] Head head() const noexcept {
    const std::uint64_t word = word_.load(std::memory_order_acquire);
    return {static_cast<std::uint32_t>(word >> 32U), static_cast<std::uint32_t>(word)};
  }
  /// The offset after the last record; may lag behind `head` by the record being published.
  [[nodiscard]] std::int64_t log_end() const noexcept {
    return log_end_.load(std::memory_order_acquire);
  }
  /// The batch that is open at `position`; nullopt when it was closed meanwhile: its header is final.
  [[nodiscard]] std::optional<OpenBatch> open_batch(std::uint32_t position) const noexcept {
    const OpenBatch batch{base_offset_.load(std::memory_order_acquire),
                          base_timestamp_.load(std::memory_order_acquire)};
    if (head().batch != position) return std::nullopt;
    return batch;
  }

 private:
  std::atomic<std::uint64_t> word_{0};
  std::atomic<std::int64_t> log_end_;
  std::atomic<std::int64_t> base_offset_{0};
  std::atomic<std::int64_t> base_timestamp_{0};
};

}  // namespace leat::log
