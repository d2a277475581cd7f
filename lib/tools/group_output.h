#pragma once

/// \file
/// Consumer groups in print, with the columns of kafka-consumer-groups.sh.

#include <map>
#include <vector>

#include "leat/admin.h"
#include "leat/types.h"

#include "tools/arguments.h"

namespace leat::tools {

void print_groups(const GroupArguments& arguments, const std::vector<GroupListing>& groups);
void print_group(const GroupArguments& arguments, const GroupDescription& group,
                 const GroupLag& lag);
/// Offsets that a reset has committed, or would.
void print_offsets(const GroupArguments& arguments,
                   const std::map<TopicPartition, Offset>& offsets);
void print_deleted(const GroupArguments& arguments);

}  // namespace leat::tools
