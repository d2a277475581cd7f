#pragma once

/// \file
/// Lines of a file or of stdin, until the end or until a signal comes.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leat/result.h"

#include "tools/interrupts.h"

namespace leat::tools {

/// Not thread-safe. The Interrupts outlive it.
class LineReader {
 public:
  /// "-" is stdin. Errors: kNotFound, kIo.
  static Result<LineReader> open(const std::string& path, const Interrupts& interrupts);
  ~LineReader();
  LineReader(LineReader&& other) noexcept;
  LineReader& operator=(LineReader&&) = delete;
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  /// The next line without its line feed, valid until the next call; what follows the last line
  /// feed is a line too unless it is empty. nullopt: the end, or a signal. Errors: kIo.
  Result<std::optional<std::string_view>> next();
  /// Nothing has been read that was not given yet: the next line may take a while.
  [[nodiscard]] bool is_drained() const { return buffer_.find('\n', begin_) == std::string::npos; }
  [[nodiscard]] const std::string& name() const { return name_; }
  /// Of the line that was given last; 1 is the first.
  [[nodiscard]] std::uint64_t number() const { return number_; }

 private:
  LineReader(std::string name, int descriptor, const Interrupts& interrupts)
      : name_(std::move(name)), descriptor_(descriptor), interrupts_(&interrupts) {}
  /// False at the end or at a signal.
  Result<bool> fill();

  std::string name_;
  int descriptor_;
  const Interrupts* interrupts_;
  std::string buffer_;
  std::size_t begin_ = 0;  // of the next line
  std::uint64_t number_ = 0;
};

}  // namespace leat::tools
