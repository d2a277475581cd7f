#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "leat/record.h"

#include "base/varint.h"
#include "record/record_cursor.h"

namespace leat::record {
namespace {

/// Reads one header of [at, end) into `out`; nullptr when it is none. A name is never null (B4).
const std::byte* read_header(const std::byte* at, const std::byte* end, Header& out) {
  std::int32_t size = 0;
  at = base::get_varint(at, end, size);
  if (at == nullptr || size < 0 || size > end - at) return nullptr;
  out.key = BytesView(std::span(at, static_cast<std::size_t>(size))).text();
  at = base::get_varint(at + size, end, size);
  if (at == nullptr || size < -1 || size > end - at) return nullptr;
  if (size == -1) {
    out.value = BytesView();
    return at;
  }
  out.value = BytesView(std::span(at, static_cast<std::size_t>(size)));
  return at + size;
}

}  // namespace

bool headers_are_well_formed(std::span<const std::byte> bytes, std::int32_t count) {
  if (count < 0) return false;
  const std::byte* at = bytes.data();
  const std::byte* const end = at + bytes.size();
  Header header;
  for (; count > 0; --count) {
    at = read_header(at, end, header);
    if (at == nullptr) return false;
  }
  return at == end;
}

}  // namespace leat::record

namespace leat::inline v0 {

HeadersView::Iterator::Iterator(const std::byte* at, const std::byte* end, std::int32_t left)
    : at_(at), end_(end), left_(left) {
  if (left_ > 0) decode();
}

HeadersView::Iterator& HeadersView::Iterator::operator++() {
  if (--left_ > 0) decode();
  return *this;
}

void HeadersView::Iterator::decode() {
  at_ = record::read_header(at_, end_, header_);
  // Only unchecked bytes come here; the range then ends instead of running off.
  if (at_ == nullptr) left_ = 0;
}

std::optional<BytesView> HeadersView::find(std::string_view key) const {
  std::optional<BytesView> found;
  for (const Header& header : *this)
    if (header.key == key) found = header.value;
  return found;
}

}  // namespace leat::inline v0
