#pragma once

/// \file
/// Writing to a child process that may have ended: an answer of its own, not the end of the test.

#include <csignal>
#include <cstddef>
#include <string_view>
#include <sys/types.h>
#include <unistd.h>

namespace leat::support {

/// Writes all of `text`; false when nobody reads it any more.
inline bool write_all(int descriptor, std::string_view text) {
  // For this moment only: a child that is started later would inherit it.
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0) break;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  (void)std::signal(SIGPIPE, before);
  return text.empty();
}

}  // namespace leat::support
