#include "index/store.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "leat/result.h"

#include "base/try.h"
#include "index/keys.h"

namespace leat::index {

Range prefix_range(std::string_view prefix) {
  std::string to(prefix);
  // The first key past the prefix: its last byte that can be raised, raised, and nothing behind it.
  while (!to.empty() && to.back() == '\xff') to.pop_back();
  if (!to.empty()) to.back() = static_cast<char>(static_cast<unsigned char>(to.back()) + 1);
  return {.from = std::string(prefix), .to = std::move(to)};
}

void WriteBatch::put(std::string key, std::string value) {
  operations_.push_back({Kind::kPut, std::move(key), std::move(value)});
}

void WriteBatch::erase(std::string key) {
  operations_.push_back({Kind::kErase, std::move(key), {}});
}

void WriteBatch::erase_range(Range range) {
  if (!range.to.empty() && range.from >= range.to) return;
  operations_.push_back({Kind::kEraseRange, std::move(range.from), std::move(range.to)});
}

Result<FormatState> format_state(Store& store) {
  LEAT_TRY(const std::optional<std::string> version, store.get(encode(kVersionKey)));
  if (version) {
    const bool current = *version == std::string(1, static_cast<char>(kFormatVersion));
    return current ? FormatState::kCurrent : FormatState::kForeign;
  }
  FormatState state = FormatState::kEmpty;
  LEAT_TRY_VOID(store.scan({}, [&state](std::string_view, std::string_view) {
    state = FormatState::kForeign;
    return false;
  }));
  return state;
}

Result<void> write_version(Store& store) {
  WriteBatch batch;
  batch.put(encode(kVersionKey), std::string(1, static_cast<char>(kFormatVersion)));
  return store.apply(batch);
}

}  // namespace leat::index
