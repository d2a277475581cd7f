// leat produce, as a process.

#include <csignal>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command.h"

namespace leat::testing {
namespace {

using ::testing::HasSubstr;

class ProduceCommand : public CommandTest {};

TEST_F(ProduceCommand, MakesARecordOfEachLine) {
  produce("lines", "one\ntwo\nthree\n");
  EXPECT_EQ(consume("lines"), "one\ntwo\nthree\n");
}

TEST_F(ProduceCommand, MakesAMissingTopicAndSaysSo) {
  const Ended ended = run({"produce", "new", "--dir", data()}, "x\n");
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.err, HasSubstr("made topic 'new'"));
}

TEST_F(ProduceCommand, RefusesAMissingTopicWhenToldTo) {
  create("orders");
  const Ended ended = run({"produce", "order", "--dir", data(), "--no-create"}, "x\n");
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("did you mean 'orders'?"));
}

TEST_F(ProduceCommand, TakesAnEmptyLineAsAnEmptyValue) {
  produce("lines", "a\n\nb\n");
  EXPECT_EQ(consume("lines", {"--format", "%S "}), "1 0 1 ");
}

TEST_F(ProduceCommand, TakesALastLineWithoutALineFeed) {
  produce("lines", "a\nlast");
  EXPECT_EQ(consume("lines"), "a\nlast\n");
}

TEST_F(ProduceCommand, PublishesNothingFromNoInput) {
  produce("lines", "");
  EXPECT_EQ(consume("lines"), "");
}

TEST_F(ProduceCommand, SplitsKeysAtTheFirstSeparator) {
  must({"produce", "pairs", "--dir", data(), "--key-separator", ":"}, "k:v:w\nnone\n:empty\n");
  EXPECT_EQ(consume("pairs", {"--format", "%K|%k|%s\\n"}), "1|k|v:w\n-1||none\n0||empty\n");
}

TEST_F(ProduceCommand, PutsHeadersOnEveryRecord) {
  must({"produce", "headed", "--dir", data(), "--header", "host=box", "--header", "path=/a=b"},
       "x\ny\n");
  EXPECT_EQ(consume("headed", {"--format", "%h\\n"}), "host=box,path=/a=b\nhost=box,path=/a=b\n");
}

TEST_F(ProduceCommand, WritesToThePartitionThatIsNamed) {
  create("orders", "3");
  must({"produce", "orders", "--dir", data(), "--partition", "2"}, "x\n");
  EXPECT_EQ(consume("orders", {"--format", "%p/%o %s\\n"}), "2/0 x\n");
}

TEST_F(ProduceCommand, PutsAKeyWhereJavasClientWould) {
  create("orders", "8");
  must({"produce", "orders", "--dir", data(), "--key-separator", "="}, "21=x\nfoobar=y\n");
  // murmur2 of "21" is -973932308, of "foobar" -790332482 (Kafka's UtilsTest); without the sign
  // bit, mod 8.
  EXPECT_EQ(consume("orders", {"--format", "%k %p\\n", "--partition", "4"}), "21 4\n");
  EXPECT_EQ(consume("orders", {"--format", "%k %p\\n", "--partition", "6"}), "foobar 6\n");
}

TEST_F(ProduceCommand, ReadsFilesOneAfterAnother) {
  std::ofstream(path("one")) << "a\nb\n";
  std::ofstream(path("two")) << "c";
  must({"produce", "lines", path("one"), "-", path("two"), "--dir", data()}, "stdin\n");
  EXPECT_EQ(consume("lines"), "a\nb\nstdin\nc\n");
}

TEST_F(ProduceCommand, TellsWhichFileIsMissing) {
  const Ended ended = run({"produce", "lines", path("nothing"), "--dir", data()});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr(path("nothing")));
}

class ProduceCompressed : public CommandTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(ProduceCompressed, ReadsBackWhatItCompressed) {
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += "line " + std::to_string(i) + "\n";
  must({"produce", "lines", "--dir", data(), "--compression", GetParam()}, lines);
  EXPECT_EQ(consume("lines"), lines);
  EXPECT_THAT(must({"dump", data(), "--no-records"}),
              HasSubstr(std::string("  ") + GetParam() + "  "));
}
INSTANTIATE_TEST_SUITE_P(Codecs, ProduceCompressed,
                         ::testing::Values("none", "gzip", "snappy", "lz4", "zstd"),
                         [](const auto& codec) { return std::string(codec.param); });

class ProduceAcks : public CommandTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(ProduceAcks, KeepsEverythingThatWasTaken) {
  must({"produce", "lines", "--dir", data(), "--acks", GetParam()}, "a\nb\n");
  EXPECT_EQ(consume("lines"), "a\nb\n");
}
INSTANTIATE_TEST_SUITE_P(Levels, ProduceAcks, ::testing::Values("0", "1", "all"));

TEST_F(ProduceCommand, EndsWith130OnASignalAndLosesNothingItTook) {
  create("lines");
  RunningCommand writer = start({"produce", "lines", "--dir", data()});
  RunningCommand reader({"consume", "lines", "--dir", data()}, path("reader-stderr"));
  writer.write("one\ntwo\nhalf a li");
  ASSERT_EQ(reader.read_line(), "one");
  ASSERT_EQ(reader.read_line(), "two");
  writer.signal(SIGINT);
  const Ended ended = writer.finish();
  EXPECT_EQ(ended.code, 130) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("2 of 2 records"));
  EXPECT_EQ(consume("lines"), "one\ntwo\n");
  EXPECT_EQ(run({"verify", data()}).code, 0);
}

TEST_F(ProduceCommand, StopsAtARecordThatIsTooLargeAndTellsItsLine) {
  must({"topic", "create", "small", "--dir", data(), "--config", "max.message.bytes=200"});
  const Ended ended = run({"produce", "small", "--dir", data()},
                          "fits\n" + std::string(1000, 'x') + "\nnever taken\n");
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("line 2 of stdin"));
  EXPECT_THAT(ended.err, HasSubstr("max.message.bytes=200"));
  EXPECT_EQ(consume("small"), "fits\n");
}

}  // namespace
}  // namespace leat::testing
