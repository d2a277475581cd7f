#pragma once

/// \file
/// Walks the records of an uncompressed records section in place. On the hot path of every reader:
/// all of it is inline, with the one- and two-byte varints that small records have first.
/// Not thread-safe; the bytes must outlive the cursor and every RecordView it filled.

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
  Offset offset;
  Timestamp timestamp;
  /// Every record's timestamp, where the batch is of type LogAppendTime (B12).
  std::optional<Timestamp> log_append_time;
};

/// True when [bytes) is exactly `count` well-formed headers; what a HeadersView asks of its bytes.
[[nodiscard]] bool headers_are_well_formed(std::span<const std::byte> bytes, std::int32_t count);

/// A forward walk over records. Ends at the end of the span, or before the first malformed record:
/// then `ok()` is false. Knows nothing of the record count: an open batch has none.
class RecordCursor {
 public:
  RecordCursor(std::span<const std::byte> records, const RecordBase& base)
      : begin_(records.data()), at_(begin_), end_(begin_ + records.size()), base_(base) {}

  /// Fills `record` with the next one and returns true; false at the end. After false, stays false.
  bool next(RecordView& record) noexcept {
    if (at_ == end_) return false;
    const std::byte* const after = read(record);
    if (after == nullptr) [[unlikely]] {
      ok_ = false;
      end_ = at_;
      return false;
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
  /// A length and its bytes; -1 is null. nullptr when they do not fit before `end`.
  static const std::byte* read_bytes(const std::byte* at, const std::byte* end,
                                     BytesView& out) noexcept {
    std::int32_t size = 0;
    at = base::get_varint(at, end, size);
    if (at == nullptr || size > end - at) [[unlikely]]
      return nullptr;
    if (size < 0) {
      out = BytesView();
      return size == -1 ? at : nullptr;
    }
    out = BytesView(std::span(at, static_cast<std::size_t>(size)));
    return at + size;
  }

  /// Reads the record at `at_`; returns the byte after it, or nullptr when it is malformed.
  const std::byte* read(RecordView& record) noexcept {
    std::int32_t body_size = 0;
    const std::byte* at = base::get_varint(at_, end_, body_size);
    if (at == nullptr || body_size <= 0 || body_size > end_ - at) [[unlikely]]
      return nullptr;
    const std::byte* const end = at + body_size;
    ++at;  // attributes: no bit has a meaning yet
    std::int64_t timestamp_delta = 0;
    std::int32_t offset_delta = 0;
    std::int32_t header_count = 0;
    if ((at = base::get_varlong(at, end, timestamp_delta)) == nullptr) return nullptr;
    if ((at = base::get_varint(at, end, offset_delta)) == nullptr) return nullptr;
    if ((at = read_bytes(at, end, record.key)) == nullptr) return nullptr;
    if ((at = read_bytes(at, end, record.value)) == nullptr) return nullptr;
    if ((at = base::get_varint(at, end, header_count)) == nullptr) return nullptr;
    if (header_count == 0) [[likely]] {
      if (at != end) return nullptr;
      record.headers = HeadersView();
    } else {
      const std::span<const std::byte> headers(at, end);
      if (!headers_are_well_formed(headers, header_count)) return nullptr;
      record.headers = HeadersView(headers, header_count);
    }
    record.offset = Offset{wrapping_add(base_.offset.value(), offset_delta)};
    record.timestamp = base_.log_append_time.value_or(Timestamp{std::chrono::milliseconds{
        wrapping_add(base_.timestamp.time_since_epoch().count(), timestamp_delta)}});
    return end;
  }

  /// Deltas come from disk or wire: a sum past the range is wrong, not undefined.
  static std::int64_t wrapping_add(std::int64_t a, std::int64_t b) noexcept {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  }

  const std::byte* begin_;
  const std::byte* at_;
  const std::byte* end_;
  RecordBase base_;
  bool ok_ = true;
};

}  // namespace leat::record
