#pragma once

/// \file
/// The open connections of a server. Thread-safe.

#include <cstddef>
#include <memory>
#include <set>

#include "leat/types.h"

#include "base/mutex.h"

namespace leat::net {

class Connection;

class Connections {
 public:
  /// False when there are `most` already.
  [[nodiscard]] bool add(const std::shared_ptr<Connection>& connection, std::size_t most);
  void remove(Connection& connection);
  [[nodiscard]] std::size_t size() const;
  /// Has each answer what it has and close.
  void drain();
  /// Closes all that are left.
  void close();
  /// Waits for the last to leave; false when some are left at `deadline`.
  [[nodiscard]] bool wait_until_empty(MonotonicTime deadline);

 private:
  [[nodiscard]] std::set<std::shared_ptr<Connection>> all() const;
  mutable base::Mutex mutex_;
  base::CondVar left_;
  std::set<std::shared_ptr<Connection>> connections_ LEAT_GUARDED_BY(mutex_);
};

}  // namespace leat::net
