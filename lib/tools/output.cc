#include "tools/output.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/record.h"
#include "leat/types.h"

namespace leat::tools {
namespace {

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789,.-") == std::string_view::npos;
}

/// Columns on a terminal, well enough: bytes that do not continue a UTF-8 character.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

bool is_utf8(std::string_view text) {
  try {
    (void)nlohmann::json(text).dump();
    return true;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

/// Digits at the front of `text`, which then lacks them and a `separator` behind them.
std::optional<int> take_number(std::string_view& text, char separator) {
  int number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{} || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  if (!text.empty() && text.front() == separator) text.remove_prefix(1);
  return number;
}

}  // namespace

bool write_out(std::string_view text) { return write_all(STDOUT_FILENO, text); }

void write_json(const Json& json) {
  (void)write_out(json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

void tell(std::string_view text) {
  (void)write_all(STDERR_FILENO, fmt::format("leat: {}\n", text));
}

int fail(std::string_view context, const Error& error) {
  const std::string_view name = error_name(error.code());
  tell(error.message().empty() ? fmt::format("{}: {}", context, name)
                               : fmt::format("{}: {} ({})", context, error.message(), name));
  return kFailed;
}

int usage(std::string_view text) {
  tell(text);
  return kUsage;
}

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

std::string Table::text() const {
  std::vector<std::size_t> widths;
  std::vector<bool> numeric;
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    widths.resize(std::max(widths.size(), rows_[r].size()));
    numeric.resize(widths.size(), true);
    for (std::size_t c = 0; c < rows_[r].size(); ++c) {
      widths[c] = std::max(widths[c], width(rows_[r][c]));
      if (r > 0 && !is_number(rows_[r][c])) numeric[c] = false;
    }
  }
  std::string out;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string blanks(widths[c] - width(row[c]), ' ');
      if (c > 0) line += "  ";
      line += numeric[c] ? blanks + row[c] : row[c] + blanks;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string grouped(std::uint64_t number) {
  std::string digits = fmt::format("{}", number);
  for (std::ptrdiff_t at = std::ssize(digits) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return digits;
}

std::string readable_bytes(double bytes) {
  constexpr std::array<std::string_view, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < kUnits.size()) {
    bytes /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{:.0f} B", bytes)
                   : fmt::format("{:.1f} {}", bytes, kUnits.at(unit));
}

std::string readable_time(std::chrono::nanoseconds time) {
  const auto ns = static_cast<double>(time.count());
  if (ns < 1e3) return fmt::format("{:.0f} ns", ns);
  if (ns < 1e6) return fmt::format("{:.1f} us", ns / 1e3);
  if (ns < 1e9) return fmt::format("{:.1f} ms", ns / 1e6);
  return fmt::format("{:.2f} s", ns / 1e9);
}

std::string readable_count(double count) {
  if (count < 1e3) return fmt::format("{:.0f}", count);
  if (count < 1e6) return fmt::format("{:.1f} k", count / 1e3);
  return fmt::format("{:.2f} M", count / 1e6);
}

std::string iso_time(Timestamp time) {
  // NOLINTNEXTLINE(misc-include-cleaner): it does not know all of <chrono>
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::optional<Timestamp> parse_time(std::string_view text) {
  std::int64_t ms = 0;
  if (const auto parsed = std::from_chars(text.data(), text.data() + text.size(), ms);
      parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size()) {
    return Timestamp{std::chrono::milliseconds{ms}};
  }
  if (text.ends_with('Z')) text.remove_suffix(1);
  const auto year = take_number(text, '-');
  const auto month = take_number(text, '-');
  const auto day = take_number(text, 'T');
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  Timestamp time = std::chrono::sys_days(date);
  if (text.empty()) return time;
  const auto hours = take_number(text, ':');
  const auto minutes = take_number(text, ':');
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  time += std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  if (text.empty()) return time;
  const auto seconds = take_number(text, '.');
  if (!seconds || *seconds > 59) return std::nullopt;
  time += std::chrono::seconds(*seconds);
  if (text.empty()) return time;
  std::string fraction(text.substr(0, 3));
  if (text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  fraction.resize(3, '0');
  std::string_view digits = fraction;
  return time + std::chrono::milliseconds(take_number(digits, '.').value_or(0));
}

std::string quoted(BytesView bytes) {
  if (bytes.is_null()) return "null";
  std::string out = "\"";
  for (const char c : bytes.text()) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  if (is_utf8(bytes.text())) return out + "\"";
  out = "\"";
  for (const char c : bytes.text()) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\';
    out += is_plain ? std::string(1, c) : fmt::format("\\x{:02x}", byte);
  }
  return out + "\"";
}

Json to_json(BytesView bytes) {
  if (bytes.is_null()) return nullptr;
  if (is_utf8(bytes.text())) return std::string(bytes.text());
  std::string hex;
  for (const std::byte byte : bytes.bytes())
    hex += fmt::format("{:02x}", std::to_integer<int>(byte));
  return {{"hex", hex}};
}

std::optional<std::pair<std::string, std::string>> key_and_value(std::string_view text) {
  const std::size_t at = text.find('=');
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  return std::pair(std::string(text.substr(0, at)), std::string(text.substr(at + 1)));
}

}  // namespace leat::tools
