#pragma once

/// \file
/// Reads the journal that a crash left (S14): finds the good frames of both halves, in the order in
/// which they were written. The bytes of the files may be anything at all.
///
/// Threads: none of its own.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "leat/environment.h"
#include "leat/result.h"

#include "log/journal_frame.h"

namespace leat::log {

class JournalReader {
 public:
  /// Looks for frames; none when there is no journal. Errors: kUnsupportedFormat (of a newer
  /// version), kIo.
  static Result<JournalReader> open(FileSystem& files, const std::string& directory);

  [[nodiscard]] bool is_empty() const { return frames_.empty(); }
  [[nodiscard]] std::size_t frame_count() const { return frames_.size(); }
  /// What is missing that was durable once. What the last frame lacks is none: the stop came while
  /// it was written.
  struct Damage {
    std::uint32_t half = 0;
    std::string what;
  };
  [[nodiscard]] const std::vector<Damage>& damage() const { return damage_; }
  /// Calls `on_frame` with each frame. Errors: its own, kIo.
  Result<void> for_each(const std::function<Result<void>(const Frame& frame)>& on_frame) const;

 private:
  struct Half {
    std::unique_ptr<File> file;  // null: it is not there
    std::uint64_t size = 0;
  };
  struct Located {
    FrameNumber number;
    std::uint32_t half = 0;
    std::uint64_t position = 0;
    std::uint32_t bytes = 0;
  };
  Result<void> read_header(std::uint32_t half);
  Result<void> find_frames(std::uint32_t half);
  void put_in_order();
  [[nodiscard]] Result<std::vector<std::byte>> read(std::uint32_t half, std::uint64_t position,
                                      std::uint64_t bytes) const;

  std::array<Half, 2> halves_;
  std::uint64_t salt_ = 0;
  bool has_salt_ = false;
  std::vector<Located> frames_;
  std::vector<Damage> damage_;
};

}  // namespace leat::log
