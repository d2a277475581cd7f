#include "kafka/fetch_sessions.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "wire/messages/fetch.h"
#include "wire/schema.h"

namespace leat::kafka {
namespace {

constexpr wire::ApiVersion kById = 13;
constexpr std::int32_t kFirstEpoch = 0;
constexpr std::int32_t kFinalEpoch = -1;
/// Who was idle for longer makes room (F16).
constexpr std::chrono::minutes kIdleMax{2};

FetchAsk ask_for(const wire::fetch_request::FetchTopic& topic,
                 const wire::fetch_request::FetchPartition& partition) {
  return {.topic = topic.topic,
          .topic_id = topic.topic_id,
          .partition = partition.partition,
          .offset = partition.fetch_offset,
          .current_epoch = partition.current_leader_epoch,
          .last_fetched_epoch = partition.last_fetched_epoch,
          .bytes_max = partition.partition_max_bytes};
}

std::vector<FetchAsk> asks_of(const wire::FetchRequest& request) {
  std::vector<FetchAsk> asks;
  for (const auto& topic : request.topics) {
    for (const auto& partition : topic.partitions) asks.push_back(ask_for(topic, partition));
  }
  return asks;
}

}  // namespace

FetchSession::Key FetchSession::key(std::string_view topic, const Uuid& topic_id,
                                    PartitionId partition) const {
  return by_id_ ? Key{{}, topic_id, partition} : Key{topic, {}, partition};
}

void FetchSession::update(const wire::FetchRequest& request) {
  const base::MutexLock lock(mutex_);
  for (const auto& topic : request.topics) {
    std::shared_ptr<const std::string> name;
    for (const auto& partition : topic.partitions) {
      const auto found = places_.find(key(topic.topic, topic.topic_id, partition.partition));
      FetchAsk ask = ask_for(topic, partition);
      if (found != places_.end()) {
        ask.keeper = found->second->ask.keeper;
        ask.topic = *ask.keeper;
        found->second->ask = std::move(ask);
        continue;
      }
      if (name == nullptr) name = std::make_shared<const std::string>(topic.topic);
      ask.keeper = name;
      ask.topic = *name;
      entries_.push_back({.ask = std::move(ask)});
      const FetchAsk& kept = entries_.back().ask;
      places_.emplace(key(kept.topic, kept.topic_id, kept.partition), std::prev(entries_.end()));
    }
  }
  for (const auto& topic : request.forgotten_topics_data) {
    for (const PartitionId partition : topic.partitions) {
      const auto found = places_.find(key(topic.topic, topic.topic_id, partition));
      if (found == places_.end()) continue;
      const auto entry = found->second;
      places_.erase(found);  // its key looks into the entry
      entries_.erase(entry);
    }
  }
}

std::vector<FetchAsk> FetchSession::asks() const {
  const base::MutexLock lock(mutex_);
  std::vector<FetchAsk> asks;
  asks.reserve(entries_.size());
  for (const Entry& entry : entries_) asks.push_back(entry.ask);
  return asks;
}

bool FetchSession::is_news(const FetchAsk& ask, const FetchTold& told, bool has_records,
                           bool has_error) {
  const base::MutexLock lock(mutex_);
  const auto found = places_.find(key(ask.topic, ask.topic_id, ask.partition));
  if (found == places_.end()) return true;
  Entry& entry = *found->second;
  // What was an error and is none any more is told, too.
  const bool is_news =
      !entry.was_told || has_records || has_error || entry.had_error || entry.told != told;
  entry.told = told;
  entry.was_told = true;
  entry.had_error = has_error;
  if (has_records) entries_.splice(entries_.end(), entries_, found->second);
  return is_news;
}

FetchBegun FetchSessions::begin(const wire::FetchRequest& request, wire::ApiVersion version,
                                MonotonicTime now) {
  const bool by_id = version >= kById;
  if (request.session_id == 0 && request.session_epoch == kFinalEpoch) {
    return {.asks = asks_of(request)};  // who uses no sessions pays for none
  }
  const base::MutexLock lock(mutex_);
  const bool is_full = request.session_epoch == kFirstEpoch || request.session_epoch == kFinalEpoch;
  return is_full ? begin_full(request, by_id, now) : go_on(request, by_id, now);
}

FetchBegun FetchSessions::begin_full(const wire::FetchRequest& request, bool by_id,
                                     MonotonicTime now) {
  sessions_.erase(request.session_id);
  FetchBegun begun{.asks = asks_of(request)};
  if (request.session_epoch == kFinalEpoch) return begun;
  begun.session = make(by_id, now);
  if (begun.session != nullptr) begun.session->update(request);
  return begun;
}

FetchBegun FetchSessions::go_on(const wire::FetchRequest& request, bool by_id, MonotonicTime now) {
  const auto found = sessions_.find(request.session_id);
  if (found == sessions_.end()) return {.error = ErrorCode::kFetchSessionIdNotFound};
  const std::shared_ptr<FetchSession> session = found->second;
  if (session->by_id() != by_id) return {.error = ErrorCode::kFetchSessionTopicIdError};
  if (session->next_epoch_ != request.session_epoch) {
    return {.error = ErrorCode::kInvalidFetchSessionEpoch};
  }
  const bool wraps = session->next_epoch_ == std::numeric_limits<std::int32_t>::max();
  session->next_epoch_ = wraps ? 1 : session->next_epoch_ + 1;
  session->used_at_ = now;
  session->update(request);
  FetchBegun begun{.session = session, .is_full = false, .asks = session->asks()};
  if (begun.asks.empty()) {  // nothing is left to ask for: that is the end of it (F14)
    sessions_.erase(found);
    begun.session = nullptr;
  }
  return begun;
}

std::shared_ptr<FetchSession> FetchSessions::make(bool by_id, MonotonicTime now) {
  if (sessions_.size() >= static_cast<std::size_t>(sessions_max_)) {
    std::erase_if(sessions_,
                  [&](const auto& entry) { return now - entry.second->used_at_ > kIdleMax; });
  }
  if (sessions_.size() >= static_cast<std::size_t>(sessions_max_)) return nullptr;
  do {
    last_id_ = last_id_ == std::numeric_limits<std::int32_t>::max() ? 1 : last_id_ + 1;
  } while (sessions_.contains(last_id_));
  auto session = std::make_shared<FetchSession>(last_id_, by_id);
  session->used_at_ = now;
  sessions_.emplace(last_id_, session);
  return session;
}

std::size_t FetchSessions::size() const {
  const base::MutexLock lock(mutex_);
  return sessions_.size();
}

}  // namespace leat::kafka
