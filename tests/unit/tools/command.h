#pragma once

/// \file
/// The `leat` command as a process: what it is given, what it says, how it ends.

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/pipe.h"
#include "support/temp_directory.h"

namespace leat::testing {

/// How a command ended.
struct Ended {
  int code = -1;  ///< the exit status; -1: a signal
  std::string out;
  std::string err;
};

/// A running command: stdin and stdout are pipes, stderr is a file.
class RunningCommand {
 public:
  RunningCommand(std::vector<std::string> words, std::string error_path)
      : error_path_(std::move(error_path)) {
    words.insert(words.begin(), LEAT_COMMAND);
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) {
      throw std::runtime_error("no pipe");
    }
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, error_path_.c_str(),
                                       O_WRONLY | O_CREAT | O_TRUNC, 0600);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const int failed =
        ::posix_spawn(&pid_, LEAT_COMMAND, &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    input_ = in[1];
    output_ = out[0];
    if (failed != 0) throw std::runtime_error("cannot start " LEAT_COMMAND);
  }
  ~RunningCommand() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      (void)wait();
    }
    close_input();
    close_output();
  }
  RunningCommand(const RunningCommand&) = delete;
  RunningCommand& operator=(const RunningCommand&) = delete;
  RunningCommand(RunningCommand&&) = delete;
  RunningCommand& operator=(RunningCommand&&) = delete;

  /// Gives it text to read, in full, unless it has ended: how it did tells why.
  void write(const std::string& text) { (void)support::write_all(input_, text); }
  void close_input() {
    if (input_ >= 0) ::close(std::exchange(input_, -1));
  }
  void close_output() {
    if (output_ >= 0) ::close(std::exchange(output_, -1));
  }
  /// The next line of its stdout; empty at the end.
  std::string read_line() {
    std::string line;
    char c = 0;
    while (::read(output_, &c, 1) == 1 && c != '\n') line += c;
    return line;
  }
  void signal(int number) { ::kill(pid_, number); }
  /// Reads the rest of its stdout and waits.
  Ended finish() {
    close_input();
    Ended ended;
    std::array<char, 4096> buffer{};
    for (ssize_t got = 0;
         output_ >= 0 && (got = ::read(output_, buffer.data(), buffer.size())) > 0;) {
      ended.out.append(buffer.data(), static_cast<std::size_t>(got));
    }
    ended.code = wait();
    std::ifstream errors(error_path_);
    ended.err.assign(std::istreambuf_iterator<char>(errors), {});
    return ended;
  }

 private:
  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::string error_path_;
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
};

/// A directory and commands over it.
class CommandTest : public ::testing::Test {
 protected:
  /// A directory that the commands make.
  [[nodiscard]] std::string data() const { return temporary_ / "data"; }
  [[nodiscard]] std::string path(const std::string& name) const { return temporary_ / name; }

  RunningCommand start(const std::vector<std::string>& words) const {
    return RunningCommand(words, path("stderr"));
  }
  /// Runs to the end.
  [[nodiscard]] Ended run(const std::vector<std::string>& words,
                          const std::string& input = "") const {
    RunningCommand command(words, path("stderr"));
    command.write(input);
    return command.finish();
  }
  /// Runs something that must succeed.
  std::string must(const std::vector<std::string>& words, const std::string& input = "") const {
    const Ended ended = run(words, input);
    EXPECT_EQ(ended.code, 0) << ended.err;
    return ended.out;
  }
  void create(const std::string& topic, const std::string& partitions = "1") const {
    must({"topic", "create", topic, "--dir", data(), "--partitions", partitions});
  }
  void produce(const std::string& topic, const std::string& lines) const {
    must({"produce", topic, "--dir", data()}, lines);
  }
  /// What a topic holds, in the default format.
  [[nodiscard]] std::string consume(const std::string& topic,
                                    const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"consume", topic, "--dir", data(), "--no-follow"};
    words.insert(words.end(), more.begin(), more.end());
    return must(words);
  }
  /// The first segment of the only partition of the only topic.
  [[nodiscard]] std::string segment() const {
    for (const auto& log : std::filesystem::directory_iterator(data() + "/logs")) {
      const std::string name = log.path().filename();
      if (name.find_first_not_of("01") == std::string::npos && name.ends_with("01")) continue;
      return log.path().string() + "/0/00000000000000000000.log";
    }
    return {};
  }

  support::TempDirectory temporary_;
};

}  // namespace leat::testing
