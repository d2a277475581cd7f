// leat dump, verify and rebuild-index, as processes, on whole and on damaged directories.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command.h"

namespace leat::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using Json = nlohmann::json;

class Inspect : public CommandTest {
 protected:
  /// Three batches, one a run of the command, so that each is closed.
  void produce_three_batches() const {
    produce("lines", "a\nb\n");
    produce("lines", "c\n");
    produce("lines", "d\ne\n");
  }
  /// Turns a bit of a file.
  void flip(const std::string& file, std::uint64_t position) const {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekg(static_cast<std::streamoff>(position));
    const char flipped = static_cast<char>(bytes.get() ^ 1);
    bytes.seekp(static_cast<std::streamoff>(position));
    bytes.put(flipped);
  }
  [[nodiscard]] std::vector<Json> dump(const std::string& path, int code = 0) const {
    const Ended ended = run({"dump", path, "--json"});
    EXPECT_EQ(ended.code, code) << ended.err;
    std::vector<Json> lines;
    std::istringstream text(ended.out);
    for (std::string line; std::getline(text, line);) lines.push_back(Json::parse(line));
    return lines;
  }
  [[nodiscard]] std::vector<Json> of_kind(const std::vector<Json>& lines,
                                          const std::string& kind) const {
    std::vector<Json> found;
    for (const Json& line : lines) {
      if (line["kind"] == kind) found.push_back(line);
    }
    return found;
  }
  [[nodiscard]] Json verify(int code) const {
    const Ended ended = run({"verify", data(), "--json"});
    EXPECT_EQ(ended.code, code) << ended.err << ended.out;
    return Json::parse(ended.out);
  }
  /// Three sealed segments of the least size there is, and an active one.
  void produce_sealed_segments() const {
    must({"topic", "create", "lines", "--dir", data(), "--config", "segment.bytes=1048576"});
    std::string lines;
    for (int i = 0; i < 40'000; ++i) {
      lines +=
          "a line of a length that makes megabytes of them, and a number: " + std::to_string(i) +
          std::string(20, '.') + "\n";
    }
    produce("lines", lines);
  }
  [[nodiscard]] std::vector<std::string> files(const std::string& suffix) const {
    std::vector<std::string> found;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(segment()).parent_path())) {
      if (entry.path().string().ends_with(suffix)) found.push_back(entry.path());
    }
    std::ranges::sort(found);
    return found;
  }
};

TEST_F(Inspect, DumpShowsBatchesAndRecords) {
  must({"produce", "lines", "--dir", data(), "--key-separator", "=", "--header", "h=1"},
       "k=v\nplain\n");
  const auto lines = dump(segment());
  const auto batches = of_kind(lines, "batch");
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_EQ(batches[0]["base_offset"], 0);
  EXPECT_EQ(batches[0]["last_offset"], 1);
  EXPECT_EQ(batches[0]["count"], 2);
  EXPECT_EQ(batches[0]["position"], 0);
  EXPECT_EQ(batches[0]["crc_ok"], true);
  const auto records = of_kind(lines, "record");
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0]["key"], "k");
  EXPECT_EQ(records[0]["value"], "v");
  EXPECT_EQ(records[0]["headers"], Json::parse(R"([{"key":"h","value":"1"}])"));
  EXPECT_EQ(records[1]["key"], nullptr);
}

TEST_F(Inspect, DumpLeavesRecordsOutWhenToldTo) {
  produce("lines", "secret\n");
  EXPECT_THAT(must({"dump", segment()}), HasSubstr("secret"));
  EXPECT_THAT(must({"dump", segment(), "--no-records"}), Not(HasSubstr("secret")));
}

TEST_F(Inspect, DumpOfADirectoryShowsEverySegmentInIt) {
  produce("lines", "a\n");
  EXPECT_THAT(must({"dump", data()}), HasSubstr(segment()));
}

TEST_F(Inspect, DumpShowsBytesThatAreNoText) {
  produce("lines", "\xff\x01\n");
  EXPECT_THAT(must({"dump", segment()}), HasSubstr(R"("\xff\x01")"));
  EXPECT_EQ(of_kind(dump(segment()), "record")[0]["value"], Json({{"hex", "ff01"}}));
}

TEST_F(Inspect, DumpShowsDamageAndWhatFollowsIt) {
  produce_three_batches();
  const auto before = of_kind(dump(segment()), "batch");
  ASSERT_EQ(before.size(), 3U);
  const std::uint64_t second = before[1]["position"];
  flip(segment(), second + 65);
  const auto lines = dump(segment(), 1);
  const auto damage = of_kind(lines, "damage");
  ASSERT_EQ(damage.size(), 1U);
  EXPECT_EQ(damage[0]["position"], second);
  EXPECT_EQ(damage[0]["first_offset"], 2);
  EXPECT_EQ(damage[0]["next_offset"], 3);
  EXPECT_EQ(of_kind(lines, "batch").size(), 2U);
  EXPECT_EQ(of_kind(lines, "record").size(), 4U);
}

TEST_F(Inspect, VerifySaysWhatACleanDirectoryHolds) {
  create("empty");
  produce("lines", "a\nb\n");
  EXPECT_THAT(must({"verify", data()}),
              MatchesRegex("clean: 2 topics, [0-9]+ segments, [0-9]+ records, .* bytes\n"));
}

TEST_F(Inspect, VerifyFindsAFlippedBitAndTellsItsPlace) {
  produce_three_batches();
  const std::uint64_t second = of_kind(dump(segment()), "batch")[1]["position"];
  flip(segment(), second + 65);
  const Json report = verify(1);
  ASSERT_EQ(report["findings"].size(), 1U);
  const Json& finding = report["findings"][0];
  EXPECT_EQ(data() + "/" + finding["file"].get<std::string>(), segment());
  EXPECT_EQ(finding["position"], second);
  EXPECT_EQ(finding["first_offset"], 2);
  EXPECT_EQ(finding["next_offset"], 3);
}

TEST_F(Inspect, VerifyTakesATornTailForDamageAndRepairsNothing) {
  produce_three_batches();
  const auto size = std::filesystem::file_size(segment());
  std::filesystem::resize_file(segment(), size - 1);
  const Ended ended = run({"verify", data()});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out, HasSubstr("torn tail"));
  EXPECT_THAT(ended.out, HasSubstr("offsets [3, end)"));
  EXPECT_EQ(std::filesystem::file_size(segment()), size - 1);
  EXPECT_EQ(run({"verify", data()}).out, ended.out);
}

TEST_F(Inspect, VerifyFindsBytesBehindTheLastBatch) {
  produce("lines", "a\n");
  std::ofstream(segment(), std::ios::app | std::ios::binary) << "garbage that nobody wrote";
  const Ended ended = run({"verify", data()});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out, HasSubstr("offsets [1, end)"));
}

TEST_F(Inspect, VerifyFindsAMissingSegment) {
  produce_sealed_segments();
  const auto segments = files(".log");
  ASSERT_GE(segments.size(), 3U);
  std::filesystem::remove(segments[1]);
  const Ended ended = run({"verify", data()});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out, HasSubstr("was expected"));
  EXPECT_THAT(ended.out, HasSubstr("its segment is not there"));
}

TEST_F(Inspect, VerifyIsCleanOverSealedSegmentsAndTheirIndex) {
  produce_sealed_segments();
  ASSERT_GE(files(".sum").size(), 2U);
  const Json report = verify(0);
  EXPECT_GE(report["segments"], 3);
  EXPECT_GT(report["index_rows"], 0);
  EXPECT_EQ(report["findings"].size(), 0U);
}

TEST_F(Inspect, VerifyFindsAFlippedBitOutsideTheCrc) {
  produce_sealed_segments();
  flip(files(".log")[0], 15);  // the leader epoch, which the batch's CRC leaves out (S19)
  const Ended ended = run({"verify", data()});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out, HasSubstr("do not match the .sum"));
}

TEST_F(Inspect, VerifyFindsADamagedSumAndSnapshot) {
  produce_sealed_segments();
  flip(files(".sum")[0], 20);
  flip(files(".snapshot")[0], 3);
  const Ended ended = run({"verify", data()});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out, HasSubstr(".sum: offsets [0, "));
  EXPECT_THAT(ended.out, HasSubstr("no snapshot of this version, or damaged"));
}

TEST_F(Inspect, VerifyFindsADamagedStateFile) {
  produce("lines", "a\n");
  flip(data() + "/STATE", 20);
  const Ended ended = run({"verify", data()});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out, HasSubstr("STATE"));
}

TEST_F(Inspect, VerifyFindsNamesThatAreNotOurs) {
  produce("lines", "a\n");
  std::ofstream(std::filesystem::path(segment()).parent_path() / "notes") << "mine";
  std::filesystem::create_directory(data() + "/logs/0123456789abcdef0123456789abcdef");
  const Json report = verify(1);
  EXPECT_EQ(report["findings"].size(), 2U);
}

TEST_F(Inspect, VerifyWorksBesideAWriter) {
  create("lines");
  RunningCommand writer = start({"produce", "lines", "--dir", data()});
  RunningCommand reader({"consume", "lines", "--dir", data()}, path("reader-stderr"));
  writer.write("first\n");
  ASSERT_EQ(reader.read_line(), "first");
  const Ended ended = run({"verify", data()});
  EXPECT_EQ(ended.code, 0) << ended.out;
  EXPECT_THAT(ended.err, HasSubstr("a writer has the directory open"));
}

TEST_F(Inspect, VerifyLeavesEveryFileAsItIs) {
  produce_sealed_segments();
  const auto listing = [&] {
    std::vector<std::string> all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data())) {
      if (entry.is_regular_file()) {
        std::ifstream file(entry.path(), std::ios::binary);
        all.push_back(entry.path().string() + " " +
                      std::string(std::istreambuf_iterator<char>(file), {}));
      }
    }
    std::ranges::sort(all);
    return all;
  };
  const auto before = listing();
  (void)verify(0);
  EXPECT_TRUE(listing() == before);
}

TEST_F(Inspect, RebuildIndexGivesTheSameState) {
  produce_sealed_segments();
  const Json rebuilt = Json::parse(must({"rebuild-index", data(), "--json"}));
  EXPECT_EQ(rebuilt["hash"], rebuilt["hash_before"]);
  EXPECT_GE(rebuilt["segments"], 3);
  EXPECT_GT(verify(0)["index_rows"], 0);
}

TEST_F(Inspect, RebuildIndexTakesTheIndexAwayFromNobodyElse) {
  create("lines");
  RunningCommand writer = start({"produce", "lines", "--dir", data()});
  RunningCommand reader({"consume", "lines", "--dir", data()}, path("reader-stderr"));
  writer.write("first\n");
  ASSERT_EQ(reader.read_line(), "first");
  const Ended ended = run({"rebuild-index", data()});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("is open already, by pid"));
}

}  // namespace
}  // namespace leat::testing
