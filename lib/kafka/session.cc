#include "kafka/session.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/bytes.h"
#include "kafka/api/18_api_versions.h"
#include "kafka/api_table.h"
#include "kafka/broker.h"
#include "kafka/call.h"
#include "kafka/executor.h"
#include "wire/codec.h"
#include "wire/messages/headers.h"
#include "wire/reader.h"
#include "wire/schema.h"

namespace leat::kafka {

void complete(const Call& call, Result<std::optional<Output>> output) {
  if (const auto session = call.session.lock()) session->complete(call.id, std::move(output));
}

void mute(const Call& call, std::chrono::milliseconds time) {
  if (const auto session = call.session.lock()) session->mute(time);
}

Session::Session(std::shared_ptr<Broker> broker, Peer peer, std::shared_ptr<Executor> executor,
                 std::function<void()> on_change)
    : broker_(std::move(broker)),
      peer_(std::make_shared<const Peer>(std::move(peer))),
      executor_(std::move(executor)),
      on_change_(std::move(on_change)) {}

void Session::feed(Frame frame) {
  if (closing_) return;
  is_inside_ = true;
  frames_.push_back(std::move(frame));
  begin_next();
  is_inside_ = false;
}

void Session::begin_next() {
  while (!busy_with_ && !muted_until_ && !frames_.empty() && !closing_) {
    const Frame frame = std::move(frames_.front());
    frames_.pop_front();
    begin(frame);
  }
}

void Session::begin(const Frame& frame) {
  constexpr std::size_t kKeyAndVersion = 4;
  if (frame.bytes.size() < kKeyAndVersion) {
    return refuse({ErrorCode::kInvalidRequest,
                   fmt::format("a frame of {} bytes is no request", frame.bytes.size())});
  }
  // The key before the rest: the header of a version that is not known may not be known either
  // (W5).
  const auto key = base::load_be<std::int16_t>(frame.bytes.data());
  const auto version = base::load_be<std::int16_t>(frame.bytes.data() + 2);
  const ApiEntry* api = find_api(key);
  if (api == nullptr) {
    return refuse(
        {ErrorCode::kUnsupportedVersion, fmt::format("API key {} is not served", key)});  // W4
  }
  const bool is_served = api->served.contains(version);
  if (!is_served && key != ApiVersions::Request::kApiKey) {
    return refuse({ErrorCode::kUnsupportedVersion,
                   fmt::format("{} is served in versions {}-{}, not {}", api->name,
                               api->served.first, api->served.last, version)});
  }
  wire::Reader reader(frame.bytes);
  auto header = wire::decode_from<wire::RequestHeader>(
      reader,
      is_served && api->flexible.contains(version) ? wire::ApiVersion{2} : wire::ApiVersion{1});
  if (!header) return refuse(header.error());
  const RequestId id = first_ + slots_.size();
  slots_.emplace_back();
  Call call{broker_, peer_, weak_from_this(), executor_, id, *header, version, frame};
  call.begun = broker_->clock->monotonic();
  call.request_bytes = frame.bytes.size();
  if (!api->overlaps) busy_with_ = id;
  if (is_served) {
    api->serve(std::move(call), reader);
  } else {
    ApiVersions::refuse_version(std::move(call));  // W5
  }
}

void Session::complete(RequestId id, Result<std::optional<Output>> output) {
  Slot* const slot = this->slot(id);
  if (slot == nullptr || slot->is_done || closing_) return;
  if (!output) return refuse(std::move(output).error());
  slot->is_done = true;
  slot->output = *std::move(output);
  if (busy_with_ == id) {
    busy_with_.reset();
    if (!is_inside_) {
      is_inside_ = true;
      begin_next();
      is_inside_ = false;
    }
  }
  if (closing_ || slots_.front().is_done) changed();
}

std::optional<Output> Session::next_output() {
  while (!slots_.empty() && slots_.front().is_done) {
    std::optional<Output> output = std::move(slots_.front().output);
    slots_.pop_front();
    ++first_;
    if (output) return output;
  }
  return std::nullopt;
}

void Session::refuse(Error reason) {
  if (!closing_) closing_ = std::move(reason);
  frames_.clear();
  changed();
}

void Session::changed() {
  if (!is_inside_ && on_change_) on_change_();
}

Session::Slot* Session::slot(RequestId id) {
  return id >= first_ && id - first_ < slots_.size() ? &slots_[id - first_] : nullptr;
}

void Session::park(RequestId id, std::unique_ptr<Waiting> waiting) {
  waiting_.emplace(id, std::move(waiting));
  changed();  // the deadline
}

void Session::mute(std::chrono::nanoseconds time) {
  const MonotonicTime until = broker_->clock->monotonic() + time;
  muted_until_ = std::max(until, muted_until_.value_or(until));
  changed();  // the deadline
}

void Session::look(RequestId id) {
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return;
  // The answer is told of once `found` is gone: who is told may close the session.
  is_inside_ = true;
  const bool is_answered = found->second->look(broker_->clock->monotonic());
  is_inside_ = false;
  if (!is_answered) return;
  waiting_.erase(found);
  changed();
}

std::optional<MonotonicTime> Session::next_deadline() const {
  std::optional<MonotonicTime> next = muted_until_;
  for (const auto& [id, waiting] : waiting_) {
    if (!next || waiting->deadline() < *next) next = waiting->deadline();
  }
  return next;
}

void Session::on_time(MonotonicTime now) {
  is_inside_ = true;
  if (muted_until_ && *muted_until_ <= now) muted_until_.reset();
  for (auto next = waiting_.begin(); next != waiting_.end();) {
    const auto entry = next++;
    if (entry->second->deadline() <= now && entry->second->look(now)) waiting_.erase(entry);
  }
  begin_next();
  is_inside_ = false;
}

void Session::close() {
  on_change_ = nullptr;
  if (!closing_) closing_ = Error(ErrorCode::kClosed);
  waiting_.clear();
  frames_.clear();
}

}  // namespace leat::kafka
