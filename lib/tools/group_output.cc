#include "tools/group_output.h"

#include <chrono>
#include <cstdint>
#include <fmt/core.h>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "leat/admin.h"
#include "leat/types.h"

#include "tools/arguments.h"
#include "tools/output.h"

namespace leat::tools {
namespace {

std::string text_of(const std::optional<std::int64_t>& number) {
  return number ? fmt::to_string(*number) : "-";
}

std::optional<std::int64_t> count_of(const std::optional<std::chrono::milliseconds>& time) {
  if (!time) return std::nullopt;
  return time->count();
}

Json to_json(const std::optional<std::int64_t>& number) {
  return number ? Json(*number) : Json(nullptr);
}

Json to_json(const GroupMemberDescription& member) {
  return {{"member_id", member.member_id},
          {"instance_id", member.instance_id ? Json(*member.instance_id) : Json(nullptr)},
          {"client_id", member.client_id},
          {"host", member.host}};
}

Json to_json(const GroupListing& group) {
  return {{"group", group.group},
          {"state", group.state},
          {"type", group.type},
          {"protocol_type", group.protocol_type}};
}

std::optional<std::int64_t> committed(const PartitionLag& lag) {
  if (!lag.committed) return std::nullopt;
  return lag.committed->value();
}

Json to_json(const PartitionLag& lag) {
  return {{"topic", lag.partition.topic},
          {"partition", lag.partition.partition.value()},
          {"current_offset", to_json(committed(lag))},
          {"log_end_offset", lag.log_end.value()},
          {"lag", to_json(lag.lag)},
          {"time_lag_ms", to_json(count_of(lag.time_lag))},
          {"member_id", lag.member ? Json(lag.member->member_id) : Json(nullptr)}};
}

}  // namespace

void print_groups(const GroupArguments& arguments, const std::vector<GroupListing>& groups) {
  Json all = Json::array();
  Table table({"GROUP", "STATE", "TYPE", "PROTOCOL TYPE"});
  for (const GroupListing& group : groups) {
    all.push_back(to_json(group));
    table.add({group.group, group.state, group.type, group.protocol_type});
  }
  if (arguments.json) return write_json({{"groups", all}});
  if (groups.empty()) return tell("there are no groups yet");
  write_out(table.text());
}

void print_group(const GroupArguments& arguments, const GroupDescription& group,
                 const GroupLag& lag) {
  Json partitions = Json::array();
  Json members = Json::array();
  Table table({"TOPIC", "PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG", "TIME-LAG MS",
               "CONSUMER-ID", "HOST", "CLIENT-ID"});
  for (const PartitionLag& one : lag.partitions) {
    partitions.push_back(to_json(one));
    const auto member = one.member.value_or(
        GroupMemberDescription{.member_id = "-", .client_id = "-", .host = "-"});
    table.add({one.partition.topic, fmt::to_string(one.partition.partition.value()),
               text_of(committed(one)), fmt::to_string(one.log_end.value()), text_of(one.lag),
               text_of(count_of(one.time_lag)), member.member_id, member.host, member.client_id});
  }
  for (const GroupMemberDescription& member : group.members) members.push_back(to_json(member));
  if (arguments.json) {
    Json all = to_json(group.listing);
    all["assignor"] = group.assignor;
    all["members"] = members;
    all["partitions"] = partitions;
    all["max_offset_lag"] = lag.max_offset_lag;
    all["sum_offset_lag"] = lag.sum_offset_lag;
    all["estimated_max_time_lag_ms"] = lag.estimated_max_time_lag.count();
    return write_json(all);
  }
  write_out(fmt::format("{}  {}  {} members  lag {} in all, {} at most\n{}", group.listing.group,
                        group.listing.state, group.members.size(), lag.sum_offset_lag,
                        lag.max_offset_lag, table.text()));
}

void print_offsets(const GroupArguments& arguments,
                   const std::map<TopicPartition, Offset>& offsets) {
  Json all = Json::array();
  Table table({"TOPIC", "PARTITION", "NEW-OFFSET"});
  for (const auto& [partition, offset] : offsets) {
    all.push_back({{"topic", partition.topic},
                   {"partition", partition.partition.value()},
                   {"offset", offset.value()}});
    table.add({partition.topic, fmt::to_string(partition.partition.value()),
               fmt::to_string(offset.value())});
  }
  if (arguments.json) {
    return write_json(
        {{"group", arguments.group}, {"dry_run", arguments.dry_run}, {"offsets", all}});
  }
  write_out(table.text());
  if (arguments.dry_run) tell("nothing was changed; leave --dry-run out to do it");
}

void print_deleted(const GroupArguments& arguments) {
  if (arguments.json) return write_json({{"group", arguments.group}, {"deleted", true}});
  write_out(fmt::format("deleted group '{}'\n", arguments.group));
}

}  // namespace leat::tools
