#pragma once

/// \file
/// The open batch of S2 with nothing around it: what an append must at least do. The measure that
/// the engine's Appender stands beside; not a part of it (no offsets to give, no readers, no
/// checkpoints).

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/bytes.h"
#include "base/crc32c.h"
#include "base/varint.h"

namespace leat::tools {

/// Writes Kafka v2 record batches into memory that is zeros, records with a null key and no
/// headers. REQUIRES: one thread; room for every append.
class OpenBatch {
 public:
  static constexpr std::size_t kHeaderSize = 61;
  static constexpr std::size_t kBatchBytesMax = std::size_t{16} << 10U;
  /// Bytes that a record of less than 1 MiB takes beside its value, its share of a header included.
  static constexpr std::size_t kOverheadMax = 24;

  explicit OpenBatch(std::span<std::byte> into) : at_(into.data()) {}

  /// Commits a record with `value`; returns its offset.
  std::int64_t append(std::span<const std::byte> value) {
    if (header_ == nullptr || at_ - header_ > static_cast<std::ptrdiff_t>(kBatchBytesMax)) reopen();
    const auto value_size = static_cast<std::int32_t>(value.size());
    const std::size_t body =
        1 + 1 + base::varint_size(count_) + 1 + base::varint_size(value_size) + value.size() + 1;
    const auto length = static_cast<std::int32_t>(body);
    // The first byte of the length is the commit: it is stored last.
    std::byte* to = at_ + base::varint_size(length);
    *to++ = std::byte{0};               // attributes
    *to++ = std::byte{0};               // timestamp delta
    to = base::put_varint(to, count_);  // offset delta
    *to++ = std::byte{1};               // a null key: -1
    to = base::put_varint(to, value_size);
    std::memcpy(to, value.data(), value.size());
    to += value.size();
    *to++ = std::byte{0};  // no headers
    commit(length);
    at_ = to;
    ++count_;
    published_.store(at_, std::memory_order_release);
    return next_offset_++;
  }

 private:
  void commit(std::int32_t length) {
    std::byte encoded[base::kVarintSizeMax];
    std::byte* const end = base::put_varint(encoded, length);
    std::memcpy(at_ + 1, encoded + 1, static_cast<std::size_t>(end - encoded) - 1);
    std::atomic_ref<std::byte>(*at_).store(encoded[0], std::memory_order_release);
  }

  void reopen() {
    if (header_ != nullptr) close();
    header_ = at_;
    count_ = 0;
    base::store_be<std::int64_t>(header_, next_offset_);
    at_ += kHeaderSize;
  }

  void close() {
    base::store_be<std::int32_t>(header_ + 8, static_cast<std::int32_t>(at_ - header_) - 12);
    base::store_be<std::int32_t>(header_ + 23, count_ - 1);
    std::memset(header_ + 43, 0xff, 14);  // no producer
    base::store_be<std::int32_t>(header_ + 57, count_);
    base::store_be<std::uint32_t>(header_ + 17, base::crc32c({header_ + 21, at_}));
    std::atomic_ref<std::byte>(header_[16]).store(std::byte{2}, std::memory_order_release);
  }

  std::byte* at_;
  std::byte* header_ = nullptr;
  std::int32_t count_ = 0;
  std::int64_t next_offset_ = 0;
  std::atomic<std::byte*> published_ = nullptr;
};

}  // namespace leat::tools
