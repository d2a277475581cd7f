#pragma once

/// \file
/// What a cluster keeps about its clients: what they may do, how much of it, and how they log in.
/// It is stored; the adaptor enforces it. `engine` has the one that serves.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "leat/result.h"

namespace leat::service {

// Kafka's numbers (A4), on disk and on the wire: never change or reuse. kAny and kMatch stand in
// filters only (A2).

enum class ResourceType : std::int8_t {
  kUnknown = 0,
  kAny = 1,
  kTopic = 2,
  kGroup = 3,
  kCluster = 4,
  kTransactionalId = 5,
  kDelegationToken = 6,
  kUser = 7,
};

enum class PatternType : std::int8_t {
  kUnknown = 0,
  kAny = 1,
  kMatch = 2,
  kLiteral = 3,
  kPrefixed = 4,
};

enum class AclOperation : std::int8_t {
  kUnknown = 0,
  kAny = 1,
  kAll = 2,
  kRead = 3,
  kWrite = 4,
  kCreate = 5,
  kDelete = 6,
  kAlter = 7,
  kDescribe = 8,
  kClusterAction = 9,
  kDescribeConfigs = 10,
  kAlterConfigs = 11,
  kIdempotentWrite = 12,
  kCreateTokens = 13,
  kDescribeTokens = 14,
  kTwoPhaseCommit = 15,
};

enum class AclPermission : std::int8_t { kUnknown = 0, kAny = 1, kDeny = 2, kAllow = 3 };

/// One rule: who may, or may not, do what with which resources.
struct Acl {
  ResourceType resource_type = ResourceType::kUnknown;
  PatternType pattern_type = PatternType::kLiteral;
  std::string resource_name = {};  ///< "*" of a literal: all
  std::string principal = {};      ///< "User:alice"; "User:*": all
  std::string host = {};           ///< an address; "*": all
  AclOperation operation = AclOperation::kUnknown;
  AclPermission permission = AclPermission::kUnknown;
  friend auto operator<=>(const Acl&, const Acl&) = default;
};

/// Whom a quota is for: a name, or nullopt for those without a quota of their own, by type: "user",
/// "client-id", "ip". At least one.
using QuotaEntity = std::map<std::string, std::optional<std::string>>;
/// By Kafka's keys: "producer_byte_rate", … (Q1).
using QuotaValues = std::map<std::string, double>;

/// Kafka's numbers.
enum class ScramMechanism : std::int8_t { kUnknown = 0, kSha256 = 1, kSha512 = 2 };

struct ScramUser {
  std::string name = {};
  ScramMechanism mechanism = ScramMechanism::kUnknown;
  friend auto operator<=>(const ScramUser&, const ScramUser&) = default;
};

/// What a server keeps of a password (RFC 5802); the password does not follow from it.
struct ScramCredential {
  std::vector<std::byte> salt = {};
  std::vector<std::byte> stored_key = {};
  std::vector<std::byte> server_key = {};
  std::int32_t iterations = 0;
  friend bool operator==(const ScramCredential&, const ScramCredential&) = default;
};

/// All of it at one moment.
struct AdminSettings {
  std::set<Acl> acls = {};
  std::map<QuotaEntity, QuotaValues> quotas = {};
  std::map<ScramUser, ScramCredential> scram_credentials = {};
};

/// Thread-safe.
class AdminService {
 public:
  virtual ~AdminService() = default;

  [[nodiscard]] virtual std::shared_ptr<const AdminSettings> settings() const = 0;
  /// Rises with every change of `settings`: what is derived from them is compared by it.
  [[nodiscard]] virtual std::uint64_t settings_version() const noexcept = 0;

  // Changing: durable when they return, so they wait for the disk: from a pool's thread (K3).
  // Errors: the engine's; what was done before one stays done.

  /// Those that are there already, or gone already, are passed over.
  virtual Result<void> add_acls(std::span<const Acl> acls) = 0;
  virtual Result<void> remove_acls(std::span<const Acl> acls) = 0;
  /// All quotas of an entity; none: it has none any more.
  virtual Result<void> set_quotas(const QuotaEntity& entity, const QuotaValues& values) = 0;
  /// nullopt: the user has none any more.
  virtual Result<void> set_scram_credential(const ScramUser& user,
                                            const std::optional<ScramCredential>& credential) = 0;
};

}  // namespace leat::service
