#pragma once

/// \file
/// DescribeLogDirs. Versions: 1-5. The engine's one directory ("memory" for an engine in memory),
/// and how many bytes each partition that this broker leads has in it (X5). How much room the disk
/// has is not told: -1. Partitions that do not exist are left out, as in Kafka.

#include "leat/error.h"

#include "kafka/call.h"
#include "wire/messages/describe_log_dirs.h"
#include "wire/schema.h"

namespace leat::kafka {

struct DescribeLogDirs {
  using Request = wire::DescribeLogDirsRequest;
  using Response = wire::DescribeLogDirsResponse;
  static constexpr wire::Versions kAdvertised = Request::kVersions;
  static constexpr wire::Versions kServed = Request::kVersions;
  /// A log that was not used yet is opened.
  static bool waits(const Call& call, const Request& request);
  static Response serve(const Call& call, const Request& request);
  static Response refuse(const Request& request, ErrorCode code);
};

}  // namespace leat::kafka
