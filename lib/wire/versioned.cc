#include "wire/versioned.h"

#include <cstddef>
#include <cstdint>
#include <span>

#include "leat/error.h"
#include "leat/result.h"

#include "base/bytes.h"

namespace leat::wire {

Result<std::int16_t> peek_prefix(std::span<const std::byte> bytes) {
  if (bytes.size() < sizeof(std::int16_t)) {
    return Error(ErrorCode::kCorruptMessage,
                 "the key or value of a record is shorter than its int16 prefix");
  }
  return base::load_be<std::int16_t>(bytes.data());
}

}  // namespace leat::wire
