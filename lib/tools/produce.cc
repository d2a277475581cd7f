// leat produce: a record a line.

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fmt/core.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

#include "leat/engine.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/producer.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "base/try.h"
#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/interrupts.h"
#include "tools/line_reader.h"
#include "tools/output.h"
#include "tools/remote.h"
#include "tools/session.h"

namespace leat::tools {
namespace {

const std::map<std::string, CompressionType>& compressions() {
  static const std::map<std::string, CompressionType> kNames{{"none", CompressionType::kNone},
                                                             {"gzip", CompressionType::kGzip},
                                                             {"snappy", CompressionType::kSnappy},
                                                             {"lz4", CompressionType::kLz4},
                                                             {"zstd", CompressionType::kZstd}};
  return kNames;
}

/// What became of the records; told by the engine's threads.
class Outcome {
 public:
  void note(const Result<RecordMetadata>& sent) {
    if (sent) {
      acknowledged_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    has_failed_.store(true, std::memory_order_relaxed);
    const base::MutexLock lock(mutex_);
    if (!first_error_) first_error_ = sent.error();
  }
  [[nodiscard]] std::uint64_t acknowledged() const {
    return acknowledged_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] bool has_failed() const { return has_failed_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::optional<Error> first_error() const {
    const base::MutexLock lock(mutex_);
    return first_error_;
  }

 private:
  std::atomic<std::uint64_t> acknowledged_{0};
  std::atomic<bool> has_failed_{false};
  mutable base::Mutex mutex_;
  std::optional<Error> first_error_ LEAT_GUARDED_BY(mutex_);
};

/// "1,234,567 records, 1.2 M/s", drawn over itself on a terminal, never elsewhere.
class Progress {
 public:
  Progress()
      : clock_(posix_clock()), began_(clock_->monotonic()), is_shown_(is_terminal(STDERR_FILENO)) {}
  void show(std::uint64_t records) {
    constexpr std::uint64_t kLooksPerClock = 256;
    if (!is_shown_ || ++looks_ % kLooksPerClock != 0) return;
    const MonotonicTime now = clock_->monotonic();
    if (now - shown_ < std::chrono::milliseconds(200)) return;
    shown_ = now;
    draw(records, "\r");
  }
  void end(std::uint64_t records) {
    if (is_shown_) draw(records, "\n");
  }

 private:
  void draw(std::uint64_t records, const char* end) const {
    const std::chrono::duration<double> seconds = clock_->monotonic() - began_;
    fmt::print(stderr, "\r{} records in {:.1f} s, {}/s   {}", grouped(records), seconds.count(),
               readable_count(static_cast<double>(records) / seconds.count()), end);
    (void)std::fflush(stderr);
  }
  std::shared_ptr<Clock> clock_;
  MonotonicTime began_;
  MonotonicTime shown_;
  bool is_shown_;
  std::uint64_t looks_ = 0;
};

class LineProducer {
 public:
  LineProducer(Producer producer, const ProduceArguments& arguments, std::vector<Header> headers)
      : producer_(std::move(producer)), arguments_(arguments), headers_(std::move(headers)) {}

  /// Sends all lines of `reader`. Errors: with the line that was refused.
  Result<void> send_all(LineReader& reader) {
    while (!outcome_->has_failed()) {
      LEAT_TRY(const auto line, reader.next());
      if (!line) break;
      if (auto sent = send(*line); !sent) {
        return sent.error().with_context(
            fmt::format("line {} of {}", reader.number(), reader.name()));
      }
      ++taken_;
      progress_.show(taken_);
    }
    return {};
  }

  /// Waits for all acknowledgements.
  Result<void> finish() {
    auto closed = producer_.close();
    progress_.end(outcome_->acknowledged());
    if (const auto error = outcome_->first_error()) return *error;
    return closed;
  }
  [[nodiscard]] std::uint64_t acknowledged() const { return outcome_->acknowledged(); }
  [[nodiscard]] std::uint64_t taken() const { return taken_; }

 private:
  Result<void> send(std::string_view line) {
    const Line parts = split_line(arguments_, line);
    Record record{.value = parts.value, .headers = headers_};
    if (parts.key) record.key = *parts.key;
    const auto note = [outcome = outcome_](const Result<RecordMetadata>& sent) {
      outcome->note(sent);
    };
    if (arguments_.partition) {
      return producer_.send_to({arguments_.topic, PartitionId{*arguments_.partition}}, record,
                               note);
    }
    return producer_.send_async(arguments_.topic, record, note);
  }

  Producer producer_;
  const ProduceArguments& arguments_;
  std::vector<Header> headers_;
  std::shared_ptr<Outcome> outcome_ = std::make_shared<Outcome>();
  Progress progress_;
  std::uint64_t taken_ = 0;
};

Result<void> create_if_missing(Engine& engine, const ProduceArguments& arguments) {
  const auto found = engine.admin().describe_topic(arguments.topic);
  if (found) return {};
  if (arguments.no_create || found.error().code() != ErrorCode::kUnknownTopicOrPartition) {
    return explain_topic(engine, arguments.topic, found.error());
  }
  LEAT_TRY_VOID(engine.create_topic(arguments.topic));
  tell(fmt::format("made topic '{}', which was not there, with 1 partition", arguments.topic));
  return {};
}

Result<void> send_files(LineProducer& lines, const ProduceArguments& arguments,
                        const Interrupts& interrupts) {
  for (const std::string& file : arguments.files) {
    LEAT_TRY(LineReader reader, LineReader::open(file, interrupts));
    LEAT_TRY_VOID(lines.send_all(reader));
    if (interrupts.has_come()) break;
  }
  return {};
}

Result<void> produce(Engine& engine, const ProduceArguments& arguments,
                     const Interrupts& interrupts) {
  LEAT_TRY_VOID(create_if_missing(engine, arguments));
  std::vector<Header> headers;
  for (const std::string& text : arguments.headers) {
    const std::size_t at = text.find('=');
    headers.push_back(
        {std::string_view(text).substr(0, at), std::string_view(text).substr(at + 1)});
  }
  ProducerOptions options;
  options.acks = arguments.acks == "all" || arguments.acks == "-1" ? Acks::kSync : Acks::kTopic;
  options.compression = compressions().at(arguments.compression);
  options.linger = std::chrono::milliseconds(5);
  options.batch_bytes = std::size_t{64} * 1024;
  LEAT_TRY(Producer producer, engine.producer(options));
  LineProducer lines(std::move(producer), arguments, std::move(headers));
  Result<void> sent = send_files(lines, arguments, interrupts);
  const Result<void> finished = lines.finish();
  if (!sent || !finished || interrupts.has_come()) {
    tell(fmt::format("{}: {} of {} records that were taken are acknowledged",
                     named(arguments.topic), grouped(lines.acknowledged()),
                     grouped(lines.taken())));
  }
  LEAT_TRY_VOID(finished);
  return sent;
}

int run_produce(const ProduceArguments& arguments) {
  // Before the engine's threads begin: they would take the signals otherwise.
  const Interrupts interrupts;
  if (!arguments.place.bootstrap.empty()) return remote_produce(arguments, interrupts);
  const std::string context = named(arguments.topic);
  auto engine = open_writer(arguments.place, !arguments.no_create);
  if (!engine) return fail(context, engine.error());
  const int code = run_and_close(*std::move(engine), context, [&](Engine& opened) {
    return produce(opened, arguments, interrupts);
  });
  return code == kOk && interrupts.has_come() ? kInterrupted : code;
}

}  // namespace

void add_produce(CLI::App& app, Run& run) {
  CLI::App* const produce =
      app.add_subcommand("produce", "Publishes lines of stdin, or of files, as records");
  auto arguments = std::make_shared<ProduceArguments>();
  add_place(*produce, arguments->place);
  produce->add_option("TOPIC", arguments->topic, "Made with one partition if it is not there")
      ->required();
  produce->add_option("FILE", arguments->files, "Read one after another; '-' or none: stdin");
  produce
      ->add_option("--key-separator", arguments->key_separator,
                   "What stands before its first occurrence in a line is the key")
      ->type_name("S");
  produce->add_option("--header", arguments->headers, "A header for every record; repeatable")
      ->type_name("K=V")
      ->allow_extra_args(false)
      ->check([](const std::string& text) {
        return key_and_value(text) ? std::string() : fmt::format("'{}' is not K=V", text);
      });
  produce
      ->add_option("--partition", arguments->partition, "All records go there, whatever their keys")
      ->type_name("N");
  produce
      ->add_option("--acks", arguments->acks,
                   "0, 1: acknowledged at the topic's durability; all: when it survives power loss")
      ->check(CLI::IsMember({"0", "1", "all", "-1"}))
      ->capture_default_str();
  produce->add_option("--compression", arguments->compression, "none, gzip, snappy, lz4, zstd")
      ->check(CLI::IsMember({"none", "gzip", "snappy", "lz4", "zstd"}))
      ->capture_default_str();
  produce->add_flag("--no-create", arguments->no_create, "Fail if the topic is not there");
  produce->footer(
      "An empty line is an empty value. A signal ends reading: what was taken is published, "
      "and the exit status is 130.\n\nExamples:\n"
      "  seq 1000 | leat produce numbers --dir ./data\n"
      "  leat produce passwd --dir ./data --key-separator : /etc/passwd\n"
      "  journalctl -f | leat produce journal --dir ./data --compression zstd --header "
      "host=$(hostname)");
  produce->callback([&run, arguments] {
    if (arguments->files.empty()) arguments->files.emplace_back("-");
    run = [arguments] { return run_produce(*arguments); };
  });
}

}  // namespace leat::tools
