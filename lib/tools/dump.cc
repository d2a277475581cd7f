// leat dump: what stands in segment files.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fmt/core.h>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/record.h"
#include "leat/result.h"
#include "leat/types.h"

#include "base/try.h"
#include "engine/segment_walk.h"
#include "log/chain.h"
#include "log/log_options.h"
#include "log/segment_name.h"
#include "record/batch_view.h"
#include "record/compression.h"
#include "record/header_writer.h"
#include "record/layout.h"
#include "record/record_cursor.h"
#include "tools/command.h"
#include "tools/output.h"

namespace leat::tools {
namespace {

struct DumpArguments {
  std::string path;
  bool json = false;
  bool no_records = false;
};

/// Prints one segment file.
class SegmentDump {
 public:
  SegmentDump(const DumpArguments& arguments, std::string path)
      : arguments_(arguments), path_(std::move(path)) {}

  /// False when damage was found. Errors: kNotFound, kIo.
  Result<bool> run() {
    const auto files = posix_file_system();
    LEAT_TRY(const auto file, files->open(path_, OpenMode::kRead));
    LEAT_TRY(const std::uint64_t size, file->size());
    const std::string name = std::filesystem::path(path_).filename();
    const auto base = log::parse_segment_name(name, log::kLogSuffix);
    if (!base) {
      return Error(ErrorCode::kInvalidArgument,
                   fmt::format("{} is not the name of a segment: 20 digits and .log", name));
    }
    if (!arguments_.json)
      write_out(fmt::format("{}: base offset {}, {} bytes\n", path_, base->value(), size));
    const auto show_batch = [&](std::uint32_t position, const record::BatchView& batch) {
      show(position, batch, false);
    };
    LEAT_TRY(const engine::SegmentWalk walk,
             engine::walk_segment(*file, {.position = 0, .offset = *base}, show_batch,
                                  [&](const engine::SegmentDamage& damage) { show(damage); }));
    if (walk.open) LEAT_TRY_VOID(show_open(*file, *walk.open));
    return !is_damaged_;
  }

 private:
  /// The open batch as it would be closed: its header says nothing yet (S2).
  Result<void> show_open(File& file, const log::Chain::Open& open) {
    std::vector<std::byte> bytes(record::kLengthEnd + static_cast<std::size_t>(open.header.length));
    LEAT_TRY(const std::size_t got, file.read(open.position, bytes));
    if (got < bytes.size()) return {};  // the file became shorter
    record::close_header(bytes.data(), open.header);
    show(open.position, record::BatchView(bytes.data()), true);
    return {};
  }

  void show(std::uint32_t position, const record::BatchView& batch, bool is_open) {
    if (arguments_.json) {
      Json line{{"kind", "batch"},
                {"file", path_},
                {"position", position},
                {"size", batch.size_in_bytes()},
                {"base_offset", batch.base_offset().value()},
                {"last_offset", batch.last_offset().value()},
                {"count", batch.record_count()},
                {"leader_epoch", batch.leader_epoch().value()},
                {"codec", record::compression_name(batch.compression())},
                {"base_timestamp", batch.base_timestamp().time_since_epoch().count()},
                {"max_timestamp", batch.max_timestamp().time_since_epoch().count()},
                {"crc", fmt::format("{:08x}", batch.crc())},
                {"crc_ok", batch.crc_is_right()},
                {"open", is_open}};
      if (const auto id = batch.producer_id()) line["producer_id"] = id->value();
      write_json(line);
    } else {
      write_out(fmt::format(
          "batch  position {:>10}  offsets [{}, {}]  {} records  {} bytes  epoch {}  {}  {}  "
          "{}{}{}\n",
          position, batch.base_offset().value(), batch.last_offset().value(), batch.record_count(),
          batch.size_in_bytes(), batch.leader_epoch().value(),
          record::compression_name(batch.compression()), iso_time(batch.max_timestamp()),
          is_open ? "open" : fmt::format("crc {:08x} ok", batch.crc()),
          batch.is_control() ? "  control" : "",
          batch.is_transactional() ? "  transactional" : ""));
    }
    if (!arguments_.no_records) show_records(position, batch);
  }

  void show_records(std::uint32_t position, const record::BatchView& batch) {
    std::span<const std::byte> records = batch.records();
    std::vector<std::byte> unpacked;
    if (batch.compression() != record::Compression::kNone) {
      auto decompressed =
          record::decompress(batch.compression(), records, log::kDecompressedBytesMax);
      if (!decompressed) {
        return show({.position = position,
                     .bytes = batch.size_in_bytes(),
                     .first = batch.base_offset(),
                     .next = batch.next_offset(),
                     .what = std::string(decompressed.error().message())});
      }
      unpacked = *std::move(decompressed);
      records = unpacked;
    }
    record::RecordCursor cursor(records, batch.record_base());
    RecordView record;
    std::string text;
    while (cursor.next(record)) append(record, text);
    write_out(text);
    if (cursor.ok()) return;
    show({.position = position,
          .bytes = batch.size_in_bytes(),
          .first = batch.base_offset(),
          .next = batch.next_offset(),
          .what = "its records are malformed"});
  }

  void append(const RecordView& record, std::string& text) const {
    if (!arguments_.json) {
      text += fmt::format("  {:>10}  {}  key {}  value {}", record.offset.value(),
                          iso_time(record.timestamp), quoted(record.key), quoted(record.value));
      for (const Header& header : record.headers) {
        text += fmt::format("  {}={}", header.key, quoted(header.value));
      }
      text += '\n';
      return;
    }
    Json headers = Json::array();
    for (const Header& header : record.headers) {
      headers.push_back({{"key", header.key}, {"value", to_json(header.value)}});
    }
    const Json line{{"kind", "record"},
                    {"offset", record.offset.value()},
                    {"timestamp", record.timestamp.time_since_epoch().count()},
                    {"key", to_json(record.key)},
                    {"value", to_json(record.value)},
                    {"headers", headers}};
    text += line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }

  void show(const engine::SegmentDamage& damage) {
    is_damaged_ = true;
    if (arguments_.json) {
      write_json({{"kind", "damage"},
                  {"file", path_},
                  {"position", damage.position},
                  {"size", damage.bytes},
                  {"first_offset", damage.first.value()},
                  {"next_offset", damage.next ? Json(damage.next->value()) : Json(nullptr)},
                  {"what", damage.what}});
      return;
    }
    write_out(fmt::format("DAMAGE position {:>10}  {} bytes, offsets [{}, {}): {}\n",
                          damage.position, damage.bytes, damage.first.value(),
                          damage.next ? fmt::to_string(damage.next->value()) : "end", damage.what));
  }

  const DumpArguments& arguments_;
  const std::string path_;
  bool is_damaged_ = false;
};

/// `path` itself, or every segment below it, in order.
Result<std::vector<std::string>> segments_at(const std::string& path) {
  std::error_code problem;
  const auto kind = std::filesystem::status(path, problem).type();
  if (kind == std::filesystem::file_type::not_found) {
    return Error(ErrorCode::kNotFound, "there is no such file or directory");
  }
  if (kind != std::filesystem::file_type::directory) return std::vector{path};
  std::vector<std::string> found;
  for (std::filesystem::recursive_directory_iterator at(path, problem), end; !problem && at != end;
       at.increment(problem)) {
    const std::string name = at->path().filename();
    if (log::parse_segment_name(name, log::kLogSuffix)) found.push_back(at->path());
  }
  if (problem) return Error(ErrorCode::kIo, problem.message());
  std::ranges::sort(found);
  return found;
}

int run_dump(const DumpArguments& arguments) {
  const auto segments = segments_at(arguments.path);
  if (!segments) return fail(arguments.path, segments.error());
  int code = kOk;
  for (const std::string& segment : *segments) {
    const auto is_clean = SegmentDump(arguments, segment).run();
    if (!is_clean) return fail(segment, is_clean.error());
    if (!*is_clean) code = kFailed;
  }
  if (segments->empty()) tell(fmt::format("{}: holds no segments", arguments.path));
  return code;
}

}  // namespace

void add_dump(CLI::App& app, Run& run) {
  CLI::App* const dump =
      app.add_subcommand("dump", "Shows the batches and records of segment files");
  auto arguments = std::make_shared<DumpArguments>();
  dump->add_option("PATH", arguments->path, "A .log file, or a directory with some below it")
      ->required()
      ->type_name("FILE|DIR");
  dump->add_flag("--json", arguments->json, "A JSON object a line: batch, record, damage");
  dump->add_flag("--no-records", arguments->no_records, "Batches only");
  dump->footer(
      "Changes nothing, and works beside a running writer. Damage is shown where it stands, and "
      "what "
      "follows it too; the exit status is then 1.\n\nExamples:\n"
      "  leat dump ./data --no-records\n"
      "  leat dump ./data/logs/*/0/00000000000000000000.log --json");
  dump->callback([&run, arguments] { run = [arguments] { return run_dump(*arguments); }; });
}

}  // namespace leat::tools
