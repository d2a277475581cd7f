#pragma once

/// \file
/// Walks the batches of a segment file and finds where the unbroken chain ends (S16): right CRC, base
/// offset = the last one + 1, epoch not falling. Reads only; recovery, `verify`, `dump` and the rebuild of
/// the index stand on it.
///
/// Threads: none of its own. The bytes may be anything at all.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "leat/environment.h"
#include "leat/result.h"
#include "leat/types.h"
#include "log/log_options.h"
#include "log/segment.h"
#include "log/sparse_index.h"
#include "record/batch_view.h"
#include "record/header_writer.h"

namespace leat::log {

/// A file seen through a buffer: `at` gives a stretch of it.
class FileWindow {
 public:
  FileWindow(File& file, std::uint64_t size) : file_(file), size_(size) {}
  /// [position, position + length), or less at the end of the file. Valid until the next call.
  Result<std::span<const std::byte>> at(std::uint64_t position, std::size_t length);
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  File& file_;
  std::uint64_t size_;
  std::uint64_t begin_ = 0;
  std::vector<std::byte> buffer_;
};

/// Where a walk begins and what it believes.
struct ChainStart {
  std::uint32_t position = 0;
  Offset offset;                 ///< the least base offset that may stand there
  std::int32_t epoch = 0;        ///< the least epoch
  /// The greatest: no batch can be of a later engine. The CRC leaves the epoch out.
  std::int32_t epoch_max = INT32_MAX;
  bool may_have_gaps = false;    ///< compacted: base offsets may be higher than expected
  bool check_crc = true;         ///< off where the bytes are known to be good
  std::uint32_t trusted_end = 0;  ///< or where they end that are
  /// The host was restarted since: stores to the page cache may be lost word by word, so a record that no
  /// checkpoint covers is kept only where no word of it can be missing (decision 001).
  bool host_rebooted = false;
  std::uint32_t index_interval_bytes = 4096;
};

/// Where the chain ends and what it holds.
struct Chain {
  std::uint32_t end = 0;  ///< of the last good batch, an open one included
  Offset next_offset;
  SegmentStats stats;
  std::vector<IndexEntry> index;
  /// The open batch that the chain ends with (S2), to be closed where it stands.
  struct Open {
    std::uint32_t position = 0;
    record::ClosedHeader header;
  };
  std::optional<Open> open;
  /// Behind `end`, up to the page with the last byte that is not zero; 0: nothing is there.
  std::uint64_t cut_bytes = 0;
  /// Why the chain ended before the file did; empty at a clean end.
  std::string reason;
};

/// Called with each whole batch that is good, its position before it.
using OnBatch = std::function<void(std::uint32_t position, const record::BatchView& batch)>;

/// Walks `file`. Errors: only what reading gives (kIo); damage is in the `Chain`.
Result<Chain> walk_chain(File& file, const ChainStart& start, const OnBatch& on_batch = {});

/// Where the chain goes on behind the damage that it ended at: `start` moved to the next whole batch; nullopt
/// when none follows. What a partition that is readable around its damage (G22) and `verify` need.
Result<std::optional<ChainStart>> find_continuation(File& file, const Chain& chain,
                                                    const ChainStart& start);

/// The position of the next batch with a right CRC and a base offset from `at_least` on.
Result<std::optional<std::uint32_t>> find_next_batch(File& file, std::uint32_t from, Offset at_least);

}  // namespace leat::log
