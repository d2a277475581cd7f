#include <vector>

#include "unit/wire/any_message.h"
#include "unit/wire/any_message_of.h"
#include "wire/messages/alter_client_quotas.h"
#include "wire/messages/alter_partition_reassignments.h"
#include "wire/messages/alter_user_scram_credentials.h"
#include "wire/messages/create_acls.h"
#include "wire/messages/delete_acls.h"
#include "wire/messages/describe_acls.h"
#include "wire/messages/describe_client_quotas.h"
#include "wire/messages/describe_quorum.h"
#include "wire/messages/describe_user_scram_credentials.h"
#include "wire/messages/elect_leaders.h"
#include "wire/messages/list_partition_reassignments.h"

namespace leat::wire::testing {

std::vector<AnyMessage> admin_messages() {
  return any_messages<
      ElectLeadersRequest, ElectLeadersResponse, AlterPartitionReassignmentsRequest,
      AlterPartitionReassignmentsResponse, ListPartitionReassignmentsRequest,
      ListPartitionReassignmentsResponse, DescribeQuorumRequest, DescribeQuorumResponse,
      DescribeClientQuotasRequest, DescribeClientQuotasResponse, AlterClientQuotasRequest,
      AlterClientQuotasResponse, CreateAclsRequest, CreateAclsResponse, DescribeAclsRequest,
      DescribeAclsResponse, DeleteAclsRequest, DeleteAclsResponse,
      DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse,
      AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse>();
}

}  // namespace leat::wire::testing
