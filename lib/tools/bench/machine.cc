#include "tools/bench/machine.h"

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <sys/utsname.h>
#include <thread>
#include <unistd.h>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"

#include "io/posix_region.h"
#include "tools/bench/row.h"

namespace leat::tools {
namespace {

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string kernel_name() {
  utsname name{};
  if (::uname(&name) != 0) return "unknown";
  return std::string(name.sysname) + " " + name.release + " " + name.machine;
}

std::uint64_t memory_bytes() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page <= 0) return 0;
  return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page);
}

constexpr const char* kCompiler =
#if defined(__clang__)
    "clang " __clang_version__;
#else
    "g++ " __VERSION__;
#endif

constexpr const char* kBuild =
#if defined(__OPTIMIZE__)
    "optimized";
#else
    "debug";
#endif

}  // namespace

Machine describe_machine(FileSystem& file_system, const std::string& directory) {
  const Result<FileSystemTraits> traits = file_system.traits(directory);
  return {.processor = processor_name(),
          .cores = std::thread::hardware_concurrency(),
          .memory_bytes = memory_bytes(),
          .kernel = kernel_name(),
          .compiler = kCompiler,
          .build = kBuild,
          .file_system = traits ? traits->name : "unknown"};
}

Result<void> touch_memory(std::uint64_t bytes) {
  const auto region = io::AnonymousRegion::reserve(bytes);
  if (region.size() >= bytes && io::populate_region(region.data(), 0, bytes)) return {};
  return Error(ErrorCode::kOutOfMemory,
               "bench: " + std::to_string(bytes) + " bytes of memory cannot be touched");
}

}  // namespace leat::tools
