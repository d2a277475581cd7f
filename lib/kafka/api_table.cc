#include "kafka/api_table.h"

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/types.h"

#include "kafka/api/00_produce.h"
#include "kafka/api/01_fetch.h"
#include "kafka/api/02_list_offsets.h"
#include "kafka/api/03_metadata.h"
#include "kafka/api/08_offset_commit.h"
#include "kafka/api/09_offset_fetch.h"
#include "kafka/api/10_find_coordinator.h"
#include "kafka/api/11_join_group.h"
#include "kafka/api/12_heartbeat.h"
#include "kafka/api/13_leave_group.h"
#include "kafka/api/14_sync_group.h"
#include "kafka/api/15_describe_groups.h"
#include "kafka/api/16_list_groups.h"
#include "kafka/api/18_api_versions.h"
#include "kafka/api/19_create_topics.h"
#include "kafka/api/20_delete_topics.h"
#include "kafka/api/21_delete_records.h"
#include "kafka/api/22_init_producer_id.h"
#include "kafka/api/23_offset_for_leader_epoch.h"
#include "kafka/api/29_describe_acls.h"
#include "kafka/api/30_create_acls.h"
#include "kafka/api/31_delete_acls.h"
#include "kafka/api/32_describe_configs.h"
#include "kafka/api/33_alter_configs.h"
#include "kafka/api/35_describe_log_dirs.h"
#include "kafka/api/37_create_partitions.h"
#include "kafka/api/42_delete_groups.h"
#include "kafka/api/43_elect_leaders.h"
#include "kafka/api/44_incremental_alter_configs.h"
#include "kafka/api/45_alter_partition_reassignments.h"
#include "kafka/api/46_list_partition_reassignments.h"
#include "kafka/api/47_offset_delete.h"
#include "kafka/api/48_describe_client_quotas.h"
#include "kafka/api/49_alter_client_quotas.h"
#include "kafka/api/50_describe_user_scram_credentials.h"
#include "kafka/api/51_alter_user_scram_credentials.h"
#include "kafka/api/55_describe_quorum.h"
#include "kafka/api/60_describe_cluster.h"
#include "kafka/api/68_consumer_group_heartbeat.h"
#include "kafka/api/69_consumer_group_describe.h"
#include "kafka/api/74_list_config_resources.h"
#include "kafka/api/75_describe_topic_partitions.h"
#include "kafka/call.h"
#include "kafka/quotas.h"
#include "kafka/screen.h"
#include "wire/codec.h"
#include "wire/reader.h"

namespace leat::kafka {
namespace {

/// Answers later, by its Reply; the others return their answer.
template <class Api>
concept Deferred = requires(Call call, typename Api::Request request) {
  { Api::serve(std::move(call), std::move(request)) } -> std::same_as<void>;
};
/// Says of which requests it waits for the disk.
template <class Api>
concept MayWait = requires(const Call& call, const typename Api::Request& request) {
  { Api::waits(call, request) } -> std::same_as<bool>;
};

/// Counts the time that it lives as a client's.
class Timed {
 public:
  explicit Timed(const Call& call)
      : quotas_(call.quotas), clock_(call.broker->clock), since_(clock_->monotonic()) {}
  ~Timed() {
    const MonotonicTime now = clock_->monotonic();
    quotas_->record_time(now - since_, now);
  }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;
  Timed(Timed&&) = delete;
  Timed& operator=(Timed&&) = delete;

 private:
  const std::shared_ptr<const ClientQuotas> quotas_;
  const std::shared_ptr<Clock> clock_;
  const MonotonicTime since_;
};

/// On the pool: the frame that the request looks into goes along with the call.
template <class Api>
void serve_on_pool(Call call, typename Api::Request request) {
  const auto broker = call.broker;
  broker->run_blocking([call = std::move(call), request = std::move(request)]() mutable {
    std::optional<Timed> timed;
    if (call.quotas != nullptr) timed.emplace(call);
    auto response = Api::serve(std::as_const(call), std::as_const(request));
    Reply<typename Api::Response>(std::move(call)).post(std::move(response));
  });
}

/// Not every request wants an answer (W12).
template <class Api>
bool is_answered(const typename Api::Request& request) {
  if constexpr (requires { Api::is_answered(request); }) {
    return Api::is_answered(request);
  } else {
    return true;
  }
}

template <class Api>
void refuse(Call call, const typename Api::Request& request, ErrorCode code) {
  const Reply<typename Api::Response> reply(std::move(call));
  if (!is_answered<Api>(request)) return reply.close(Error(code));
  reply.send(Api::refuse(request, code));
}

/// Who is it, by its quotas; what a Produce brings counts when it comes.
void take_quotas(Call& call, std::int16_t api_key) {
  constexpr std::string_view kUser = "User:";
  std::string_view user = call.peer->principal;
  if (user.starts_with(kUser)) user.remove_prefix(kUser.size());
  call.quotas = call.broker->quotas.of(user, call.header.client_id.value_or(""));
  if (call.quotas != nullptr && api_key == Produce::Request::kApiKey) {
    call.quotas->record_produced(call.frame.bytes.size(), call.broker->clock->monotonic());
  }
}

template <class Api>
void serve(Call call, wire::Reader& reader) {
  take_quotas(call, Api::Request::kApiKey);
  std::optional<Timed> timed;
  if (call.quotas != nullptr) timed.emplace(call);
  auto request = wire::decode_exactly<typename Api::Request>(reader, call.version);
  if (!request) return complete(call, std::move(request).error());  // W8
  if (call.broker->authorizer != nullptr) {
    Screened<Api> screened = screen<Api>(call, *request);
    if (screened.whole != ErrorCode::kNone) {
      return refuse<Api>(std::move(call), *request, screened.whole);
    }
    call.refused = std::move(screened.refused);
  }
  if constexpr (Deferred<Api>) {
    Api::serve(std::move(call), *std::move(request));
  } else {
    if constexpr (MayWait<Api>) {
      if (Api::waits(call, *request))
        return serve_on_pool<Api>(std::move(call), *std::move(request));
    }
    auto response = Api::serve(std::as_const(call), std::as_const(*request));
    Reply<typename Api::Response>(std::move(call)).send(response);
  }
}

template <class Api>
constexpr ApiEntry entry() {
  using Request = typename Api::Request;
  // "ProduceRequest" without what follows the API's name.
  constexpr std::string_view kName = Request::kName.substr(0, Request::kName.size() - 7);
  return {Request::kApiKey,   kName,         Api::kAdvertised, Api::kServed,
          Request::kFlexible, Deferred<Api>, &serve<Api>};
}

constexpr std::array kTable{
    entry<Produce>(),
    entry<Fetch>(),
    entry<ListOffsets>(),
    entry<Metadata>(),
    entry<OffsetCommit>(),
    entry<OffsetFetch>(),
    entry<FindCoordinator>(),
    entry<JoinGroup>(),
    entry<Heartbeat>(),
    entry<LeaveGroup>(),
    entry<SyncGroup>(),
    entry<DescribeGroups>(),
    entry<ListGroups>(),
    entry<ApiVersions>(),
    entry<CreateTopics>(),
    entry<DeleteTopics>(),
    entry<DeleteRecords>(),
    entry<InitProducerId>(),
    entry<OffsetForLeaderEpoch>(),
    entry<DescribeAcls>(),
    entry<CreateAcls>(),
    entry<DeleteAcls>(),
    entry<DescribeConfigs>(),
    entry<AlterConfigs>(),
    entry<DescribeLogDirs>(),
    entry<CreatePartitions>(),
    entry<DeleteGroups>(),
    entry<ElectLeaders>(),
    entry<IncrementalAlterConfigs>(),
    entry<AlterPartitionReassignments>(),
    entry<ListPartitionReassignments>(),
    entry<OffsetDelete>(),
    entry<DescribeClientQuotas>(),
    entry<AlterClientQuotas>(),
    entry<DescribeUserScramCredentials>(),
    entry<AlterUserScramCredentials>(),
    entry<DescribeQuorum>(),
    entry<DescribeCluster>(),
    entry<ConsumerGroupHeartbeat>(),
    entry<ConsumerGroupDescribe>(),
    entry<ListConfigResources>(),
    entry<DescribeTopicPartitions>(),
};
static_assert(std::ranges::is_sorted(kTable, {}, &ApiEntry::key));

}  // namespace

std::span<const ApiEntry> api_table() { return kTable; }

const ApiEntry* find_api(std::int16_t key) {
  const auto* found = std::ranges::lower_bound(kTable, key, {}, &ApiEntry::key);
  return found != kTable.end() && found->key == key ? found : nullptr;
}

}  // namespace leat::kafka
