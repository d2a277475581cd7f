#pragma once

/// \file
/// What `leat topic`, `produce` and `consume` were asked for, wherever the topics are.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/admin.h"
#include "leat/result.h"
#include "leat/types.h"

#include "tools/session.h"

namespace leat::tools {

enum class TopicAction : std::uint8_t { kCreate, kList, kDescribe, kAlter, kDelete };

struct TopicArguments {
  Place place;
  std::string name;
  std::optional<std::int32_t> partitions;
  std::vector<std::string> configs;
  std::vector<std::string> deleted_configs;
  bool json = false;
};

struct ProduceArguments {
  Place place;
  std::string topic;
  std::vector<std::string> files;
  std::optional<std::string> key_separator;
  std::vector<std::string> headers;
  std::optional<std::int32_t> partition;
  std::string acks = "all";
  std::string compression = "none";
  bool no_create = false;
};

struct ConsumeArguments {
  Place place;
  std::string topic;
  std::string from = "beginning";
  bool no_follow = false;
  std::uint64_t count = 0;  ///< 0: no bound
  std::optional<std::int32_t> partition;
  std::string format = "%s\\n";
  std::string group;
};

enum class GroupAction : std::uint8_t { kList, kDescribe, kReset, kDelete };

struct GroupArguments {
  Place place;
  std::string group;
  std::vector<std::string> topics;  ///< NAME[:PARTITION]
  bool to_earliest = false;
  bool to_latest = false;
  std::optional<std::int64_t> to_offset;
  std::optional<std::string> to_datetime;
  std::optional<std::int64_t> shift_by;
  std::optional<std::string> by_duration;
  bool dry_run = false;
  bool json = false;
};

/// "orders" or "orders:2". Errors: kInvalidArgument.
Result<std::pair<std::string, std::optional<PartitionId>>> parse_partition(const std::string& text);
/// What one of --to-… says. Errors: kInvalidArgument.
Result<ResetTo> reset_of(const GroupArguments& arguments);
/// Of a group that has committed nothing, where no topic is named.
[[nodiscard]] Error nothing_to_reset(const GroupArguments& arguments);

/// What --from says.
struct Start {
  enum class Kind : std::uint8_t { kBeginning, kEnd, kOffset, kTime } kind = Kind::kBeginning;
  Offset offset;
  Timestamp time;
};

/// The --config KEY=VALUE. Errors: kInvalidConfig for one that is none.
Result<ConfigMap> parse_configs(const std::vector<std::string>& texts);

/// "3 partitions".
[[nodiscard]] std::string partitions_text(std::size_t count);

/// A line as a record: its key, where there is a separator and it occurs, and its value.
struct Line {
  std::optional<std::string_view> key;
  std::string_view value;
};
[[nodiscard]] Line split_line(const ProduceArguments& arguments, std::string_view text);

}  // namespace leat::tools
