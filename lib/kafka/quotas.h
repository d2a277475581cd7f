#pragma once

/// \file
/// How much clients may use, and how long whoever used more is kept waiting (Q1, Q2, W10): bytes a
/// second of Produce and Fetch, and percent of a thread. Time comes from the caller.

#include <atomic>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "service/admin_service.h"

namespace leat::kafka {

// Kafka's keys.
inline constexpr std::string_view kProducerByteRate = "producer_byte_rate";
inline constexpr std::string_view kConsumerByteRate = "consumer_byte_rate";
inline constexpr std::string_view kRequestPercentage = "request_percentage";

/// `quota.window.num` samples of `quota.window.size.seconds` each.
struct QuotaWindow {
  std::int32_t samples = 11;
  std::chrono::nanoseconds sample = std::chrono::seconds(1);
};

/// What was used in the last samples. Not thread-safe.
class RateWindow {
 public:
  explicit RateWindow(const QuotaWindow& window) : window_(window) {
    samples_.reserve(static_cast<std::size_t>(window.samples));
  }

  /// Allocates nothing.
  void record(double amount, MonotonicTime now);
  /// How long nothing more may be used for the rate to come back to `quota` a second: zero when it
  /// is not above. A window that has just begun counts as full, so that a burst is not held for a
  /// rate.
  [[nodiscard]] std::chrono::nanoseconds delay(double quota, MonotonicTime now);
  /// Whether nothing is left in it.
  [[nodiscard]] bool is_idle(MonotonicTime now);

 private:
  struct Sample {
    MonotonicTime start;
    double amount = 0;
  };
  void forget_old(MonotonicTime now);

  const QuotaWindow window_;
  std::vector<Sample> samples_;
};

/// What all clients that share a quota have used of it. Thread-safe.
class QuotaUsage {
 public:
  explicit QuotaUsage(const QuotaWindow& window) : rate_(window) {}
  void record(double amount, MonotonicTime now);
  [[nodiscard]] std::chrono::nanoseconds delay(double quota, MonotonicTime now);
  [[nodiscard]] bool is_idle(MonotonicTime now);

 private:
  base::Mutex mutex_;
  RateWindow rate_ LEAT_GUARDED_BY(mutex_);
};

/// The quotas of one client, as they were set when it asked. Thread-safe.
class ClientQuotas {
 public:
  struct Limit {
    double quota = 0;  ///< a second
    std::shared_ptr<QuotaUsage> usage = {};
  };
  struct Limits {
    std::optional<Limit> produced = {};  ///< bytes
    std::optional<Limit> fetched = {};   ///< bytes
    std::optional<Limit> time = {};      ///< percent of a thread
  };
  explicit ClientQuotas(Limits limits, std::chrono::nanoseconds time_delay_max)
      : limits_(std::move(limits)), time_delay_max_(time_delay_max) {}

  void record_time(std::chrono::nanoseconds time, MonotonicTime now) const;
  void record_produced(std::size_t bytes, MonotonicTime now) const;
  void record_fetched(std::size_t bytes, MonotonicTime now) const;
  /// For how long a client that did `api_key` is to be kept waiting, for its bytes or its time,
  /// whichever is longer; rounded up to whole milliseconds.
  [[nodiscard]] std::chrono::milliseconds delay(std::int16_t api_key, MonotonicTime now) const;

 private:
  const Limits limits_;
  const std::chrono::nanoseconds time_delay_max_;  // Kafka's: a sample
};

/// The quotas of a cluster. Thread-safe.
class Quotas {
 public:
  /// REQUIRES: `settings` outlives it.
  Quotas(const service::AdminService& settings, std::shared_ptr<const Clock> clock,
         const QuotaWindow& window)
      : settings_(settings), clock_(std::move(clock)), window_(window) {}

  /// Null for a client without any, which costs a comparison where no quotas are set.
  [[nodiscard]] std::shared_ptr<const ClientQuotas> of(std::string_view user,
                                                       std::string_view client_id);

 private:
  using ClientKey = std::pair<std::string, std::string>;
  /// Whose usage it is: of a quota by user and client id, the two; else the one.
  struct UsageKey {
    std::string_view quota;
    std::optional<std::string> user;
    std::optional<std::string> client_id;
    friend auto operator<=>(const UsageKey&, const UsageKey&) = default;
  };

  void look_again(std::uint64_t version) LEAT_REQUIRES(mutex_);
  [[nodiscard]] std::optional<ClientQuotas::Limit> limit_of(std::string_view quota,
                                                            const ClientKey& client)
      LEAT_REQUIRES(mutex_);
  void forget_idle() LEAT_REQUIRES(mutex_);

  const service::AdminService& settings_;
  const std::shared_ptr<const Clock> clock_;
  const QuotaWindow window_;
  std::atomic<std::uint64_t> none_at_{0};  // a version at which there are no quotas
  base::Mutex mutex_;
  std::shared_ptr<const service::AdminSettings> seen_ LEAT_GUARDED_BY(mutex_);
  std::uint64_t version_ LEAT_GUARDED_BY(mutex_) = 0;  // of seen_
  std::map<ClientKey, std::shared_ptr<const ClientQuotas>> clients_ LEAT_GUARDED_BY(mutex_);
  std::map<UsageKey, std::shared_ptr<QuotaUsage>> usages_ LEAT_GUARDED_BY(mutex_);
};

}  // namespace leat::kafka
