#include "leat/environment.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <sys/random.h>

#include "leat/result.h"

namespace leat::io {
namespace {

/// Workers of the scheduler that an engine gets when it is given none: one for the jobs that wait
/// for the disk, one so that a timeout is not held up by them.
constexpr int kDefaultWorkers = 2;

/// The kernel's id of this boot, 36 characters; empty where there is no /proc. An empty id never
/// equals another run's, so recovery words its report carefully (S3), and that is all.
std::string kernel_boot_id() {
  auto file = posix_file_system()->open("/proc/sys/kernel/random/boot_id", OpenMode::kRead);
  if (!file) return {};
  std::array<std::byte, 36> id{};
  const auto count = (*file)->read(0, id);
  if (!count) return {};
  std::string text;
  for (const std::byte byte : std::span(id).first(*count)) text.push_back(static_cast<char>(byte));
  return text;
}

std::uint64_t kernel_random() {
  std::uint64_t number = 0;
  // 8 bytes are never cut short; EINTR happens only before the pool is first filled, early at boot.
  while (::getrandom(&number, sizeof number, 0) != sizeof number) {
    if (errno == EINTR) continue;
    // Refused by a seccomp filter. Ids need to be distinct, not secret.
    return static_cast<std::uint64_t>(posix_clock()->monotonic().time_since_epoch().count());
  }
  return number;
}

}  // namespace
}  // namespace leat::io

namespace leat::inline v0 {

Environment with_defaults(Environment given) {
  if (!given.clock) given.clock = posix_clock();
  if (!given.file_system) given.file_system = posix_file_system();
  if (!given.scheduler) given.scheduler = thread_scheduler("leat", io::kDefaultWorkers);
  if (!given.log) given.log = [](LogLevel, std::string_view) {};
  if (!given.on_step) given.on_step = [](std::string_view) {};
  if (!given.random) given.random = io::kernel_random;
  if (given.boot_id.empty()) given.boot_id = io::kernel_boot_id();
  return given;
}

}  // namespace leat::inline v0
