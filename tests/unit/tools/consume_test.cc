// leat consume, as a process, also beside a live writer.

#include <csignal>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command.h"

namespace leat::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class ConsumeCommand : public CommandTest {};

TEST_F(ConsumeCommand, BeginsWhereItIsTold) {
  produce("lines", "a\nb\nc\nd\n");
  EXPECT_EQ(consume("lines", {"--from", "beginning"}), "a\nb\nc\nd\n");
  EXPECT_EQ(consume("lines", {"--from", "2"}), "c\nd\n");
  EXPECT_EQ(consume("lines", {"--from", "end"}), "");
  EXPECT_EQ(consume("lines", {"--from", "4"}), "");
}

TEST_F(ConsumeCommand, BeginsAtATime) {
  produce("lines", "a\nb\n");
  EXPECT_EQ(consume("lines", {"--from", "@0"}), "a\nb\n");
  EXPECT_EQ(consume("lines", {"--from", "@1970-01-02T00:00:00Z"}), "a\nb\n");
  EXPECT_EQ(consume("lines", {"--from", "@2999-01-01"}), "");
}

TEST_F(ConsumeCommand, EndsAfterAsManyRecordsAsAreWanted) {
  produce("lines", "a\nb\nc\n");
  EXPECT_EQ(must({"consume", "lines", "--dir", data(), "--count", "2"}), "a\nb\n");
}

TEST_F(ConsumeCommand, PrintsWhatTheFormatAsksFor) {
  must({"produce", "lines", "--dir", data(), "--key-separator", "=", "--header", "h=1"},
       "k=value\n");
  EXPECT_EQ(consume("lines", {"--format", "%t %p %o %k %s %K %S %h %%\\t|\\n"}),
            "lines 0 0 k value 1 5 h=1 %\t|\n");
  EXPECT_THAT(consume("lines", {"--format", "%T"}), MatchesRegex("[0-9]+"));
}

TEST_F(ConsumeCommand, ReadsAllPartitionsOrOne) {
  create("orders", "2");
  must({"produce", "orders", "--dir", data(), "--partition", "0"}, "a\n");
  must({"produce", "orders", "--dir", data(), "--partition", "1"}, "b\n");
  EXPECT_THAT(consume("orders"), ::testing::AnyOf("a\nb\n", "b\na\n"));
  EXPECT_EQ(consume("orders", {"--partition", "1"}), "b\n");
}

TEST_F(ConsumeCommand, FollowsAWriterInAnotherProcess) {
  create("lines");
  RunningCommand writer = start({"produce", "lines", "--dir", data()});
  RunningCommand reader({"consume", "lines", "--dir", data()}, path("reader-stderr"));
  for (const std::string line : {"one", "two", "three"}) {
    writer.write(line + "\n");
    EXPECT_EQ(reader.read_line(), line);
  }
}

TEST_F(ConsumeCommand, EndsWith0OnASignal) {
  produce("lines", "a\n");
  RunningCommand reader = start({"consume", "lines", "--dir", data()});
  ASSERT_EQ(reader.read_line(), "a");
  reader.signal(SIGINT);
  EXPECT_EQ(reader.finish().code, 0);
}

TEST_F(ConsumeCommand, EndsQuietlyWhenNobodyReadsItsOutput) {
  produce("lines", "a\n");
  RunningCommand reader = start({"consume", "lines", "--dir", data()});
  ASSERT_EQ(reader.read_line(), "a");
  reader.close_output();
  const Ended ended = reader.finish();
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.err, "");
}

TEST_F(ConsumeCommand, PrintsManyRecordsWhole) {
  std::string lines;
  for (int i = 0; i < 100'000; ++i) lines += std::to_string(i) + "\n";
  produce("many", lines);
  EXPECT_EQ(consume("many"), lines);
}

TEST_F(ConsumeCommand, AMemberOfAGroupDoesNotSayWhereToBegin) {
  produce("lines", "a\n");
  const Ended ended = run({"consume", "lines", "--dir", data(), "--group", "g", "--from", "0"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("goes on where it stands"));
}

}  // namespace
}  // namespace leat::testing
