// The phases of a classic group's rebalance: all join, the leader assigns, all sync (G5-G9).

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "group/classic_group.h"
#include "group/classic_member.h"
#include "group/outbox.h"
#include "group/records.h"
#include "wire/messages/consumer_protocol.h"
#include "wire/messages/sync_group.h"
#include "wire/versioned.h"

namespace leat::group {

using std::chrono::milliseconds;

void ClassicGroup::rebalance_or_complete(Outbox& outbox) {
  if (state_ == State::kPreparingRebalance) return complete_if_all_joined(outbox);
  prepare_rebalance(outbox);
}

void ClassicGroup::prepare_rebalance(Outbox& outbox) {
  fail_syncs(ErrorCode::kRebalanceInProgress, outbox);
  const bool was_empty = state_ == State::kEmpty;
  const milliseconds longest = longest_rebalance_timeout();
  const milliseconds delay = options_->group_initial_rebalance_delay;
  set_state(State::kPreparingRebalance, outbox.wall_now());
  for (const auto& [id, member] : members_) {
    if (!member.joining) outbox.wake(member.local);
  }
  initial_delay_left_.reset();
  if (was_empty && delay > milliseconds(0)) {  // G5: others are about to come
    const milliseconds first = std::min(delay, longest);
    initial_delay_left_ = longest - first;
    member_was_added_ = false;
    phase_ends_ = outbox.now() + first;
    return look_by(*phase_ends_);
  }
  phase_ends_ = outbox.now() + longest;
  look_by(*phase_ends_);
  complete_if_all_joined(outbox);
}

/// G6.
void ClassicGroup::complete_if_all_joined(Outbox& outbox) {
  const bool all_joined = joining_count_ == members_.size() && pending_.empty();
  if (state_ == State::kPreparingRebalance && !initial_delay_left_ && all_joined) {
    complete_join(outbox);
  }
}

/// The first members' delay is over; new ones prolong it (G5).
void ClassicGroup::extend_or_complete_join(Outbox& outbox) {
  if (initial_delay_left_ && member_was_added_ && *initial_delay_left_ > milliseconds(0)) {
    member_was_added_ = false;
    const milliseconds more =
        std::min(options_->group_initial_rebalance_delay, *initial_delay_left_);
    *initial_delay_left_ -= more;
    phase_ends_ = outbox.now() + more;
    return look_by(*phase_ends_);
  }
  initial_delay_left_.reset();
  complete_join(outbox);
}

/// Whoever is here makes the next generation (G6, G7).
void ClassicGroup::complete_join(Outbox& outbox) {
  std::vector<std::string> gone;
  for (const auto& [id, member] : members_) {
    if (!member.joining && !member.instance_id) gone.push_back(id);
  }
  for (const std::string& id : gone) remove(id, outbox);
  if (!leader_ || !members_.contains(*leader_) || !member(*leader_).joining) {  // G8
    const auto next = std::ranges::find_if(
        members_, [](const auto& entry) { return static_cast<bool>(entry.second.joining); });
    if (next != members_.end()) {
      leader_ = next->first;
    } else if (!members_.empty()) {
      // Static members alone, none of which is back: their sessions decide.
      phase_ends_ = outbox.now() + longest_rebalance_timeout();
      return look_by(*phase_ends_);
    }
  }
  ++generation_;
  phase_ends_.reset();
  initial_delay_left_.reset();
  if (members_.empty()) return become_empty(outbox);
  protocol_ = choose_protocol();
  read_subscriptions();
  set_state(State::kCompletingRebalance, outbox.wall_now());
  phase_ends_ = outbox.now() + longest_rebalance_timeout();
  look_by(*phase_ends_);
  answer_joins(outbox);
}

/// G13. A failed append loses the generation alone: after a restart the group is what it was.
void ClassicGroup::become_empty(Outbox& outbox) {
  protocol_.reset();
  leader_.reset();
  subscribed_topics_.reset();
  set_state(State::kEmpty, outbox.wall_now());
  if (const auto written = record(state_since_)) (void)outbox.append(std::span(&*written, 1));
}

void ClassicGroup::answer_joins(Outbox& outbox) {
  for (auto& [id, member] : members_) {
    member.has_synced = false;
    member.assignment.clear();
    auto done = take_joining(member);
    if (!done) continue;  // a static member that is away
    member.is_new = false;
    keep_alive(member, outbox);
    outbox.answer(std::move(done), joined(member, leader_ == id));
  }
}

/// The leader's sync: the group is stable once that is in the log (K1).
void ClassicGroup::take_assignments(const wire::SyncGroupRequest& request, Outbox& outbox) {
  Assignments assignments;
  for (const auto& entry : request.assignments) {
    const auto bytes = entry.assignment.bytes();
    assignments[std::string(entry.member_id)] = {bytes.begin(), bytes.end()};
  }
  const GroupMetadataValue next = value(&assignments, outbox.wall_now());
  const auto written = record_of(GroupMetadataKey{id_}, next, kGroupMetadataVersion);
  const auto appended = written ? outbox.append(std::span(&*written, 1)) : written.error();
  if (!appended) {
    fail_syncs(ErrorCode::kCoordinatorNotAvailable, outbox);
    return prepare_rebalance(outbox);
  }
  for (auto& [id, member] : members_) {
    const auto found = assignments.find(id);
    member.assignment =
        found == assignments.end() ? std::vector<std::byte>() : std::move(found->second);
  }
  set_state(State::kStable, outbox.wall_now());
  give_assignments(outbox);
}

void ClassicGroup::give_assignments(Outbox& outbox) {
  for (auto& [id, member] : members_) {
    auto done = std::exchange(member.syncing, nullptr);
    if (!done) continue;
    keep_alive(member, outbox);
    wire::SyncGroupResponse response;
    response.protocol_type = protocol_type_;
    response.protocol_name = protocol_;
    response.assignment = member.assignment;
    outbox.answer(std::move(done), std::move(response));
  }
}

void ClassicGroup::fail_syncs(ErrorCode error, Outbox& outbox) {
  for (auto& [id, member] : members_) {
    auto done = std::exchange(member.syncing, nullptr);
    if (!done) continue;
    keep_alive(member, outbox);
    wire::SyncGroupResponse response;
    response.error_code = error;
    outbox.answer(std::move(done), std::move(response));
  }
}

/// Members that were told of the generation and did not sync in time (G9).
void ClassicGroup::remove_silent(Outbox& outbox) {
  phase_ends_.reset();
  std::vector<std::string> silent;
  for (const auto& [id, member] : members_) {
    if (!member.has_synced) silent.push_back(id);
  }
  if (silent.empty()) return;
  for (const std::string& id : silent) remove(id, outbox);
  prepare_rebalance(outbox);
}

/// Each member votes for the first of its protocols that all support; ties go to the first by name
/// of the first voter's preference (G8).
std::string ClassicGroup::choose_protocol() const {
  const auto all_support = [&](const std::string& name) {
    return std::ranges::all_of(
        members_, [&](const auto& entry) { return entry.second.protocol(name) != nullptr; });
  };
  std::map<std::string, std::size_t> votes;
  for (const auto& [id, member] : members_) {
    const auto vote = std::ranges::find_if(
        member.protocols, [&](const Protocol& protocol) { return all_support(protocol.name); });
    if (vote != member.protocols.end()) ++votes[vote->name];
  }
  const auto most =
      std::ranges::max_element(votes, {}, [](const auto& entry) { return entry.second; });
  return most == votes.end() ? std::string() : most->first;
}

/// What consumers subscribe to is the one thing that is read of their metadata (G8).
void ClassicGroup::read_subscriptions() {
  subscribed_topics_.reset();
  if (protocol_type() != kConsumerProtocolType || !protocol_) return;
  std::set<std::string, std::less<>> topics;
  for (const auto& [id, member] : members_) {
    const Protocol* const protocol = member.protocol(*protocol_);
    if (protocol == nullptr) return;
    const auto subscription =
        wire::decode_versioned<wire::ConsumerProtocolSubscription>(protocol->metadata);
    if (!subscription) return;
    for (const std::string_view topic : subscription->topics) topics.emplace(topic);
  }
  subscribed_topics_ = std::move(topics);
}

milliseconds ClassicGroup::longest_rebalance_timeout() const {
  milliseconds longest{0};
  for (const auto& [id, member] : members_) longest = std::max(longest, member.rebalance_timeout);
  return longest;
}

}  // namespace leat::group
