#include "group/consumer_group.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/result.h"
#include "leat/types.h"

#include "base/hash.h"
#include "base/try.h"
#include "group/assignor/server.h"
#include "group/consumer_beat.h"
#include "group/consumer_record.h"
#include "group/consumer_records.h"
#include "group/consumer_state.h"
#include "group/current_assignment.h"
#include "group/outbox.h"
#include "wire/messages/consumer_group_heartbeat.h"

namespace leat::group {
namespace {

using Request = wire::ConsumerGroupHeartbeatRequest;
using Response = wire::ConsumerGroupHeartbeatResponse;

template <class Text>
std::optional<std::string> owned_text(const std::optional<Text>& text) {
  if (!text) return std::nullopt;
  return std::string(*text);
}

/// Everything that can be said is: a client says all again when it has missed an answer (N5).
bool is_full(const Request& request) {
  return request.rebalance_timeout_ms != -1 && request.topic_partitions &&
         (request.subscribed_topic_names || request.subscribed_topic_regex);
}

wire::consumer_group_heartbeat_response::Assignment told(const CurrentAssignment& current) {
  wire::consumer_group_heartbeat_response::Assignment assignment;
  for (auto& [topic, partitions] : without_epochs(current.assigned)) {
    assignment.topic_partitions.push_back({.topic_id = topic, .partitions = partitions});
  }
  return assignment;
}

std::int64_t milliseconds(Timestamp time) { return time.time_since_epoch().count(); }

}  // namespace

Response ConsumerGroup::heartbeat(const ConsumerCaller& caller, const Request& request,
                                  Outbox& outbox) {
  if (auto valid = check(request, caller.version); !valid) return refusal(valid.error());
  if (request.member_epoch < 0) return leave(request, outbox);
  auto beat = who_beats(request);
  if (!beat) return refusal(beat.error());

  Draft draft(state_);
  if (beat->replaced) take_over(draft, *beat->replaced, beat->member_id);
  const ConsumerState::Member* const known = state_.member(beat->member_id);
  const bool changes_over = known != nullptr && known->classic_member_metadata;  // N16
  const auto member = updated(known, caller, request);
  PartitionsById owned;
  if (request.topic_partitions) owned = owned_by(*request.topic_partitions);
  const auto progress =
      step(draft, beat->member_id, member, request.topic_partitions ? &owned : nullptr, outbox);
  if (!progress) {
    draft.undo();
    return refusal(progress.error());
  }
  if (auto appended = draft.commit(outbox); !appended)
    return refusal(not_appended(appended.error()));

  stepped(*beat);
  keep_alive(beat->member_id, outbox.now());
  if (progress->is_any || changes_over) watch_revocation(beat->member_id, outbox.now());

  const CurrentAssignment& current = state_.current(beat->member_id);
  Response response{.member_id = beat->member_id, .member_epoch = current.epoch};
  response.heartbeat_interval_ms = static_cast<std::int32_t>(options_->heartbeat_interval.count());
  if (request.member_epoch == 0 || progress->is_reassigned || is_full(request))
    response.assignment = told(current);
  return response;
}

/// What follows from what a member says of itself now.
Result<ConsumerGroup::Progress> ConsumerGroup::step(Draft& draft, const std::string& id,
                                                    const ConsumerState::Member& member,
                                                    const PartitionsById* owned,
                                                    const Outbox& outbox) const {
  const ConsumerState::Member* const known = state_.member(id);
  const bool is_new = known == nullptr;
  const bool has_new_subscription =
      is_new || known->subscribed_topic_names != member.subscribed_topic_names ||
      known->subscribed_topic_regex != member.subscribed_topic_regex;
  if (is_new || *known != member) {
    draft.write(MemberRecord{.key = {.group = id_, .member_id = id}, .value = member});
  }
  if (member.subscribed_topic_regex && state_.pattern(*member.subscribed_topic_regex) == nullptr) {
    LEAT_TRY_VOID(resolve(draft, *member.subscribed_topic_regex, outbox.wall_now()));
  }
  if (has_new_subscription) drop_unused_patterns(draft);
  if (is_stale_) LEAT_TRY_VOID(refresh_patterns(draft, outbox.wall_now()));
  const bool has_new_topics = is_stale_ && metadata_hash() != state_.metadata_hash();
  if (has_new_subscription || has_new_topics) bump(draft);

  const bool is_due = outbox.wall_now() >= state_.assigned_at() + options_->assignment_interval;
  if (state_.epoch() > state_.target_epoch() && is_due) assign(draft, outbox.wall_now());
  return reconcile_member(draft, id, owned, has_new_subscription);
}

void ConsumerGroup::stepped(const Beat& beat) {
  is_stale_ = false;
  if (!beat.replaced) return;
  sessions_.cancel(*beat.replaced);
  demands_.cancel(*beat.replaced);
}

/// What the member says of itself, with what it has said before where it says nothing (N2).
ConsumerState::Member ConsumerGroup::updated(const ConsumerState::Member* known,
                                             const ConsumerCaller& caller,
                                             const Request& request) const {
  ConsumerState::Member member = known == nullptr ? ConsumerState::Member() : *known;
  if (request.instance_id) member.instance_id = owned_text(request.instance_id);
  if (request.rack_id) member.rack_id = owned_text(request.rack_id);
  if (request.rebalance_timeout_ms != -1)
    member.rebalance_timeout_ms = request.rebalance_timeout_ms;
  if (request.server_assignor) member.server_assignor = owned_text(request.server_assignor);
  if (request.subscribed_topic_names) {
    member.subscribed_topic_names = names_once(*request.subscribed_topic_names);
  }
  if (request.subscribed_topic_regex) {
    member.subscribed_topic_regex = owned_text(request.subscribed_topic_regex);
    if (member.subscribed_topic_regex->empty()) member.subscribed_topic_regex.reset();
  }
  member.client_id = caller.client_id;
  member.client_host = caller.client_host;
  member.classic_member_metadata.reset();
  return member;
}

Result<void> ConsumerGroup::resolve(Draft& draft, const std::string& expression,
                                    Timestamp now) const {
  LEAT_TRY(auto topics, topics_->matching(expression));
  const ConsumerState::Pattern* const known = state_.pattern(expression);
  if (known != nullptr && known->topics == topics) return {};
  draft.write(PatternRecord{
      .key = {.group = id_, .regular_expression = expression},
      .value = ConsumerState::Pattern{.topics = std::move(topics),
                                      .version = known == nullptr ? 1 : known->version + 1,
                                      .timestamp = milliseconds(now)}});
  return {};
}

Result<void> ConsumerGroup::refresh_patterns(Draft& draft, Timestamp now) const {
  std::vector<std::string> expressions;
  for (const auto& [expression, pattern] : state_.patterns()) expressions.push_back(expression);
  for (const std::string& expression : expressions) {
    LEAT_TRY_VOID(resolve(draft, expression, now));
  }
  return {};
}

void ConsumerGroup::drop_unused_patterns(Draft& draft) const {
  if (state_.patterns().empty()) return;
  std::set<std::string_view> used;
  for (const auto& [id, member] : state_.members()) {
    if (member.subscribed_topic_regex) used.insert(*member.subscribed_topic_regex);
  }
  std::vector<std::string> unused;
  for (const auto& [expression, pattern] : state_.patterns()) {
    if (!used.contains(expression)) unused.push_back(expression);
  }
  for (std::string& expression : unused) {
    draft.write(PatternRecord{.key = {.group = id_, .regular_expression = std::move(expression)}});
  }
}

/// A new group epoch: the target assignment is to be made again (N3).
void ConsumerGroup::bump(Draft& draft) const {
  draft.write(GroupRecord{.key = {.group = id_},
                          .value = ConsumerGroupMetadataValue{.epoch = state_.epoch() + 1,
                                                              .metadata_hash = metadata_hash()}});
}

void ConsumerGroup::assign(Draft& draft, Timestamp now) const {
  std::map<std::string_view, std::optional<ClusterTopics::Topic>> found;
  assignor::CountsById counts;
  std::vector<assignor::ServerMember> members;
  std::vector<std::string> ids;
  members.reserve(state_.members().size());
  ids.reserve(state_.members().size());
  for (const auto& [id, member] : state_.members()) {
    assignor::ServerMember& one = members.emplace_back();
    one.name = {.member_id = id, .instance_id = member.instance_id};
    one.owned = &state_.target(id);
    for (const std::string_view name : topics_of(member)) {
      const auto [entry, is_new] = found.try_emplace(name);
      if (is_new) entry->second = topics_->find(name);
      if (!entry->second) continue;
      one.topics.push_back(entry->second->id);
      counts.emplace(entry->second->id, entry->second->partitions);
    }
    ids.push_back(id);
  }
  auto targets = assignor::assign(chosen_assignor(), members, counts);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (targets[i] == state_.target(ids[i])) continue;
    draft.write(TargetRecord{.key = {.group = id_, .member_id = ids[i]},
                             .value = target_value_of(targets[i])});
  }
  draft.write(TargetEpochRecord{
      .key = {.group = id_},
      .value = ConsumerGroupTargetAssignmentMetadataValue{
          .assignment_epoch = state_.epoch(), .assignment_timestamp = milliseconds(now)}});
}

ConsumerGroup::Progress ConsumerGroup::reconcile_member(Draft& draft, const std::string& member_id,
                                                        const PartitionsById* owned,
                                                        bool has_new_subscription) const {
  const CurrentAssignment& current = state_.current(member_id);
  const bool is_there =
      current.state == MemberState::kStable && current.epoch == state_.target_epoch();
  if (is_there && !has_new_subscription) return {};
  Goal goal{.epoch = state_.target_epoch(),
            .owned = owned,
            .is_free = [&](const Uuid& topic, PartitionId partition) {
              const auto owner = state_.owner(topic, partition);
              return !owner || *owner == member_id;
            }};
  for (const std::string_view name : topics_of(*state_.member(member_id))) {
    const auto topic = topics_->find(name);
    if (!topic) continue;
    const auto partitions = state_.target(member_id).find(topic->id);
    if (partitions != state_.target(member_id).end()) goal.partitions.insert(*partitions);
  }
  const CurrentAssignment next = reconcile(current, goal);
  if (next == current) return {};
  const bool is_reassigned = next.assigned != current.assigned;
  draft.write(
      CurrentRecord{.key = {.group = id_, .member_id = member_id}, .value = value_of(next)});
  return {.is_any = true, .is_reassigned = is_reassigned};
}

void ConsumerGroup::keep_alive(const std::string& member_id, MonotonicTime now) {
  const auto& classic = state_.member(member_id)->classic_member_metadata;
  sessions_.set(member_id, now + (classic ? std::chrono::milliseconds(classic->session_timeout_ms)
                                          : options_->session_timeout));
}

/// Who is to give something up has its rebalance timeout for it (N9).
void ConsumerGroup::watch_revocation(const std::string& member_id, MonotonicTime now) {
  if (state_.current(member_id).state != MemberState::kUnrevoked) {
    demands_.cancel(member_id);
    return;
  }
  const std::chrono::milliseconds timeout{state_.member(member_id)->rebalance_timeout_ms};
  demands_.set(member_id, now + timeout);
}

/// The names that a member subscribes to, by themselves and by its regular expression; sorted.
std::vector<std::string_view> ConsumerGroup::topics_of(const ConsumerState::Member& member) const {
  std::vector<std::string_view> names(member.subscribed_topic_names.begin(),
                                      member.subscribed_topic_names.end());
  if (!member.subscribed_topic_regex) return names;
  const ConsumerState::Pattern* const pattern = state_.pattern(*member.subscribed_topic_regex);
  if (pattern == nullptr) return names;
  names.insert(names.end(), pattern->topics.begin(), pattern->topics.end());
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

/// Of all that an assignment depends on beside the members.
std::int64_t ConsumerGroup::metadata_hash() const {
  std::set<std::string_view> names;
  std::vector<std::string_view> last;
  for (const auto& [id, member] : state_.members()) {
    auto topics = topics_of(member);
    if (topics == last) continue;  // most members of a group subscribe to the same
    names.insert(topics.begin(), topics.end());
    last = std::move(topics);
  }
  std::uint64_t hash = 0;
  for (const std::string_view name : names) {
    const auto topic = topics_->find(name);
    if (!topic) continue;
    hash = base::xxh3(topic->id.bytes, hash);
    hash = base::xxh3(std::as_bytes(std::span(&topic->partitions, 1)), hash);
  }
  return static_cast<std::int64_t>(hash);
}

/// The one that most members ask for (N10).
assignor::ServerAssignor ConsumerGroup::chosen_assignor() const {
  std::map<assignor::ServerAssignor, std::size_t> votes;
  for (const auto& [id, member] : state_.members()) {
    if (!member.server_assignor) continue;
    const auto asked = assignor::server_assignor_of(*member.server_assignor);
    if (asked) ++votes[*asked];
  }
  const auto most = std::ranges::max_element(
      votes, [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == votes.end() ? options_->assignors.front() : most->first;
}

}  // namespace leat::group
