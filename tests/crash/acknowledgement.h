#pragma once

/// \file
/// What the writer tells its parent of each record: small enough that a pipe takes it whole.

#include <cstdint>
#include <string>

#include "leat/types.h"

#include "base/bytes.h"
#include "base/hash.h"

namespace leat::crash {

inline constexpr int kLanes = 4;
inline constexpr const char* kLaneTopic = "lanes";     // an Appender a partition
inline constexpr const char* kKeyedTopic = "keyed";    // Producers, by key
inline constexpr const char* kSyncedTopic = "synced";  // flush.messages=1

enum class Topic : std::uint32_t { kLane, kKey, kSync };

inline const char* name_of(Topic topic) {
  switch (topic) {
    case Topic::kLane:
      return kLaneTopic;
    case Topic::kKey:
      return kKeyedTopic;
    case Topic::kSync:
      return kSyncedTopic;
  }
  return "";
}

struct Acknowledgement {
  Topic topic = Topic::kLane;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::uint64_t hash = 0;  ///< of the value
};
static_assert(sizeof(Acknowledgement) == 24);

inline std::uint64_t hash_of(const std::string& value) { return base::xxh3(base::as_bytes(value)); }

}  // namespace leat::crash
