#include "tools/bench/limits.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/crc32c.h"
#include "base/histogram.h"
#include "base/try.h"
#include "tools/bench/open_batch.h"
#include "tools/bench/row.h"
#include "tools/bench/runner.h"
#include "tools/bench/scratch.h"
#include "tools/bench/stopwatch.h"

namespace leat::tools {
namespace {

/// Larger than the caches, so that every store goes to a line that is not there yet.
std::size_t map_bytes(const Setting& setting) {
  return (setting.quick ? std::size_t{64} : std::size_t{256}) << 20U;
}

/// What is timed at once: long beside reading the clock, short beside what interrupts it.
constexpr std::size_t kChunkBytes = std::size_t{64} << 10U;

}  // namespace

Measure copy_into_map(Setting setting, std::size_t bytes) {
  return [setting = std::move(setting), bytes]() -> Result<Sample> {
    LEAT_TRY(ScratchFile file, ScratchFile::make(setting, map_bytes(setting)));
    LEAT_TRY(const std::unique_ptr<Mapping> map, file.map_populated());
    const std::vector<std::byte> source(bytes, std::byte{'x'});
    const std::uint64_t copies = kChunkBytes / bytes;
    Chunks chunks(*setting.clock, copies);
    std::byte* to = map->data();
    for (std::byte* const end = to + map->size() - kChunkBytes; to <= end;) {
      chunks.time([&] {
        for (std::uint64_t i = 0; i < copies; ++i, to += bytes) {
          std::memcpy(to, source.data(), bytes);
          keep(to);
        }
      });
    }
    return chunks.median();
  };
}

Measure append_to_open_batch(Setting setting, std::size_t bytes) {
  return [setting = std::move(setting), bytes]() -> Result<Sample> {
    LEAT_TRY(ScratchFile file, ScratchFile::make(setting, map_bytes(setting)));
    LEAT_TRY(const std::unique_ptr<Mapping> map, file.map_populated());
    OpenBatch batch(std::span(map->data(), map->size()));
    const std::vector<std::byte> value(bytes, std::byte{'x'});
    const std::uint64_t records = kChunkBytes / bytes;
    const std::uint64_t chunk_bytes = records * (bytes + OpenBatch::kOverheadMax);
    Chunks chunks(*setting.clock, records);
    for (std::uint64_t left = map->size() / chunk_bytes; left > 0; --left) {
      chunks.time([&] {
        for (std::uint64_t i = 0; i < records; ++i) keep(batch.append(value));
      });
    }
    return chunks.median();
  };
}

Measure checksum(Setting setting, std::size_t bytes) {
  return [setting = std::move(setting), bytes]() -> Result<Sample> {
    const std::vector<std::byte> source(bytes, std::byte{'x'});
    const std::uint64_t rounds = (map_bytes(setting) * 4) / bytes;
    const Sample sample = per_operation(*setting.clock, rounds, [&] {
      std::uint32_t crc = 0;
      for (std::uint64_t i = 0; i < rounds; ++i) keep(crc = base::crc32c(source, crc));
    });
    return as_gigabytes_per_second(sample, bytes);
  };
}

Measure write_durably(Setting setting, std::size_t bytes) {
  return [setting = std::move(setting), bytes]() -> Result<Sample> {
    constexpr std::size_t kRingBytes = std::size_t{64} << 20U;
    const std::size_t slots = std::clamp<std::size_t>(kRingBytes / bytes, 2, 64);
    const auto rounds = std::clamp<std::size_t>(kRingBytes / bytes, 4, setting.quick ? 200 : 1'000);
    const std::vector<std::byte> source(bytes, std::byte{'x'});
    LEAT_TRY(ScratchFile file, ScratchFile::make(setting, bytes * slots));
    // Written once, as the journal is: a block that was only allocated costs its first sync more.
    for (std::size_t at = 0; at < file.size(); at += bytes) {
      LEAT_TRY_VOID(file.file().write(at, std::span<const std::byte>(source)));
    }
    LEAT_TRY_VOID(file.file().sync());
    base::Histogram nanoseconds;
    for (std::size_t i = 0; i < rounds; ++i) {
      const MonotonicTime began = setting.clock->monotonic();
      const std::size_t at = i % slots * bytes;
      LEAT_TRY_VOID(file.file().write(at, std::span<const std::byte>(source)));
      LEAT_TRY_VOID(file.file().sync());
      nanoseconds.add(static_cast<std::uint64_t>((setting.clock->monotonic() - began).count()));
    }
    return Sample{.value = static_cast<double>(nanoseconds.percentile(50)) / 1e3,
                  .instructions = std::nullopt};
  };
}

std::vector<Workload> limit_workloads(const Setting& setting) {
  constexpr std::size_t kSmall = 64;
  constexpr std::size_t kBatch = std::size_t{16} << 10U;
  constexpr std::size_t kBulk = std::size_t{1} << 20U;
  constexpr std::size_t kPage = 4'096;
  const auto limit = [](const char* id, const char* what, const char* unit, Measure measure) {
    Workload workload;
    workload.id = id;
    workload.what = what;
    workload.unit = unit;
    workload.measure = std::move(measure);
    return workload;
  };
  std::vector<Workload> limits{
      limit("L1", "copy 64 B into a populated map", "ns", copy_into_map(setting, kSmall)),
      limit("L2", "64 B record into an open batch", "ns", append_to_open_batch(setting, kSmall)),
      limit("L3", "CRC-32C, 16 KiB", "GB/s", checksum(setting, kBatch)),
      limit("L4", "CRC-32C, 1 MiB", "GB/s", checksum(setting, kBulk)),
      limit("L5", "hand a cache line over, one way", "ns", hand_over(setting)),
      limit("L6", "wake another thread, there and back", "us", wake_and_back(setting)),
      limit("L7", "write and fdatasync 4 KiB", "us", write_durably(setting, kPage))};
  // What a record costs beyond its bytes.
  limits[1].beside = copy_into_map(setting, kSmall);
  limits[1].beside_what = "copy 64 B";
  limits[2].better = Better::kMore;
  limits[3].better = Better::kMore;
  return limits;
}

}  // namespace leat::tools
