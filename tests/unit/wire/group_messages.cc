#include <vector>

#include "unit/wire/any_message.h"
#include "unit/wire/any_message_of.h"
#include "wire/messages/consumer_group_describe.h"
#include "wire/messages/consumer_group_heartbeat.h"
#include "wire/messages/consumer_protocol.h"
#include "wire/messages/delete_groups.h"
#include "wire/messages/describe_groups.h"
#include "wire/messages/heartbeat.h"
#include "wire/messages/join_group.h"
#include "wire/messages/leave_group.h"
#include "wire/messages/list_groups.h"
#include "wire/messages/offset_commit.h"
#include "wire/messages/offset_delete.h"
#include "wire/messages/offset_fetch.h"
#include "wire/messages/sync_group.h"

namespace leat::wire::testing {

std::vector<AnyMessage> group_messages() {
  return any_messages<
      OffsetCommitRequest, OffsetCommitResponse, OffsetFetchRequest, OffsetFetchResponse,
      JoinGroupRequest, JoinGroupResponse, SyncGroupRequest, SyncGroupResponse, HeartbeatRequest,
      HeartbeatResponse, LeaveGroupRequest, LeaveGroupResponse, DescribeGroupsRequest,
      DescribeGroupsResponse, ListGroupsRequest, ListGroupsResponse, DeleteGroupsRequest,
      DeleteGroupsResponse, OffsetDeleteRequest, OffsetDeleteResponse,
      ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse, ConsumerGroupDescribeRequest,
      ConsumerGroupDescribeResponse, ConsumerProtocolSubscription, ConsumerProtocolAssignment>();
}

}  // namespace leat::wire::testing
