// What is checked where: `Verifier` goes through the directory, `verify_partition` through one log,
// verify_index.cc through the rows.

#include "engine/verify.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/options.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/hash.h"
#include "base/try.h"
#include "base/uuid.h"
#include "engine/catalog.h"
#include "engine/segment_walk.h"
#include "engine/state_file.h"
#include "engine/verify_index.h"
#include "index/index_row.h"
#include "index/keys.h"
#include "index/store.h"
#include "io/files.h"
#include "log/chain.h"
#include "log/journal.h"
#include "log/journal_reader.h"
#include "log/log_options.h"
#include "log/segment_name.h"
#include "log/segment_sum.h"
#include "partition/producer_state.h"
#include "record/batch_view.h"
#include "record/validate.h"

namespace leat::engine {
namespace {

/// Whether a writer has the directory open. A lock that cannot be tried is held by nobody here.
bool has_writer(FileSystem& files, const std::string& directory) {
  const std::string path = directory + "/LOCK";
  const auto exists = files.exists(path);
  if (!exists || !*exists) return false;
  const auto lock = files.lock(path);
  return !lock && lock.error().code() == ErrorCode::kLocked;
}

class Verifier {
 public:
  Verifier(const Environment& environment, const VerifyOptions& options)
      : environment_(environment),
        files_(*environment.file_system),
        directory_(options.directory),
        is_live_(has_writer(files_, options.directory)) {}

  Result<void> run() {
    LEAT_TRY_VOID(check_state());
    LEAT_TRY_VOID(check_log(catalog_id(), nullptr));
    LEAT_TRY_VOID(read_catalog());
    LEAT_TRY_VOID(check_journal());
    LEAT_TRY(const auto logs, files_.list(directory_ + "/logs"));
    for (const DirectoryEntry& entry : logs) {
      const std::string name = "logs/" + entry.name;
      const auto id = base::uuid_from_hex(entry.name);
      if (!id) {
        add({.file = name, .what = "is not the name of a log: 32 hex digits"});
        continue;
      }
      if (*id == catalog_id()) continue;
      const auto topic = topics_.find(*id);
      if (topic != topics_.end()) {
        LEAT_TRY_VOID(check_log(*id, &topic->second));
      } else if (!is_live_ && !deleted_.contains(*id)) {
        // S21: the next open moves it to lost/. A writer may have made it since the catalog was
        // read.
        add({.file = name, .what = "no topic of the catalog has this log"});
      }
    }
    return {};
  }

  [[nodiscard]] VerifyReport& report() { return report_; }
  [[nodiscard]] bool is_live() const { return is_live_; }
  [[nodiscard]] const std::map<PartitionPlace, SealedSegments>& sealed() const { return sealed_; }

 private:
  void add(Finding finding) { report_.findings.push_back(std::move(finding)); }

  /// A clean close leaves no zeros behind the last batch of an unsealed segment (S9).
  Result<void> check_end(const std::string& name, File& file, const SegmentWalk& walk) {
    LEAT_TRY(const std::uint64_t size, file.size());
    if (size <= walk.end) return {};
    add({.file = name,
         .position = walk.end,
         .first = walk.next_offset,
         .what = fmt::format("{} bytes of zeros, though the directory was closed", size - walk.end)});
    return {};
  }

  Result<void> check_state() {
    auto state = read_state(files_, directory_);
    if (state && !*state) {
      return Error(ErrorCode::kNotFound,
                   fmt::format("{} is not a Leat directory: it has no STATE", directory_));
    }
    if (state) {
      epoch_max_ = (*state)->opens;
      is_clean_ = (*state)->is_clean;
      return {};
    }
    if (state.error().code() != ErrorCode::kCorruptMessage) return std::move(state).error();
    add({.file = std::string(kStateName), .what = std::string(state.error().message())});
    return {};
  }

  /// S13: after a clean close nobody reads what may be left of it.
  Result<void> check_journal() {
    if (is_clean_ || is_live_) return {};
    LEAT_TRY(const auto reader,
             log::JournalReader::open(
                 files_, fmt::format("{}/{}", directory_, log::kJournalDirectory)));
    for (const auto& damage : reader.damage()) {
      add({.file = fmt::format("{}/{}", log::kJournalDirectory, damage.half), .what = damage.what});
    }
    return {};
  }

  Result<void> read_catalog() {
    auto catalog =
        Catalog::open(environment_, {.directory = directory_,
                                  .epoch = {},
                                  .read_only = true,
                                  .must_be_there = true});
    if (!catalog) {
      if (catalog.error().code() == ErrorCode::kUnsupportedFormat)
        return std::move(catalog).error();
      add({.file = "logs/" + base::to_hex(catalog_id()),
           .what = std::string(catalog.error().message())});
      return {};
    }
    topics_ = (*catalog)->topics();
    deleted_ = (*catalog)->deleted();
    report_.topics = topics_.size();
    return {};
  }

  /// All partitions of a log; `topic` is null for the catalog itself.
  Result<void> check_log(const Uuid& id, const TopicRecord* topic) {
    const std::string name = "logs/" + base::to_hex(id);
    auto entries = files_.list(directory_ + "/" + name);
    if (!entries) {
      if (entries.error().code() != ErrorCode::kNotFound) return std::move(entries).error();
      if (topic == nullptr) add({.file = name, .what = "the catalog is not there"});
      return {};
    }
    const std::int32_t count = topic == nullptr ? 1 : topic->value.partitions;
    for (const DirectoryEntry& entry : *entries) {
      std::int32_t number = -1;
      const char* const end = entry.name.data() + entry.name.size();
      const auto parsed = std::from_chars(entry.name.data(), end, number);
      const std::string place = name + "/" + entry.name;
      if (parsed.ec != std::errc{} || parsed.ptr != end || number < 0 || number >= count) {
        add({.file = place, .what = fmt::format("is none of the partitions 0 to {}", count - 1)});
        continue;
      }
      Offset log_start;
      std::optional<PartitionPlace> rows_at;
      if (topic != nullptr) {
        const auto start = topic->log_starts.find(number);
        if (start != topic->log_starts.end()) log_start = start->second;
        rows_at = {index::LogNumber{static_cast<std::uint32_t>(topic->value.number)},
                   PartitionId{number}};
      }
      LEAT_TRY_VOID(check_partition(place, log_start, rows_at));
    }
    return {};
  }

  Result<void> check_partition(const std::string& place, Offset log_start,
                               const std::optional<PartitionPlace>& rows_at) {
    LEAT_TRY(const auto entries, files_.list(directory_ + "/" + place));
    std::vector<Offset> bases;
    std::vector<Offset> summed;
    for (const DirectoryEntry& entry : entries) {
      if (const auto base = log::parse_segment_name(entry.name, log::kLogSuffix)) {
        bases.push_back(*base);
      } else if (const auto sum = log::parse_segment_name(entry.name, log::kSumSuffix)) {
        summed.push_back(*sum);
      } else if (!log::parse_segment_name(entry.name, log::kSnapshotSuffix) &&
                 !entry.name.ends_with(".tmp")) {
        add({.file = place + "/" + entry.name,
             .what = "is no name that a partition's directory has"});
      }
    }
    for (const Offset sum : summed) {
      if (std::binary_search(bases.begin(), bases.end(), sum)) continue;
      add({.file = place + "/" + log::segment_name(sum, log::kSumSuffix),
           .what = "its segment is not there"});
    }
    Continuation so_far{.next_offset =
                            bases.empty() ? log_start : std::min(bases.front(), log_start)};
    SealedSegments sealed{.log_start = log_start, .segments = {}, .damaged = {}};
    for (const Offset base : bases) {
      so_far.is_last = base == bases.back();
      const bool is_sealed = std::binary_search(summed.begin(), summed.end(), base);
      LEAT_TRY_VOID(check_segment(place, base, is_sealed, so_far, sealed));
    }
    if (rows_at) sealed_.emplace(*rows_at, std::move(sealed));
    return {};
  }

  /// What the segments before say of the next one.
  struct Continuation {
    Offset next_offset;
    std::int32_t epoch = 0;
    bool is_last = false;
  };

  Result<void> check_segment(const std::string& place, Offset base, bool is_sealed,
                             Continuation& so_far, SealedSegments& sealed) {
    const std::string name = place + "/" + log::segment_name(base, log::kLogSuffix);
    auto opened = files_.open(directory_ + "/" + name, OpenMode::kRead);
    if (!opened && is_live_ && opened.error().code() == ErrorCode::kNotFound)
      return {};  // deleted meanwhile
    LEAT_TRY(const auto file, std::move(opened));
    ++report_.segments;
    if (base != so_far.next_offset) {
      add({.file = name,
           .first = std::min(base, so_far.next_offset),
           .next = std::max(base, so_far.next_offset),
           .what = fmt::format("begins at offset {} where {} was expected", base.value(),
                               so_far.next_offset.value())});
    }
    std::vector<index::IndexEntry> batches;
    const auto on_batch = [&](std::uint32_t position, const record::BatchView& batch) {
      batches.push_back({batch.base_offset(), position, batch.max_timestamp()});
      check_records(name, position, batch);
    };
    bool is_damaged = false;
    const auto on_damage = [&](const SegmentDamage& damage) {
      is_damaged = true;
      // What a writer is writing looks torn.
      if (is_live_ && so_far.is_last && !is_sealed && !damage.next) return;
      add({.file = name,
           .position = damage.position,
           .first = damage.first,
           .next = damage.next,
           .what = fmt::format("{}: {} bytes, {}", damage.next ? "damaged" : "torn tail",
                               damage.bytes, damage.what)});
    };
    LEAT_TRY(const SegmentWalk walk,
             walk_segment(*file,
                          {.position = 0,
                           .offset = base,
                           .epoch = so_far.epoch,
                           .epoch_max = is_live_ ? INT32_MAX : epoch_max_},
                          on_batch,
                          on_damage));
    report_.records += walk.records;
    report_.bytes += walk.end;
    so_far.next_offset = walk.next_offset;
    so_far.epoch = walk.last_epoch;
    if (!is_sealed) return is_clean_ && !is_damaged ? check_end(name, *file, walk) : Result<void>();
    const std::size_t findings = report_.findings.size();
    LEAT_TRY(auto sum, check_sum(place, base, *file, walk));
    LEAT_TRY_VOID(check_snapshot(place, base));
    if (!sum || is_damaged || report_.findings.size() > findings) {
      sealed.damaged.insert(base);
    } else {
      sealed.segments.emplace(base, SealedSegment{*std::move(sum), std::move(batches)});
    }
    return {};
  }

  void check_records(const std::string& name, std::uint32_t position,
                     const record::BatchView& batch) {
    const auto valid =
        record::validate(batch.bytes(), {.origin = record::BatchOrigin::kLog,
                                         .batch_size_max = SIZE_MAX,
                                         .records_size_max = log::kDecompressedBytesMax});
    if (valid) return;
    add({.file = name,
         .position = position,
         .first = batch.base_offset(),
         .next = batch.next_offset(),
         .what = std::string(valid.error().message())});
  }

  /// The `.sum` against the file; nullopt when it is damaged itself.
  Result<std::optional<log::SegmentSum>> check_sum(const std::string& place, Offset base,
                                                   File& file, const SegmentWalk& walk) {
    const std::string name = place + "/" + log::segment_name(base, log::kSumSuffix);
    const std::string segment = place + "/" + log::segment_name(base, log::kLogSuffix);
    LEAT_TRY(const auto bytes, io::read_file(files_, directory_ + "/" + name));
    auto sum = log::decode_sum(bytes);
    if (!sum) {
      add({.file = name,
           .first = base,
           .next = walk.next_offset,
           .what = std::string(sum.error().message())});
      return std::optional<log::SegmentSum>();
    }
    LEAT_TRY(const std::uint64_t size, file.size());
    if (sum->base_offset != base || sum->next_offset != walk.next_offset || sum->length != size) {
      add({.file = name,
           .first = base,
           .next = walk.next_offset,
           .what =
               fmt::format("speaks of offsets [{}, {}) in {} bytes; the segment has [{}, {}) in {}",
                           sum->base_offset.value(), sum->next_offset.value(), sum->length,
                           base.value(), walk.next_offset.value(), size)});
    }
    std::vector<std::byte> block(log::kSumBlockBytes);
    for (std::uint32_t i = 0; i < sum->blocks.size(); ++i) {
      const log::BlockRange range = log::block_range(i, sum->length);
      const auto wanted = std::span(block).first(range.end - range.begin);
      LEAT_TRY(const std::size_t got, file.read(range.begin, wanted));
      if (got == wanted.size() && base::xxh3(wanted) == sum->blocks[i]) continue;
      // Base offset, length, epoch and magic are outside the CRC: only this finds a change there
      // (S19).
      add({.file = segment,
           .position = range.begin,
           .what = fmt::format("bytes [{}, {}) do not match the .sum", range.begin, range.end)});
    }
    return std::optional(*std::move(sum));
  }

  Result<void> check_snapshot(const std::string& place, Offset base) {
    const std::string name = place + "/" + log::segment_name(base, log::kSnapshotSuffix);
    auto bytes = io::read_file(files_, directory_ + "/" + name);
    if (!bytes && bytes.error().code() == ErrorCode::kNotFound) {
      add({.file = name, .first = base, .what = "is missing beside its sealed segment"});
      return {};
    }
    if (!bytes) return std::move(bytes).error();
    if (!partition::ProducerState::decode(*bytes, kNever)) {
      add({.file = name, .first = base, .what = "is no snapshot of this version, or damaged"});
    }
    return {};
  }

  const Environment& environment_;
  FileSystem& files_;
  const std::string directory_;
  const bool is_live_;
  std::int32_t epoch_max_ = INT32_MAX;  ///< what STATE says
  bool is_clean_ = false;
  VerifyReport report_;
  std::map<Uuid, TopicRecord> topics_;
  std::set<Uuid> deleted_;
  std::map<PartitionPlace, SealedSegments> sealed_;
};

}  // namespace

Result<VerifyReport> verify(const Environment& environment, const VerifyOptions& options) {
  Verifier verifier(environment, options);
  LEAT_TRY_VOID(verifier.run());
  VerifyReport& report = verifier.report();
  if (verifier.is_live()) {
    report.notes.emplace_back(
        "a writer has the directory open: what it is writing now and its index are not checked");
  } else if (!options.scratch.empty()) {
    LEAT_TRY_VOID(verify_index(*environment.file_system, options, verifier.sealed(), report));
  }
  return std::move(report);
}

Result<void> remove_index(const Environment& environment, const std::string& directory) {
  FileSystem& files = *environment.file_system;
  LEAT_TRY(const auto state, read_state(files, directory));
  if (!state) {
    return Error(ErrorCode::kNotFound,
                 fmt::format("{} is not a Leat directory: it has no STATE", directory));
  }
  auto lock = files.lock(directory + "/LOCK");
  if (!lock) return std::move(lock).error();
  return index::destroy_store(directory + "/index");
}

}  // namespace leat::engine
