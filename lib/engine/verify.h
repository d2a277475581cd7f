#pragma once

/// \file
/// Checks a directory, byte by byte, without changing it: STATE, the catalog, every batch of every
/// segment, every
/// `.sum` and `.snapshot`, names and places, and the rows of the index against the log.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "leat/environment.h"
#include "leat/result.h"
#include "leat/types.h"

namespace leat::engine {

/// Something that is not as it must be.
struct Finding {
  std::string file = {};  ///< within the directory
  std::optional<std::uint64_t> position = {};
  std::optional<Offset> first = {};  ///< the first offset that is concerned
  std::optional<Offset> next = {};   ///< the one behind the last; nullopt: to the end, or unknown
  std::string what = {};
};

struct VerifyReport {
  std::uint64_t topics = 0;  ///< internal ones included
  std::uint64_t segments = 0;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  std::uint64_t index_rows = 0;
  std::vector<Finding> findings;
  std::vector<std::string> notes;  ///< what could not be checked, and why
};

struct VerifyOptions {
  std::string directory = {};
  /// An existing, empty directory that the index is copied to, since a store cannot be opened
  /// without writing. Empty: the index is not checked.
  std::string scratch = {};
};

/// Checks. A directory that a writer has open is checked up to what that writer is writing, without
/// its index. Errors: kNotFound (no directory, or none of ours), kUnsupportedFormat (a newer one),
/// kIo.
Result<VerifyReport> verify(const Environment& environment, const VerifyOptions& options);

/// Removes the views, which the next open makes again (S20).
/// Errors: kLocked while someone has the directory open; kNotFound, kIo.
Result<void> remove_index(const Environment& environment, const std::string& directory);

}  // namespace leat::engine
