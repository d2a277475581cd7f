#pragma once

/// \file
/// Until when who must have been heard of. Not thread-safe.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/types.h"

namespace leat::group {

class Deadlines {
 public:
  Deadlines() = default;
  Deadlines(const Deadlines&) = delete;  // the order is of views of the names
  Deadlines& operator=(const Deadlines&) = delete;
  Deadlines(Deadlines&&) = default;
  Deadlines& operator=(Deadlines&&) = default;
  ~Deadlines() = default;

  /// In place of the one that `name` had.
  void set(std::string_view name, MonotonicTime at) {
    cancel(name);
    const auto entry = times_.emplace(name, at).first;
    order_.emplace(at, entry->first);
  }
  void cancel(std::string_view name) {
    const auto found = times_.find(name);
    if (found == times_.end()) return;
    order_.erase({found->second, found->first});
    times_.erase(found);
  }
  [[nodiscard]] bool contains(std::string_view name) const { return times_.contains(name); }
  [[nodiscard]] std::optional<MonotonicTime> next() const {
    if (order_.empty()) return std::nullopt;
    return order_.begin()->first;
  }
  /// Those whose time has come; they are cancelled.
  [[nodiscard]] std::vector<std::string> take_until(MonotonicTime now) {
    std::vector<std::string> names;
    while (!order_.empty() && order_.begin()->first <= now) {
      names.emplace_back(order_.begin()->second);
      cancel(names.back());
    }
    return names;
  }

 private:
  std::map<std::string, MonotonicTime, std::less<>> times_;
  std::set<std::pair<MonotonicTime, std::string_view>> order_;  // views of the names in times_
};

}  // namespace leat::group
