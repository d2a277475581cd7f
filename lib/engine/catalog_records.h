#pragma once

/// \file
/// The records of the catalog (S21), declared by field tables. A key's kind tells what the value is; a null
/// value deletes. FORMAT.md lists them. Numbers and names never change; fields are added by version.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "leat/types.h"
#include "service/admin_service.h"
#include "wire/schema.h"

namespace leat::engine {

/// A config that was set on a topic.
struct TopicConfigValue {
  std::string name = {};
  std::string value = {};
  bool operator==(const TopicConfigValue&) const = default;
  static constexpr auto fields() {
    using M = TopicConfigValue;
    return std::tuple{wire::field<&M::name>("Name"), wire::field<&M::value>("Value")};
  }
};

struct TopicKey {
  Uuid id = {};
  bool operator==(const TopicKey&) const = default;
  static constexpr std::string_view kName = "TopicKey";
  static constexpr std::int16_t kRecordKind = 1;
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() { return std::tuple{wire::field<&TopicKey::id>("Id")}; }
};
static_assert(wire::well_formed<TopicKey>());

struct TopicValue {
  std::string name = {};
  std::int32_t number = 0;  ///< of the log in the index's keys (S20); never given twice
  std::int32_t partitions = 0;
  bool is_internal = false;
  std::vector<TopicConfigValue> configs = {};
  bool operator==(const TopicValue&) const = default;
  static constexpr std::string_view kName = "TopicValue";
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() {
    using M = TopicValue;
    return std::tuple{wire::field<&M::name>("Name"), wire::field<&M::number>("Number"),
                      wire::field<&M::partitions>("Partitions"),
                      wire::field<&M::is_internal>("IsInternal"),
                      wire::field<&M::configs>("Configs")};
  }
};
static_assert(wire::well_formed<TopicValue>());

struct LogStartKey {
  Uuid topic_id = {};
  PartitionId partition = {};
  bool operator==(const LogStartKey&) const = default;
  static constexpr std::string_view kName = "LogStartKey";
  static constexpr std::int16_t kRecordKind = 2;
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() {
    using M = LogStartKey;
    return std::tuple{wire::field<&M::topic_id>("TopicId"),
                      wire::field<&M::partition>("Partition")};
  }
};
static_assert(wire::well_formed<LogStartKey>());

struct LogStartValue {
  Offset offset = {};
  bool operator==(const LogStartValue&) const = default;
  static constexpr std::string_view kName = "LogStartValue";
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() {
    return std::tuple{wire::field<&LogStartValue::offset>("Offset")};
  }
};
static_assert(wire::well_formed<LogStartValue>());

/// A feature and the level that the directory is at: what an older Leat must refuse.
struct FeatureKey {
  std::string name = {};
  bool operator==(const FeatureKey&) const = default;
  static constexpr std::string_view kName = "FeatureKey";
  static constexpr std::int16_t kRecordKind = 3;
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() { return std::tuple{wire::field<&FeatureKey::name>("Name")}; }
};
static_assert(wire::well_formed<FeatureKey>());

struct FeatureValue {
  std::int16_t level = 0;
  bool operator==(const FeatureValue&) const = default;
  static constexpr std::string_view kName = "FeatureValue";
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() { return std::tuple{wire::field<&FeatureValue::level>("Level")}; }
};
static_assert(wire::well_formed<FeatureValue>());

/// Who the engine is to Kafka's clients (M8): one record, written once.
struct ClusterKey {
  bool operator==(const ClusterKey&) const = default;
  static constexpr std::string_view kName = "ClusterKey";
  static constexpr std::int16_t kRecordKind = 4;
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() { return std::tuple{}; }
};
static_assert(wire::well_formed<ClusterKey>());

struct ClusterValue {
  Uuid id = {};
  bool operator==(const ClusterValue&) const = default;
  static constexpr std::string_view kName = "ClusterValue";
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() { return std::tuple{wire::field<&ClusterValue::id>("Id")}; }
};
static_assert(wire::well_formed<ClusterValue>());

/// Producer ids are taken in blocks, each recorded before one of it is given (S19, I11).
struct ProducerIdsKey {
  bool operator==(const ProducerIdsKey&) const = default;
  static constexpr std::string_view kName = "ProducerIdsKey";
  static constexpr std::int16_t kRecordKind = 5;
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() { return std::tuple{}; }
};
static_assert(wire::well_formed<ProducerIdsKey>());

struct ProducerIdsValue {
  std::int64_t next = 0;  ///< the first that no block has
  bool operator==(const ProducerIdsValue&) const = default;
  static constexpr std::string_view kName = "ProducerIdsValue";
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() {
    return std::tuple{wire::field<&ProducerIdsValue::next>("NextProducerId")};
  }
};
static_assert(wire::well_formed<ProducerIdsValue>());

/// A rule of who may do what (A rules): its presence says it, the value nothing.
struct AclKey {
  service::ResourceType resource_type = {};
  service::PatternType pattern_type = {};
  std::string resource_name = {};
  std::string principal = {};
  std::string host = {};
  service::AclOperation operation = {};
  service::AclPermission permission = {};
  bool operator==(const AclKey&) const = default;
  static constexpr std::string_view kName = "AclKey";
  static constexpr std::int16_t kRecordKind = 6;
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() {
    using M = AclKey;
    return std::tuple{wire::field<&M::resource_type>("ResourceType"),
                      wire::field<&M::pattern_type>("PatternType"),
                      wire::field<&M::resource_name>("ResourceName"),
                      wire::field<&M::principal>("Principal"),
                      wire::field<&M::host>("Host"),
                      wire::field<&M::operation>("Operation"),
                      wire::field<&M::permission>("Permission")};
  }
};
static_assert(wire::well_formed<AclKey>());

struct AclValue {
  bool operator==(const AclValue&) const = default;
  static constexpr std::string_view kName = "AclValue";
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() { return std::tuple{}; }
};
static_assert(wire::well_formed<AclValue>());

/// A part of whom a quota is for; without a name: all that have no quota of their own.
struct QuotaEntityPart {
  std::string type = {};
  std::optional<std::string> name = {};
  bool operator==(const QuotaEntityPart&) const = default;
  static constexpr auto fields() {
    using M = QuotaEntityPart;
    return std::tuple{wire::field<&M::type>("Type"),
                      wire::field<&M::name>("Name", {.nullable = wire::since(0)})};
  }
};

/// The quotas of an entity (Q1), its parts sorted by type.
struct QuotaKey {
  std::vector<QuotaEntityPart> entity = {};
  bool operator==(const QuotaKey&) const = default;
  static constexpr std::string_view kName = "QuotaKey";
  static constexpr std::int16_t kRecordKind = 7;
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() { return std::tuple{wire::field<&QuotaKey::entity>("Entity")}; }
};
static_assert(wire::well_formed<QuotaKey>());

struct QuotaNumber {
  std::string key = {};
  double value = 0;
  bool operator==(const QuotaNumber&) const = default;
  static constexpr auto fields() {
    using M = QuotaNumber;
    return std::tuple{wire::field<&M::key>("Key"), wire::field<&M::value>("Value")};
  }
};

struct QuotaValue {
  std::vector<QuotaNumber> quotas = {};
  bool operator==(const QuotaValue&) const = default;
  static constexpr std::string_view kName = "QuotaValue";
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() { return std::tuple{wire::field<&QuotaValue::quotas>("Quotas")}; }
};
static_assert(wire::well_formed<QuotaValue>());

/// How a user logs in by SCRAM (A10).
struct ScramKey {
  std::string user = {};
  service::ScramMechanism mechanism = {};
  bool operator==(const ScramKey&) const = default;
  static constexpr std::string_view kName = "ScramKey";
  static constexpr std::int16_t kRecordKind = 8;
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() {
    using M = ScramKey;
    return std::tuple{wire::field<&M::user>("User"), wire::field<&M::mechanism>("Mechanism")};
  }
};
static_assert(wire::well_formed<ScramKey>());

struct ScramValue {
  std::vector<std::byte> salt = {};
  std::vector<std::byte> stored_key = {};
  std::vector<std::byte> server_key = {};
  std::int32_t iterations = 0;
  bool operator==(const ScramValue&) const = default;
  static constexpr std::string_view kName = "ScramValue";
  static constexpr wire::Versions kVersions{0, 0};
  static constexpr wire::Versions kFlexible = wire::since(0);
  static constexpr auto fields() {
    using M = ScramValue;
    return std::tuple{wire::field<&M::salt>("Salt"), wire::field<&M::stored_key>("StoredKey"),
                      wire::field<&M::server_key>("ServerKey"),
                      wire::field<&M::iterations>("Iterations")};
  }
};
static_assert(wire::well_formed<ScramValue>());

}  // namespace leat::engine
