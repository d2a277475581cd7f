#pragma once

/// \file
/// Walks the records of an uncompressed records section in place. On the hot path of every reader:
/// all of it is inline, with the one- and two-byte varints that small records have first.
/// Not thread-safe; the bytes must outlive the cursor and every RecordView it filled.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "leat/record.h"
#include "leat/types.h"

#include "base/varint.h"

namespace leat::record {

/// What the deltas of records are added to.
struct RecordBase {
  Offset offset{};
  Timestamp timestamp{};
  /// Every record's timestamp, where the batch is of type LogAppendTime (B12).
  std::optional<Timestamp> log_append_time{};
};

/// True when [bytes) is exactly `count` well-formed headers; what a HeadersView asks of its bytes.
[[nodiscard]] bool headers_are_well_formed(std::span<const std::byte> bytes, std::int32_t count);

/// A forward walk over records. Ends at the end of the span, or before the first malformed record:
/// then `ok()` is false. Knows nothing of the record count: an open batch has none.
class RecordCursor {
 public:
  RecordCursor(std::span<const std::byte> records, const RecordBase& base)
      : begin_(records.data()),
        at_(begin_),
        end_(begin_ + records.size()),
        base_offset_(base.offset.value()),
        base_timestamp_(base.log_append_time.value_or(base.timestamp).time_since_epoch().count()),
        timestamp_mask_(base.log_append_time ? 0 : -1) {}

  /// Fills `record` with the next one and returns true; false at the end. After false, stays false.
  bool next(RecordView& record) noexcept {
    const std::byte* after = read_small(record);
    if (after == nullptr) [[unlikely]] {
      if (at_ == end_) return false;
      after = read_any(record);
      if (after == nullptr) {
        ok_ = false;
        end_ = at_;
        return false;
      }
    }
    at_ = after;
    return true;
  }

  /// False when the walk ended at bytes that are no record.
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  /// Bytes of the records walked so far: where the last good one ends.
  [[nodiscard]] std::size_t position() const noexcept {
    return static_cast<std::size_t>(at_ - begin_);
  }

 private:
  static constexpr std::uint32_t kNullLength = base::zigzag(std::int32_t{-1});

  /// A varint of one or two bytes, not yet un-zigzagged; false when it is longer.
  /// REQUIRES: two readable bytes.
  static bool take_short(const std::byte*& at, std::uint32_t& out) noexcept {
    out = std::to_integer<std::uint32_t>(*at++);
    if (out < 0x80U) return true;
    const auto second = std::to_integer<std::uint32_t>(*at++);
    out = (out & 0x7fU) | (second << 7U);
    return second < 0x80U;
  }

  /// Reads the record at `at_` if it is a usual one: every varint of one or two bytes, no headers.
  /// Returns the byte after it; nullptr for any other and near the end: `read_any` decides on
  /// those. Half the instructions of `read_any`: a reader's throughput hangs on it.
  const std::byte* read_small(RecordView& record) noexcept {
    constexpr std::ptrdiff_t kFixedMax = 9;  // all up to the key: 2, attributes 1, 2, 2, 2
    const std::byte* at = at_;
    if (end_ - at < kFixedMax) return nullptr;
    std::uint32_t body = 0;
    if (!take_short(at, body) || (body & 1U) != 0 || (body >> 1U) > end_ - at) return nullptr;
    const std::byte* const end = at + (body >> 1U);
    ++at;  // attributes: no bit has a meaning yet
    std::uint32_t timestamp_delta = 0;
    std::uint32_t offset_delta = 0;
    std::uint32_t key = 0;
    if (!take_short(at, timestamp_delta) || !take_short(at, offset_delta)) return nullptr;
    if (!take_short(at, key)) return nullptr;
    if (key == kNullLength) {
      record.key = BytesView();
    } else {
      if ((key & 1U) != 0 || (key >> 1U) > end - at) return nullptr;
      record.key = BytesView(std::span(at, key >> 1U));
      at += key >> 1U;
    }
    std::uint32_t value = 0;
    if (end - at < 2 || !take_short(at, value)) return nullptr;
    if (value == kNullLength) {
      record.value = BytesView();
      value = 0;
    } else {
      if ((value & 1U) != 0) return nullptr;
      record.value = BytesView(std::span(at, value >> 1U));
    }
    // One byte is left for the header count, and it says none.
    if (end - at != (value >> 1U) + std::ptrdiff_t{1} || end[-1] != std::byte{0}) return nullptr;
    record.headers = HeadersView();
    date_and_number(record, base::unzigzag(timestamp_delta), base::unzigzag(offset_delta));
    return end;
  }

  /// Reads the record at `at_`, whatever it is; returns the byte after it, or nullptr when
  /// malformed.
  [[gnu::noinline]] const std::byte* read_any(RecordView& record) const noexcept {
    std::int32_t body_size = 0;
    const std::byte* at = base::get_varint(at_, end_, body_size);
    if (at == nullptr || body_size <= 0 || body_size > end_ - at) return nullptr;
    const std::byte* const end = at + body_size;
    ++at;  // attributes
    std::int64_t timestamp_delta = 0;
    std::int32_t offset_delta = 0;
    std::int32_t header_count = 0;
    at = base::get_varlong(at, end, timestamp_delta);
    if (at == nullptr) return nullptr;
    at = base::get_varint(at, end, offset_delta);
    if (at == nullptr) return nullptr;
    at = read_bytes(at, end, record.key);
    if (at == nullptr) return nullptr;
    at = read_bytes(at, end, record.value);
    if (at == nullptr) return nullptr;
    at = base::get_varint(at, end, header_count);
    if (at == nullptr) return nullptr;
    const std::span<const std::byte> headers(at, end);
    if (!headers_are_well_formed(headers, header_count)) return nullptr;
    record.headers = HeadersView(headers, header_count);
    date_and_number(record, timestamp_delta, offset_delta);
    return end;
  }

  /// A length and its bytes; -1 is null. nullptr when they do not fit before `end`.
  static const std::byte* read_bytes(const std::byte* at, const std::byte* end,
                                     BytesView& out) noexcept {
    std::int32_t size = 0;
    at = base::get_varint(at, end, size);
    if (at == nullptr || size < -1 || size > end - at) return nullptr;
    out = size == -1 ? BytesView() : BytesView(std::span(at, static_cast<std::size_t>(size)));
    return at + out.size();
  }

  void date_and_number(RecordView& record, std::int64_t timestamp_delta,
                       std::int32_t offset_delta) const noexcept {
    record.offset = Offset{wrapping_add(base_offset_, offset_delta)};
    record.timestamp = Timestamp{std::chrono::milliseconds{
        wrapping_add(base_timestamp_, timestamp_delta & timestamp_mask_)}};
  }

  /// Deltas come from disk or wire: a sum past the range is wrong, not undefined.
  static std::int64_t wrapping_add(std::int64_t a, std::int64_t b) noexcept {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  }

  const std::byte* begin_;
  const std::byte* at_;
  const std::byte* end_;
  std::int64_t base_offset_;
  std::int64_t base_timestamp_;
  std::int64_t timestamp_mask_;  // 0 where every record has the append time, else all ones
  bool ok_ = true;
};

}  // namespace leat::record
