#pragma once

/// \file
/// What the ACLs of a cluster say of one question, and which of them a filter means (A1-A3). Pure.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "service/admin_service.h"

namespace leat::kafka {

using service::Acl;
using service::AclOperation;
using service::AclPermission;
using service::PatternType;
using service::ResourceType;

/// The one resource of its type (A4).
inline constexpr std::string_view kClusterName = "kafka-cluster";

/// Who wants to do what.
struct AclQuestion {
  std::string_view principal;
  std::string_view host;
  AclOperation operation;
};

/// An index over ACLs. Immutable: any thread may ask.
class Acls {
 public:
  explicit Acls(const std::set<Acl>& acls);

  enum class Verdict : std::uint8_t {
    kAllowed,
    kDenied,  ///< by an ACL, or because those that there are allow others only
    kNoAcl,   ///< nothing is said of the resource
  };
  [[nodiscard]] Verdict ask(const AclQuestion& question, ResourceType type,
                            std::string_view name) const;
  /// Whether there may be a resource of the type for which the answer is kAllowed (A5).
  [[nodiscard]] bool allows_any(const AclQuestion& question, ResourceType type) const;

 private:
  struct OfType {
    std::map<std::string, std::vector<Acl>, std::less<>> literal;
    std::map<std::string, std::vector<Acl>, std::less<>> prefixed;
  };
  /// The lists that speak of a resource.
  [[nodiscard]] std::vector<const std::vector<Acl>*> about(ResourceType type,
                                                           std::string_view name) const;
  std::map<ResourceType, OfType> types_;
};

/// What an admin asks for: kAny, or nullopt, stands for everything (A2).
struct AclFilter {
  ResourceType resource_type = ResourceType::kAny;
  PatternType pattern_type = PatternType::kAny;
  std::optional<std::string_view> resource_name = {};
  std::optional<std::string_view> principal = {};
  std::optional<std::string_view> host = {};
  AclOperation operation = AclOperation::kAny;
  AclPermission permission = AclPermission::kAny;
};
[[nodiscard]] bool matches(const AclFilter& filter, const Acl& acl);
/// As requests have it: numbers, null for everything.
template <class Fields>
[[nodiscard]] AclFilter filter_of(const Fields& fields) {
  return {.resource_type = static_cast<ResourceType>(fields.resource_type_filter),
          .pattern_type = static_cast<PatternType>(fields.pattern_type_filter),
          .resource_name = fields.resource_name_filter,
          .principal = fields.principal_filter,
          .host = fields.host_filter,
          .operation = static_cast<AclOperation>(fields.operation),
          .permission = static_cast<AclPermission>(fields.permission_type)};
}

/// Whether every number of the filter is one of Kafka's.
[[nodiscard]] bool is_known(const AclFilter& filter);
/// What is wrong with an ACL that is to be made; nullopt for nothing.
[[nodiscard]] std::optional<std::string> fault_of(const Acl& acl);

}  // namespace leat::kafka
