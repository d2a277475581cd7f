#pragma once

/// \file
/// DescribeTopicPartitions. Version: 0. Topics by name, or all of them, in the order of names, page
/// by page: at most what the request and max.request.partition.size.limit allow, and a cursor where
/// the next page starts (M16). Errors, a topic: UNKNOWN_TOPIC_OR_PARTITION; each, for a cursor with
/// a negative partition: INVALID_REQUEST.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/describe_topic_partitions.h"
#include "wire/schema.h"

namespace leat::kafka {

struct DescribeTopicPartitions {
  using Request = wire::DescribeTopicPartitionsRequest;
  using Response = wire::DescribeTopicPartitionsResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
