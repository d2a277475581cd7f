// leat consume: records to stdout, beside whoever writes them.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/interrupts.h"
#include "tools/output.h"
#include "tools/printer.h"
#include "tools/record_format.h"
#include "tools/remote.h"
#include "tools/session.h"

namespace leat::tools {
namespace {

Result<Start> parse_start(std::string_view text) {
  if (text == "beginning") return Start{};
  if (text == "end") return Start{.kind = Start::Kind::kEnd, .offset = {}, .time = {}};
  if (text.starts_with('@')) {
    if (const auto time = parse_time(text.substr(1))) {
      return Start{.kind = Start::Kind::kTime, .offset = {}, .time = *time};
    }
  }
  std::int64_t offset = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), offset);
  if (parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size() && offset >= 0) {
    return Start{.kind = Start::Kind::kOffset, .offset = Offset{offset}, .time = {}};
  }
  return Error(ErrorCode::kInvalidArgument,
               fmt::format("--from '{}' is none of beginning, end, an offset, @MILLISECONDS, "
                           "@2026-11-21T09:00:00Z",
                           text));
}

Result<void> seek(Consumer& consumer, const TopicPartition& partition, const Start& start) {
  switch (start.kind) {
    case Start::Kind::kBeginning:
      return consumer.seek_to_beginning(partition);
    case Start::Kind::kEnd:
      return consumer.seek_to_end(partition);
    case Start::Kind::kOffset:
      return consumer.seek(partition, start.offset);
    case Start::Kind::kTime:
      return consumer.seek_to_time(partition, start.time);
  }
  return {};
}

/// Prints what lies below `ends` where there are any. False: it is enough, or nobody reads it.
bool print(Printer& printer, const ConsumedBatch& batch, const std::vector<Offset>& ends) {
  for (const ConsumedRecord& record : batch.records()) {
    const auto partition = static_cast<std::size_t>(record.partition().value());
    if (!ends.empty() && record.offset >= ends[partition]) continue;
    if (!printer.print(record)) break;
  }
  return printer.flush();
}

/// Reads up to where each partition ended when it began.
Result<void> print_what_is_there(Engine& engine, Consumer& consumer, Printer& printer,
                                 const std::stop_token& stop) {
  std::vector<Offset> ends;
  for (const TopicPartition& partition : consumer.assignment()) {
    LEAT_TRY(const PartitionOffsets offsets, engine.offsets(partition));
    const auto number = static_cast<std::size_t>(partition.partition.value());
    ends.resize(std::max(ends.size(), number + 1));
    ends[number] = offsets.high_watermark;
  }
  while (!stop.stop_requested()) {
    bool is_done = true;
    for (const TopicPartition& partition : consumer.assignment()) {
      LEAT_TRY(const Position position, consumer.position(partition));
      if (position.offset < ends[static_cast<std::size_t>(partition.partition.value())])
        is_done = false;
    }
    if (is_done) return {};
    auto batch = consumer.try_poll();
    if (!batch && batch.error().code() == ErrorCode::kWouldBlock) return {};
    if (!batch) return std::move(batch).error();
    if (!print(printer, *batch, ends)) return {};
  }
  return {};
}

/// As a member: what is printed is committed. A group that has committed nothing begins at --from.
Result<void> consume_in_group(Engine& engine, const ConsumeArguments& arguments, Printer printer,
                              const Start& start, const std::stop_token& stop) {
  constexpr std::chrono::milliseconds kPatience{200};  // with others, who may have to rebalance
  const auto found = engine.admin().describe_topic(arguments.topic);
  if (!found) return explain_topic(engine, arguments.topic, found.error());
  LEAT_TRY(
      Consumer consumer,
      engine.consumer({.group = arguments.group,
                       .topics = {arguments.topic},
                       .offset_reset = start.kind == Start::Kind::kEnd ? OffsetReset::kLatest
                                                                       : OffsetReset::kEarliest,
                       // What is printed is committed, nothing more: one at a time.
                       .max_poll_records = arguments.count == 0 ? 0U : 1U}));
  if (!arguments.no_follow) {
    return consumer.follow(stop,
                           [&](const ConsumedBatch& batch) { return print(printer, batch, {}); });
  }
  while (!stop.stop_requested()) {
    LEAT_TRY(const ConsumedBatch batch, consumer.poll(kPatience));
    if (batch.empty() || !print(printer, batch, {})) return {};
  }
  return {};
}

Result<void> consume(Engine& engine, const ConsumeArguments& arguments, Printer printer,
                     const Start& start, const std::stop_token& stop) {
  if (!arguments.group.empty()) {
    return consume_in_group(engine, arguments, std::move(printer), start, stop);
  }
  LEAT_TRY(Consumer consumer, engine.consumer());
  const auto assigned =
      arguments.partition ? consumer.assign({{arguments.topic, PartitionId{*arguments.partition}}})
                          : consumer.assign_topic(arguments.topic);
  if (!assigned) return explain_topic(engine, arguments.topic, assigned.error());
  for (const TopicPartition& partition : consumer.assignment()) {
    if (auto sought = seek(consumer, partition, start); !sought) {
      return sought.error().with_context(fmt::format("partition {}", partition.partition.value()));
    }
  }
  if (arguments.no_follow) return print_what_is_there(engine, consumer, printer, stop);
  return consumer.follow(stop,
                         [&](const ConsumedBatch& batch) { return print(printer, batch, {}); });
}

int run_consume(const ConsumeArguments& arguments) {
  auto start = parse_start(arguments.from);
  if (!start) return usage(fmt::format("consume: {}", start.error().message()));
  auto format = RecordFormat::parse(arguments.format);
  if (!format) return usage(fmt::format("consume: {}", format.error().message()));
  Printer printer(*std::move(format), arguments.count);
  const Interrupts interrupts;
  const bool has_place = start->kind == Start::Kind::kOffset || start->kind == Start::Kind::kTime;
  if (!arguments.group.empty() && (has_place || arguments.partition)) {
    return usage(
        "consume: a group goes on where it stands; with --group, --from is beginning or "
        "end, and --partition is not taken");
  }
  if (!arguments.place.bootstrap.empty()) {
    if (!arguments.group.empty()) return usage("consume: --group takes --dir, not --bootstrap");
    return remote_consume(arguments, *start, std::move(printer), interrupts);
  }
  const std::string context = named(arguments.topic);
  const bool writes = !arguments.group.empty();  // what it commits
  auto engine = writes ? open_writer(arguments.place, false) : open_reader(arguments.place);
  if (!engine) return fail(context, engine.error());
  std::stop_source stop;
  const InterruptWatch watch(interrupts, [&stop] { stop.request_stop(); });
  return run_and_close(*std::move(engine), context, [&](Engine& opened) {
    return consume(opened, arguments, std::move(printer), *start, stop.get_token());
  });
}

}  // namespace

void add_consume(CLI::App& app, Run& run) {
  CLI::App* const consume =
      app.add_subcommand("consume", "Prints the records of a topic, and follows it");
  auto arguments = std::make_shared<ConsumeArguments>();
  add_place(*consume, arguments->place);
  consume->add_option("TOPIC", arguments->topic, "What to read")->required();
  consume
      ->add_option(
          "--from", arguments->from,
          "beginning, end, an offset, or @TIMESTAMP: ms since 1970 or 2026-11-21T09:00:00Z")
      ->type_name("WHERE")
      ->capture_default_str();
  consume->add_flag("--no-follow", arguments->no_follow, "End where the topic ended at the start");
  consume->add_option("--count", arguments->count, "End after so many records")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  consume->add_option("--partition", arguments->partition, "Only this one")->type_name("N");
  consume
      ->add_option(
          "--format", arguments->format,
          "%t topic %p partition %o offset %k key %s value %K %S their lengths %T timestamp "
          "(ms) %h headers %% percent; \\n \\r \\t \\0 \\xHH")
      ->type_name("FMT")
      ->capture_default_str();
  consume
      ->add_option("--group", arguments->group,
                   "As a member of this group: goes on where it stands, commits what is printed")
      ->type_name("G");
  consume->footer(
      "Reads beside whoever writes; follows until a signal, or until nobody reads its output.\n\n"
      "Examples:\n"
      "  leat consume orders --dir ./data --from end\n"
      "  leat consume orders --dir ./data --no-follow --format '%T %p/%o %k=%s\\n'\n"
      "  leat consume orders --dir ./data --partition 0 --from 42 --count 1");
  consume->callback([&run, arguments] { run = [arguments] { return run_consume(*arguments); }; });
}

}  // namespace leat::tools
