#include "log/log_options.h"

#include <cstdint>

#include "leat/options.h"

namespace leat::log {

LogOptions log_options(const TopicOptions& topic) {
  return {.segment_bytes = static_cast<std::uint32_t>(topic.roll_bytes()),
          .segment_ms = topic.segment_age,
          .index_interval_bytes = static_cast<std::uint32_t>(topic.index_interval_bytes),
          .max_message_bytes = static_cast<std::uint32_t>(topic.max_message_bytes),
          .timestamp_type = topic.message_timestamp_type,
          .durable_reads = topic.durability() == Durability::kSync};
}

}  // namespace leat::log
