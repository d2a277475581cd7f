#pragma once

/// \file
/// What of an open batch (S2, S3) recovery may believe. A pure function over bytes.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "record/header_writer.h"

namespace leat::log {

struct OpenBatchFound {
  record::ClosedHeader header;  ///< as it is to be closed
  std::uint32_t size = 0;       ///< with the header
  /// Why records behind it are not believed; empty when there are none.
  std::string reason;
};

/// `bytes` begin with a header of magic 0 at `position` of the file and hold all that may belong to the
/// batch. nullopt: no record can be believed.
std::optional<OpenBatchFound> walk_open_batch(std::span<const std::byte> bytes,
                                              std::uint32_t position, bool host_rebooted);

}  // namespace leat::log
