#include "log/segment.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/check.h"
#include "base/hash.h"
#include "base/mutex.h"
#include "base/try.h"
#include "io/files.h"
#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"
#include "log/log_options.h"
#include "log/published.h"
#include "log/segment_name.h"
#include "log/segment_sum.h"

namespace leat::log {
namespace {

std::uint32_t round_up(std::uint32_t value, std::uint32_t step) {
  return static_cast<std::uint32_t>((std::uint64_t{value} + step - 1) / step * step);
}

}  // namespace

/// A read-only mapping of a complete segment, with the blocks that were found good.
struct Segment::ReadMap {
  explicit ReadMap(std::unique_ptr<Mapping> mapping, std::size_t blocks)
      : map(std::move(mapping)), is_good(blocks) {}
  std::unique_ptr<Mapping> map;
  std::vector<std::atomic<bool>> is_good;
};

Segment::Segment(const Environment& environment, const std::string& directory, Offset base_offset,
                 Head head, Offset next_offset)
    : environment_(environment),
      directory_(directory),
      base_offset_(base_offset),
      path_(directory + "/" + segment_name(base_offset, kLogSuffix)),
      published_(next_offset.value()) {
  published_.advance(head, next_offset.value());
}

Result<std::shared_ptr<Segment>> Segment::create(const Environment& environment,
                                                 const std::string& directory, Offset base_offset) {
  std::shared_ptr<Segment> segment(
      new Segment(environment, directory, base_offset, {}, base_offset));
  LEAT_TRY(auto file, environment.file_system->open(segment->path_, OpenMode::kCreateNew));
  const base::MutexLock lock(segment->file_mutex_);
  segment->file_ = std::move(file);
  return segment;
}

std::shared_ptr<Segment> Segment::existing(const Environment& environment,
                                           const std::string& directory, Offset base_offset,
                                           Head head, Offset next_offset) {
  std::shared_ptr<Segment> segment(
      new Segment(environment, directory, base_offset, head, next_offset));
  segment->entry_is_durable_.store(true, std::memory_order_relaxed);
  return segment;
}

Result<std::shared_ptr<File>> Segment::file() {
  const base::MutexLock lock(file_mutex_);
  if (!file_) {
    const OpenMode mode = read_only_ || is_sealed() ? OpenMode::kRead : OpenMode::kReadWrite;
    LEAT_TRY(file_, environment_.file_system->open(path_, mode));
  }
  return file_;
}

std::shared_ptr<Mapping> Segment::mapping() const {
  const base::MutexLock lock(file_mutex_);
  return mapping_;
}

Result<void> Segment::release_file() {
  const base::MutexLock lock(file_mutex_);
  if (!file_ || mapping_) return {};
  LEAT_CHECK(is_sealed() || synced_end() == published_.head().end);
  file_.reset();
  return {};
}

// --- writing ---------------------------------------------------------------------------------------

Result<bool> Segment::map(std::uint32_t capacity) {
  const base::MutexLock growing(grow_mutex_);
  LEAT_CHECK(!this->mapping());
  LEAT_TRY(const auto file, this->file());
  auto mapping = file->map(round_up(capacity, kPageBytes), MapAccess::kReadWrite);
  if (!mapping) {
    if (mapping.error().code() == ErrorCode::kTooManyOpenFiles) return false;  // G27
    return std::move(mapping).error();
  }
  LEAT_TRY(const std::uint64_t size, file->size());
  capacity_ = capacity;
  allocated_end_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(size, capacity));
  ready_end_.store(0, std::memory_order_relaxed);
  const base::MutexLock lock(file_mutex_);
  mapping_ = *std::move(mapping);
  writable_ = mapping_->data();
  return true;
}

void Segment::unmap() {
  const base::MutexLock growing(grow_mutex_);
  give_back_ahead(0);
  ready_end_.store(0, std::memory_order_relaxed);
  const base::MutexLock lock(file_mutex_);
  writable_ = nullptr;
  mapping_.reset();
}

Segment::~Segment() {
  const base::MutexLock growing(grow_mutex_);
  give_back_ahead(0);
}

void Segment::give_back_ahead(std::uint32_t kept) {
  if (charged_ <= kept) return;
  shared_->ahead.give_back(charged_ - kept);
  charged_ = kept;
}

std::uint32_t Segment::charge_ahead(std::uint32_t end, Want want) {
  const std::uint32_t step = std::clamp(allocated_end_, kAllocateStepMin, kAllocateStepMax);
  const std::uint64_t wanted = std::max<std::uint64_t>(end, std::uint64_t{allocated_end_} + step);
  const auto target = static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, capacity_));
  if (!shared_) return target;
  // What was appended to meanwhile is ahead no longer.
  give_back_ahead(allocated_end_ - std::min(allocated_end_, published_.head().end));
  const std::uint32_t least = want == Want::kNow ? end - allocated_end_ : kPageBytes;
  for (std::uint32_t more = target - allocated_end_; more >= least; more = more / 2 / kPageBytes * kPageBytes) {
    if (!shared_->ahead.take(more)) continue;
    charged_ += more;
    return allocated_end_ + more;
  }
  return want == Want::kNow ? std::min(round_up(end, kPageBytes), capacity_) : allocated_end_;
}

Result<void> Segment::make_ready(std::uint32_t end, Want want) {
  const base::MutexLock growing(grow_mutex_);
  const auto mapping = this->mapping();
  const std::uint32_t ready = ready_end_.load(std::memory_order_relaxed);
  if (!mapping || ready >= end) return {};
  LEAT_CHECK(end <= capacity_);
  if (end > allocated_end_) {
    const std::uint32_t target = charge_ahead(end, want);
    if (target > allocated_end_) {
      LEAT_TRY(const auto file, this->file());
      LEAT_TRY_VOID(file->allocate(allocated_end_, target - allocated_end_));
      allocated_end_ = target;
    }
  }
  // A whole stretch at once: a call a page would cost as much as the faults it saves.
  const std::uint32_t from = ready == 0 ? published_.head().end / kPageBytes * kPageBytes : ready;
  const std::uint32_t step = end < kPopulateStep ? kPopulateStepMin : kPopulateStep;
  const std::uint32_t to = std::min(allocated_end_, round_up(end, step));
  if (to <= from) return {};  // ahead, and there is no budget for it
  LEAT_TRY_VOID(mapping->populate_write(from, to - from));
  // release: pairs with the acquire in `ready_end`, so that the writer stores only behind the populate.
  ready_end_.store(to, std::memory_order_release);
  return {};
}

void Segment::make_ready_soon(std::uint32_t end) {
  if (ready_end() >= end || ready_requested_.exchange(true, std::memory_order_acq_rel)) return;
  environment_.scheduler->post([self = shared_from_this(), end] {
    // A failure is the writer's to report, when it gets there and asks for room itself.
    (void)self->make_ready(end, Want::kAhead);
    self->ready_requested_.store(false, std::memory_order_release);
  });
}

Result<void> Segment::write(std::uint32_t position,
                            std::span<const std::span<const std::byte>> parts) {
  LEAT_CHECK(writable_ == nullptr);
  LEAT_TRY(const auto file, this->file());
  return file->write(position, parts);
}

Result<void> Segment::cut(std::uint32_t end) {
  LEAT_CHECK(writable_ == nullptr && end >= published_.head().end);
  LEAT_TRY(const auto file, this->file());
  return file->truncate(end);
}

Result<void> Segment::sync(std::uint32_t end) {
  const std::uint32_t from = synced_end();
  if (end > from) {
    if (const auto mapping = this->mapping()) {
      const std::uint32_t page = from / kPageBytes * kPageBytes;
      LEAT_TRY_VOID(io::synced(mapping->sync(page, end - page)));  // S12: msync, over the closed range only
    } else {
      LEAT_TRY(const auto file, this->file());
      LEAT_TRY_VOID(io::synced(file->sync()));
    }
  }
  // The name after the content: a file that is found has what it should.
  if (!entry_is_durable_.load(std::memory_order_acquire)) {
    LEAT_TRY_VOID(io::synced(environment_.file_system->sync_directory(directory_)));
    entry_is_durable_.store(true, std::memory_order_release);
  }
  if (end > from) set_synced_end(end);
  return {};
}

void Segment::raise_durable_end(std::uint32_t end) {
  // A sync of the file and a commit of the journal may end in any order.
  std::uint32_t known = durable_end_.load(std::memory_order_relaxed);
  while (known < end && !durable_end_.compare_exchange_weak(known, end, std::memory_order_release)) {
  }
}

Result<std::shared_ptr<const SegmentSum>> Segment::seal(const SegmentStats& stats,
                                                        std::span<const std::byte> snapshot) {
  LEAT_CHECK(is_complete());
  if (is_sealed()) return sum();
  const std::uint32_t end = published_.head().end;
  LEAT_TRY_VOID(sync(end));
  unmap();
  FileSystem& files = *environment_.file_system;
  SegmentSum sum{.length = end,
                 .base_offset = base_offset_,
                 .next_offset = Offset{published_.log_end()},
                 .first_epoch = stats.first_epoch,
                 .last_epoch = stats.last_epoch,
                 .first_timestamp = stats.first_timestamp,
                 .max_timestamp = stats.max_timestamp,
                 .blocks = {}};
  LEAT_TRY(const auto file, this->file());
  LEAT_TRY_VOID(file->truncate(end));
  LEAT_TRY_VOID(io::synced(file->sync()));
  std::vector<std::byte> block(kSumBlockBytes);
  for (std::uint64_t at = 0; at < end; at += kSumBlockBytes) {
    const std::size_t size = std::min<std::uint64_t>(kSumBlockBytes, end - at);
    LEAT_TRY(const std::size_t got, file->read(at, std::span(block).first(size)));
    LEAT_CHECK(got == size);
    sum.blocks.push_back(base::xxh3(std::span(block).first(size)));
  }
  const std::vector<std::byte> none = empty_producer_snapshot();
  LEAT_TRY_VOID(io::replace_file(files, directory_, segment_name(base_offset_, kSnapshotSuffix),
                                 snapshot.empty() ? none : snapshot));
  LEAT_TRY_VOID(
      io::replace_file(files, directory_, segment_name(base_offset_, kSumSuffix), encode_sum(sum)));
  const base::MutexLock lock(file_mutex_);
  sum_ = std::make_shared<const SegmentSum>(std::move(sum));
  file_.reset();  // everything is synced: the descriptor holds nothing
  sealed_.store(true, std::memory_order_release);
  return sum_;
}

Result<void> Segment::sync_size() {
  LEAT_TRY(const auto file, this->file());
  return io::synced(file->sync());
}

// --- reading ---------------------------------------------------------------------------------------

Result<View> Segment::view(std::uint32_t position, std::uint32_t length) {
  LEAT_CHECK(std::uint64_t{position} + length <= published_.head().end);
  if (auto mapping = this->mapping()) {
    const std::span<const std::byte> bytes(mapping->data() + position, length);
    return View{bytes, std::move(mapping)};
  }
  if (is_sealed()) return view_mapped(position, length);
  return view_read(position, length);
}

View Segment::writers_window() const {
  auto mapping = this->mapping();
  if (!mapping) return {};
  const std::span<const std::byte> bytes(mapping->data(), mapping->size());
  return View{bytes, std::make_shared<const std::shared_ptr<Mapping>>(std::move(mapping))};
}

Result<std::shared_ptr<const SegmentSum>> Segment::sum() {
  {
    const base::MutexLock lock(file_mutex_);
    if (sum_) return sum_;
  }
  const std::string path = directory_ + "/" + segment_name(base_offset_, kSumSuffix);
  LEAT_TRY(const auto bytes, io::read_file(*environment_.file_system, path));
  auto decoded = decode_sum(bytes);
  if (!decoded) return decoded.error().with_context(path);
  const base::MutexLock lock(file_mutex_);
  sum_ = std::make_shared<const SegmentSum>(*std::move(decoded));
  return sum_;
}

Result<void> Segment::check_block(const SegmentSum& sum, std::uint32_t block,
                                  std::span<const std::byte> bytes) const {
  if (block < sum.blocks.size() && base::xxh3(bytes) == sum.blocks[block]) return {};
  const BlockRange range = block_range(block, sum.length);
  return Error(ErrorCode::kCorruptMessage,
               fmt::format("{}: bytes [{}, {}) do not match their checksum in the .sum; offsets of "
                           "[{}, {}) may be damaged",
                           path_, range.begin, range.end, sum.base_offset.value(),
                           sum.next_offset.value()));
}

Result<std::shared_ptr<Segment::ReadMap>> Segment::read_map(std::uint32_t length) {
  {
    const base::MutexLock lock(file_mutex_);
    if (read_map_) return read_map_;
  }
  LEAT_TRY(const auto file, this->file());
  LEAT_TRY(const std::uint64_t size, file->size());
  if (size < length) {  // S25: somebody cut the file; a mapping would end in a signal
    return Error(ErrorCode::kCorruptMessage,
                 fmt::format("{} has {} bytes, not the {} it was sealed with", path_, size, length));
  }
  LEAT_TRY(auto mapping, file->map(length, MapAccess::kRead));
  auto map = std::make_shared<ReadMap>(std::move(mapping), length / kSumBlockBytes + 1);
  {
    const base::MutexLock lock(file_mutex_);
    read_map_ = map;
    file_.reset();  // the mapping needs no descriptor
  }
  if (shared_) shared_->recently_read.add(shared_from_this());
  return map;
}

void Segment::drop_read_map() {
  std::shared_ptr<ReadMap> dropped;  // destroyed after the lock: unmapping takes its time
  const base::MutexLock lock(file_mutex_);
  dropped.swap(read_map_);
}

Result<View> Segment::view_mapped(std::uint32_t position, std::uint32_t length) {
  LEAT_TRY(const auto sum, this->sum());
  auto map = read_map(published_.head().end);
  if (!map) {
    if (map.error().code() == ErrorCode::kCorruptMessage) return std::move(map).error();
    return view_read(position, length);  // G27: no map to have
  }
  ReadMap& mapped = **map;
  const std::span<const std::byte> all(mapped.map->data(), mapped.map->size());
  const std::uint32_t last = length == 0 ? 0 : (position + length - 1) / kSumBlockBytes;
  for (std::uint32_t block = position / kSumBlockBytes; length != 0 && block <= last; ++block) {
    if (mapped.is_good[block].load(std::memory_order_relaxed)) continue;
    const BlockRange range = block_range(block, sum->length);
    LEAT_TRY_VOID(mapped.map->populate_read(range.begin, range.end - range.begin));
    LEAT_TRY_VOID(check_block(*sum, block, all.subspan(range.begin, range.end - range.begin)));
    mapped.is_good[block].store(true, std::memory_order_relaxed);
  }
  return View{all.subspan(position, length), *std::move(map)};
}

Result<View> Segment::view_read(std::uint32_t position, std::uint32_t length) {
  std::shared_ptr<const SegmentSum> sum;
  if (is_sealed()) {
    LEAT_TRY(sum, this->sum());
  }
  // Whole blocks where there is a sum to check them against.
  const std::uint32_t begin = sum ? position / kSumBlockBytes * kSumBlockBytes : position;
  const std::uint32_t end =
      sum ? std::min(round_up(position + length, kSumBlockBytes), sum->length) : position + length;
  auto bytes = std::make_shared<std::vector<std::byte>>(end - begin);
  LEAT_TRY(const auto file, this->file());
  LEAT_TRY(const std::size_t got, file->read(begin, *bytes));
  if (got != bytes->size()) {
    return Error(ErrorCode::kCorruptMessage,
                 fmt::format("{} ends at {}, before its published end {}", path_, begin + got,
                             published_.head().end));
  }
  for (std::uint32_t block = begin / kSumBlockBytes; sum && block * kSumBlockBytes < end; ++block) {
    const BlockRange range = block_range(block, sum->length);
    LEAT_TRY_VOID(check_block(*sum, block,
                              std::span(*bytes).subspan(range.begin - begin, range.end - range.begin)));
  }
  const std::span<const std::byte> view = std::span(*bytes).subspan(position - begin, length);
  return View{view, std::move(bytes)};
}

}  // namespace leat::log
