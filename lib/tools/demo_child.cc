#include "tools/demo_child.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is POSIX's
#include <spawn.h>
#include <string>
#include <sys/poll.h>
#include <sys/prctl.h>  // IWYU pragma: keep
#include <sys/types.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "leat/consumer.h"
#include "leat/engine.h"
#include "leat/error.h"
#include "leat/producer.h"
#include "leat/result.h"

#include "base/try.h"
#include "tools/demo_bus.h"
#include "tools/demo_feed.h"
#include "tools/interrupts.h"
#include "tools/output.h"
#include "tools/session.h"

namespace leat::tools {
namespace {

Error failed(const char* call, int code) {
  return {ErrorCode::kIo, std::string(call) + ": " + std::generic_category().message(code)};
}

}  // namespace

Result<std::unique_ptr<DemoChild>> DemoChild::start(const std::string& directory) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return failed("pipe", errno);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::array<std::string, 5> words{"leat", "demo", "--publisher", "--dir", directory};
  std::array<char*, 6> arguments{};
  for (std::size_t i = 0; i < words.size(); ++i) arguments[i] = words[i].data();
  pid_t pid = 0;
  const int code =
      ::posix_spawn(&pid, "/proc/self/exe", &actions, nullptr, arguments.data(), ::environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (code != 0) {
    ::close(ends[0]);
    return failed("posix_spawn", code);
  }
  return std::unique_ptr<DemoChild>(new DemoChild(pid, ends[0]));
}

DemoChild::DemoChild(pid_t pid, int descriptor) : pid_(pid), descriptor_(descriptor) {}

DemoChild::~DemoChild() {
  (void)kill();
  ::close(descriptor_);
}

bool DemoChild::wait_until_it_publishes(const Interrupts& interrupts) {
  if (!interrupts.wait_readable(descriptor_)) return false;
  pollfd entry{descriptor_, POLLIN, 0};
  if (::poll(&entry, 1, 0) != 1 || (entry.revents & POLLIN) == 0) return false;
  thread_ = std::jthread([this] { gather(); });
  return true;
}

void DemoChild::gather() {
  constexpr std::size_t kReadBytes = std::size_t{1} << 20U;
  std::vector<std::byte> buffer(kReadBytes);
  std::size_t held = 0;  // of an acknowledgement that was cut in two
  while (true) {
    const ssize_t got = ::read(descriptor_, buffer.data() + held, buffer.size() - held);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    held += static_cast<std::size_t>(got);
    const std::size_t count = held / sizeof(Ack);
    const std::size_t first = acks_.size();
    acks_.resize(first + count);
    std::memcpy(acks_.data() + first, buffer.data(), count * sizeof(Ack));
    held -= count * sizeof(Ack);
    std::memmove(buffer.data(), buffer.data() + count * sizeof(Ack), held);
  }
}

std::vector<Ack> DemoChild::kill() {
  if (pid_ <= 0) return {};
  (void)::kill(pid_, SIGKILL);
  if (thread_.joinable()) thread_.join();  // the pipe ends with the process
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return std::move(acks_);
}

int run_publisher(const std::string& directory) {
  (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);  // NOLINT(misc-include-cleaner): linux/prctl.h has it
  const auto publish = [&]() -> Result<void> {
    LEAT_TRY(Engine engine, open_writer({.directory = directory}, false));
    const Feeds feeds = find_feeds();
    LEAT_TRY(Producer producer, engine.producer());
    LEAT_TRY(const auto readers, BusReaders::start(engine, Idle::kPark));
    Publishers publishers(producer, feeds.feeds, {.rate = 0, .ack_descriptor = STDOUT_FILENO});
    return publishers.wait();  // until it is killed, or fails
  };
  const auto published = publish();
  return published ? kOk : fail("demo: publisher", published.error());
}

}  // namespace leat::tools
