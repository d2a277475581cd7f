#include "tools/record_format.h"

#include <charconv>
#include <fmt/core.h>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "leat/consumer.h"
#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"

#include "base/try.h"

namespace leat::tools {
namespace {

constexpr std::string_view kWords = "tpoksKSTh";

/// The character that the escape at the front of `text` (behind its backslash) stands for; takes it
/// off.
Result<char> take_escape(std::string_view& text) {
  const char letter = text.empty() ? '\0' : text.front();
  if (!text.empty()) text.remove_prefix(1);
  switch (letter) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case '0':
      return '\0';
    case '\\':
      return '\\';
    case 'x': {
      unsigned char byte = 0;
      const std::string_view digits = text.substr(0, 2);
      const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
      if (digits.size() == 2 && parsed.ec == std::errc{} && parsed.ptr == digits.data() + 2) {
        text.remove_prefix(2);
        return static_cast<char>(byte);
      }
      break;
    }
    default:
      break;
  }
  return Error(ErrorCode::kInvalidArgument,
               "--format: a backslash is followed by n, r, t, 0, \\ or xHH");
}

int length_of(BytesView bytes) { return bytes.is_null() ? -1 : static_cast<int>(bytes.size()); }

void append_headers(const HeadersView& headers, std::string& out) {
  bool is_first = true;
  for (const Header& header : headers) {
    if (!std::exchange(is_first, false)) out += ',';
    out += header.key;
    out += '=';
    out += header.value.is_null() ? std::string_view("NULL") : header.value.text();
  }
}

void append_word(char word, const ConsumedRecord& record, std::string& out) {
  const auto to = std::back_inserter(out);
  switch (word) {
    case 't':
      out += record.topic();
      break;
    case 'p':
      fmt::format_to(to, "{}", record.partition().value());
      break;
    case 'o':
      fmt::format_to(to, "{}", record.offset.value());
      break;
    case 'k':
      out += record.key.text();
      break;
    case 's':
      out += record.value.text();
      break;
    case 'K':
      fmt::format_to(to, "{}", length_of(record.key));
      break;
    case 'S':
      fmt::format_to(to, "{}", length_of(record.value));
      break;
    case 'T':
      fmt::format_to(to, "{}", record.timestamp.time_since_epoch().count());
      break;
    case 'h':
      append_headers(record.headers, out);
      break;
    default:
      break;
  }
}

}  // namespace

Result<RecordFormat> RecordFormat::parse(std::string_view text) {
  RecordFormat format;
  std::string plain;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '\\') {
      LEAT_TRY(const char escaped, take_escape(text));
      plain += escaped;
    } else if (c != '%') {
      plain += c;
    } else if (text.starts_with('%')) {
      plain += '%';
      text.remove_prefix(1);
    } else if (!text.empty() && kWords.find(text.front()) != std::string_view::npos) {
      format.pieces_.push_back({0, std::exchange(plain, {})});
      format.pieces_.push_back({text.front(), {}});
      text.remove_prefix(1);
    } else {
      return Error(ErrorCode::kInvalidArgument,
                   fmt::format("--format: '%{}' is none of %t %p %o %k %s %K %S %T %h %%",
                               text.substr(0, 1)));
    }
  }
  format.pieces_.push_back({0, std::move(plain)});
  return format;
}

void RecordFormat::append(const ConsumedRecord& record, std::string& out) const {
  for (const Piece& piece : pieces_) {
    if (piece.word == 0) {
      out += piece.text;
    } else {
      append_word(piece.word, record, out);
    }
  }
}

}  // namespace leat::tools
