#pragma once

/// \file
/// Who may do what (A1): super users everything, the others what the ACLs say. A broker without an
/// `authorizer.class.name` has none, and everybody may do everything. Thread-safe.

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "kafka/acls.h"
#include "service/admin_service.h"

namespace leat::kafka {

struct Call;
struct Peer;

class Authorizer {
 public:
  /// `super_users` as Kafka has them: "User:alice;User:bob". REQUIRES: `settings` outlives it.
  Authorizer(const service::AdminService& settings, std::string_view super_users,
             bool allow_if_no_acl);

  [[nodiscard]] bool allows(const Peer& peer, AclOperation operation, ResourceType type,
                            std::string_view name) const;
  /// Whether it is allowed for some resource of the type (A5).
  [[nodiscard]] bool allows_any(const Peer& peer, AclOperation operation, ResourceType type) const;

 private:
  [[nodiscard]] std::shared_ptr<const Acls> acls() const;

  const service::AdminService& settings_;
  std::set<std::string, std::less<>> super_users_;
  const bool allow_if_no_acl_;
  mutable base::Mutex mutex_;
  mutable std::shared_ptr<const Acls> acls_ LEAT_GUARDED_BY(mutex_);
  mutable std::uint64_t version_ LEAT_GUARDED_BY(mutex_) = 0;  // of what acls_ was made from
};

// For handlers: always true without an authorizer.

[[nodiscard]] bool may(const Call& call, AclOperation operation, ResourceType type,
                       std::string_view name);
[[nodiscard]] bool may_on_topic(const Call& call, AclOperation operation, std::string_view name);
[[nodiscard]] bool may_on_cluster(const Call& call, AclOperation operation);
/// A new topic of that name: CREATE on the cluster, or on the topic.
[[nodiscard]] bool may_create_topic(const Call& call, std::string_view name);
/// A producer id without a transactional one (A5).
[[nodiscard]] bool may_write_idempotently(const Call& call);
/// Those of `operations`, as bits of Kafka's numbers, that the client may do.
[[nodiscard]] std::int32_t allowed_operations(const Call& call, ResourceType type,
                                              std::string_view name, std::int32_t operations);

}  // namespace leat::kafka
