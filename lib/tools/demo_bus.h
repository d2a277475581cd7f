#pragma once

/// \file
/// The parts of the demo that publish and read: a thread a feed, a thread a reader.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/histogram.h"
#include "base/mutex.h"
#include "tools/demo_feed.h"

namespace leat::tools {

inline constexpr std::string_view kDemoTopic = "bus";
inline constexpr std::int32_t kDemoPartitions = 8;
/// Names the header that carries when a record was published: MonotonicTime's count.
inline constexpr std::string_view kSentHeader = "sent";

/// An acknowledged record, as one process tells another by a pipe.
struct Ack {
  std::int64_t offset = 0;
  std::int32_t partition = 0;
  std::uint32_t hash = 0;  ///< of key, value and header
};

/// The hash of an Ack.
[[nodiscard]] std::uint32_t hash_of(BytesView key, BytesView value, BytesView sent);

/// The first error of many threads. Thread-safe.
class FirstError {
 public:
  void set(const Error& error);
  [[nodiscard]] std::optional<Error> get() const;

 private:
  mutable base::Mutex mutex_;
  std::optional<Error> error_ LEAT_GUARDED_BY(mutex_);
};

struct PublishOptions {
  double rate = 0;          ///< records a second of all publishers; 0: as fast as it goes
  int ack_descriptor = -1;  ///< acknowledgements are written there, in whole blocks; -1: nowhere
};

/// A thread a feed, which publishes it round and round until `stop`.
class Publishers {
 public:
  Publishers(Producer& producer, const std::vector<Feed>& feeds, PublishOptions options);
  /// Ends them. Errors: as `wait`.
  Result<void> stop();
  /// Waits until they have ended, which without `stop` only an error of one of them does.
  /// Errors: the first one of a publisher.
  Result<void> wait();
  [[nodiscard]] std::uint64_t records() const { return records_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  Result<void> publish(const Feed& feed, double rate, const std::stop_token& stop);

  Producer& producer_;
  const PublishOptions options_;
  std::shared_ptr<Clock> clock_ = posix_clock();
  std::atomic<std::uint64_t> records_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<bool> has_failed_{false};
  FirstError error_;
  std::vector<std::jthread> threads_;  // last: they use all of the above
};

/// A reader on a thread of its own, from where its consumer stands until it has read as many
/// records as it is told by `finish`.
class Reader {
 public:
  using OnRecord = std::function<void(const ConsumedRecord& record)>;
  Reader(Consumer consumer, OnRecord on_record);
  /// Waits until it has read `records` in all. Errors: what ended it before.
  Result<void> finish(std::uint64_t records);
  [[nodiscard]] std::uint64_t records() const { return records_.load(std::memory_order_acquire); }

 private:
  Result<void> read(const std::stop_token& stop);

  Consumer consumer_;
  const OnRecord on_record_;
  std::atomic<std::uint64_t> records_{0};
  std::atomic<std::uint64_t> wanted_{UINT64_MAX};
  FirstError error_;
  std::jthread thread_;  // last: it uses all of the above
};

/// Text that is looked up by views.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};
template <class Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

/// What the three readers find out.
struct BusState {
  TextMap<std::uint64_t> words;  ///< the word count
  TextMap<std::string> latest;   ///< the latest value of each key
  base::Histogram latency;       ///< ns from publish to observe
};

/// The three readers over one engine.
class BusReaders {
 public:
  /// The word count and the latest values begin at the beginning, the follower at the end.
  static Result<std::unique_ptr<BusReaders>> start(Engine& engine, Idle follower_idle);
  /// Waits until all have read everything. REQUIRES: nobody publishes any more.
  Result<void> finish(Engine& engine);
  /// REQUIRES: finish() was called.
  [[nodiscard]] const BusState& state() const { return state_; }
  [[nodiscard]] std::uint64_t records() const { return words_->records(); }

 private:
  BusReaders() = default;
  std::uint64_t records_at_start_ = 0;
  BusState state_;
  std::shared_ptr<Clock> clock_ = posix_clock();
  std::unique_ptr<Reader> words_;
  std::unique_ptr<Reader> latest_;
  std::unique_ptr<Reader> follower_;
};

/// How many records the topic ever had.
Result<std::uint64_t> records_of_topic(Engine& engine);

}  // namespace leat::tools
