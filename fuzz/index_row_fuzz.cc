/// Decoding the rows of the views: any bytes are absent or a row that can be looked up in, and what
/// is decoded is encoded to the same bytes.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "index/index_row.h"
#include "index/keys.h"
#include "index/rows.h"

namespace index_ = leat::index;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void look_up_in(const index_::IndexRowView& row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    const index_::IndexEntry entry = row[i];
    require(row.find(entry.offset) == entry);
    require(row.find(entry.max_timestamp)->position <= entry.position);
    require(entry.offset < row.next_offset() && entry.position < row.end_position());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto row = index_::IndexRowView::parse(bytes)) look_up_in(*row);
  if (const auto row = index_::decode_applied(bytes)) require(index_::encode(*row) == bytes);
  if (const auto row = index_::decode_segment(bytes)) require(index_::encode(*row) == bytes);
  if (const auto key = index_::decode_key(bytes)) require(index_::encode(*key) == bytes);
  return 0;
}
