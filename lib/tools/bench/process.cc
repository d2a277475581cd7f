#include "tools/bench/process.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <malloc.h>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <system_error>

namespace leat::tools {
namespace {

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/status");
  constexpr std::string_view kName = "RssAnon:";  // in KiB
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(kName)) continue;
    const std::size_t number = line.find_first_of("0123456789");
    std::uint64_t kibibytes = 0;
    if (number == std::string::npos) return 0;
    (void)std::from_chars(line.data() + number, line.data() + line.size(), kibibytes);
    return kibibytes * 1'024;
  }
  return 0;
}

std::uint64_t descriptors() {
  std::error_code ignored;  // without /proc there are none to be counted
  const std::filesystem::directory_iterator all("/proc/self/fd", ignored);
  const auto count = std::distance(begin(all), end(all));
  return static_cast<std::uint64_t>(std::max<std::ptrdiff_t>(0, count - 1));  // its own
}

std::uint64_t mappings() {
  std::ifstream file("/proc/self/maps");
  std::uint64_t count = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.find(" /") != std::string::npos) ++count;
  }
  return count;
}

}  // namespace

ProcessUse process_use() {
  (void)::malloc_trim(0);
  return {.resident_bytes = resident_bytes(), .descriptors = descriptors(), .mappings = mappings()};
}

std::int32_t writable_partitions(std::int32_t wanted) {
  constexpr rlim_t kOthers = 256;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);  // refused: what there is must do
  (void)::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= static_cast<rlim_t>(wanted) + kOthers) return wanted;
  return limit.rlim_cur > kOthers ? static_cast<std::int32_t>(limit.rlim_cur - kOthers) : 1;
}

}  // namespace leat::tools
