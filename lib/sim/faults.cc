#include "sim/faults.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "leat/error.h"
#include "leat/testing/simulated_disk.h"

namespace leat::sim {

using testing::DiskCall;
using testing::DiskFault;

std::optional<Strike> Faults::count(DiskCall call, std::string_view path) {
  ++calls_[static_cast<std::size_t>(call)];
  ++calls_[static_cast<std::size_t>(DiskCall::kAny)];
  std::optional<Strike> strike;
  for (Armed& armed : armed_) {
    const DiskFault& fault = armed.fault;
    if (fault.call != DiskCall::kAny && fault.call != call) continue;
    if (path.find(fault.path_contains) == std::string_view::npos) continue;
    ++armed.fitting;
    if (strike || armed.fitting < fault.nth || armed.fitting - fault.nth >= fault.times) continue;
    ++fired_;
    strike =
        Strike{Error(fault.error, std::string(testing::name_of(call)) + " of '" +
                                      std::string(path) + "' failed: a fault that the test armed"),
               fault.after_bytes};
  }
  return strike;
}

}  // namespace leat::sim

namespace leat::testing {

std::string_view name_of(DiskCall call) noexcept {
  switch (call) {
    case DiskCall::kAny:
      return "call";
    case DiskCall::kOpen:
      return "open";
    case DiskCall::kRead:
      return "read";
    case DiskCall::kWrite:
      return "write";
    case DiskCall::kAllocate:
      return "allocate";
    case DiskCall::kTruncate:
      return "truncate";
    case DiskCall::kSync:
      return "sync";
    case DiskCall::kSize:
      return "size";
    case DiskCall::kMap:
      return "map";
    case DiskCall::kClose:
      return "close";
    case DiskCall::kPopulate:
      return "populate";
    case DiskCall::kMapSync:
      return "mapping sync";
    case DiskCall::kRemove:
      return "remove";
    case DiskCall::kRename:
      return "rename";
    case DiskCall::kLink:
      return "link";
    case DiskCall::kCreateDirectory:
      return "create_directory";
    case DiskCall::kRemoveDirectory:
      return "remove_directory";
    case DiskCall::kList:
      return "list";
    case DiskCall::kSyncDirectory:
      return "sync_directory";
    case DiskCall::kExists:
      return "exists";
    case DiskCall::kIdentity:
      return "identity";
    case DiskCall::kTraits:
      return "traits";
    case DiskCall::kLock:
      return "lock";
  }
  return "call";
}

}  // namespace leat::testing
