// leat produce --bootstrap.

#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/hash.h"
#include "base/try.h"
#include "net/kafka_client.h"
#include "record/batch_builder.h"
#include "record/compression.h"
#include "record/layout.h"
#include "tools/arguments.h"
#include "tools/interrupts.h"
#include "tools/line_reader.h"
#include "tools/output.h"
#include "tools/remote.h"
#include "tools/session.h"

namespace leat::tools {
namespace {

/// Well below the 1 MiB that brokers take by default.
constexpr std::size_t kBatchBytes = std::size_t{256} << 10U;

/// Batches a partition, sent when they are full or when no line is waiting.
class RemoteLines {
 public:
  RemoteLines(net::KafkaClient client, const ProduceArguments& arguments, std::int32_t partitions)
      : client_(std::move(client)), arguments_(arguments), partitions_(partitions) {
    options_.compression =
        record::compression_from_name(arguments.compression).value_or(record::Compression::kNone);
    options_.size_max = kBatchBytes;
    for (const std::string& text : arguments.headers) {
      const std::size_t at = text.find('=');
      headers_.push_back(
          {std::string_view(text).substr(0, at), std::string_view(text).substr(at + 1)});
    }
    if (arguments.acks == "0") acks_ = 0;
    if (arguments.acks == "1") acks_ = 1;
  }

  Result<void> send_all(LineReader& reader) {
    for (;;) {
      if (reader.is_drained()) LEAT_TRY_VOID(flush());
      LEAT_TRY(const auto line, reader.next());
      if (!line) return flush();
      if (auto sent = send(*line); !sent) {
        return sent.error().with_context(
            fmt::format("line {} of {}", reader.number(), reader.name()));
      }
      ++taken_;
    }
  }
  [[nodiscard]] std::uint64_t taken() const { return taken_; }
  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }

 private:
  /// As Java's clients: murmur2 of the key; without one, one partition a batch, in turn.
  [[nodiscard]] std::int32_t partition_of(const Line& line) const {
    if (arguments_.partition) return *arguments_.partition;
    if (!line.key) return static_cast<std::int32_t>(batches_ % partitions_);
    const std::int32_t hash = base::murmur2(BytesView(*line.key).bytes());
    return static_cast<std::int32_t>(base::to_positive(hash) % partitions_);
  }

  Result<void> send(std::string_view text) {
    const Line line = split_line(arguments_, text);
    Record record{.value = line.value, .headers = headers_};
    if (line.key) record.key = *line.key;
    const std::int32_t partition = partition_of(line);
    record::BatchBuilder& builder =
        builders_.try_emplace(PartitionId{partition}, options_).first->second;
    const Timestamp now = clock_->now();
    if (builder.append(record, now)) return {};
    LEAT_TRY_VOID(send_batch(PartitionId{partition}, builder));
    (void)builder.append(record, now);  // the first is always taken
    return {};
  }

  Result<void> send_batch(PartitionId partition, record::BatchBuilder& builder) {
    if (builder.empty()) return {};
    const auto records = static_cast<std::uint64_t>(builder.record_count());
    LEAT_TRY(const auto batch, builder.finish());
    LEAT_TRY_VOID(client_.produce({arguments_.topic, partition}, batch, acks_));
    builder.reset(options_);
    acknowledged_ += records;
    ++batches_;
    return {};
  }

  Result<void> flush() {
    for (auto& [partition, builder] : builders_) LEAT_TRY_VOID(send_batch(partition, builder));
    return {};
  }

  net::KafkaClient client_;
  const ProduceArguments& arguments_;
  const std::int64_t partitions_;
  record::BatchOptions options_;
  std::vector<Header> headers_;
  std::int16_t acks_ = -1;
  const std::shared_ptr<Clock> clock_ = posix_clock();
  std::map<PartitionId, record::BatchBuilder> builders_;
  std::int64_t batches_ = 0;
  std::uint64_t taken_ = 0;
  std::uint64_t acknowledged_ = 0;
};

Result<void> send_files(RemoteLines& lines, const ProduceArguments& arguments,
                        const Interrupts& interrupts) {
  for (const std::string& file : arguments.files) {
    LEAT_TRY(LineReader reader, LineReader::open(file, interrupts));
    LEAT_TRY_VOID(lines.send_all(reader));
    if (interrupts.has_come()) break;
  }
  return {};
}

Result<void> produce(const ProduceArguments& arguments, const Interrupts& interrupts) {
  LEAT_TRY(auto client, net::KafkaClient::connect(arguments.place.bootstrap));
  LEAT_TRY(const auto topic, arguments.no_create ? client.topic(arguments.topic)
                                                 : client.topic_or_new(arguments.topic));
  RemoteLines lines(std::move(client), arguments,
                    static_cast<std::int32_t>(topic.partitions.size()));
  const Result<void> sent = send_files(lines, arguments, interrupts);
  if (!sent || interrupts.has_come()) {
    tell(fmt::format("{}: {} of {} records that were taken are acknowledged",
                     named(arguments.topic), grouped(lines.acknowledged()),
                     grouped(lines.taken())));
  }
  return sent;
}

}  // namespace

int remote_produce(const ProduceArguments& arguments, const Interrupts& interrupts) {
  const auto done = produce(arguments, interrupts);
  if (!done) return fail(named(arguments.topic), done.error());
  return interrupts.has_come() ? kInterrupted : kOk;
}

}  // namespace leat::tools
