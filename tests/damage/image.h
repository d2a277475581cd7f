#pragma once

/// \file
/// A closed or crashed engine directory as plain bytes, which a test damages and opens again; and
/// what was written into it.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/types.h"

namespace leat::damage {

using Bytes = std::vector<std::byte>;
/// Files by their path within the directory: "logs/…/0/00000000000000000000.log". Contents are
/// shared and never changed: a damaged file is another one.
using Image = std::map<std::string, std::shared_ptr<const Bytes>>;

inline constexpr const char* kDirectory = "/leat";

/// Reads a directory, all of it but the index.
[[nodiscard]] Image image_of(FileSystem& files, const std::string& directory = kDirectory);
/// A world without threads over `files`: same clock, same boot, every time.
[[nodiscard]] Environment environment_over(const std::shared_ptr<FileSystem>& files);
/// Runs the jobs that an engine over this environment posted.
void run_jobs(const Environment& environment);

/// A record as it was appended; its offset is its place in the vector.
struct Written {
  std::int64_t time_ms = 0;
  std::string key;
  std::string value;
};
using Name = std::pair<std::string, std::int32_t>;  ///< topic and partition

/// A batch of an undamaged `.log`.
struct BatchPlace {
  std::uint32_t position = 0;
  std::uint32_t end = 0;
  std::int64_t first = 0;
  std::int64_t next = 0;
};
/// The whole batches of a segment file, in order.
[[nodiscard]] std::vector<BatchPlace> batches_of(const Bytes& log);

/// How the engine stopped.
enum class Stop : std::uint8_t { kClean, kKilled };

/// Whether a segment file is what some engine may have left: whole batches, one behind the other,
/// and after a kill zeros.
[[nodiscard]] bool is_whole_chain(const Bytes& log, Stop stop);

/// An engine's directory, what it was a while before, and what it holds.
struct Prepared {
  Image files;
  Image older;  ///< of the same directory, in mid-life
  std::map<Name, std::vector<Written>> truth;
  std::map<Name, std::string> place;  ///< "logs/<id>/<partition>/" of each partition
  std::int64_t cursor = 0;            ///< position saved under kCursor, of orders-0

  /// The path of a partition's file that begins at `base`.
  [[nodiscard]] std::string file(const Name& name, std::int64_t base, const char* suffix) const;
  /// Bases of the partition's segments, sealed ones first.
  [[nodiscard]] std::vector<std::int64_t> bases(const Name& name) const;
  /// The partition that a path belongs to; nullopt: STATE, LOCK, the catalog, the cursors.
  [[nodiscard]] std::optional<Name> owner(const std::string& path) const;
};

inline constexpr const char* kCursor = "reader";
inline constexpr const char* kCatalogLog =
    "logs/00000000000000000000000000000001/0/00000000000000000000.log";

/// A directory of three topics: orders (2 partitions of plain batches: a sealed segment of 64 KiB,
/// a small sealed one, an active one), wide (one small sealed segment, or one of several `.sum`
/// blocks), packed (a batch of each codec, sealed and active), and a saved cursor.
struct Extent {
  std::size_t wide_bytes = 1000;
  bool has_packed = true;
};
[[nodiscard]] Prepared prepare(Stop stop, const Extent& extent = {});

}  // namespace leat::damage
