#include "tools/demo_bus.h"

#include <array>
#include <atomic>
#include <cctype>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/bytes.h"
#include "base/hash.h"
#include "base/mutex.h"
#include "base/try.h"
#include "tools/demo_feed.h"

namespace leat::tools {
namespace {

/// Counters are shared once in so many records.
constexpr std::uint64_t kCountEach = 64;

/// Writes acknowledgements in blocks that a pipe takes whole, so that threads need no lock for it.
class AckWriter {
 public:
  explicit AckWriter(int descriptor) : descriptor_(descriptor) {}
  void add(const Ack& ack) {
    if (descriptor_ < 0) return;
    block_[count_++] = ack;
    if (count_ < block_.size()) return;
    count_ = 0;
    // Who does not read it any more is gone, and this process with it.
    [[maybe_unused]] const auto written = ::write(descriptor_, block_.data(), sizeof(block_));
  }

 private:
  static constexpr std::size_t kPipeBlock = 4096;  // PIPE_BUF
  const int descriptor_;
  std::array<Ack, kPipeBlock / sizeof(Ack)> block_{};
  std::size_t count_ = 0;
};

/// How many records are due by now; sleeps until the next one is.
class Pace {
 public:
  Pace(const Clock& clock, double rate) : clock_(clock), rate_(rate), began_(clock.monotonic()) {}
  void wait_for(std::uint64_t record, Scheduler& sleeper) const {
    if (rate_ <= 0) return;
    const std::chrono::duration<double> due(static_cast<double>(record) / rate_);
    const MonotonicTime at = began_ + std::chrono::duration_cast<std::chrono::nanoseconds>(due);
    const std::atomic<std::uint32_t> word{0};
    while (clock_.monotonic() < at) sleeper.wait(word, 0, at);
  }

 private:
  const Clock& clock_;
  const double rate_;
  const MonotonicTime began_;
};

void count_words(std::string_view text, TextMap<std::uint64_t>& words) {
  const auto is_letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  for (std::size_t at = 0; at < text.size();) {
    if (!is_letter(text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < text.size() && is_letter(text[at])) ++at;
    const std::string_view word = text.substr(begin, at - begin);
    if (const auto known = words.find(word); known != words.end()) {
      ++known->second;
    } else {
      words.emplace(word, 1);
    }
  }
}

void keep_latest(const ConsumedRecord& record, TextMap<std::string>& latest) {
  const auto known = latest.find(record.key.text());
  if (known == latest.end()) {
    latest.emplace(record.key.text(), record.value.text());
  } else {
    known->second.assign(record.value.text());
  }
}

}  // namespace

std::uint32_t hash_of(BytesView key, BytesView value, BytesView sent) {
  return static_cast<std::uint32_t>(
      base::xxh3(sent.bytes(), base::xxh3(value.bytes(), base::xxh3(key.bytes()))));
}

void FirstError::set(const Error& error) {
  const base::MutexLock lock(mutex_);
  if (!error_) error_ = error;
}
std::optional<Error> FirstError::get() const {
  const base::MutexLock lock(mutex_);
  return error_;
}

// --- publishing
// ----------------------------------------------------------------------------------------

Publishers::Publishers(Producer& producer, const std::vector<Feed>& feeds, PublishOptions options)
    : producer_(producer), options_(options) {
  const double rate = options_.rate / static_cast<double>(feeds.size());
  threads_.reserve(feeds.size());
  for (const Feed& feed : feeds) {
    threads_.emplace_back([this, &feed, rate](const std::stop_token& stop) {
      if (auto published = publish(feed, rate, stop); !published) {
        error_.set(published.error());
        has_failed_.store(true, std::memory_order_relaxed);
      }
    });
  }
}

Result<void> Publishers::publish(const Feed& feed, double rate, const std::stop_token& stop) {
  const auto sleeper = thread_scheduler("demo", 1);  // makes no thread: it only waits
  const Pace pace(*clock_, rate);
  AckWriter acks(options_.ack_descriptor);
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  auto share_counts = [&, shared = std::uint64_t{0}]() mutable {
    records_.fetch_add(records - std::exchange(shared, records), std::memory_order_relaxed);
    bytes_.fetch_add(std::exchange(bytes, 0), std::memory_order_relaxed);
  };
  const auto is_over = [&] {
    return stop.stop_requested() || has_failed_.load(std::memory_order_relaxed);
  };
  while (!is_over()) {
    for (const FeedRecord& next : feed.records) {
      pace.wait_for(records, *sleeper);
      if (is_over()) break;
      std::array<std::byte, 8> sent{};
      base::store_le<std::int64_t>(sent.data(), clock_->monotonic().time_since_epoch().count());
      const std::array<Header, 1> headers{Header{kSentHeader, std::span<const std::byte>(sent)}};
      const Record record{
          .key = next.key, .value = next.value, .headers = headers, .timestamp = {}};
      LEAT_TRY(const RecordMetadata at, producer_.send(kDemoTopic, record));
      acks.add({.offset = at.offset.value(),
                .partition = at.partition.value(),
                .hash = hash_of(next.key, next.value, headers[0].value)});
      bytes += next.key.size() + next.value.size();
      if (++records % kCountEach == 0) share_counts();
    }
  }
  share_counts();
  return {};
}

Result<void> Publishers::stop() {
  for (std::jthread& thread : threads_) thread.request_stop();
  return wait();
}

Result<void> Publishers::wait() {
  for (std::jthread& thread : threads_) thread.join();
  threads_.clear();
  if (const auto error = error_.get()) return *error;
  return {};
}

// --- reading
// -------------------------------------------------------------------------------------------

Reader::Reader(Consumer consumer, OnRecord on_record)
    : consumer_(std::move(consumer)),
      on_record_(std::move(on_record)),
      thread_([this](const std::stop_token& stop) {
        if (auto done = read(stop); !done) error_.set(done.error());
      }) {}

Result<void> Reader::read(const std::stop_token& stop) {
  std::uint64_t records = 0;
  while (!stop.stop_requested() && records < wanted_.load(std::memory_order_acquire)) {
    LEAT_TRY(const ConsumedBatch batch, consumer_.poll(std::chrono::milliseconds(20)));
    for (const ConsumedRecord& record : batch.records()) {
      on_record_(record);
      ++records;
    }
    records_.store(records, std::memory_order_release);
  }
  return {};
}

Result<void> Reader::finish(std::uint64_t records) {
  wanted_.store(records, std::memory_order_release);
  thread_.join();
  if (const auto error = error_.get()) return *error;
  return {};
}

Result<std::uint64_t> records_of_topic(Engine& engine) {
  std::uint64_t records = 0;
  for (std::int32_t p = 0; p < kDemoPartitions; ++p) {
    LEAT_TRY(const PartitionOffsets offsets,
             engine.offsets({std::string(kDemoTopic), PartitionId{p}}));
    records += static_cast<std::uint64_t>(offsets.log_end.value());
  }
  return records;
}

Result<std::unique_ptr<BusReaders>> BusReaders::start(Engine& engine, Idle follower_idle) {
  std::unique_ptr<BusReaders> bus(new BusReaders());
  BusState& state = bus->state_;
  LEAT_TRY(Consumer words, engine.consumer());
  LEAT_TRY_VOID(words.assign_topic(kDemoTopic));
  LEAT_TRY(Consumer latest, engine.consumer());
  LEAT_TRY_VOID(latest.assign_topic(kDemoTopic));
  ConsumerOptions options;
  options.idle = follower_idle;
  LEAT_TRY(Consumer follower, engine.consumer(options));
  LEAT_TRY_VOID(follower.assign_topic(kDemoTopic));
  for (const TopicPartition& partition : follower.assignment()) {
    LEAT_TRY_VOID(follower.seek_to_end(partition));
  }
  LEAT_TRY(bus->records_at_start_, records_of_topic(engine));
  bus->words_ = std::make_unique<Reader>(std::move(words), [&state](const ConsumedRecord& record) {
    count_words(record.value.text(), state.words);
  });
  bus->latest_ = std::make_unique<Reader>(
      std::move(latest),
      [&state](const ConsumedRecord& record) { keep_latest(record, state.latest); });
  bus->follower_ = std::make_unique<Reader>(
      std::move(follower), [&state, clock = bus->clock_](const ConsumedRecord& record) {
        const auto sent = record.headers.find(kSentHeader);
        if (!sent || sent->size() != sizeof(std::int64_t)) return;
        const std::int64_t now = clock->monotonic().time_since_epoch().count();
        const auto age = now - base::load_le<std::int64_t>(sent->data());
        state.latency.add(static_cast<std::uint64_t>(age < 0 ? 0 : age));
      });
  return bus;
}

Result<void> BusReaders::finish(Engine& engine) {
  LEAT_TRY(const std::uint64_t records, records_of_topic(engine));
  // All three end, whatever the first one says.
  Result<void> followed = follower_->finish(records - records_at_start_);
  Result<void> counted = words_->finish(records);
  Result<void> kept = latest_->finish(records);
  if (!followed) return followed;
  if (!counted) return counted;
  return kept;
}

}  // namespace leat::tools
