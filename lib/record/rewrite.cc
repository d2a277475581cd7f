#include "record/rewrite.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "leat/result.h"

#include "base/bytes.h"
#include "base/try.h"
#include "record/batch_view.h"
#include "record/compression.h"
#include "record/header_writer.h"
#include "record/layout.h"
#include "record/validate.h"

namespace leat::record {
namespace {

/// The batch with its records in another codec; the CRC is left to `restamp`.
Result<std::vector<std::byte>> recompress(const BatchView& batch, const Rewrite& to) {
  LEAT_TRY(const std::vector<std::byte> plain,
           decompress(batch.compression(), batch.records(), to.records_size_max));
  LEAT_TRY(const std::vector<std::byte> packed, compress(to.compression, to.level, plain));
  std::vector<std::byte> out;
  out.reserve(kHeaderSize + packed.size());
  const auto header = batch.bytes().first(kHeaderSize);
  out.insert(out.end(), header.begin(), header.end());
  out.insert(out.end(), packed.begin(), packed.end());
  const unsigned others = batch.attributes() & ~unsigned{attributes::kCompressionMask};
  base::store_be<std::uint16_t>(
      out.data() + layout::kAttributes.at,
      static_cast<std::uint16_t>(others | static_cast<unsigned>(to.compression)));
  base::store_be<std::int32_t>(out.data() + layout::kLength.at,
                               static_cast<std::int32_t>(out.size() - kLengthEnd));
  return out;
}

}  // namespace

Result<ValidatedBatch> rewrite(const ValidatedBatch& batch, const Rewrite& to,
                               std::vector<std::byte>& storage) {
  if (batch.view().compression() == to.compression) {
    storage.assign(batch.bytes().begin(), batch.bytes().end());
  } else {
    LEAT_TRY(storage, recompress(batch.view(), to));
  }
  restamp(storage, to.timestamp_type, to.max_timestamp);
  return ValidatedBatch(BatchView(storage.data()), batch.facts());
}

}  // namespace leat::record
