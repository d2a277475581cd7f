/// \file
/// record::validate over any bytes, as a client's and as a log's; what passes must walk (S1).

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "leat/record.h"

#include "record/validate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace leat::record;  // NOLINT(google-build-using-namespace): this function only.
  for (const BatchOrigin origin : {BatchOrigin::kClient, BatchOrigin::kLog}) {
    const ValidateLimits limits{.origin = origin, .records_size_max = 1 << 20};
    const auto batch = validate(std::as_bytes(std::span(data, size)), limits);
    if (!batch || batch->view().compression() != Compression::kNone) continue;
    RecordCursor cursor = batch->view().cursor();
    std::int32_t count = 0;
    for (leat::RecordView record; cursor.next(record); ++count) (void)record.headers.find("h");
    if (!cursor.ok() || count != batch->view().record_count()) std::abort();
  }
  return 0;
}
