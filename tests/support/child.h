#pragma once

/// \file
/// Another process: a helper binary that a test talks to by pipes, and may kill -9.

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <fcntl.h>
#include <span>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "support/pipe.h"

namespace leat::support {

class Child {
 public:
  /// Starts `arguments[0]`, its stdin and stdout being pipes to us.
  explicit Child(std::vector<std::string> arguments) {
    std::array<int, 2> to{};
    std::array<int, 2> from{};
    if (::pipe2(to.data(), O_CLOEXEC) != 0 || ::pipe2(from.data(), O_CLOEXEC) != 0) {
      throw std::runtime_error("no pipe for " + arguments[0]);
    }
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
    std::vector<char*> words;
    for (std::string& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    const int failed = ::posix_spawn(&pid_, words[0], &actions, nullptr, words.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(to[0]);
    ::close(from[1]);
    input_ = to[1];
    output_ = from[0];
    if (failed != 0) throw std::runtime_error("cannot start " + arguments[0]);
  }
  ~Child() {
    if (pid_ > 0) kill();
    close_input();
    ::close(output_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child(Child&&) = delete;
  Child& operator=(Child&&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }

  /// Sends a line and returns the line of the answer.
  std::string ask(const std::string& line) {
    return write_all(input_, line + "\n") ? read_line() : "";
  }
  /// The next line of its stdout; empty at its end.
  std::string read_line() {
    std::string line;
    for (char c = 0; read(std::as_writable_bytes(std::span(&c, 1))) && c != '\n';)
      line.push_back(c);
    return line;
  }
  /// Fills `into` from its stdout; false when that ended before.
  bool read(std::span<std::byte> into) {
    while (!into.empty()) {
      const ssize_t got = ::read(output_, into.data(), into.size());
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;
      into = into.subspan(static_cast<std::size_t>(got));
    }
    return true;
  }
  void close_input() {
    if (input_ >= 0) ::close(input_);
    input_ = -1;
  }
  /// kill -9, and waits until it is gone.
  void kill() {
    ::kill(pid_, SIGKILL);
    (void)wait();
  }
  /// The status of waitpid: 0 for exit(0).
  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return status;
  }

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
};

}  // namespace leat::support
