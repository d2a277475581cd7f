#pragma once

/// \file
/// The same subcommands over --bootstrap: any Kafka broker, by net::KafkaClient. Each runs to its
/// end and returns the exit code.

#include "tools/arguments.h"
#include "tools/interrupts.h"
#include "tools/printer.h"

namespace leat::tools {

int remote_topic(TopicAction action, const TopicArguments& arguments);
int remote_group(GroupAction action, const GroupArguments& arguments);
int remote_produce(const ProduceArguments& arguments, const Interrupts& interrupts);
int remote_consume(const ConsumeArguments& arguments, const Start& start, Printer printer,
                   const Interrupts& interrupts);

}  // namespace leat::tools
