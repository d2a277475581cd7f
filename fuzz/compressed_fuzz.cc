/// \file
/// Compressed records, each codec (B4): any bytes are an error or records within the bound, which
/// come back when they are compressed again; and a batch of them with a right CRC is refused or
/// walks. The first byte chooses the codec, the second how many records the header claims.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <vector>

#include "record/compression.h"
#include "record/header_writer.h"
#include "record/layout.h"
#include "record/validate.h"

namespace {

using namespace leat::record;

constexpr std::size_t kSizeMax = std::size_t{1} << 20U;

void require(bool holds) {
  if (!holds) std::abort();
}

void decompress_any(Compression codec, std::span<const std::byte> bytes) {
  const auto records = decompress(codec, bytes, kSizeMax);
  if (!records) return;
  require(records->size() <= kSizeMax);
  const auto again = compress(codec, std::nullopt, *records);
  require(again && decompress(codec, *again, kSizeMax).value() == *records);
}

void validate_batch(Compression codec, std::int32_t count, std::span<const std::byte> records) {
  std::vector<std::byte> batch(kHeaderSize + records.size());
  std::ranges::copy(records, batch.begin() + static_cast<std::ptrdiff_t>(kHeaderSize));
  close_header(batch.data(), {.length = static_cast<std::int32_t>(batch.size() - kLengthEnd),
                              .attributes = static_cast<std::uint16_t>(codec),
                              .last_offset_delta = count - 1,
                              .record_count = count});
  const auto valid = validate(batch, {.records_size_max = kSizeMax});
  if (valid) require(valid->view().record_count() == count);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto codec = static_cast<Compression>(1 + data[0] % attributes::kCompressionLast);
  const auto bytes = std::as_bytes(std::span(data, size)).subspan(2);
  decompress_any(codec, bytes);
  validate_batch(codec, data[1], bytes);
  // What the codec itself wrote, too: behind it lie records that the input made up.
  if (const auto packed = compress(codec, std::nullopt, bytes))
    validate_batch(codec, data[1], *packed);
  return 0;
}
