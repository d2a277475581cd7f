#include "tools/interrupts.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <functional>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): POSIX has more in it than <csignal>
#include <sys/eventfd.h>
#include <sys/poll.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <utility>

namespace leat::tools {
namespace {

template <std::size_t N>
bool poll_retrying(std::array<pollfd, N>& entries, int timeout_ms) {
  int ready = 0;
  do {
    ready = ::poll(entries.data(), entries.size(), timeout_ms);
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

}  // namespace

Interrupts::Interrupts() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  (void)::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // Without the descriptor (none left) signals wait until the command is done.
  descriptor_ = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

Interrupts::~Interrupts() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool Interrupts::wait_readable(int descriptor) const {
  std::array<pollfd, 2> entries{pollfd{descriptor_, POLLIN, 0}, pollfd{descriptor, POLLIN, 0}};
  (void)poll_retrying(entries, -1);
  return (entries[0].revents & POLLIN) == 0;
}

bool Interrupts::wait(int timeout_ms) const {
  std::array<pollfd, 1> entries{pollfd{descriptor_, POLLIN, 0}};
  return poll_retrying(entries, timeout_ms);
}

InterruptWatch::InterruptWatch(const Interrupts& interrupts, std::function<void()> told)
    : end_(::eventfd(0, EFD_CLOEXEC)),
      thread_([signals = interrupts.descriptor(), end = end_, told = std::move(told)] {
        // No event of stdout is asked for: its end is told all the same.
        std::array<pollfd, 3> entries{pollfd{signals, POLLIN, 0}, pollfd{end, POLLIN, 0},
                                      pollfd{STDOUT_FILENO, 0, 0}};
        (void)poll_retrying(entries, -1);
        if (entries[0].revents != 0 || entries[2].revents != 0) told();
      }) {}

InterruptWatch::~InterruptWatch() {
  (void)::eventfd_write(end_, 1);
  thread_.join();
  ::close(end_);
}

}  // namespace leat::tools
