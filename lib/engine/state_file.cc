#include "engine/state_file.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"

#include "base/bytes.h"
#include "base/hash.h"
#include "io/files.h"

namespace leat::engine {
namespace {

constexpr std::string_view kFirstWord = "leat-state";
constexpr std::string_view kHashWord = "xxh3 ";

Error not_ours() {
  return {ErrorCode::kUnsupportedFormat, "STATE is not one of Leat's; is this the right directory?"};
}

/// "word value" lines to a map.
std::map<std::string_view, std::string_view> parse_lines(std::string_view text) {
  std::map<std::string_view, std::string_view> lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t space = line.find(' ');
    if (space != std::string_view::npos) lines[line.substr(0, space)] = line.substr(space + 1);
  }
  return lines;
}

template <class Number>
bool parse(std::string_view text, Number& out, int base = 10) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
}

}  // namespace

std::string encode_state(const State& state) {
  std::string text = fmt::format("{} {}\nopens {}\nstate {}\nboot {}\ndevice {}\ninode {}\n",
                                 kFirstWord, state.format, state.opens,
                                 state.is_clean ? "clean" : "open", state.boot_id,
                                 state.directory.device, state.directory.inode);
  const std::uint64_t hash = base::xxh3(base::as_bytes(text));
  text += fmt::format("{}{:016x}\n", kHashWord, hash);
  return text;
}

Result<State> decode_state(std::string_view text) {
  if (!text.starts_with(kFirstWord)) return not_ours();
  auto lines = parse_lines(text);
  State state;
  if (!parse(lines[kFirstWord], state.format)) return not_ours();
  if (state.format > kDirectoryFormat) {
    return Error(ErrorCode::kUnsupportedFormat,
                 fmt::format("the directory has format {}; this version knows {}: use a newer Leat",
                             state.format, kDirectoryFormat));
  }
  const std::size_t hash_at = text.rfind(kHashWord);
  std::uint64_t hash = 0;
  const bool is_whole = hash_at != std::string_view::npos && parse(lines["xxh3"], hash, 16) &&
                        hash == base::xxh3(base::as_bytes(text.substr(0, hash_at))) &&
                        parse(lines["opens"], state.opens) &&
                        parse(lines["device"], state.directory.device) &&
                        parse(lines["inode"], state.directory.inode) &&
                        (lines["state"] == "clean" || lines["state"] == "open");
  if (!is_whole) return Error(ErrorCode::kCorruptMessage, "STATE does not match its own checksum");
  state.is_clean = lines["state"] == "clean";
  state.boot_id = lines["boot"];
  return state;
}

Result<std::optional<State>> read_state(FileSystem& files, const std::string& directory) {
  const std::string path = directory + "/" + std::string(kStateName);
  const auto bytes = io::read_file(files, path);
  if (!bytes) {
    if (bytes.error().code() == ErrorCode::kNotFound) return std::optional<State>();
    return bytes.error();
  }
  auto state = decode_state(base::as_text(*bytes));
  if (!state) return state.error().with_context(path);
  return std::optional(*std::move(state));
}

Result<void> write_state(FileSystem& files, const std::string& directory, const State& state) {
  const std::string text = encode_state(state);
  return io::replace_file(files, directory, std::string(kStateName), base::as_bytes(text));
}

}  // namespace leat::engine
