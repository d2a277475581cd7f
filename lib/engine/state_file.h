#pragma once

/// \file
/// DIR/STATE: whether the directory was closed cleanly, and how often it was not (S18). Small, text, replaced
/// as a whole: temp, sync, rename, directory sync. FORMAT.md has an example.

#include <cstdint>
#include <optional>
#include <string>

#include "leat/environment.h"
#include "leat/result.h"

namespace leat::engine {

/// The format of the directory as a whole. A newer one is refused.
inline constexpr std::uint32_t kDirectoryFormat = 1;
inline constexpr std::string_view kStateName = "STATE";

struct State {
  std::uint32_t format = kDirectoryFormat;
  /// Raised at every open after an unclean stop: the leader epoch of what is appended.
  std::int32_t opens = 0;
  bool is_clean = true;
  std::string boot_id;
  FileIdentity directory;  ///< another one: the directory was copied
  friend bool operator==(const State&, const State&) = default;
};

[[nodiscard]] std::string encode_state(const State& state);
/// Errors: kUnsupportedFormat (newer, or not ours), kCorruptMessage.
Result<State> decode_state(std::string_view text);
/// nullopt: there is none. Errors: as `decode_state`, kIo.
Result<std::optional<State>> read_state(FileSystem& files, const std::string& directory);
Result<void> write_state(FileSystem& files, const std::string& directory, const State& state);

}  // namespace leat::engine
