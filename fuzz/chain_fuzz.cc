/// \file
/// Recovery of a damaged segment: any bytes are a log after it, and recovering again changes
/// nothing (G5).

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "leat/environment.h"

#include "io/files.h"
#include "log/log.h"

namespace {

using namespace leat;

constexpr const char* kSegment = "/t/0/00000000000000000000.log";

void require(bool holds) {
  if (!holds) std::abort();
}

Offset recover(const Environment& environment, bool host_rebooted) {
  const auto log = log::Log::open(environment, {.directory = "/t/0", .cut_directory = "/cut"}, {},
                                  {.epoch = LeaderEpoch{1},
                                   .log_start = Offset{0},
                                   .recover = true,
                                   .host_rebooted = host_rebooted},
                                  nullptr);
  require(log.has_value());
  auto reader = (*log)->reader_at(Offset{0}).value();
  while (reader && reader->next(1 << 16).value()) {
  }
  (void)(*log)->find(Timestamp{});
  return (*log)->log_end();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Environment environment;
  environment.file_system = memory_file_system();
  FileSystem& files = *environment.file_system;
  for (const char* directory : {"/t", "/t/0"}) files.create_directory(directory).value();
  const auto bytes = std::as_bytes(std::span(data, size));
  files.open(kSegment, OpenMode::kCreate)
      .value()
      ->write(0, bytes.subspan(size > 0 ? 1 : 0))
      .value();
  const bool host_rebooted = size > 0 && (data[0] & 1U) != 0;
  const Offset end = recover(environment, host_rebooted);
  const auto kept = io::read_file(files, kSegment).value();
  require(recover(environment, host_rebooted) == end);
  require(io::read_file(files, kSegment).value() == kept);
  return 0;
}
