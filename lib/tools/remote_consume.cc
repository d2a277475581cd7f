// leat consume --bootstrap.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "leat/consumer.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "net/kafka_client.h"
#include "record/batch_view.h"
#include "record/compression.h"
#include "record/layout.h"
#include "record/record_cursor.h"
#include "tools/arguments.h"
#include "tools/interrupts.h"
#include "tools/output.h"
#include "tools/printer.h"
#include "tools/remote.h"
#include "tools/session.h"
#include "wire/messages/fetch.h"

namespace leat::tools {
namespace {

constexpr std::int64_t kEarliest = -2;
constexpr std::int64_t kLatest = -1;
/// How late a signal is seen.
constexpr std::chrono::milliseconds kWaitMax{250};
/// Of one batch's records once decompressed: where a bomb ends.
constexpr std::size_t kRecordsSizeMax = std::size_t{256} << 20U;

class RemoteReader {
 public:
  RemoteReader(net::KafkaClient client, const ConsumeArguments& arguments, Printer printer)
      : client_(std::move(client)), arguments_(arguments), printer_(std::move(printer)) {}

  /// Finds the partitions and where to begin in each; where to end, unless it is to follow.
  Result<void> seek(const Start& start) {
    LEAT_TRY(const auto topic, client_.topic(arguments_.topic));
    for (const auto& partition : topic.partitions) {
      const PartitionId id = partition.partition_index;
      if (arguments_.partition && id.value() != *arguments_.partition) continue;
      LEAT_TRY(const Offset first, find(id, start));
      Reading reading{.source = {arguments_.topic, id}, .next = first, .end = {}};
      if (arguments_.no_follow) {
        LEAT_TRY(reading.end, client_.offset_at(reading.source, kLatest));
      }
      readings_.emplace(id, std::move(reading));
    }
    if (!readings_.empty()) return {};
    return Error(ErrorCode::kUnknownTopicOrPartition,
                 fmt::format("it has no partition {}", arguments_.partition.value_or(0)));
  }

  /// Prints until it is enough.
  Result<void> run(const std::stop_token& stop) {
    while (is_wanted_ && !stop.stop_requested()) {
      std::vector<net::KafkaClient::Position> positions;
      for (const auto& [id, reading] : readings_) {
        if (!reading.end || reading.next < *reading.end) positions.push_back({id, reading.next});
      }
      if (positions.empty()) break;
      LEAT_TRY_VOID(client_.fetch(arguments_.topic, positions, kWaitMax,
                                  [this](const auto& partition) { return take(partition); }));
      is_wanted_ = printer_.flush() && is_wanted_;
    }
    (void)printer_.flush();
    return {};
  }

 private:
  struct Reading {
    TopicPartition source;
    Offset next;
    std::optional<Offset> end;
  };

  Result<Offset> find(PartitionId id, const Start& start) {
    if (start.kind == Start::Kind::kOffset) return start.offset;
    const TopicPartition place{arguments_.topic, id};
    const bool is_time = start.kind == Start::Kind::kTime;
    if (start.kind != Start::Kind::kEnd) {
      LEAT_TRY(
          const auto found,
          client_.offset_at(place, is_time ? start.time.time_since_epoch().count() : kEarliest));
      if (found) return *found;
    }
    LEAT_TRY(const auto end, client_.offset_at(place, kLatest));
    return end.value_or(Offset{0});
  }

  Result<void> take(const wire::fetch_response::PartitionData& data) {
    const auto at = readings_.find(data.partition_index);
    if (at == readings_.end()) return {};
    Reading& reading = at->second;
    if (data.error_code != ErrorCode::kNone) {
      return Error(data.error_code,
                   fmt::format("partition {} cannot be read at offset {}",
                               data.partition_index.value(), reading.next.value()));
    }
    std::span<const std::byte> rest = data.records.bytes.bytes();
    while (const auto batch = record::BatchView::first_of(rest)) {
      if (auto printed = print(*batch, reading); !printed) {
        return printed.error().with_context(fmt::format(
            "partition {}, offset {}", data.partition_index.value(), batch->base_offset().value()));
      }
      rest = rest.subspan(batch->size_in_bytes());
    }
    return {};
  }

  Result<void> print(const record::BatchView& batch, Reading& reading) {
    if (batch.magic() != record::kMagic) {
      return Error(
          ErrorCode::kUnsupportedFormat,
          fmt::format("a batch of format {}: only {} is read", batch.magic(), record::kMagic));
    }
    if (!batch.crc_is_right()) return Error(ErrorCode::kCorruptMessage, "the CRC is wrong");
    std::vector<std::byte> plain;
    std::span<const std::byte> records = batch.records();
    if (batch.compression() != record::Compression::kNone) {
      LEAT_TRY(plain, record::decompress(batch.compression(), records, kRecordsSizeMax));
      records = plain;
    }
    record::RecordCursor cursor(records, batch.record_base());
    ConsumedRecord record;
    record.source = &reading.source;
    while (!batch.is_control() && is_wanted_ && cursor.next(record)) {
      const bool is_past = reading.end && record.offset >= *reading.end;
      if (record.offset < reading.next || is_past) continue;
      is_wanted_ = printer_.print(record);
    }
    if (!cursor.ok()) return Error(ErrorCode::kCorruptMessage, "a record cannot be decoded");
    reading.next = std::max(reading.next, batch.next_offset());
    return {};
  }

  net::KafkaClient client_;
  const ConsumeArguments& arguments_;
  Printer printer_;
  std::map<PartitionId, Reading> readings_;
  bool is_wanted_ = true;
};

Result<void> consume(const ConsumeArguments& arguments, const Start& start, Printer printer,
                     const std::stop_token& stop) {
  LEAT_TRY(auto client, net::KafkaClient::connect(arguments.place.bootstrap));
  RemoteReader reader(std::move(client), arguments, std::move(printer));
  LEAT_TRY_VOID(reader.seek(start));
  return reader.run(stop);
}

}  // namespace

int remote_consume(const ConsumeArguments& arguments, const Start& start, Printer printer,
                   const Interrupts& interrupts) {
  std::stop_source stop;
  const InterruptWatch watch(interrupts, [&stop] { stop.request_stop(); });
  const auto done = consume(arguments, start, std::move(printer), stop.get_token());
  return done ? kOk : fail(named(arguments.topic), done.error());
}

}  // namespace leat::tools
