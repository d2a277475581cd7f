#include <vector>

#include "unit/wire/any_message.h"
#include "unit/wire/any_message_of.h"
#include "wire/messages/alter_configs.h"
#include "wire/messages/create_partitions.h"
#include "wire/messages/create_topics.h"
#include "wire/messages/delete_records.h"
#include "wire/messages/delete_topics.h"
#include "wire/messages/describe_cluster.h"
#include "wire/messages/describe_configs.h"
#include "wire/messages/describe_log_dirs.h"
#include "wire/messages/describe_topic_partitions.h"
#include "wire/messages/incremental_alter_configs.h"
#include "wire/messages/list_config_resources.h"
#include "wire/messages/offset_for_leader_epoch.h"

namespace leat::wire::testing {

std::vector<AnyMessage> topic_messages() {
  return any_messages<
      CreateTopicsRequest, CreateTopicsResponse, DeleteTopicsRequest, DeleteTopicsResponse,
      CreatePartitionsRequest, CreatePartitionsResponse, DeleteRecordsRequest,
      DeleteRecordsResponse, DescribeConfigsRequest, DescribeConfigsResponse, AlterConfigsRequest,
      AlterConfigsResponse, IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse,
      OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse, DescribeClusterRequest,
      DescribeClusterResponse, DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse,
      DescribeLogDirsRequest, DescribeLogDirsResponse, ListConfigResourcesRequest,
      ListConfigResourcesResponse>();
}

}  // namespace leat::wire::testing
