#pragma once

/// \file
/// What an engine has promised, kept beside it: what a crash may take from it, and what it may not.

#include <cstdint>
#include <map>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace leat::simtest {

/// A partition, number 0 of a topic if only that is named.
struct Place {
  Place(const char* of) : topic(of) {}            // NOLINT: the words of a script
  Place(std::string of, std::int32_t number = 0)  // NOLINT: the same
      : topic(std::move(of)), partition(number) {}
  std::string topic;
  std::int32_t partition = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Place& place) {
    return out << place.topic << '-' << place.partition;
  }
};

/// Of one partition.
struct PartitionPromises {
  std::map<std::int64_t, std::string> acked = {};  ///< by offset
  std::int64_t durable_end = 0;                    ///< what is below it survives power loss
  std::int64_t start_acked = 0;                    ///< log start, at least
  std::int64_t start_asked = 0;                    ///< and at most

  [[nodiscard]] std::int64_t acked_end() const {
    return acked.empty() ? 0 : acked.rbegin()->first + 1;
  }
};

/// Of one topic.
struct Promises {
  std::map<std::int32_t, PartitionPromises> partitions = {};
  std::set<std::string> attempted = {};  ///< all values that may be there, each once
  bool is_created = false;               ///< acked
  bool is_deleted = false;
  bool is_in_doubt = false;              ///< a creation or deletion was asked for, and not acked
  std::int32_t partitions_acked = 1;     ///< at least
  std::int32_t partitions_asked = 1;     ///< and at most
  std::set<std::string> retention = {};  ///< values of retention.ms that may be there

  [[nodiscard]] bool is_there() const { return is_created && !is_in_doubt; }
};

struct Truth {
  std::map<std::string, Promises> topics = {};
  /// Positions that the cursor may have in each partition; none was asked for where there is no
  /// entry.
  std::map<Place, std::set<std::int64_t>> cursors = {};
  std::int32_t epoch = -1;   ///< of the run that wrote last (G7)
  std::string boot_id = {};  ///< of the host since it was opened, or tried to be
  /// Copies that `Engine::snapshot` acknowledged, and what it copied (G34).
  std::vector<std::pair<std::string, std::shared_ptr<const Truth>>> copies = {};
};

}  // namespace leat::simtest
