#include "kafka/authorizer.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/mutex.h"
#include "kafka/acls.h"
#include "kafka/call.h"
#include "service/admin_service.h"

namespace leat::kafka {

Authorizer::Authorizer(const service::AdminService& settings, std::string_view super_users,
                       bool allow_if_no_acl)
    : settings_(settings), allow_if_no_acl_(allow_if_no_acl) {
  while (!super_users.empty()) {
    const std::size_t end = super_users.find(';');
    std::string_view user = super_users.substr(0, end);
    while (user.starts_with(' ')) user.remove_prefix(1);
    while (user.ends_with(' ')) user.remove_suffix(1);
    if (!user.empty()) super_users_.emplace(user);
    super_users = end == std::string_view::npos ? "" : super_users.substr(end + 1);
  }
}

std::shared_ptr<const Acls> Authorizer::acls() const {
  const base::MutexLock lock(mutex_);
  // The version first: what is changed in between is looked at again.
  const std::uint64_t version = settings_.settings_version();
  if (acls_ == nullptr || version != version_) {
    acls_ = std::make_shared<const Acls>(settings_.settings()->acls);
    version_ = version;
  }
  return acls_;
}

bool Authorizer::allows(const Peer& peer, AclOperation operation, ResourceType type,
                        std::string_view name) const {
  if (super_users_.contains(peer.principal)) return true;
  switch (acls()->ask({peer.principal, peer.host, operation}, type, name)) {
    case Acls::Verdict::kAllowed:
      return true;
    case Acls::Verdict::kDenied:
      return false;
    case Acls::Verdict::kNoAcl:
      break;
  }
  return allow_if_no_acl_;
}

bool Authorizer::allows_any(const Peer& peer, AclOperation operation, ResourceType type) const {
  // As Kafka does: first a name that nobody has, of which only what is said of all counts.
  return allows(peer, operation, type, "hardcode") ||
         acls()->allows_any({peer.principal, peer.host, operation}, type);
}

bool may(const Call& call, AclOperation operation, ResourceType type, std::string_view name) {
  const auto& authorizer = call.broker->authorizer;
  return authorizer == nullptr || authorizer->allows(*call.peer, operation, type, name);
}

bool may_on_topic(const Call& call, AclOperation operation, std::string_view name) {
  return may(call, operation, ResourceType::kTopic, name);
}

bool may_on_cluster(const Call& call, AclOperation operation) {
  return may(call, operation, ResourceType::kCluster, kClusterName);
}

bool may_create_topic(const Call& call, std::string_view name) {
  return may_on_cluster(call, AclOperation::kCreate) ||
         may_on_topic(call, AclOperation::kCreate, name);
}

bool may_write_idempotently(const Call& call) {
  const auto& authorizer = call.broker->authorizer;
  return may_on_cluster(call, AclOperation::kIdempotentWrite) ||
         authorizer->allows_any(*call.peer, AclOperation::kWrite, ResourceType::kTopic);
}

std::int32_t allowed_operations(const Call& call, ResourceType type, std::string_view name,
                                std::int32_t operations) {
  if (call.broker->authorizer == nullptr) return operations;
  std::int32_t allowed = 0;
  constexpr int kLast = static_cast<int>(AclOperation::kTwoPhaseCommit);
  for (int number = 0; number <= kLast; ++number) {
    const std::int32_t bit = 1 << number;
    if ((operations & bit) != 0 && may(call, static_cast<AclOperation>(number), type, name)) {
      allowed |= bit;
    }
  }
  return allowed;
}

}  // namespace leat::kafka
