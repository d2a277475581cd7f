#pragma once

/// \file
/// What a step of a group's state machine may do to the world (K1): append records, and have
/// answers given once they are durable. The coordinator's runner has the real ones, tests theirs.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "service/group_service.h"
#include "service/waiter.h"
#include "wire/versioned.h"

namespace leat::group {

/// A record of a group's partition of `__consumer_offsets`; no value deletes.
struct CoordinatorRecord {
  std::vector<std::byte> key;
  std::optional<std::vector<std::byte>> value;
};

/// Errors: as `wire::encode_key`, of a string that is too long.
template <wire::RecordKey K, wire::TopLevel V>
[[nodiscard]] Result<CoordinatorRecord> record_of(const K& key, const V& value,
                                                  wire::ApiVersion version) {
  LEAT_TRY(auto encoded_key, wire::encode_key(key));
  LEAT_TRY(auto encoded_value, wire::encode_versioned(value, version));
  return CoordinatorRecord{std::move(encoded_key), std::move(encoded_value)};
}
template <wire::RecordKey K>
[[nodiscard]] Result<CoordinatorRecord> tombstone_of(const K& key) {
  LEAT_TRY(auto encoded_key, wire::encode_key(key));
  return CoordinatorRecord{std::move(encoded_key), std::nullopt};
}

using service::Done;

/// Turns an answer into `error`: what it said did not become durable.
template <class Response>
void set_error(Response& response, ErrorCode error) {
  response = Response();
  response.error_code = error;
}
inline void set_error(ErrorCode& response, ErrorCode error) { response = error; }
inline void set_error(std::vector<ErrorCode>& response, ErrorCode error) {
  std::ranges::fill(response, error);
}
inline void set_error(Result<std::vector<ErrorCode>>& response, ErrorCode error) {
  response = Error(error);
}
inline void set_error(service::CommittedOffsets& response, ErrorCode error) {
  response = {.error = error, .offsets = {}};
}

/// An answer on its way: given as it is for kNone, as that error otherwise.
using Answer = std::function<void(ErrorCode error)>;

/// What is given to one step, and taken from it.
class Outbox {
 public:
  /// Appends the records as one batch, all or none.
  using Append = std::function<Result<void>(std::span<const CoordinatorRecord>)>;

  Outbox(MonotonicTime now, Timestamp wall_now, Append append)
      : now_(now), wall_now_(wall_now), append_(std::move(append)) {}

  /// What sessions and rebalances are timed by.
  [[nodiscard]] MonotonicTime now() const { return now_; }
  /// What commits are dated by.
  [[nodiscard]] Timestamp wall_now() const { return wall_now_; }

  /// Whoever gets an error has changed nothing yet (K1). Every answer of the step then waits until
  /// these are durable.
  Result<void> append(std::span<const CoordinatorRecord> records) { return append_(records); }

  template <class Response>
  void answer(Done<Response> done, Response response) {
    if (!done) return;
    // Shared: std::function wants what it holds to be copyable, and answers are large.
    auto kept = std::make_shared<Response>(std::move(response));
    answers_.push_back([done = std::move(done), kept = std::move(kept)](ErrorCode error) {
      if (error != ErrorCode::kNone) set_error(*kept, error);
      done(std::move(*kept));
    });
  }
  /// Once the step is over, durable or not; null is nobody.
  void wake(const std::shared_ptr<service::Waiter>& waiter) {
    if (waiter) wakes_.push_back(waiter);
  }
  [[nodiscard]] std::vector<std::shared_ptr<service::Waiter>> take_wakes() {
    return std::exchange(wakes_, {});
  }
  [[nodiscard]] std::vector<Answer> take_answers() { return std::exchange(answers_, {}); }

 private:
  MonotonicTime now_;
  Timestamp wall_now_;
  Append append_;
  std::vector<Answer> answers_;
  std::vector<std::shared_ptr<service::Waiter>> wakes_;
};

}  // namespace leat::group
