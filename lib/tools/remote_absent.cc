// --bootstrap where the adaptor was not built (LEAT_KAFKA=OFF).

#include "tools/arguments.h"
#include "tools/interrupts.h"
#include "tools/output.h"
#include "tools/printer.h"
#include "tools/remote.h"

namespace leat::tools {
namespace {

int absent() {
  return usage(
      "--bootstrap comes with the network adaptor, which this build does not have "
      "(LEAT_KAFKA=OFF); use --dir DIR");
}

}  // namespace

int remote_topic(TopicAction /*action*/, const TopicArguments& /*arguments*/) { return absent(); }

int remote_group(GroupAction /*action*/, const GroupArguments& /*arguments*/) { return absent(); }

int remote_produce(const ProduceArguments& /*arguments*/, const Interrupts& /*interrupts*/) {
  return absent();
}

int remote_consume(const ConsumeArguments& /*arguments*/, const Start& /*start*/,
                   // NOLINTNEXTLINE(performance-unnecessary-value-param): the other one keeps it
                   Printer /*printer*/, const Interrupts& /*interrupts*/) {
  return absent();
}

}  // namespace leat::tools
