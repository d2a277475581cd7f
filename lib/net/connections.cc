#include "net/connections.h"

#include <cstddef>
#include <memory>
#include <set>

#include "leat/error.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "net/connection.h"

namespace leat::net {

bool Connections::add(const std::shared_ptr<Connection>& connection, std::size_t most) {
  const base::MutexLock lock(mutex_);
  return connections_.size() < most && connections_.insert(connection).second;
}

void Connections::remove(Connection& connection) {
  const base::MutexLock lock(mutex_);
  connections_.erase(connection.shared_from_this());
  if (connections_.empty()) left_.notify_all();
}

std::size_t Connections::size() const {
  const base::MutexLock lock(mutex_);
  return connections_.size();
}

std::set<std::shared_ptr<Connection>> Connections::all() const {
  const base::MutexLock lock(mutex_);
  return connections_;
}

void Connections::drain() {
  for (const auto& connection : all())
    connection->reactor()->post([connection] { connection->drain(); });
}

void Connections::close() {
  for (const auto& connection : all()) {
    connection->reactor()->post([connection] { connection->close(Error(ErrorCode::kClosed)); });
  }
}

bool Connections::wait_until_empty(MonotonicTime deadline) {
  const base::MutexLock lock(mutex_);
  while (!connections_.empty()) {
    if (!left_.wait_until(mutex_, deadline)) return connections_.empty();
  }
  return true;
}

}  // namespace leat::net
