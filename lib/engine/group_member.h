#pragma once

/// \file
/// A member of a classic group in the engine's own process: joins, assigns when it leads, syncs,
/// and tells what it is to read. It says to the coordinator what a client on the network says (G
/// rules), but waits for nothing: answers are looked for at the next step.
///
/// Threads: one at a time; answers come from any.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "leat/consumer.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "group/assignor/client.h"
#include "service/group_service.h"
#include "service/waiter.h"

namespace leat::engine {

/// What a member is told, on the thread of its steps.
class GroupMemberEvents {
 public:
  virtual ~GroupMemberEvents() = default;
  /// Not its own any more when this returns: it may still commit.
  virtual void revoked(const std::vector<TopicPartition>& partitions) = 0;
  /// Not its own any more.
  virtual void lost(const std::vector<TopicPartition>& partitions) = 0;
  virtual Result<void> assigned(const std::vector<TopicPartition>& partitions) = 0;
  /// How many partitions a topic has; nullopt when there is none.
  [[nodiscard]] virtual std::optional<std::int32_t> partition_count(
      std::string_view topic) const = 0;
};

class GroupMember {
 public:
  /// `sleeper` is woken when `step` has something to do. `events` outlives it.
  GroupMember(std::shared_ptr<service::GroupService> groups, const ConsumerOptions& options,
              std::shared_ptr<service::Waiter> sleeper, GroupMemberEvents& events);
  /// A dynamic member leaves.
  ~GroupMember();
  GroupMember(const GroupMember&) = delete;
  GroupMember& operator=(const GroupMember&) = delete;
  GroupMember(GroupMember&&) = delete;
  GroupMember& operator=(GroupMember&&) = delete;

  /// Reads its share of these from the next step on.
  void subscribe(std::vector<std::string> topics);
  [[nodiscard]] const std::vector<std::string>& topics() const { return topics_; }
  /// Whether `step` has something to do: one load.
  [[nodiscard]] bool has_news() const noexcept;
  /// Topics have come, gone or grown: who leads assigns anew if that changes anything.
  void topics_changed();
  /// Does all that can be done without waiting. Errors: what only its user can mend
  /// (kFencedInstanceId, kInconsistentGroupProtocol, kGroupMaxSizeReached, …), kClosed.
  Result<void> step();
  /// Leaves for good, static or not as the group's rules have it; what was its own is revoked.
  void leave();

  [[nodiscard]] bool is_stable() const { return state_ == State::kStable; }
  [[nodiscard]] const std::vector<TopicPartition>& owned() const { return owned_; }
  [[nodiscard]] GroupMetadata metadata() const;

 private:
  enum class State : std::uint8_t { kOut, kJoining, kSyncing, kStable };
  /// What answers come to.
  struct Inbox final : service::Waiter {
    explicit Inbox(std::shared_ptr<service::Waiter> its_sleeper)
        : sleeper(std::move(its_sleeper)) {}
    /// From the coordinator: a rebalance has begun, or the member is out.
    void wake() noexcept override {
      is_called.store(true, std::memory_order_release);
      ring();
    }
    /// There is something for the next step.
    void ring() noexcept;
    const std::shared_ptr<service::Waiter> sleeper;
    std::atomic<bool> has_news{true};
    std::atomic<bool> is_called{false};  ///< kept until the member can look what it is about
    base::Mutex mutex;
    std::optional<wire::JoinGroupResponse> joined LEAT_GUARDED_BY(mutex);
    std::optional<wire::SyncGroupResponse> synced LEAT_GUARDED_BY(mutex);
  };

  void join();
  void sync(const wire::JoinGroupResponse& joined);
  Result<void> take_join(const wire::JoinGroupResponse& joined);
  Result<void> take_sync(const wire::SyncGroupResponse& synced);
  Result<void> take_assignment(std::vector<TopicPartition> partitions);
  Result<void> look_whether_alive();
  Result<void> after_error(ErrorCode error);
  /// Gives back what it may not keep, and joins again.
  void rebalance();
  void lose_all();
  [[nodiscard]] std::vector<std::vector<TopicPartition>> assign(
      const wire::JoinGroupResponse& joined);
  [[nodiscard]] group::assignor::PartitionCounts count(const std::set<std::string>& topics) const;
  [[nodiscard]] bool is_cooperative() const;

  const std::shared_ptr<service::GroupService> groups_;
  const ConsumerOptions options_;
  const std::shared_ptr<service::Waiter> sleeper_;
  GroupMemberEvents& events_;
  std::shared_ptr<Inbox> inbox_;

  State state_ = State::kOut;
  bool must_rejoin_ = true;
  std::vector<std::string> topics_;
  std::vector<TopicPartition> owned_;
  std::string member_id_;
  std::int32_t generation_ = -1;
  std::string protocol_;
  /// Of a leader: what it has assigned, to see what changes.
  std::optional<group::assignor::PartitionCounts> led_;
};

}  // namespace leat::engine
