#include "log/journal_reader.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <functional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"

#include "base/try.h"
#include "log/journal_frame.h"

namespace leat::log {

Result<JournalReader> JournalReader::open(FileSystem& files, const std::string& directory) {
  JournalReader reader;
  for (std::uint32_t half = 0; half < reader.halves_.size(); ++half) {
    auto file = files.open(fmt::format("{}/{}", directory, half), OpenMode::kRead);
    if (!file && file.error().code() == ErrorCode::kNotFound) continue;
    if (!file) return std::move(file).error();
    LEAT_TRY(const std::uint64_t size, (*file)->size());
    reader.halves_.at(half) = {.file = *std::move(file), .size = size};
  }
  if (!reader.halves_[0].file && !reader.halves_[1].file) return reader;
  for (std::uint32_t half = 0; half < reader.halves_.size(); ++half) {
    LEAT_TRY_VOID(reader.read_header(half));
  }
  // Either half tells the salt. Where neither does, no frame was ever written, or all is damaged.
  for (std::uint32_t half = 0; half < reader.halves_.size() && reader.has_salt_; ++half) {
    if (reader.halves_.at(half).file) LEAT_TRY_VOID(reader.find_frames(half));
  }
  reader.put_in_order();
  return reader;
}

Result<std::vector<std::byte>> JournalReader::read(std::uint32_t half, std::uint64_t position,
                                                   std::uint64_t bytes) const {
  std::vector<std::byte> content(bytes);
  LEAT_TRY(const std::size_t got, halves_.at(half).file->read(position, content));
  content.resize(got);
  return content;
}

/// Both files and their headers are durable before the first frame is written: only without any
/// frame may one lack.
Result<void> JournalReader::read_header(std::uint32_t half) {
  if (!halves_.at(half).file) {
    damage_.push_back({half, "is not there"});
    return {};
  }
  LEAT_TRY(const auto bytes, read(half, 0, kFrameAlign));
  const auto header = decode_journal_header(bytes);
  if (!header && header.error().code() == ErrorCode::kUnsupportedFormat) {
    return header.error().with_context(fmt::format("journal/{}", half));
  }
  if (header && header->half == half) {
    salt_ = header->salt;
    has_salt_ = true;
  } else if (header || !bytes.empty()) {
    damage_.push_back({half, header ? "is the other half" : "its header is damaged"});
  }
  return {};
}

/// Those of the last use of the half: what earlier uses left behind is in the files, and may be
/// gone from them.
Result<void> JournalReader::find_frames(std::uint32_t half) {
  std::vector<Located> found;
  std::uint64_t position = kFrameAlign;
  const std::uint64_t size = halves_.at(half).size;
  while (position < size) {
    LEAT_TRY(const auto start, read(half, position, kFrameHeaderBytes));
    const auto header = decode_frame_header(start);
    const bool may_be = header && header->bytes % kFrameAlign == 0 && header->bytes > 0 &&
                        header->bytes <= size - position;
    if (may_be) {
      LEAT_TRY(const auto bytes, read(half, position, header->bytes));
      if (decode_frame(bytes, salt_)) {
        found.push_back({header->number, half, position, header->bytes});
        position += header->bytes;
        continue;
      }
    }
    position += kFrameAlign;
  }
  std::uint64_t last = 0;
  for (const Located& frame : found) last = std::max(last, frame.number.generation);
  std::erase_if(found, [&](const Located& frame) { return frame.number.generation != last; });
  for (std::size_t i = 1; i < found.size(); ++i) {
    const std::uint32_t expected = found[i - 1].number.number + 1;
    if (found[i].number.number == expected) continue;
    damage_.push_back({half, fmt::format("frames {} to {} before position {} are damaged", expected,
                                         found[i].number.number - 1, found[i].position)});
  }
  frames_.insert(frames_.end(), found.begin(), found.end());
  return {};
}

void JournalReader::put_in_order() {
  std::ranges::sort(frames_, {}, [](const Located& frame) {
    return std::tuple(frame.number.generation, frame.number.number);
  });
}

Result<void> JournalReader::for_each(
    const std::function<Result<void>(const Frame& frame)>& on_frame) const {
  for (const Located& located : frames_) {
    LEAT_TRY(const auto bytes, read(located.half, located.position, located.bytes));
    const auto frame = decode_frame(bytes, salt_);
    if (!frame) {  // it was good a moment ago
      return frame.error().with_context(fmt::format("journal/{}", located.half));
    }
    LEAT_TRY_VOID(on_frame(*frame));
  }
  return {};
}

}  // namespace leat::log
