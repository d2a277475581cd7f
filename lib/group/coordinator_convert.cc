// A group goes from one protocol to the other (N16): an idle one for whoever comes, one of live
// classic consumers for the first member of the consumer protocol, and back when the last of those
// has left.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"

#include "base/try.h"
#include "group/classic_group.h"
#include "group/consumer_group.h"
#include "group/consumer_record.h"
#include "group/coordinator.h"
#include "group/outbox.h"
#include "group/records.h"

namespace leat::group {
namespace {

Result<void> add(std::vector<CoordinatorRecord>& records,
                 std::span<const ConsumerRecord> of_the_consumer_protocol) {
  for (const ConsumerRecord& record : of_the_consumer_protocol) {
    LEAT_TRY(auto encoded, encode(record));
    records.push_back(std::move(encoded));
  }
  return {};
}

Error no_coordinator() { return Error(ErrorCode::kCoordinatorNotAvailable); }

}  // namespace

ConsumerGroup& Coordinator::make_consumer(Group& group) {
  if (!group.consumer) {
    group.consumer =
        std::make_unique<ConsumerGroup>(group.classic.id(), consumer_options_, *topics_, *random_);
  }
  return *group.consumer;
}

Result<void> Coordinator::make_idle_classic(Group& group, Outbox& outbox) {
  std::vector<CoordinatorRecord> records;
  LEAT_TRY_VOID(add(records, group.consumer->deletion()));
  if (!records.empty() && !outbox.append(records)) return no_coordinator();
  group.consumer.reset();
  return {};
}

Result<ConsumerGroup*> Coordinator::consumer_to_join(std::string_view id, Outbox& outbox) {
  Group& known = group(id);
  if (known.consumer) return known.consumer.get();
  // Members of this process have no heartbeat to learn a new assignment from.
  if (known.classic.has_local_members()) return Error(ErrorCode::kGroupIdNotFound);
  std::vector<CoordinatorRecord> records;
  std::vector<ConsumerRecord> converted;
  if (known.classic.generation() > 0) {
    LEAT_TRY(auto tombstone, tombstone_of(GroupMetadataKey{known.classic.id()}));
    records.push_back(std::move(tombstone));
  }
  if (known.classic.has_members()) {
    auto made = ConsumerGroup::from_classic(known.classic.id(), known.classic.metadata(), *topics_);
    if (!made) return Error(ErrorCode::kGroupIdNotFound);
    converted = *std::move(made);
    LEAT_TRY_VOID(add(records, converted));
  }
  if (!records.empty() && !outbox.append(records)) return no_coordinator();
  known.classic.close(ErrorCode::kRebalanceInProgress, outbox);
  known.classic = ClassicGroup(std::string(id), *options_, *random_);
  ConsumerGroup& consumer = make_consumer(known);
  for (const ConsumerRecord& record : converted) consumer.apply(record);
  consumer.replayed(outbox.now());
  return &consumer;
}

void Coordinator::go_back_to_classic(Group& group, Outbox& outbox) {
  if (!group.consumer || !group.consumer->has_members() || !group.consumer->is_all_classic()) {
    return;
  }
  const auto metadata = group.consumer->as_classic(outbox.wall_now());
  if (!metadata) return;
  std::vector<CoordinatorRecord> records;
  if (!add(records, group.consumer->deletion())) return;
  auto record = record_of(GroupMetadataKey{group.classic.id()}, *metadata, kGroupMetadataVersion);
  if (!record) return;
  records.push_back(*std::move(record));
  if (!outbox.append(records)) return;  // it is tried again after the next step
  group.consumer.reset();
  group.classic.restore(*metadata, outbox.now());
  group.classic.members_left(outbox);  // they share out what the others had
}

}  // namespace leat::group
