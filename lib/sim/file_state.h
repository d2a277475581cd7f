#pragma once

/// \file
/// A simulated file: what readers see, what is durable, and the mutations between the two.
/// The crash model of simulated_disk.h for one file; directories and faults are elsewhere.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "leat/result.h"

#include "io/memory_content.h"

namespace leat::sim {

constexpr std::uint64_t kSectorBytes = 512;
constexpr std::uint64_t kWordBytes = 8;
constexpr std::uint64_t kPageBytes = 4096;

/// A part of a mutation that persists wholly or not: within one sector, or within one word for
/// stores.
struct Piece {
  std::uint64_t position = 0;  ///< In the file.
  std::size_t from = 0;        ///< In the mutation's data.
  std::size_t length = 0;
  bool is_fresh = false;  ///< In blocks that were new: until written they may hold stale bytes.
};

/// A change of content or size that no sync has made durable.
struct FileMutation {
  enum class Kind : std::uint8_t { kWrite, kStores, kSize };
  std::uint64_t sequence = 0;  ///< Its place among all mutations of the disk.
  Kind kind = Kind::kWrite;
  bool is_in_limbo = false;  ///< A sync of it has failed: no later one makes it durable.
  std::vector<Piece> pieces = {};
  std::vector<std::byte> data = {};
  std::optional<std::uint64_t> new_size = {};
};

/// Which mutations reach the disk.
struct Selection {
  std::function<bool(const FileMutation&, const Piece&)> keeps;
  std::function<bool(const FileMutation&)> keeps_size;
  /// Bytes at the front of a piece that is not kept which reach the disk all the same. May be
  /// empty.
  std::function<std::size_t(const FileMutation&, const Piece&)> torn_prefix;
  /// Draws what never written blocks hold; zeros without.
  std::optional<std::uint64_t> stale_seed;
};

/// Invariants: (1) durable bytes + all pending mutations in order = the content readers see, but
/// for stores not yet noted; (2) pending mutations are in the order of their sequence. Not
/// thread-safe.
class FileState {
 public:
  FileState() = default;
  /// A file with this content, all durable.
  explicit FileState(std::vector<std::byte> durable);
  /// A copy with a content of its own, mapped nowhere. REQUIRES: stores are noted.
  [[nodiscard]] FileState clone() const;

  [[nodiscard]] std::uint64_t size() const { return cache_.size(); }
  [[nodiscard]] std::size_t read(std::uint64_t position, std::span<std::byte> into) const {
    return cache_.read(position, into);
  }

  // Changes. `sequence` is the disk's mutation count, raised by each mutation recorded.
  Result<void> write(std::uint64_t position, std::span<const std::span<const std::byte>> parts,
                     std::uint64_t& sequence);
  Result<void> allocate(std::uint64_t position, std::uint64_t length, std::uint64_t& sequence);
  Result<void> truncate(std::uint64_t size, std::uint64_t& sequence);

  /// Where [0, length) is mapped until unmap(). Errors: as io::MemoryContent::pin.
  Result<std::byte*> map(std::size_t length, bool writable);
  void unmap(bool writable, std::uint64_t& sequence);
  [[nodiscard]] bool is_mapped_for_writing() const { return writable_maps_ > 0; }
  /// Records words that changed through a mapping since they were last looked at.
  void note_stores(std::uint64_t& sequence);

  /// Makes durable what is pending and not in limbo: all, or sizes and the pages of [at, at +
  /// length).
  void sync();
  void sync_range(std::uint64_t at, std::uint64_t length);
  /// A sync of the same failed: puts that in limbo.
  void fail_sync();
  void fail_sync_range(std::uint64_t at, std::uint64_t length);
  /// Readers no longer see what is in limbo.
  void evict_limbo();

  [[nodiscard]] const std::vector<FileMutation>& pending() const { return pending_; }
  /// The content that a crash leaves.
  [[nodiscard]] std::vector<std::byte> image(const Selection& selection) const;

 private:
  struct Applied;
  [[nodiscard]] Applied apply(const Selection& selection) const;
  void find_cuts(const Selection& selection, Applied& applied) const;
  void promote(const Selection& selection);
  void record_bytes(FileMutation mutation, std::uint64_t position, std::span<const std::byte> bytes,
                    std::uint64_t piece_bytes);
  void record_size(std::uint64_t size, std::uint64_t& sequence);

  io::MemoryContent cache_;
  std::vector<std::byte> durable_;
  std::vector<FileMutation> pending_;
  std::vector<std::byte>
      noted_;  ///< The content with all noted stores; kept while mapped for writing.
  std::size_t writable_maps_ = 0;
  std::uint64_t allocated_end_ =
      0;  ///< Blocks before this position have been written or allocated.
};

/// "write of 64 bytes at 128".
[[nodiscard]] std::string describe(const FileMutation& mutation);

}  // namespace leat::sim
