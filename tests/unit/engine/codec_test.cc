#include "leat/codec.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/engine.h"
#include "leat/error.h"
#include "leat/result.h"
#include "leat/types.h"

#include "unit/engine/bus.h"

namespace leat::testing {
namespace {

struct Tick {
  std::int64_t at = 0;
  double price = 0;
  friend bool operator==(const Tick&, const Tick&) = default;
};
static_assert(Codec<TrivialCodec<Tick>, Tick>);
static_assert(!Codec<TrivialCodec<Tick>, std::string>);

/// Text that can be refused both ways.
struct TextCodec {
  [[nodiscard]] std::size_t size(const std::string& text) const { return text.size(); }
  void encode(const std::string& text, std::span<std::byte> into) const {
    if (text == "throw") throw std::runtime_error("told to");
    std::memcpy(into.data(), text.data(), text.size());
  }
  [[nodiscard]] Result<std::string> decode(std::span<const std::byte> from) const {
    if (from.empty()) return Error(ErrorCode::kInvalidRecord, "no text");
    return std::string(BytesView(from).text());
  }
};
static_assert(Codec<TextCodec, std::string>);

class CodecTest : public Bus {
 protected:
  CodecTest() { topic("t"); }
  ConsumedBatch read() {
    Consumer consumer = this->consumer("t");
    return consumer.poll(kLong).value();
  }
};

TEST_F(CodecTest, ATypedAppenderWritesInPlaceWhatATypedRecordReads) {
  TypedAppender<Tick> ticks(appender("t"));
  EXPECT_THAT(ticks.append({.at = 7, .price = 2.5}, "k"), IsOkAnd(Offset{0}));
  const ConsumedBatch batch = read();
  const TypedRecord<Tick> record(*batch.records().begin());
  EXPECT_THAT(record.value(), IsOkAnd(Tick{.at = 7, .price = 2.5}));
  EXPECT_EQ(record.key(), BytesView("k"));
}

TEST_F(CodecTest, ATypedProducerSendsByKey) {
  Producer p = producer();
  TypedProducer<Tick> ticks(p, "t");
  EXPECT_THAT(ticks.send({.at = 3}, "k"), IsOk());
  EXPECT_THAT(ticks.send_async({.at = 4}), IsOk());
  EXPECT_THAT(ticks.try_send({.at = 5}), IsOk());
  const ConsumedBatch batch = read();
  std::int64_t at = 3;
  for (const ConsumedRecord& record : batch.records()) {
    EXPECT_THAT(TypedRecord<Tick>(record).value(), IsOkAnd(Tick{.at = at++}));
  }
  EXPECT_EQ(at, 6);
}

TEST_F(CodecTest, ACodecOfOnesOwnIsUsedBothWays) {
  TypedAppender<std::string, TextCodec> texts(appender("t"));
  texts.append("hello").value();
  const ConsumedBatch batch = read();
  const TypedRecord<std::string, TextCodec> record(*batch.records().begin());
  EXPECT_THAT(record.value(), IsOkAnd(std::string("hello")));
}

TEST_F(CodecTest, WhatThrowsWhileEncodingPublishesNothing) {
  TypedAppender<std::string, TextCodec> texts(appender("t"));
  EXPECT_THROW((void)texts.append("throw"), std::runtime_error);
  EXPECT_THAT(texts.append("after"), IsOkAnd(Offset{0}));
}

TEST_F(CodecTest, AValueOfAnotherSizeIsNoSuchType) {
  appender("t").append({.value = "short"}).value();
  const ConsumedBatch batch = read();
  EXPECT_THAT(TypedRecord<Tick>(*batch.records().begin()).value(),
              IsErrorSaying(ErrorCode::kInvalidRecord, "5 bytes where the type has 16"));
}

TEST_F(CodecTest, ATombstoneHasNoValue) {
  appender("t").append({.key = "k", .value = nullptr}).value();
  const ConsumedBatch batch = read();
  const TypedRecord<Tick> record(*batch.records().begin());
  EXPECT_TRUE(record.is_tombstone());
  EXPECT_THAT(record.value(), IsError(ErrorCode::kInvalidRecord));
}

TEST_F(CodecTest, WhatTheCodecRefusesIsTheCallersToSee) {
  appender("t").append({.value = ""}).value();
  const ConsumedBatch batch = read();
  const TypedRecord<std::string, TextCodec> record(*batch.records().begin());
  EXPECT_THAT(record.value(), IsErrorSaying(ErrorCode::kInvalidRecord, "no text"));
}

}  // namespace
}  // namespace leat::testing
