#include "kafka/acls.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace leat::kafka {
namespace {

constexpr std::string_view kAll = "*";
constexpr std::string_view kEverybody = "User:*";

/// What an ACL that allows `held` allows beside it (A3).
bool implies(AclOperation held, AclOperation wanted) {
  using enum AclOperation;
  if (wanted == kDescribe) {
    return held == kRead || held == kWrite || held == kDelete || held == kAlter;
  }
  return wanted == kDescribeConfigs && held == kAlterConfigs;
}

/// Whether the ACL decides the question, of whatever resource.
bool speaks_of(const Acl& acl, const AclQuestion& question) {
  if (acl.principal != question.principal && acl.principal != kEverybody) return false;
  if (acl.host != question.host && acl.host != kAll) return false;
  if (acl.operation == question.operation || acl.operation == AclOperation::kAll) return true;
  return acl.permission == AclPermission::kAllow && implies(acl.operation, question.operation);
}

bool has(const std::vector<Acl>& acls, const AclQuestion& question, AclPermission permission) {
  return std::ranges::any_of(acls, [&](const Acl& acl) {
    return acl.permission == permission && speaks_of(acl, question);
  });
}

template <class Enum>
bool is_between(Enum value, Enum first, Enum last) {
  return first <= value && value <= last;
}

constexpr std::uint32_t bit(AclOperation operation) {
  return 1U << static_cast<unsigned>(operation);
}

/// The operations that make sense for a type of resource.
std::uint32_t operations_of(ResourceType type) {
  using enum AclOperation;
  constexpr std::uint32_t kOfConfigs = bit(kDescribeConfigs) | bit(kAlterConfigs);
  switch (type) {
    case ResourceType::kTopic:
      return bit(kAll) | bit(kRead) | bit(kWrite) | bit(kCreate) | bit(kDelete) | bit(kAlter) |
             bit(kDescribe) | kOfConfigs;
    case ResourceType::kGroup:
      return bit(kAll) | bit(kRead) | bit(kDelete) | bit(kDescribe) | kOfConfigs;
    case ResourceType::kCluster:
      return bit(kAll) | bit(kCreate) | bit(kAlter) | bit(kDescribe) | bit(kClusterAction) |
             bit(kIdempotentWrite) | kOfConfigs;
    case ResourceType::kTransactionalId:
      return bit(kAll) | bit(kWrite) | bit(kDescribe) | bit(kTwoPhaseCommit);
    case ResourceType::kDelegationToken:
      return bit(kAll) | bit(kDescribe);
    case ResourceType::kUser:
      return bit(kAll) | bit(kCreateTokens) | bit(kDescribeTokens);
    case ResourceType::kUnknown:
    case ResourceType::kAny:
      break;
  }
  return 0;
}

}  // namespace

Acls::Acls(const std::set<Acl>& acls) {
  for (const Acl& acl : acls) {
    OfType& type = types_[acl.resource_type];
    auto& by_name = acl.pattern_type == PatternType::kPrefixed ? type.prefixed : type.literal;
    by_name[acl.resource_name].push_back(acl);
  }
}

std::vector<const std::vector<Acl>*> Acls::about(ResourceType type, std::string_view name) const {
  std::vector<const std::vector<Acl>*> lists;
  const auto of_type = types_.find(type);
  if (of_type == types_.end()) return lists;
  const OfType& by = of_type->second;
  const auto add = [&](const auto& by_name, std::string_view key) {
    if (const auto found = by_name.find(key); found != by_name.end())
      lists.push_back(&found->second);
  };
  add(by.literal, name);
  if (name != kAll) add(by.literal, kAll);
  if (by.prefixed.empty()) return lists;
  for (std::size_t size = 1; size <= name.size(); ++size) add(by.prefixed, name.substr(0, size));
  return lists;
}

Acls::Verdict Acls::ask(const AclQuestion& question, ResourceType type,
                        std::string_view name) const {
  const auto lists = about(type, name);
  if (lists.empty()) return Verdict::kNoAcl;
  const auto any = [&](AclPermission permission) {
    return std::ranges::any_of(lists,
                               [&](const auto* acls) { return has(*acls, question, permission); });
  };
  if (any(AclPermission::kDeny)) return Verdict::kDenied;
  return any(AclPermission::kAllow) ? Verdict::kAllowed : Verdict::kDenied;
}

bool Acls::allows_any(const AclQuestion& question, ResourceType type) const {
  const auto of_type = types_.find(type);
  if (of_type == types_.end()) return false;
  const OfType& by = of_type->second;
  const auto denies = [&](const auto& by_name, std::string_view name) {
    const auto found = by_name.find(name);
    return found != by_name.end() && has(found->second, question, AclPermission::kDeny);
  };
  if (denies(by.literal, kAll)) return false;
  const auto is_left = [&](const auto& entry) {
    const std::string_view name = entry.first;
    if (!has(entry.second, question, AclPermission::kAllow)) return false;
    for (std::size_t size = 1; size <= name.size(); ++size) {
      if (denies(by.prefixed, name.substr(0, size))) return false;
    }
    return true;
  };
  const bool any_by_name = std::ranges::any_of(by.literal, [&](const auto& entry) {
    return is_left(entry) && !denies(by.literal, entry.first);
  });
  return any_by_name || std::ranges::any_of(by.prefixed, is_left);
}

bool matches(const AclFilter& filter, const Acl& acl) {
  const auto is_wanted = [](const std::optional<std::string_view>& wanted, std::string_view is) {
    return !wanted || *wanted == is;
  };
  if (filter.resource_type != ResourceType::kAny && filter.resource_type != acl.resource_type) {
    return false;
  }
  if (!is_wanted(filter.principal, acl.principal) || !is_wanted(filter.host, acl.host)) {
    return false;
  }
  if (filter.operation != AclOperation::kAny && filter.operation != acl.operation) return false;
  if (filter.permission != AclPermission::kAny && filter.permission != acl.permission) return false;
  if (filter.pattern_type == PatternType::kMatch) {  // what decides about the name
    if (!filter.resource_name) return true;
    if (acl.pattern_type == PatternType::kPrefixed) {
      return filter.resource_name->starts_with(acl.resource_name);
    }
    return acl.resource_name == *filter.resource_name || acl.resource_name == kAll;
  }
  if (filter.pattern_type != PatternType::kAny && filter.pattern_type != acl.pattern_type) {
    return false;
  }
  return is_wanted(filter.resource_name, acl.resource_name);
}

bool is_known(const AclFilter& filter) {
  return is_between(filter.resource_type, ResourceType::kAny, ResourceType::kUser) &&
         is_between(filter.pattern_type, PatternType::kAny, PatternType::kPrefixed) &&
         is_between(filter.operation, AclOperation::kAny, AclOperation::kTwoPhaseCommit) &&
         is_between(filter.permission, AclPermission::kAny, AclPermission::kAllow);
}

std::optional<std::string> fault_of(const Acl& acl) {
  if (!is_between(acl.resource_type, ResourceType::kTopic, ResourceType::kUser)) {
    return fmt::format("there are no resources of type {}",
                       static_cast<std::int8_t>(acl.resource_type));
  }
  if (!is_between(acl.pattern_type, PatternType::kLiteral, PatternType::kPrefixed)) {
    return "the pattern of an ACL is literal (3) or prefixed (4)";
  }
  if (!is_between(acl.permission, AclPermission::kDeny, AclPermission::kAllow)) {
    return "an ACL denies (2) or allows (3)";
  }
  if (!is_between(acl.operation, AclOperation::kAll, AclOperation::kTwoPhaseCommit) ||
      (operations_of(acl.resource_type) & bit(acl.operation)) == 0) {
    return fmt::format("operation {} does not apply to resources of type {}",
                       static_cast<std::int8_t>(acl.operation),
                       static_cast<std::int8_t>(acl.resource_type));
  }
  if (acl.resource_name.empty()) return "the resource has no name";
  if (acl.resource_type == ResourceType::kCluster && acl.resource_name != kClusterName) {
    return fmt::format("the only cluster is called '{}'", kClusterName);
  }
  const std::size_t colon = acl.principal.find(':');
  if (colon == 0 || colon == std::string::npos || colon + 1 == acl.principal.size()) {
    return fmt::format("principal '{}' is not of the form User:NAME", acl.principal);
  }
  if (acl.host.empty()) return "the host is empty; * is all";
  return std::nullopt;
}

}  // namespace leat::kafka
