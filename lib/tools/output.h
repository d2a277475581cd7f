#pragma once

/// \file
/// What the command prints: results on stdout, words to the person on stderr, and its exit codes.
/// Not thread-safe but for the pure functions.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leat/error.h"
#include "leat/record.h"
#include "leat/types.h"

namespace leat::tools {

inline constexpr int kOk = 0;
inline constexpr int kFailed = 1;  ///< it could not be done, or damage was found
inline constexpr int kUsage = 2;
inline constexpr int kInterrupted = 130;  ///< by SIGINT, with what was taken done

/// Members in the order they were set: output is read by people too.
using Json = nlohmann::ordered_json;

/// Writes all of `text` to stdout at once. False when nobody reads it any more (EPIPE) or it
/// failed.
bool write_out(std::string_view text);
/// One line of JSON on stdout. Text that is not UTF-8 is shown with replacement characters.
void write_json(const Json& json);
/// A line on stderr: "leat: " and `text`.
void tell(std::string_view text);
/// "leat: <context>: <sentence> (<ERROR_NAME>)" on stderr; returns kFailed.
int fail(std::string_view context, const Error& error);
/// The same for a wrong command line; returns kUsage.
int usage(std::string_view text);

/// Whether the descriptor (1: stdout, 2: stderr) is a terminal.
[[nodiscard]] bool is_terminal(int descriptor);

/// Rows in columns that line up; a column of numbers is set flush right.
class Table {
 public:
  explicit Table(std::vector<std::string> head) : rows_{std::move(head)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// 1234567 -> "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t number);
/// "12.3 MiB".
[[nodiscard]] std::string readable_bytes(double bytes);
/// "1.23 ms".
[[nodiscard]] std::string readable_time(std::chrono::nanoseconds time);
/// "3.1 M": a rate, without its unit.
[[nodiscard]] std::string readable_count(double count);

/// "2026-11-21T09:05:02.123Z".
[[nodiscard]] std::string iso_time(Timestamp time);
/// The inverse, also without milliseconds, time of day or Z; and a number of milliseconds. nullopt:
/// neither.
[[nodiscard]] std::optional<Timestamp> parse_time(std::string_view text);

/// `text` between quotes with what is not printable as \xHH; "null" for null.
[[nodiscard]] std::string quoted(BytesView bytes);
/// The bytes as JSON: null, a string, or {"hex": "…"} where they are not UTF-8.
[[nodiscard]] Json to_json(BytesView bytes);

/// "KEY=VALUE" taken apart; nullopt without '=' or with an empty key.
[[nodiscard]] std::optional<std::pair<std::string, std::string>> key_and_value(
    std::string_view text);

}  // namespace leat::tools
