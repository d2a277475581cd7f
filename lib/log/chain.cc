#include "log/chain.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "leat/environment.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "base/varint.h"
#include "log/log_options.h"
#include "log/open_batch_walk.h"
#include "record/batch_view.h"
#include "record/header_writer.h"
#include "record/layout.h"

namespace leat::log {
namespace {

constexpr std::size_t kWindowBytes = 1U << 20U;

bool is_zero(std::span<const std::byte> bytes) {
  return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
}

class Walker {
 public:
  Walker(FileWindow& window, const ChainStart& start, const OnBatch& on_batch)
      : window_(window), start_(start), on_batch_(on_batch), epoch_(start.epoch) {
    chain_.end = start.position;
    chain_.next_offset = start.offset;
  }

  Result<Chain> run() {
    bool goes_on = true;
    while (goes_on) {
      LEAT_TRY(goes_on, step());
    }
    LEAT_TRY_VOID(measure_cut());
    return std::move(chain_);
  }

 private:
  /// Takes the batch at the end of the chain; false when there is none.
  Result<bool> step() {
    LEAT_TRY(const auto header, window_.at(chain_.end, record::kHeaderSize));
    if (header.empty()) return false;
    if (header.size() < record::kHeaderSize) {
      return is_zero(header) ? false : stop("a header is cut short by the end of the file");
    }
    const record::BatchView batch(header.data());
    if (batch.magic() == record::kMagic) return closed_batch(batch.size_in_bytes());
    if (batch.magic() == record::kOpenMagic) return open_batch();
    return stop(fmt::format("magic {} is not known", batch.magic()));
  }

  Result<bool> closed_batch(std::size_t size) {
    if (size < record::kHeaderSize || size > window_.size() - chain_.end) {
      return stop(fmt::format("a batch of {} bytes does not fit into the file", size));
    }
    const bool check_crc = start_.check_crc && chain_.end + size > start_.trusted_end;
    LEAT_TRY(const auto bytes, window_.at(chain_.end, check_crc ? size : record::kHeaderSize));
    if (check_crc && bytes.size() < size) return stop("the file became shorter");
    const record::BatchView batch(bytes.data());
    if (!follows(batch)) return false;
    if (check_crc && !batch.crc_is_right()) return stop("the CRC does not match");
    note(batch.base_offset(), batch.leader_epoch().value(),
         batch.base_timestamp().time_since_epoch().count(),
         batch.max_timestamp().time_since_epoch().count());
    if (on_batch_) on_batch_(chain_.end, batch);
    chain_.end += static_cast<std::uint32_t>(size);
    chain_.next_offset = batch.next_offset();
    return true;
  }

  /// All that may belong to the open batch at the end of the chain: a record that is larger than an open
  /// batch is alone in its own.
  Result<std::span<const std::byte>> open_bytes() {
    LEAT_TRY(const auto start, window_.at(chain_.end, record::kHeaderSize + base::kVarintSizeMax));
    std::int32_t first_record = 0;
    const bool has_length =
        start.size() > record::kHeaderSize &&
        base::get_varint(start.data() + record::kHeaderSize, start.data() + start.size(),
                         first_record) != nullptr;
    const std::size_t alone = has_length ? static_cast<std::size_t>(std::max(first_record, 0)) : 0;
    return window_.at(chain_.end, kOpenBatchBytes + alone + base::kVarintSizeMax);
  }

  Result<bool> open_batch() {
    LEAT_TRY(const auto bytes, open_bytes());
    const record::BatchView batch(bytes.data());
    const bool has_record =
        bytes.size() > record::kHeaderSize && bytes[record::kHeaderSize] != std::byte{0};
    if (!has_record) return false;  // zeros, or opened and nothing committed
    if (!follows(batch)) return false;
    const auto found = walk_open_batch(bytes, chain_.end, start_.host_rebooted);
    if (!found) return stop("no record of the open batch can be believed");
    note(found->header.base_offset, found->header.leader_epoch.value(),
         found->header.base_timestamp.time_since_epoch().count(),
         found->header.max_timestamp.time_since_epoch().count());
    chain_.open = Chain::Open{chain_.end, found->header};
    chain_.end += found->size;
    chain_.next_offset = found->header.base_offset + (found->header.last_offset_delta + std::int64_t{1});
    if (!found->reason.empty()) return stop(found->reason);
    return false;  // nothing is appended behind an open batch
  }

  bool follows(const record::BatchView& batch) {
    const Offset base = batch.base_offset();
    const bool is_next = start_.may_have_gaps ? base >= chain_.next_offset : base == chain_.next_offset;
    if (!is_next) {
      (void)stop(fmt::format("base offset {} where {} was expected", base.value(),
                             chain_.next_offset.value()));
      return false;
    }
    if (batch.leader_epoch().value() > start_.epoch_max) {
      (void)stop(fmt::format("leader epoch {} where none is over {}", batch.leader_epoch().value(),
                             start_.epoch_max));
      return false;
    }
    if (batch.leader_epoch().value() < epoch_) {
      (void)stop(fmt::format("leader epoch {} after {}", batch.leader_epoch().value(), epoch_));
      return false;
    }
    if (batch.last_offset_delta() < 0) {
      (void)stop(fmt::format("last offset delta {}", batch.last_offset_delta()));
      return false;
    }
    return true;
  }

  void note(Offset base_offset, std::int32_t epoch, std::int64_t first_time, std::int64_t max_time) {
    if (chain_.index.empty() ||
        chain_.end - chain_.index.back().position >= start_.index_interval_bytes) {
      chain_.index.push_back({base_offset, chain_.end, chain_.stats.max_timestamp});
    }
    if (chain_.stats.first_timestamp == INT64_MIN) {
      chain_.stats.first_timestamp = first_time;
      chain_.stats.first_epoch = epoch;
    }
    chain_.stats.max_timestamp = std::max(chain_.stats.max_timestamp, max_time);
    chain_.stats.last_epoch = epoch;
    epoch_ = epoch;
  }

  bool stop(std::string reason) {
    chain_.reason = fmt::format("at position {}: {}", chain_.end, std::move(reason));
    return false;
  }

  /// How far what is behind the chain reaches: up to the last byte that is not zero.
  Result<void> measure_cut() {
    std::uint64_t last = chain_.end;
    for (std::uint64_t at = chain_.end; at < window_.size(); at += kWindowBytes) {
      LEAT_TRY(const auto bytes, window_.at(at, kWindowBytes));
      const auto found = std::find_if(bytes.rbegin(), bytes.rend(),
                                      [](std::byte b) { return b != std::byte{0}; });
      if (found != bytes.rend()) last = at + static_cast<std::uint64_t>(bytes.rend() - found);
    }
    // To the end of its page: the last bytes of a record are often zeros themselves.
    if (last > chain_.end) {
      last = std::min(window_.size(), (last + kPageBytes - 1) / kPageBytes * kPageBytes);
    }
    chain_.cut_bytes = last - chain_.end;
    return {};
  }

  FileWindow& window_;
  const ChainStart& start_;
  const OnBatch& on_batch_;
  std::int32_t epoch_;
  Chain chain_;
};

}  // namespace

Result<std::span<const std::byte>> FileWindow::at(std::uint64_t position, std::size_t length) {
  if (position >= size_) return std::span<const std::byte>();
  const std::size_t wanted = std::min<std::uint64_t>(length, size_ - position);
  const bool has_it = position >= begin_ && position + wanted <= begin_ + buffer_.size();
  if (!has_it) {
    buffer_.resize(std::max(wanted, std::min<std::uint64_t>(kWindowBytes, size_ - position)));
    LEAT_TRY(const std::size_t got, file_.read(position, buffer_));
    buffer_.resize(got);
    begin_ = position;
  }
  const std::size_t available = begin_ + buffer_.size() - position;
  return std::span<const std::byte>(buffer_).subspan(position - begin_, std::min(wanted, available));
}

Result<Chain> walk_chain(File& file, const ChainStart& start, const OnBatch& on_batch) {
  LEAT_TRY(const std::uint64_t size, file.size());
  FileWindow window(file, std::min<std::uint64_t>(size, kSegmentBytesMax));
  return Walker(window, start, on_batch).run();
}

Result<std::optional<ChainStart>> find_continuation(File& file, const Chain& chain,
                                                    const ChainStart& start) {
  // What the chain ended at is the damage itself, whatever it looks like; behind an open batch it is not.
  const std::uint32_t from = chain.open ? chain.end : chain.end + 1;
  LEAT_TRY(const auto position, find_next_batch(file, from, chain.next_offset));
  if (!position) return std::optional<ChainStart>();
  std::array<std::byte, record::kHeaderSize> header{};
  LEAT_TRY(const std::size_t got, file.read(*position, header));
  if (got < header.size()) return std::optional<ChainStart>();  // the file became shorter
  ChainStart next = start;
  next.position = *position;
  next.offset = record::BatchView(header.data()).base_offset();
  next.epoch = 0;
  return std::optional(next);
}

Result<std::optional<std::uint32_t>> find_next_batch(File& file, std::uint32_t from,
                                                     Offset at_least) {
  LEAT_TRY(const std::uint64_t size, file.size());
  FileWindow window(file, std::min<std::uint64_t>(size, kSegmentBytesMax));
  for (std::uint64_t at = from; at + record::kHeaderSize <= window.size(); ++at) {
    LEAT_TRY(const auto header, window.at(at, record::kHeaderSize));
    const record::BatchView batch(header.data());
    const bool may_be = batch.magic() == record::kMagic && batch.length() >= record::kLengthMin &&
                        batch.base_offset() >= at_least &&
                        batch.base_offset() - at_least <= INT32_MAX &&  // S9
                        batch.size_in_bytes() <= window.size() - at;
    if (!may_be) continue;
    const std::size_t batch_size = batch.size_in_bytes();
    LEAT_TRY(const auto bytes, window.at(at, batch_size));
    if (bytes.size() < batch_size) break;  // the file became shorter
    if (record::BatchView(bytes.data()).crc_is_right()) return static_cast<std::uint32_t>(at);
  }
  return std::optional<std::uint32_t>();
}

}  // namespace leat::log
