#pragma once

/// \file
/// What an engine is, without the engine: topics, partitions, records, log starts, configs and
/// cursors, in plain containers. The property test does everything to both (T1).

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/records.h"

namespace leat::support {

struct ModelPartition {
  std::vector<Got> records;  ///< all there ever were, by offset
  std::int64_t log_start = 0;

  [[nodiscard]] std::int64_t end() const { return static_cast<std::int64_t>(records.size()); }
  [[nodiscard]] std::vector<Got> from(std::int64_t offset) const {
    return {records.begin() + std::max(offset, log_start), records.end()};
  }
  /// The first offset whose record is at or after `time_ms`.
  [[nodiscard]] std::optional<std::int64_t> at_time(std::int64_t time_ms) const {
    const auto found = std::find_if(records.begin() + log_start, records.end(),
                                    [&](const Got& got) { return got.time_ms >= time_ms; });
    if (found == records.end()) return std::nullopt;
    return found->offset;
  }
  void append(Got got) {
    got.offset = end();
    records.push_back(std::move(got));
  }
};

struct ModelTopic {
  std::vector<ModelPartition> partitions;
  std::string retention_ms = "604800000";
  std::map<std::size_t, std::int64_t> cursor;  ///< saved positions by partition
};

using Model = std::map<std::string, ModelTopic>;

}  // namespace leat::support
