#include "kafka/api/35_describe_log_dirs.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/types.h"

#include "kafka/call.h"
#include "kafka/topics.h"
#include "service/log_service.h"
#include "wire/messages/describe_log_dirs.h"

namespace leat::kafka {
namespace {

using wire::describe_log_dirs_response::DescribeLogDirsResult;
using wire::describe_log_dirs_response::DescribeLogDirsTopic;

std::vector<PartitionId> all_partitions(const service::Topic& topic) {
  std::vector<PartitionId> ids;
  ids.reserve(topic.partitions.size());
  for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
    ids.emplace_back(static_cast<std::int32_t>(i));
  }
  return ids;
}

void add(const Call& call, const service::TopicPtr& topic,
         const std::vector<PartitionId>& partitions, DescribeLogDirsResult& directory) {
  if (topic == nullptr) return;
  DescribeLogDirsTopic answer{.name = topic->name};
  for (const PartitionId id : partitions) {
    const auto log = find_partition(*call.broker, *call.peer, topic, id, false);
    if (!log) continue;
    answer.partitions.push_back(
        {.partition_index = id,
         .partition_size = static_cast<std::int64_t>((*log)->size_in_bytes())});
  }
  if (!answer.partitions.empty()) directory.topics.push_back(std::move(answer));
}

}  // namespace

bool DescribeLogDirs::waits(const Call& /*call*/, const Request& /*request*/) { return true; }

DescribeLogDirs::Response DescribeLogDirs::serve(const Call& call, const Request& request) {
  const service::LogService& logs = *call.broker->logs;
  Response response;
  DescribeLogDirsResult& directory = response.results.emplace_back();
  directory.log_dir = logs.directory().empty() ? "memory" : logs.directory();
  if (request.topics) {
    for (const auto& asked : *request.topics) {
      add(call, logs.find(asked.topic), asked.partitions, directory);
    }
    return response;
  }
  for (const service::TopicPtr& topic : logs.topics()) {
    add(call, topic, all_partitions(*topic), directory);
  }
  return response;
}

DescribeLogDirs::Response DescribeLogDirs::refuse(const Request& /*request*/, ErrorCode code) {
  Response response;
  response.error_code = code;
  return response;
}

}  // namespace leat::kafka
