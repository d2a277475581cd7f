#include "wire/reader.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/varint.h"

namespace leat::wire {

std::uint32_t Reader::uvarint() {
  std::uint32_t value = 0;
  const std::byte* next = base::get_uvarint(at_, end_, value);
  if (next == nullptr) {
    fail("it holds no unsigned varint");
    return 0;
  }
  at_ = next;
  return value;
}

std::span<const std::byte> Reader::raw(std::size_t size) {
  if (left() < size) {
    fail(kCutShort);
    return {};
  }
  const std::span bytes(at_, size);
  at_ += size;
  return bytes;
}

const std::byte* Reader::enter(std::size_t size) {
  const std::byte* outer_end = end_;
  if (left() < size) {
    fail(kCutShort);
  } else {
    end_ = at_ + size;
  }
  return outer_end;
}

void Reader::leave(const std::byte* outer_end) {
  if (!ok()) return;
  if (at_ != end_) fail("the size of the tagged field is not its own");
  end_ = ok() ? outer_end : at_;
}

bool Reader::charge(std::size_t size) {
  if (size > memory_left_) {
    fail("the message would take more memory than its size allows");
    return false;
  }
  memory_left_ -= size;
  return true;
}

void Reader::fail(std::string_view reason) {
  if (ok()) failure_ = {.reason = reason, .field = {}, .position = position()};
  end_ = at_;
}

void Reader::blame(std::string_view field) {
  if (failure_.field.empty()) failure_.field = field;
}

}  // namespace leat::wire
