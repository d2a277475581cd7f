#pragma once

/// \file
/// The offsets that a group has committed: what the newest records of `__consumer_offsets` say (O
/// rules). Not thread-safe.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "leat/types.h"

#include "group/records.h"

namespace leat::group {

class Offsets {
 public:
  using Partitions = std::map<std::int32_t, OffsetCommitValue>;
  using Topics = std::map<std::string, Partitions, std::less<>>;

  [[nodiscard]] bool empty() const { return topics_.empty(); }
  [[nodiscard]] const Topics& topics() const { return topics_; }
  /// Null when nothing is committed there.
  [[nodiscard]] const OffsetCommitValue* find(std::string_view topic, PartitionId partition) const {
    const auto partitions = topics_.find(topic);
    if (partitions == topics_.end()) return nullptr;
    const auto found = partitions->second.find(partition.value());
    return found == partitions->second.end() ? nullptr : &found->second;
  }
  /// What a record says, from the log or on its way there (K1); nullopt deletes.
  void apply(std::string_view topic, PartitionId partition,
             std::optional<OffsetCommitValue> value) {
    auto partitions = topics_.find(topic);
    if (value) {
      if (partitions == topics_.end()) partitions = topics_.emplace(topic, Partitions()).first;
      partitions->second.insert_or_assign(partition.value(), *std::move(value));
      return;
    }
    if (partitions == topics_.end()) return;
    partitions->second.erase(partition.value());
    if (partitions->second.empty()) topics_.erase(partitions);
  }

 private:
  Topics topics_;
};

}  // namespace leat::group
