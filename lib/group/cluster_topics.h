#pragma once

/// \file
/// The topics of the cluster, as consumer groups need to know them. The coordinator's runner has
/// the real ones, tests theirs.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leat/result.h"
#include "leat/types.h"

namespace leat::group {

class ClusterTopics {
 public:
  struct Topic {
    Uuid id = {};
    std::int32_t partitions = 0;
  };

  virtual ~ClusterTopics() = default;

  /// nullopt: there is none.
  [[nodiscard]] virtual std::optional<Topic> find(std::string_view name) const = 0;
  [[nodiscard]] virtual std::optional<std::string> name_of(const Uuid& id) const = 0;
  /// The names that a regular expression is of (TopicPattern), sorted: those that whoever reads as
  /// the group may see (N11). Errors: kInvalidRegularExpression.
  [[nodiscard]] virtual Result<std::vector<std::string>> matching(
      std::string_view expression) const = 0;
};

}  // namespace leat::group
