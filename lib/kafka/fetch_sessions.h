#pragma once

/// \file
/// Fetch sessions (KIP-227, F14-F16): what a client has asked for before and was told, so that it
/// need not ask for everything again, nor be told what has not changed.
///
/// Threads: the cache may be used from any thread; a session is used by one request at a time,
/// which its epoch sees to, and is locked all the same.

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
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

/// What a Fetch asks of one partition.
struct FetchAsk {
  std::string_view topic = {};  ///< kept by `keeper` or by the request's frame
  Uuid topic_id = {};
  PartitionId partition = {};
  Offset offset = {};
  LeaderEpoch current_epoch{-1};
  LeaderEpoch last_fetched_epoch{-1};
  std::int32_t bytes_max = 0;
  std::shared_ptr<const std::string> keeper = {};
};

/// What it was told beside records: an incremental answer is about changes (F15).
struct FetchTold {
  Offset high_watermark{-1};
  Offset last_stable{-1};
  Offset log_start{-1};
  friend bool operator==(const FetchTold&, const FetchTold&) = default;
};

class FetchSession {
 public:
  FetchSession(std::int32_t id, bool by_id) : id_(id), by_id_(by_id) {}
  [[nodiscard]] std::int32_t id() const { return id_; }
  [[nodiscard]] bool by_id() const { return by_id_; }

  /// Takes what a request changes.
  void update(const wire::FetchRequest& request) LEAT_EXCLUDES(mutex_);
  /// In the order in which they are to be served: who got records goes to the end (F4).
  [[nodiscard]] std::vector<FetchAsk> asks() const LEAT_EXCLUDES(mutex_);
  /// Whether an answer about the partition says anything new; then it counts as told.
  bool is_news(const FetchAsk& ask, const FetchTold& told, bool has_records, bool has_error)
      LEAT_EXCLUDES(mutex_);

 private:
  friend class FetchSessions;
  struct Key {
    std::string_view topic;
    Uuid topic_id;
    PartitionId partition;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Entry {
    FetchAsk ask = {};
    FetchTold told = {};
    bool had_error = false;
    bool was_told = false;
  };
  using Entries = std::list<Entry>;
  [[nodiscard]] Key key(std::string_view topic, const Uuid& topic_id, PartitionId partition) const;

  const std::int32_t id_;
  const bool by_id_;
  std::int32_t next_epoch_ = 1;  // of the cache
  MonotonicTime used_at_;        // of the cache
  mutable base::Mutex mutex_;
  Entries entries_ LEAT_GUARDED_BY(mutex_);
  std::map<Key, Entries::iterator> places_ LEAT_GUARDED_BY(mutex_);
};

/// What a request begins: all that it asks for, by a session or not.
struct FetchBegun {
  ErrorCode error = ErrorCode::kNone;  ///< of the whole answer
  std::shared_ptr<FetchSession> session = {};
  bool is_full = true;  ///< every partition is to be answered
  std::vector<FetchAsk> asks = {};
};

class FetchSessions {
 public:
  explicit FetchSessions(std::int32_t sessions_max) : sessions_max_(sessions_max) {}

  /// REQUIRES: the request outlives asks without a keeper.
  FetchBegun begin(const wire::FetchRequest& request, wire::ApiVersion version, MonotonicTime now)
      LEAT_EXCLUDES(mutex_);
  [[nodiscard]] std::size_t size() const LEAT_EXCLUDES(mutex_);

 private:
  FetchBegun begin_full(const wire::FetchRequest& request, bool by_id, MonotonicTime now)
      LEAT_REQUIRES(mutex_);
  FetchBegun go_on(const wire::FetchRequest& request, bool by_id, MonotonicTime now)
      LEAT_REQUIRES(mutex_);
  /// Null when there is no room: legal, the client then goes without (F16).
  std::shared_ptr<FetchSession> make(bool by_id, MonotonicTime now) LEAT_REQUIRES(mutex_);

  const std::int32_t sessions_max_;
  mutable base::Mutex mutex_;
  std::int32_t last_id_ LEAT_GUARDED_BY(mutex_) = 0;
  std::map<std::int32_t, std::shared_ptr<FetchSession>> sessions_ LEAT_GUARDED_BY(mutex_);
};

}  // namespace leat::kafka
