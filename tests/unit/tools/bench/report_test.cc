#include <nlohmann/json.hpp>
#include <string>

#include <gtest/gtest.h>

#include "tools/bench/row.h"

namespace leat::tools {
namespace {

using nlohmann::json;

Row row() {
  Row made;
  made.id = "M1";
  made.what = "append 64 B";
  made.value = 12.345;
  made.unit = "ns";
  made.lowest = 11;
  made.highest = 14;
  made.must = 15;
  made.beside = 6.1725;
  made.beside_what = "copy 64 B";
  return made;
}

Row bare_row() {
  Row made;
  made.id = "L1";
  made.value = 1;
  return made;
}

json parsed(const Row& made) {
  return json::parse(to_json({.machine = {}, .rows = {made}})).at("rows").at(0);
}

TEST(BenchRow, IsMetAtItsTarget) {
  Row made = row();
  made.value = 15;
  EXPECT_EQ(made.met(), true);
  made.value = 15.1;
  EXPECT_EQ(made.met(), false);
  made.better = Better::kMore;
  EXPECT_EQ(made.met(), true);
  made.value = 14.9;
  EXPECT_EQ(made.met(), false);
}

TEST(BenchRow, IsNeitherMetNorMissedWithoutATarget) { EXPECT_EQ(bare_row().met(), std::nullopt); }

TEST(BenchRow, IsMetBesideItsPeer) {
  Row made = row();
  made.must.reset();
  made.must_ratio = 2;
  EXPECT_EQ(made.met(), true);
  EXPECT_NE(to_table({.machine = {}, .rows = {made}}).find("<= 2.00 x yes"), std::string::npos);
  made.must_ratio = 1.9;
  EXPECT_EQ(made.met(), false);
  made.better = Better::kMore;
  EXPECT_EQ(made.met(), true);
  made.beside.reset();
  EXPECT_EQ(made.met(), std::nullopt);
}

TEST(BenchRow, HasNoRatioToNothing) {
  EXPECT_EQ(bare_row().ratio(), std::nullopt);
  Row made = row();
  made.beside = 0;
  EXPECT_EQ(made.ratio(), std::nullopt);
}

TEST(BenchJson, HasTheFixedWords) {  // design.md §8
  const json made = parsed(row());
  EXPECT_EQ(made.at("id"), "M1");
  EXPECT_EQ(made.at("value"), 12.3);
  EXPECT_EQ(made.at("unit"), "ns");
  EXPECT_EQ(made.at("must"), 15);
  EXPECT_EQ(made.at("met"), true);
  EXPECT_EQ(made.at("beside"), 6.17);
  EXPECT_EQ(made.at("ratio"), 2);
}

TEST(BenchJson, SaysNullForWhatIsAbsent) {
  const json made = parsed(bare_row());
  for (const char* key : {"must", "must_ratio", "met", "beside", "ratio", "beside_what", "instructions"}) {
    EXPECT_TRUE(made.at(key).is_null()) << key;
  }
}

TEST(BenchJson, IsOneLineWithTheMachine) {
  Report report{.machine = {}, .rows = {row(), bare_row()}};
  report.machine.processor = "a \"quoted\" \xff processor";
  report.machine.cores = 2;
  const std::string text = to_json(report);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  const json made = json::parse(text);
  EXPECT_EQ(made.at("machine").at("cores"), 2);
  EXPECT_EQ(made.at("rows").size(), 2U);
}

/// The line of the table that begins with `id`.
std::string line_of(const std::string& table, const std::string& id) {
  const std::size_t at = table.find("\n" + id) + 1;
  return table.substr(at, table.find('\n', at) - at);
}

TEST(BenchTable, ShowsARowWithItsTargetAndWhatIsBeside) {
  const std::string line = line_of(to_table({.machine = {}, .rows = {row()}}), "M1");
  for (const char* part :
       {"append 64 B", "12.3 ns", "11.0-14.0", "n/a", "<= 15.0 yes", "2.00 x 6.17 (copy 64 B)"}) {
    EXPECT_NE(line.find(part), std::string::npos) << part << " in: " << line;
  }
}

TEST(BenchTable, SaysThatATargetIsMissed) {
  Row made = row();
  made.value = 100;
  EXPECT_NE(to_table({.machine = {}, .rows = {made}}).find("<= 15.0 NO"), std::string::npos);
  made.better = Better::kMore;
  made.value = 1;
  EXPECT_NE(to_table({.machine = {}, .rows = {made}}).find(">= 15.0 NO"), std::string::npos);
}

TEST(BenchTable, EndsNoLineInBlanks) {
  Report report{.machine = {}, .rows = {row(), bare_row()}};
  report.machine.file_system = "ext4";
  const std::string table = to_table(report);
  EXPECT_EQ(line_of(table, "L1").back(), 'a') << "of n/a";
  EXPECT_EQ(table.find(" \n"), std::string::npos);
}

}  // namespace
}  // namespace leat::tools
