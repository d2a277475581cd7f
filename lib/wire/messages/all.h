#pragma once

/// \file
/// Every message, for what goes over all of them: tests, fuzzing, documents. Who serves or sends
/// some includes those.

#include "wire/messages/add_offsets_to_txn.h"
#include "wire/messages/add_partitions_to_txn.h"
#include "wire/messages/alter_client_quotas.h"
#include "wire/messages/alter_configs.h"
#include "wire/messages/alter_partition_reassignments.h"
#include "wire/messages/alter_user_scram_credentials.h"
#include "wire/messages/api_versions.h"
#include "wire/messages/consumer_group_describe.h"
#include "wire/messages/consumer_group_heartbeat.h"
#include "wire/messages/consumer_protocol.h"
#include "wire/messages/create_acls.h"
#include "wire/messages/create_partitions.h"
#include "wire/messages/create_topics.h"
#include "wire/messages/delete_acls.h"
#include "wire/messages/delete_groups.h"
#include "wire/messages/delete_records.h"
#include "wire/messages/delete_topics.h"
#include "wire/messages/describe_acls.h"
#include "wire/messages/describe_client_quotas.h"
#include "wire/messages/describe_cluster.h"
#include "wire/messages/describe_configs.h"
#include "wire/messages/describe_groups.h"
#include "wire/messages/describe_log_dirs.h"
#include "wire/messages/describe_producers.h"
#include "wire/messages/describe_quorum.h"
#include "wire/messages/describe_topic_partitions.h"
#include "wire/messages/describe_transactions.h"
#include "wire/messages/describe_user_scram_credentials.h"
#include "wire/messages/elect_leaders.h"
#include "wire/messages/end_txn.h"
#include "wire/messages/fetch.h"
#include "wire/messages/find_coordinator.h"
#include "wire/messages/headers.h"
#include "wire/messages/heartbeat.h"
#include "wire/messages/incremental_alter_configs.h"
#include "wire/messages/init_producer_id.h"
#include "wire/messages/join_group.h"
#include "wire/messages/leave_group.h"
#include "wire/messages/list_config_resources.h"
#include "wire/messages/list_groups.h"
#include "wire/messages/list_offsets.h"
#include "wire/messages/list_partition_reassignments.h"
#include "wire/messages/list_transactions.h"
#include "wire/messages/metadata.h"
#include "wire/messages/offset_commit.h"
#include "wire/messages/offset_delete.h"
#include "wire/messages/offset_fetch.h"
#include "wire/messages/offset_for_leader_epoch.h"
#include "wire/messages/produce.h"
#include "wire/messages/sync_group.h"
#include "wire/messages/txn_offset_commit.h"
#include "wire/messages/write_txn_markers.h"
#include "wire/schema.h"

namespace leat::wire {

/// Types by the dozen.
template <TopLevel... M>
struct MessageList {};

/// Calls `visit.operator()<M>()` for each message of the list, in order.
template <TopLevel... M, class Visit>
constexpr void for_each_message(MessageList<M...> /*list*/, const Visit& visit) {
  (visit.template operator()<M>(), ...);
}

/// In the order of their keys.
using Requests = MessageList<
    ProduceRequest, FetchRequest, ListOffsetsRequest, MetadataRequest, OffsetCommitRequest,
    OffsetFetchRequest, FindCoordinatorRequest, JoinGroupRequest, HeartbeatRequest,
    LeaveGroupRequest, SyncGroupRequest, DescribeGroupsRequest, ListGroupsRequest,
    ApiVersionsRequest, CreateTopicsRequest, DeleteTopicsRequest, DeleteRecordsRequest,
    InitProducerIdRequest, OffsetForLeaderEpochRequest, AddPartitionsToTxnRequest,
    AddOffsetsToTxnRequest, EndTxnRequest, WriteTxnMarkersRequest, TxnOffsetCommitRequest,
    DescribeAclsRequest, CreateAclsRequest, DeleteAclsRequest, DescribeConfigsRequest,
    AlterConfigsRequest, DescribeLogDirsRequest, CreatePartitionsRequest, DeleteGroupsRequest,
    ElectLeadersRequest, IncrementalAlterConfigsRequest, AlterPartitionReassignmentsRequest,
    ListPartitionReassignmentsRequest, OffsetDeleteRequest, DescribeClientQuotasRequest,
    AlterClientQuotasRequest, DescribeUserScramCredentialsRequest, AlterUserScramCredentialsRequest,
    DescribeQuorumRequest, DescribeClusterRequest, DescribeProducersRequest,
    DescribeTransactionsRequest, ListTransactionsRequest, ConsumerGroupHeartbeatRequest,
    ConsumerGroupDescribeRequest, ListConfigResourcesRequest, DescribeTopicPartitionsRequest>;
using Responses = MessageList<
    ProduceResponse, FetchResponse, ListOffsetsResponse, MetadataResponse, OffsetCommitResponse,
    OffsetFetchResponse, FindCoordinatorResponse, JoinGroupResponse, HeartbeatResponse,
    LeaveGroupResponse, SyncGroupResponse, DescribeGroupsResponse, ListGroupsResponse,
    ApiVersionsResponse, CreateTopicsResponse, DeleteTopicsResponse, DeleteRecordsResponse,
    InitProducerIdResponse, OffsetForLeaderEpochResponse, AddPartitionsToTxnResponse,
    AddOffsetsToTxnResponse, EndTxnResponse, WriteTxnMarkersResponse, TxnOffsetCommitResponse,
    DescribeAclsResponse, CreateAclsResponse, DeleteAclsResponse, DescribeConfigsResponse,
    AlterConfigsResponse, DescribeLogDirsResponse, CreatePartitionsResponse, DeleteGroupsResponse,
    ElectLeadersResponse, IncrementalAlterConfigsResponse, AlterPartitionReassignmentsResponse,
    ListPartitionReassignmentsResponse, OffsetDeleteResponse, DescribeClientQuotasResponse,
    AlterClientQuotasResponse, DescribeUserScramCredentialsResponse,
    AlterUserScramCredentialsResponse, DescribeQuorumResponse, DescribeClusterResponse,
    DescribeProducersResponse, DescribeTransactionsResponse, ListTransactionsResponse,
    ConsumerGroupHeartbeatResponse, ConsumerGroupDescribeResponse, ListConfigResourcesResponse,
    DescribeTopicPartitionsResponse>;
/// Those without a key.
using KeylessMessages = MessageList<RequestHeader, ResponseHeader, ConsumerProtocolSubscription,
                                    ConsumerProtocolAssignment>;

}  // namespace leat::wire
