#include "index/index_row.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "leat/types.h"

#include "index/field.h"

namespace leat::index {
namespace {

constexpr std::uint8_t kRowVersion = 1;

namespace head {
constexpr Field<std::uint8_t> kVersion{0};
constexpr Field<std::uint8_t> kZero{kVersion.end()};
constexpr Field<std::uint16_t> kCount{kZero.end()};
constexpr Field<std::uint32_t> kEndPosition{kCount.end()};
constexpr Field<std::int64_t> kSegmentBase{kEndPosition.end()};
constexpr Field<std::int64_t> kNextOffset{kSegmentBase.end()};
constexpr std::size_t kSize = kNextOffset.end();
static_assert(kSize == 24);
}  // namespace head

namespace entry {
constexpr Field<std::uint32_t> kOffsetDelta{0};
constexpr Field<std::uint32_t> kPosition{kOffsetDelta.end()};
constexpr Field<std::int64_t> kMaxTimestamp{kPosition.end()};
constexpr std::size_t kSize = kMaxTimestamp.end();
static_assert(kSize == 16);
}  // namespace entry

static_assert(head::kSize + kIndexEntriesMax * entry::kSize <= kIndexRowBytesMax);

constexpr std::size_t entry_at(std::size_t i) { return head::kSize + i * entry::kSize; }

/// The first i in [0, count) for which `before(i)` is false; the trues stand before the falses.
template <class Before>
std::size_t partition_point(std::size_t count, const Before& before) {
  std::size_t first = 0;
  while (count > 0) {
    const std::size_t half = count / 2;
    if (before(first + half)) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return first;
}

}  // namespace

bool IndexRowBuilder::add(IndexEntry added) {
  const std::int64_t delta = added.offset - segment_base_;
  if (is_full() || delta < 0 || delta > std::numeric_limits<std::uint32_t>::max()) return false;
  if (!is_empty()) {
    if (added.offset <= last_.offset || added.position <= last_.position) return false;
    added.max_timestamp = std::max(added.max_timestamp, last_.max_timestamp);
  }
  if (is_empty()) bytes_.assign(head::kSize, '\0');
  const std::size_t at = entry_at(count_);
  bytes_.resize(at + entry::kSize);
  entry::kOffsetDelta.set(bytes_, static_cast<std::uint32_t>(delta), at);
  entry::kPosition.set(bytes_, added.position, at);
  entry::kMaxTimestamp.set(bytes_, added.max_timestamp.time_since_epoch().count(), at);
  last_ = added;
  ++count_;
  return true;
}

std::string IndexRowBuilder::finish(Offset next_offset, std::uint32_t end_position) {
  head::kVersion.set(bytes_, kRowVersion);
  head::kCount.set(bytes_, static_cast<std::uint16_t>(count_));
  head::kEndPosition.set(bytes_, end_position);
  head::kSegmentBase.set(bytes_, segment_base_.value());
  head::kNextOffset.set(bytes_, next_offset.value());
  count_ = 0;
  return std::exchange(bytes_, {});
}

std::optional<IndexRowView> IndexRowView::parse(std::string_view bytes) {
  if (bytes.size() < entry_at(1) || bytes.size() > kIndexRowBytesMax) return std::nullopt;
  if (head::kVersion.get(bytes) != kRowVersion || head::kZero.get(bytes) != 0) return std::nullopt;
  if (bytes.size() != entry_at(head::kCount.get(bytes))) return std::nullopt;
  const IndexRowView row(bytes);
  if (!row.is_in_order()) return std::nullopt;
  return row;
}

IndexRowView::IndexRowView(std::string_view bytes)
    : bytes_(bytes),
      segment_base_(head::kSegmentBase.get(bytes)),
      next_offset_(head::kNextOffset.get(bytes)),
      end_position_(head::kEndPosition.get(bytes)),
      count_(head::kCount.get(bytes)) {}

bool IndexRowView::is_in_order() const {
  constexpr std::int64_t kDeltaMax = std::numeric_limits<std::uint32_t>::max();
  if (segment_base_ < Offset{0}) return false;
  if (segment_base_.value() > std::numeric_limits<std::int64_t>::max() - kDeltaMax) return false;
  for (std::size_t i = 1; i < count_; ++i) {
    const IndexEntry before = (*this)[i - 1];
    const IndexEntry after = (*this)[i];
    if (after.offset <= before.offset || after.position <= before.position) return false;
    if (after.max_timestamp < before.max_timestamp) return false;
  }
  const IndexEntry last = (*this)[count_ - 1];
  return next_offset_ > last.offset && end_position_ > last.position;
}

IndexEntry IndexRowView::operator[](std::size_t i) const {
  const std::size_t at = entry_at(i);
  const auto max_timestamp = std::chrono::milliseconds{entry::kMaxTimestamp.get(bytes_, at)};
  return {.offset = segment_base_ + entry::kOffsetDelta.get(bytes_, at),
          .position = entry::kPosition.get(bytes_, at),
          .max_timestamp = Timestamp{max_timestamp}};
}

std::optional<IndexEntry> IndexRowView::find(Offset offset) const {
  const std::size_t behind = partition_point(
      count_, [this, offset](std::size_t i) { return (*this)[i].offset <= offset; });
  if (behind == 0) return std::nullopt;
  return (*this)[behind - 1];
}

std::optional<IndexEntry> IndexRowView::find(Timestamp timestamp) const {
  const std::size_t first = partition_point(
      count_, [this, timestamp](std::size_t i) { return (*this)[i].max_timestamp < timestamp; });
  if (first == count_) return std::nullopt;
  return (*this)[first];
}

}  // namespace leat::index
