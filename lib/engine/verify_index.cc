#include "engine/verify_index.h"

#include <algorithm>
#include <cstddef>
#include <fmt/core.h>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "engine/verify.h"
#include "index/index_row.h"
#include "index/keys.h"
#include "index/rows.h"
#include "index/store.h"
#include "io/files.h"
#include "partition/sealed_index.h"

namespace leat::engine {
namespace {

constexpr std::string_view kIndexName = "index";

Result<void> copy_files(FileSystem& files, const std::string& from, const std::string& to) {
  LEAT_TRY(const auto entries, files.list(from));
  for (const DirectoryEntry& entry : entries) {
    if (entry.kind != EntryKind::kFile) continue;
    LEAT_TRY(const auto content, io::read_file(files, from + "/" + entry.name));
    LEAT_TRY(const auto copy, files.open(to + "/" + entry.name, OpenMode::kCreateNew));
    LEAT_TRY_VOID(copy->write(0, std::span<const std::byte>(content)));
    LEAT_TRY_VOID(copy->close());
  }
  return {};
}

class RowChecker {
 public:
  RowChecker(index::Store& store, VerifyReport& report) : store_(store), report_(report) {}

  Result<void> check(const PartitionPlace& place, const SealedSegments& sealed) {
    LEAT_TRY_VOID(each(index::RowKind::kSegment, place, [&](Offset at, std::string_view value) {
      const auto row = index::decode_segment(value);
      if (!row) return add(at, "a segment row is malformed");
      if (sealed.damaged.contains(at)) return;
      const auto segment = sealed.segments.find(at);
      if (segment == sealed.segments.end()) {
        // Deleted segments' rows go after their files.
        if (row->next_offset > sealed.log_start)
          add(at, "a row speaks of a segment that is not there");
        return;
      }
      if (*row != partition::row_of(segment->second.sum))
        add(at, "a segment row differs from the .sum");
    }));
    return each(index::RowKind::kOffsetIndex, place, [&](Offset at, std::string_view value) {
      const auto row = index::IndexRowView::parse(value);
      if (!row) return add(at, "an index row is malformed");
      if (sealed.damaged.contains(row->segment_base())) return;
      const auto segment = sealed.segments.find(row->segment_base());
      if (segment == sealed.segments.end()) {
        if (row->next_offset() > sealed.log_start)
          add(at, "an index row speaks of a segment that is not there");
        return;
      }
      check_entries(at, *row, segment->second.batches);
    });
  }

 private:
  void check_entries(Offset at, const index::IndexRowView& row,
                     const std::vector<index::IndexEntry>& batches) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const index::IndexEntry entry = row[i];
      const auto batch = std::lower_bound(
          batches.begin(), batches.end(), entry.offset,
          [](const index::IndexEntry& a, Offset offset) { return a.offset < offset; });
      if (batch != batches.end() && batch->offset == entry.offset &&
          batch->position == entry.position)
        continue;
      return add(
          at, fmt::format(
                  "an index row says that offset {} begins a batch at position {} of segment {}; "
                  "it does not",
                  entry.offset.value(), entry.position, row.segment_base().value()));
    }
  }

  template <class Check>
  Result<void> each(index::RowKind kind, const PartitionPlace& place, Check check) {
    const auto range =
        index::prefix_range(index::partition_prefix(kind, place.number, place.partition));
    return store_.scan(range, [&](std::string_view bytes, std::string_view value) {
      ++report_.index_rows;
      const auto key = index::decode_key(bytes);
      if (key) {
        check(key->offset, value);
      } else {
        add({}, "a key is malformed");
      }
      return true;
    });
  }

  void add(Offset at, std::string what) {
    report_.findings.push_back({.file = std::string(kIndexName),
                                .first = at,
                                .what = std::move(what) + "; `leat rebuild-index` makes it anew"});
  }

  index::Store& store_;
  VerifyReport& report_;
};

}  // namespace

Result<void> verify_index(FileSystem& files, const VerifyOptions& options,
                          const std::map<PartitionPlace, SealedSegments>& sealed,
                          VerifyReport& report) {
  const std::string from = fmt::format("{}/{}", options.directory, kIndexName);
  LEAT_TRY(const bool exists, files.exists(from));
  if (!exists) return {};
  LEAT_TRY_VOID(copy_files(files, from, options.scratch));
  const auto opened = index::open_store(options.scratch);
  std::optional<std::string> reason;
  if (!opened) reason = std::string(opened.error().message());
  if (opened && opened->rebuilt) reason = opened->rebuilt;
  if (reason) {
    report.findings.push_back({.file = std::string(kIndexName),
                               .what = *reason + "; `leat rebuild-index` makes it anew"});
    return {};
  }
  RowChecker rows(*opened->store, report);
  for (const auto& [place, segments] : sealed) {
    if (auto checked = rows.check(place, segments); !checked) {
      report.findings.push_back(
          {.file = std::string(kIndexName), .what = std::string(checked.error().message())});
      break;
    }
  }
  return opened->store->close();
}

}  // namespace leat::engine
