#include "tools/line_reader.h"

#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "leat/error.h"
#include "leat/result.h"

#include "base/try.h"
#include "tools/interrupts.h"

namespace leat::tools {
namespace {

constexpr std::size_t kReadBytes = std::size_t{64} * 1024;

Error system_error(int code, std::string_view what, const std::string& name) {
  return {code == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
          fmt::format("{} of {}: {}", what, name, std::generic_category().message(code))};
}

}  // namespace

Result<LineReader> LineReader::open(const std::string& path, const Interrupts& interrupts) {
  if (path == "-") return LineReader("stdin", STDIN_FILENO, interrupts);
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return system_error(errno, "open", path);
  return LineReader(path, descriptor, interrupts);
}

LineReader::LineReader(LineReader&& other) noexcept
    : name_(std::move(other.name_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      interrupts_(other.interrupts_),
      buffer_(std::move(other.buffer_)),
      begin_(other.begin_),
      number_(other.number_) {}

LineReader::~LineReader() {
  if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
}

Result<bool> LineReader::fill() {
  if (!interrupts_->wait_readable(descriptor_)) return false;
  buffer_.erase(0, std::exchange(begin_, 0));
  const std::size_t size = buffer_.size();
  buffer_.resize(size + kReadBytes);
  ssize_t got = 0;
  do {
    got = ::read(descriptor_, buffer_.data() + size, kReadBytes);
  } while (got < 0 && errno == EINTR);
  buffer_.resize(size + static_cast<std::size_t>(got < 0 ? 0 : got));
  if (got < 0) return system_error(errno, "read", name_);
  return got > 0;
}

Result<std::optional<std::string_view>> LineReader::next() {
  std::size_t searched = begin_;
  while (true) {
    const std::size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      const std::string_view line = std::string_view(buffer_).substr(begin_, end - begin_);
      begin_ = end + 1;
      ++number_;
      return std::optional(line);
    }
    searched = buffer_.size() - begin_;  // `fill` moves what is left to the front
    LEAT_TRY(const bool has_more, fill());
    if (!has_more) break;
  }
  // Half a line at a signal is not a record: who wrote it may not have been done.
  if (begin_ == buffer_.size() || interrupts_->has_come()) return std::optional<std::string_view>();
  const std::string_view line = std::string_view(buffer_).substr(begin_);
  begin_ = buffer_.size();
  ++number_;
  return std::optional(line);
}

}  // namespace leat::tools
