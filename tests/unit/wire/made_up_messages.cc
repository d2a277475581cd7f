#include <vector>

#include "unit/wire/any_message.h"
#include "unit/wire/any_message_of.h"
#include "unit/wire/messages.h"

namespace leat::wire::testing {

std::vector<AnyMessage> made_up_messages() {
  return any_messages<Everything, OffsetCommitKey, OffsetCommitValue>();
}

}  // namespace leat::wire::testing
