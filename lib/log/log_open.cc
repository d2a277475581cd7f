// Opening a log, and recovery (S16, S17): what is kept, what is cut, and that nothing is served
// before it is known to be on the disk.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <fmt/core.h>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/mutex.h"
#include "base/try.h"
#include "io/files.h"
#include "log/chain.h"
#include "log/log.h"
#include "log/log_options.h"
#include "log/published.h"
#include "log/segment.h"
#include "log/segment_name.h"
#include "log/segment_sum.h"
#include "record/batch_view.h"
#include "record/header_writer.h"
#include "record/layout.h"

namespace leat::log {
namespace {

/// Reads [from, to) and writes it again where it is: after a failed sync the page cache may hold what the
/// disk has lost, and only a new write makes it dirty again (S17).
Result<void> rewrite(File& file, std::uint64_t from, std::uint64_t to) {
  LEAT_TRY_VOID(io::copy_stretch(file, {.position = from, .bytes = to - from}, file, from));
  return file.sync();
}

/// Gives the open batch at the end of the chain the header of a closed one (S2), in steps of which each leaves
/// a batch that a second recovery understands: length and CRC, then the rest, magic last.
Result<void> close_open_batch(File& file, const Chain& chain) {
  if (!chain.open) return {};
  const std::uint64_t at = chain.open->position;
  std::vector<std::byte> batch(chain.end - at);
  LEAT_TRY(const std::size_t got, file.read(at, batch));
  batch.resize(got);
  record::close_header(batch.data(), chain.open->header);
  const auto header = std::span<const std::byte>(batch).first(record::kHeaderSize);
  constexpr std::size_t kMagicAt = record::layout::kMagic.at;
  constexpr std::size_t kCrcAt = record::layout::kCrc.at;
  constexpr std::size_t kCrcEnd = record::layout::kCrc.end();
  LEAT_TRY_VOID(file.write(at, header.first(kMagicAt)));
  LEAT_TRY_VOID(file.write(at + kCrcAt, header.subspan(kCrcAt, kCrcEnd - kCrcAt)));
  LEAT_TRY_VOID(file.write(at + kCrcEnd, header.subspan(kCrcEnd)));
  return file.write(at + kMagicAt, header.subspan(kMagicAt, 1));
}

/// Whether [position, end) is one batch with a right CRC, or nothing.
Result<bool> has_batch_at(File& file, std::uint32_t position, std::uint32_t end) {
  std::vector<std::byte> bytes(end - position);
  LEAT_TRY(const std::size_t got, file.read(position, bytes));
  if (bytes.empty()) return true;
  const auto batch = record::BatchView::first_of(std::span(bytes).first(got));
  return batch && batch->crc_is_right();
}

}  // namespace

Result<std::unique_ptr<Log>> Log::open(const Environment& environment, LogPlace place,
                                       const LogOptions& options, const LogState& state,
                                       SealedIndex* sealed_index) {
  std::unique_ptr<Log> log(new Log(environment, std::move(place), options, state, sealed_index));
  LEAT_TRY_VOID(log->load());
  return log;
}

Result<void> Log::load() {
  FileSystem& files = *environment_.file_system;
  LEAT_TRY(directory_exists_, files.exists(place_.directory));
  if (!directory_exists_) {
    durable_offset_.store(loaded_end_.value(), std::memory_order_release);
    return {};
  }
  LEAT_TRY(const auto entries, files.list(place_.directory));
  std::vector<Offset> bases;
  std::vector<Offset> summed;
  for (const DirectoryEntry& entry : entries) {
    if (const auto base = parse_segment_name(entry.name, kLogSuffix)) bases.push_back(*base);
    if (const auto base = parse_segment_name(entry.name, kSumSuffix)) summed.push_back(*base);
  }
  LEAT_TRY_VOID(remove_below_log_start(bases));
  // One that begins higher has lost what was before it, unless it is durable itself (S16).
  loaded_end_ = bases.empty() ? state_.log_start : std::min(bases.front(), state_.log_start);
  bool is_broken = false;
  for (std::size_t i = 0; i < bases.size(); ++i) {
    LEAT_TRY_VOID(pass_over_missing(summed, bases, bases[i]));
    if (is_broken && !state_.read_only) {
      LEAT_TRY_VOID(cut_whole(bases[i], "the chain broke in an earlier segment"));
      continue;
    }
    bool is_loaded = false;
    if (std::ranges::binary_search(summed, bases[i])) {
      LEAT_TRY(is_loaded, load_sealed(bases[i]));
    }
    if (is_loaded) continue;
    const bool is_last = i + 1 == bases.size();
    LEAT_TRY(const bool goes_on,
             load_unsealed(bases[i], is_last ? std::nullopt : std::optional(bases[i + 1])));
    is_broken = !goes_on;
  }
  LEAT_TRY_VOID(pass_over_missing(summed, bases, Offset{INT64_MAX}));
  LEAT_TRY_VOID(raise_end_to_log_start());
  pass_over_lost();
  opened_end_ = loaded_end_;
  if (follower_is_behind_) LEAT_TRY_VOID(restore_follower());
  if (state_.recover) {
    // The names above it too: the run that made them may have ended before its first sync.
    LEAT_TRY_VOID(files.sync_directory(place_.directory));
    LEAT_TRY_VOID(sync_directories());
  }
  durable_offset_.store(loaded_end_.value(), std::memory_order_release);
  return {};
}

/// Files wholly below log start are no damage: a crash came between the record of it and the unlinks, which
/// may have become durable in any order (S23).
Result<void> Log::remove_below_log_start(std::vector<Offset>& bases) {
  const auto first_kept = std::ranges::adjacent_find(
      bases, [&](Offset, Offset next) { return next > state_.log_start; });
  const auto count = first_kept == bases.end() ? std::max<std::ptrdiff_t>(std::ssize(bases) - 1, 0)
                                               : first_kept - bases.begin();
  for (std::ptrdiff_t i = 0; i < count && !state_.read_only; ++i) {
    LEAT_TRY_VOID(remove_files(bases[static_cast<std::size_t>(i)]));
  }
  bases.erase(bases.begin(), bases.begin() + count);
  return {};
}

/// A `.sum` tells what its segment held, even when that is gone: damage before the durable mark, so what comes
/// behind it is no torn tail, and no offset of it is given again (S16). Those before `end`.
Result<void> Log::pass_over_missing(const std::vector<Offset>& summed, const std::vector<Offset>& bases,
                                    Offset end) {
  for (const Offset base : summed) {
    if (base < loaded_end_ || base >= end || std::ranges::binary_search(bases, base)) continue;
    const std::string path = place_.directory + "/" + segment_name(base, kSumSuffix);
    LEAT_TRY(const auto bytes, io::read_file(*environment_.file_system, path));
    const auto sum = decode_sum(bytes);
    if (!sum || sum->base_offset != base || sum->next_offset <= state_.log_start) continue;
    report(LogLevel::kError,
           fmt::format("{}: its segment is not there: offsets [{}, {}) are lost", path,
                       sum->base_offset.value(), sum->next_offset.value()));
    loaded_end_ = std::max(loaded_end_, sum->next_offset);
    loaded_epoch_ = std::max(loaded_epoch_, sum->last_epoch);
  }
  return {};
}

/// Whether what ends the chain in `segment` may be what a crash, or a writer at work, leaves at the end of a log.
bool Log::may_be_torn(Offset segment) const {
  if (state_.recover) return !state_.durable || segment >= state_.durable->segment;
  return state_.read_only && !(state_.is_closed && state_.is_closed());
}

std::uint32_t Log::durable_bytes(Offset segment) const {
  return state_.durable && state_.durable->segment == segment ? state_.durable->position : 0;
}

/// S18: what was lost above the durable log start is not given again.
Result<void> Log::raise_end_to_log_start() {
  loaded_end_ = log_end();
  if (loaded_end_ >= state_.log_start) return {};
  loaded_end_ = state_.log_start;
  if (state_.read_only) return {};
  std::deque<std::shared_ptr<Segment>> below;
  {
    const base::MutexLock lock(mutex_);
    below.swap(segments_);
    sealing_.clear();
  }
  active_stats_.reset();
  for (const auto& segment : below) LEAT_TRY_VOID(remove_files(segment->base_offset()));
  return {};
}

/// What was durable and is not there: reported, and its offsets are not given again (S16).
void Log::pass_over_lost() {
  if (!state_.durable || state_.durable->offset <= loaded_end_) return;
  const Offset end = state_.durable->offset;
  report(LogLevel::kError, fmt::format("{}: offsets [{}, {}) are lost: they were durable and are not there",
                                       place_.directory, loaded_end_.value(), end.value()));
  if (const auto all = segments(); !all.empty()) {
    Segment& last = *all.back();
    last.published().advance(last.published().head(), end.value());
    last.mark_complete();
    active_stats_.reset();
  }
  loaded_end_ = end;
}

/// False when its `.sum` is damaged: that is made anew from the segment, whose batches have their CRCs (G23).
Result<bool> Log::load_sealed(Offset base_offset) {
  // Its `.sum` is durable, so the segment is: nothing of it is read now (S22).
  const std::string path = place_.directory + "/" + segment_name(base_offset, kSumSuffix);
  LEAT_TRY(const auto bytes, io::read_file(*environment_.file_system, path));
  const auto sum = decode_sum(bytes);
  if (!sum && sum.error().code() != ErrorCode::kCorruptMessage) return sum.error().with_context(path);
  if (!sum || sum->base_offset != base_offset) {
    report(LogLevel::kWarning, path + " is damaged; it is made anew from its segment");
    return false;
  }
  if (active_stats_) complete_last(*active_stats_);
  auto segment = Segment::existing(environment_, place_.directory, base_offset,
                                   {sum->length, sum->length}, sum->next_offset);
  segment->set_synced_end(sum->length);
  segment->mark_complete();
  segment->set_sealed();
  segment->set_epochs({LeaderEpoch{sum->first_epoch}, LeaderEpoch{sum->last_epoch}});
  loaded_end_ = sum->next_offset;
  loaded_epoch_ = sum->last_epoch;
  note_sealed(*segment, sum->max_timestamp);
  add_segment(std::move(segment));
  active_stats_.reset();
  follower_is_behind_ = state_.follower != nullptr;
  return true;
}

/// Brings the follower to the end of the sealed segments: the newest of what is kept beside them has it. Where
/// that is damaged, an older one and the batches behind it have: a producer is never forgotten silently (I9).
Result<void> Log::restore_follower() {
  follower_is_behind_ = false;
  const auto all = segments();
  auto behind = all.end();
  bool is_restored = false;
  while (!is_restored && behind != all.begin()) {
    LEAT_TRY(is_restored, restore_from(**std::prev(behind)));
    if (!is_restored) --behind;
  }
  if (!is_restored) LEAT_TRY_VOID(state_.follower->restore({}));
  for (; behind != all.end(); ++behind) {
    LEAT_TRY(const auto file, environment_.file_system->open((*behind)->path(), OpenMode::kRead));
    LEAT_TRY_VOID(walk_chain(*file,
                             {.offset = (*behind)->base_offset(), .may_have_gaps = true, .check_crc = false},
                             [&](std::uint32_t, const record::BatchView& batch) { follow(batch); }));
  }
  return {};
}

/// False when there is nothing to restore it from.
Result<bool> Log::restore_from(const Segment& segment) {
  if (!segment.is_sealed()) return false;
  const std::string path = place_.directory + "/" + segment_name(segment.base_offset(), kSnapshotSuffix);
  const auto bytes = io::read_file(*environment_.file_system, path);
  if (!bytes && bytes.error().code() != ErrorCode::kNotFound) return bytes.error();
  if (bytes && !bytes->empty()) {
    auto restored = state_.follower->restore(*bytes);
    if (restored) return true;
    // A version that is not ours is damage, too: a newer format would have been refused by STATE.
    const ErrorCode why = restored.error().code();
    if (why != ErrorCode::kCorruptMessage && why != ErrorCode::kUnsupportedFormat) {
      return restored.error().with_context(path);
    }
  }
  report(LogLevel::kWarning, path + " is damaged or gone; what it had is made anew from the segments");
  return false;
}

/// Whether anything is wrong with what was durable, which is then never cut (S16): all of the segment below its mark, or,
/// without one, all of it, a clean close having left no zeros behind. The last batch says which offset comes next: it
/// is looked at wholly.
Result<bool> Log::has_damage(File& file, std::uint32_t durable, const Chain& chain,
                             const Walked& walked) const {
  if (durable > 0) {
    if (chain.end < durable || walked.durable_offset != state_.durable->offset) return true;
    LEAT_TRY(const bool is_whole, has_batch_at(file, walked.last_durable, durable));
    return !is_whole;
  }
  LEAT_TRY(const std::uint64_t size, file.size());
  LEAT_TRY(const bool is_whole, has_batch_at(file, walked.last, chain.end));
  const bool is_longer = chain.open || state_.recover ? chain.cut_bytes > 0 : size > chain.end;
  return is_longer || !(is_whole || chain.open);
}

Result<bool> Log::load_unsealed(Offset base_offset, std::optional<Offset> successor) {
  if (follower_is_behind_) LEAT_TRY_VOID(restore_follower());
  const std::string path = place_.directory + "/" + segment_name(base_offset, kLogSuffix);
  const std::uint32_t durable = durable_bytes(base_offset);
  if (base_offset != loaded_end_ && (durable > 0 || !may_be_torn(base_offset))) {
    report(LogLevel::kError, fmt::format("{}: begins at offset {} where {} was expected", path,
                                         base_offset.value(), loaded_end_.value()));
    loaded_end_ = base_offset;
  }
  if (base_offset != loaded_end_) {
    LEAT_TRY_VOID(cut_whole(base_offset, fmt::format("begins at {} where {} was expected",
                                                     base_offset.value(), loaded_end_.value())));
    return false;
  }
  LEAT_TRY(const auto file, environment_.file_system->open(
                                path, state_.read_only ? OpenMode::kRead : OpenMode::kReadWrite));
  Walked walked;
  LEAT_TRY(Chain chain, walk_chain(*file,
                                   {.position = 0,
                                    .offset = base_offset,
                                    .epoch = loaded_epoch_,
                                    .epoch_max = epoch_max(),
                                    .check_crc = state_.recover || state_.read_only,
                                    .trusted_end = durable,
                                    .host_rebooted = state_.host_rebooted,
                                    .index_interval_bytes = options_.index_interval_bytes},
                                   [&](std::uint32_t at, const record::BatchView& batch) {
                                     follow(batch);
                                     walked.last = at;
                                     if (at >= durable) return;
                                     walked.last_durable = at;
                                     walked.durable_offset = batch.next_offset();
                                   }));
  // Its successor's name says where it ended when it was rolled: what is behind that was never acknowledged (a
  // claim that was given up leaves such bytes), is no damage, and breaks no chain.
  const bool is_rolled = state_.recover && successor == chain.next_offset;
  if (durable > 0 || (!is_rolled && !may_be_torn(base_offset))) {
    LEAT_TRY(const bool is_damaged, has_damage(*file, durable, chain, walked));
    if (is_damaged) return keep_damaged(*file, base_offset);
  }
  const bool is_broken = chain.cut_bytes > 0 && !is_rolled;
  if (is_broken && state_.recover && state_.is_synced_each) LEAT_TRY_VOID(check_is_torn(*file, path, chain));
  // An open batch is closed in any case: nothing may be appended behind it.
  if (!state_.read_only && (state_.recover || chain.open)) {
    LEAT_TRY_VOID(close_open_batch(*file, chain));
    if (is_broken) {
      LEAT_TRY_VOID(copy_aside(*file, base_offset, chain.end, chain.cut_bytes));
      recovery_.cut_bytes += chain.cut_bytes;
      recovery_.reason = fmt::format("{}: {}", path, chain.reason);
    }
    // Twice: a size that a failed sync left in memory only is made anew by a change alone (S17).
    LEAT_TRY_VOID(file->truncate(std::uint64_t{chain.end} + 1));
    LEAT_TRY_VOID(file->truncate(chain.end));
    LEAT_TRY_VOID(rewrite(*file, durable, chain.end));
    chain.open.reset();
  }
  // One that was rolled but not yet sealed when the process ended: its successor says that it is complete.
  if (active_stats_) complete_last(*active_stats_);
  active_stats_ = chain.stats;
  active_snapshot_ = snapshot();
  add_unsealed(base_offset, chain);
  return !is_broken;
}

void Log::report(LogLevel level, const std::string& text) const {
  if (environment_.log) environment_.log(level, text);
}

void Log::add_unsealed(Offset base_offset, const Chain& chain) {
  const std::uint32_t batch = chain.open ? chain.open->position : chain.end;
  auto segment = Segment::existing(environment_, place_.directory, base_offset, {batch, chain.end},
                                   chain.next_offset);
  if (chain.open) {
    segment->published().open({chain.open->header.base_offset.value(),
                               chain.open->header.base_timestamp.time_since_epoch().count()});
  }
  segment->set_synced_end(chain.end);
  if (state_.read_only) segment->set_read_only();
  // Of what was durable only the headers were walked, and there is no `.sum`: readers check CRCs (G23).
  segment->set_unverified_end(state_.recover ? durable_bytes(base_offset) : chain.end);
  segment->index().replace(chain.index);
  segment->set_epochs({LeaderEpoch{chain.stats.first_epoch}, LeaderEpoch{chain.stats.last_epoch}});
  loaded_end_ = chain.next_offset;
  loaded_epoch_ = std::max(loaded_epoch_, chain.stats.last_epoch);
  add_segment(std::move(segment));
}

/// Keeps a damaged segment as it is (G22): readable around the damage, complete, never sealed; appends go on
/// in a new one, past every offset that the damage may have held.
Result<bool> Log::keep_damaged(File& file, Offset base_offset) {
  // Once more from its beginning, with every CRC: the headers alone may have led past the damage.
  const ChainStart start{.offset = base_offset,
                         .epoch = loaded_epoch_,
                         .epoch_max = epoch_max(),
                         .index_interval_bytes = options_.index_interval_bytes};
  LEAT_TRY(Chain whole, walk_chain(file, start));
  std::uint64_t content_end = whole.end + whole.cut_bytes;
  const std::string reason = whole.reason.empty() ? fmt::format("at position {}: zeros", whole.end)
                                                  : whole.reason;
  while (true) {
    LEAT_TRY(const auto next, find_continuation(file, whole, start));
    if (!next) break;
    LEAT_TRY(const Chain part, walk_chain(file, *next, [&](std::uint32_t, const record::BatchView& batch) {
               follow(batch);
             }));
    whole.open = part.open;
    whole.end = std::max(part.end, next->position + 1);
    whole.next_offset = part.next_offset;
    whole.stats.last_epoch = std::max(whole.stats.last_epoch, part.stats.last_epoch);
    whole.index.insert(whole.index.end(), part.index.begin(), part.index.end());
    content_end = part.end + part.cut_bytes;
  }
  // No record is shorter than this, so no offset of the damage at the end is given again (S16).
  constexpr std::uint64_t kRecordBytesMin = 7;
  LEAT_TRY(const std::uint64_t size, file.size());
  // Behind what a crash left there may be zeros that were made ready for more.
  const std::uint64_t end = std::max<std::uint64_t>(state_.recover ? content_end : size, whole.end);
  const std::uint64_t lost = end - whole.end;
  whole.end += static_cast<std::uint32_t>(lost);
  whole.next_offset = whole.next_offset + static_cast<std::int64_t>(lost / kRecordBytesMin);
  if (durable_bytes(base_offset) > 0) whole.next_offset = std::max(whole.next_offset, state_.durable->offset);
  whole.open.reset();
  if (state_.recover) LEAT_TRY_VOID(rewrite(file, 0, whole.end));
  if (active_stats_) complete_last(*active_stats_);
  active_stats_.reset();
  add_unsealed(base_offset, whole);
  segments().back()->set_unverified_end(whole.end);
  note_sealed(*segments().back(), INT64_MAX);  // nobody knows what times it has, so no later one tells either
  segments().back()->mark_complete();
  report(LogLevel::kError,
         fmt::format("{}/{}: damaged {}; kept as it is, readable around it: run `leat verify`",
                     place_.directory, segment_name(base_offset, kLogSuffix), reason));
  return true;
}

/// Every batch of such a log was synced before the next one was appended: a good one behind a bad one is no torn
/// tail.
Result<void> Log::check_is_torn(File& file, const std::string& path, const Chain& chain) const {
  LEAT_TRY(const auto next, find_continuation(file, chain, {.offset = {}}));
  if (!next) return {};
  return Error(ErrorCode::kCorruptMessage,
               fmt::format("{}: damaged {}; whole batches follow at position {}: restore it from a copy, or "
                           "run `leat verify`",
                           path, chain.reason, next->position));
}

Result<void> Log::cut_whole(Offset base_offset, std::string reason) {
  if (state_.read_only) return {};
  const std::string path = place_.directory + "/" + segment_name(base_offset, kLogSuffix);
  FileSystem& files = *environment_.file_system;
  LEAT_TRY(const auto file, files.open(path, OpenMode::kRead));
  LEAT_TRY(const std::uint64_t size, file->size());
  if (size > 0) LEAT_TRY_VOID(copy_aside(*file, base_offset, 0, size));
  recovery_.cut_bytes += size;
  if (recovery_.reason.empty()) recovery_.reason = fmt::format("{}: {}", path, std::move(reason));
  return remove_files(base_offset);
}

Result<void> Log::copy_aside(File& file, Offset base_offset, std::uint64_t from,
                             std::uint64_t bytes) {
  FileSystem& files = *environment_.file_system;
  LEAT_TRY_VOID(io::create_if_missing(files, place_.cut_directory));
  LEAT_TRY_VOID(files.sync_directory(io::parent_of(place_.cut_directory)));
  // The partition's directory names it too; what was cut before is never overwritten.
  const std::size_t name_at = place_.directory.rfind('/', place_.directory.rfind('/') - 1) + 1;
  std::string name = place_.directory.substr(name_at);
  std::ranges::replace(name, '/', '-');
  const std::string stem = fmt::format("{}/{}-{:020}-{}", place_.cut_directory, name,
                                       base_offset.value(), from);
  std::unique_ptr<File> copy;
  for (int attempt = 0; !copy; ++attempt) {
    const std::string path = attempt == 0 ? stem + ".cut" : fmt::format("{}.{}.cut", stem, attempt);
    auto opened = files.open(path, OpenMode::kCreateNew);
    if (!opened && opened.error().code() != ErrorCode::kAlreadyExists) {
      return std::move(opened).error();
    }
    if (opened) copy = *std::move(opened);
  }
  LEAT_TRY_VOID(io::copy_stretch(file, {.position = from, .bytes = bytes}, *copy, 0));
  LEAT_TRY_VOID(copy->sync());
  return files.sync_directory(place_.cut_directory);
}

void Log::complete_last(const SegmentStats& stats) {
  const base::MutexLock lock(mutex_);
  segments_.back()->mark_complete();
  if (!state_.read_only) sealing_.push_back({segments_.back(), stats, std::move(active_snapshot_)});
}

Result<void> Log::refresh() {
  if (segments().empty()) return load();
  const auto active = segments().back();
  if (!active->is_complete()) LEAT_TRY_VOID(refresh_active(*active));
  // Read after the active one: what was appended to it before the roll is in.
  LEAT_TRY(const auto entries, environment_.file_system->list(place_.directory));
  for (const DirectoryEntry& entry : entries) {
    const auto base = parse_segment_name(entry.name, kLogSuffix);
    if (!base || *base <= active->base_offset() || *base != loaded_end_) continue;
    LEAT_TRY(const bool goes_on, load_unsealed(*base));
    if (!goes_on) break;
  }
  return {};
}

Result<void> Log::refresh_active(Segment& active) {
  Published& published = active.published();
  const Head head = published.head();
  const auto open = published.open_batch(head.batch);
  LEAT_TRY(const auto file, environment_.file_system->open(active.path(), OpenMode::kRead));
  // From the open batch on: its header may be final by now, its records have become more.
  LEAT_TRY(const Chain chain,
           walk_chain(*file, {.position = head.batch,
                              .offset = head.batch == head.end || !open ? Offset{published.log_end()}
                                                                        : Offset{open->base_offset},
                              .index_interval_bytes = options_.index_interval_bytes}));
  loaded_end_ = std::max(loaded_end_, chain.next_offset);
  if (chain.end <= head.end) return {};
  if (chain.open) {
    published.open({chain.open->header.base_offset.value(),
                    chain.open->header.base_timestamp.time_since_epoch().count()});
  }
  published.advance({chain.open ? chain.open->position : chain.end, chain.end},
                    chain.next_offset.value());
  active.set_synced_end(chain.end);
  return {};
}

}  // namespace leat::log
