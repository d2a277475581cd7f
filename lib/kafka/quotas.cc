#include "kafka/quotas.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "leat/types.h"

#include "base/mutex.h"
#include "service/admin_service.h"

namespace leat::kafka {
namespace {

using service::QuotaEntity;
using std::chrono::nanoseconds;
using Seconds = std::chrono::duration<double>;

constexpr std::int16_t kProduce = 0;
constexpr std::int16_t kFetch = 1;
/// Clients that are remembered; then those that did nothing lately are forgotten.
constexpr std::size_t kClientsMax = 10'000;

using Name = std::optional<std::string>;

QuotaEntity entity(const std::optional<Name>& user, const std::optional<Name>& client_id) {
  QuotaEntity entity;
  if (user) entity["user"] = *user;
  if (client_id) entity["client-id"] = *client_id;
  return entity;
}

/// Those that may be for a client, the nearest first (Q2).
std::array<QuotaEntity, 8> entities_of(const Name& user, const Name& client) {
  constexpr std::nullopt_t kNone = std::nullopt;
  const Name any;
  return {entity(user, client), entity(user, any),  entity(user, kNone),   entity(any, client),
          entity(any, any),     entity(any, kNone), entity(kNone, client), entity(kNone, any)};
}

nanoseconds delay_of(const std::optional<ClientQuotas::Limit>& limit, MonotonicTime now) {
  return limit ? limit->usage->delay(limit->quota, now) : nanoseconds::zero();
}

void record(const std::optional<ClientQuotas::Limit>& limit, double amount, MonotonicTime now) {
  if (limit) limit->usage->record(amount, now);
}

}  // namespace

void RateWindow::forget_old(MonotonicTime now) {
  const auto first = std::ranges::find_if(samples_, [&](const Sample& sample) {
    return now - sample.start < window_.samples * window_.sample;
  });
  samples_.erase(samples_.begin(), first);
}

void RateWindow::record(double amount, MonotonicTime now) {
  forget_old(now);
  if (samples_.empty() || now - samples_.back().start >= window_.sample) {
    samples_.push_back({.start = now});
  }
  samples_.back().amount += amount;
}

nanoseconds RateWindow::delay(double quota, MonotonicTime now) {
  forget_old(now);
  if (samples_.empty()) return nanoseconds::zero();
  double used = 0;
  for (const Sample& sample : samples_) used += sample.amount;
  nanoseconds window = now - samples_.front().start;
  const auto missing = window_.samples - 1 - window / window_.sample;
  if (missing > 0) window += missing * window_.sample;
  const double rate = used / std::chrono::duration_cast<Seconds>(window).count();
  if (rate <= quota) return nanoseconds::zero();
  return std::chrono::duration_cast<nanoseconds>(Seconds(window) * ((rate - quota) / quota));
}

bool RateWindow::is_idle(MonotonicTime now) {
  forget_old(now);
  return samples_.empty();
}

void QuotaUsage::record(double amount, MonotonicTime now) {
  const base::MutexLock lock(mutex_);
  rate_.record(amount, now);
}

nanoseconds QuotaUsage::delay(double quota, MonotonicTime now) {
  const base::MutexLock lock(mutex_);
  return rate_.delay(quota, now);
}

bool QuotaUsage::is_idle(MonotonicTime now) {
  const base::MutexLock lock(mutex_);
  return rate_.is_idle(now);
}

void ClientQuotas::record_time(nanoseconds time, MonotonicTime now) const {
  constexpr double kPercent = 100;
  record(limits_.time, std::chrono::duration_cast<Seconds>(time).count() * kPercent, now);
}

void ClientQuotas::record_produced(std::size_t bytes, MonotonicTime now) const {
  record(limits_.produced, static_cast<double>(bytes), now);
}

void ClientQuotas::record_fetched(std::size_t bytes, MonotonicTime now) const {
  record(limits_.fetched, static_cast<double>(bytes), now);
}

std::chrono::milliseconds ClientQuotas::delay(std::int16_t api_key, MonotonicTime now) const {
  nanoseconds longest = std::min(delay_of(limits_.time, now), time_delay_max_);
  if (api_key == kProduce) longest = std::max(longest, delay_of(limits_.produced, now));
  if (api_key == kFetch) longest = std::max(longest, delay_of(limits_.fetched, now));
  return std::chrono::ceil<std::chrono::milliseconds>(longest);
}

std::shared_ptr<const ClientQuotas> Quotas::of(std::string_view user, std::string_view client_id) {
  const std::uint64_t version = settings_.settings_version();
  if (none_at_.load(std::memory_order_relaxed) == version) return nullptr;
  const base::MutexLock lock(mutex_);
  if (seen_ == nullptr || version != version_) look_again(version);
  if (seen_->quotas.empty()) return nullptr;
  ClientKey key(user, client_id);
  if (const auto known = clients_.find(key); known != clients_.end()) return known->second;
  if (clients_.size() >= kClientsMax) forget_idle();
  ClientQuotas::Limits limits{.produced = limit_of(kProducerByteRate, key),
                              .fetched = limit_of(kConsumerByteRate, key),
                              .time = limit_of(kRequestPercentage, key)};
  std::shared_ptr<const ClientQuotas> quotas;
  if (limits.produced || limits.fetched || limits.time) {
    quotas = std::make_shared<const ClientQuotas>(std::move(limits), window_.sample);
  }
  clients_.emplace(std::move(key), quotas);
  return quotas;
}

/// Who has used what stays as it is: a quota that is raised forgives nothing.
void Quotas::look_again(std::uint64_t version) {
  seen_ = settings_.settings();
  version_ = version;
  clients_.clear();
  if (seen_->quotas.empty()) none_at_.store(version, std::memory_order_relaxed);
}

std::optional<ClientQuotas::Limit> Quotas::limit_of(std::string_view quota,
                                                    const ClientKey& client) {
  for (const QuotaEntity& entity : entities_of(client.first, client.second)) {
    const auto set = seen_->quotas.find(entity);
    if (set == seen_->quotas.end()) continue;
    const auto value = set->second.find(std::string(quota));
    if (value == set->second.end()) continue;
    UsageKey key{.quota = quota, .user = {}, .client_id = {}};
    if (entity.contains("user")) key.user = client.first;
    if (entity.contains("client-id")) key.client_id = client.second;
    auto& usage = usages_[std::move(key)];
    if (usage == nullptr) usage = std::make_shared<QuotaUsage>(window_);
    return ClientQuotas::Limit{.quota = value->second, .usage = usage};
  }
  return std::nullopt;
}

void Quotas::forget_idle() {
  const MonotonicTime now = clock_->monotonic();
  clients_.clear();
  for (auto usage = usages_.begin(); usage != usages_.end();) {
    usage = usage->second->is_idle(now) ? usages_.erase(usage) : std::next(usage);
  }
}

}  // namespace leat::kafka
