#include "leat/error.h"

#include <string>

#include <gtest/gtest.h>

namespace leat {
namespace {

TEST(ErrorCode, NumbersAreKafkas) {
  EXPECT_EQ(static_cast<int>(ErrorCode::kUnknownServerError), -1);
  EXPECT_EQ(static_cast<int>(ErrorCode::kMessageTooLarge), 10);
  EXPECT_EQ(static_cast<int>(ErrorCode::kUnsupportedVersion), 35);
  EXPECT_EQ(static_cast<int>(ErrorCode::kOutOfOrderSequenceNumber), 45);
  EXPECT_EQ(static_cast<int>(ErrorCode::kKafkaStorageError), 56);
  EXPECT_EQ(static_cast<int>(ErrorCode::kFencedLeaderEpoch), 74);
  EXPECT_EQ(static_cast<int>(ErrorCode::kInvalidRecord), 87);
  EXPECT_EQ(static_cast<int>(ErrorCode::kUnknownTopicId), 100);
  EXPECT_EQ(static_cast<int>(ErrorCode::kTransactionAbortable), 120);
  EXPECT_EQ(static_cast<int>(ErrorCode::kShareSessionLimitReached), 133);
}

TEST(ErrorName, IsKafkasName) {
  EXPECT_EQ(error_name(ErrorCode::kNone), "NONE");
  EXPECT_EQ(error_name(ErrorCode::kOffsetOutOfRange), "OFFSET_OUT_OF_RANGE");
  EXPECT_EQ(error_name(ErrorCode::kShareSessionLimitReached), "SHARE_SESSION_LIMIT_REACHED");
}

TEST(ErrorName, HasOursInTheSameForm) {
  EXPECT_EQ(error_name(ErrorCode::kStorageFull), "STORAGE_FULL");
  EXPECT_EQ(error_name(ErrorCode::kCancelled), "CANCELLED");
}

TEST(ErrorName, TakesANumberWithoutMeaningForAnUnknownError) {
  EXPECT_EQ(error_name(static_cast<ErrorCode>(9999)), "UNKNOWN_SERVER_ERROR");
  EXPECT_EQ(error_name(static_cast<ErrorCode>(-50)), "UNKNOWN_SERVER_ERROR");
}

TEST(ErrorName, IsThereForEveryNumberOfKafka) {
  for (int code = 0; code <= 133; ++code)
    EXPECT_NE(error_name(static_cast<ErrorCode>(code)), "UNKNOWN_SERVER_ERROR") << code;
}

TEST(IsRetriable, FollowsKafkasClients) {
  EXPECT_TRUE(is_retriable(ErrorCode::kCorruptMessage));
  EXPECT_TRUE(is_retriable(ErrorCode::kNotLeaderOrFollower));
  EXPECT_FALSE(is_retriable(ErrorCode::kMessageTooLarge));
  EXPECT_FALSE(is_retriable(ErrorCode::kInvalidRecord));
}

TEST(IsRetriable, TellsAFullDiskFromAPoisonedInstance) {
  EXPECT_TRUE(is_retriable(ErrorCode::kStorageFull));
  EXPECT_FALSE(is_retriable(ErrorCode::kStorageReadOnly));
}

TEST(ToKafka, KeepsKafkasOwn) {
  for (int code = -1; code <= 133; ++code)
    EXPECT_EQ(to_kafka(static_cast<ErrorCode>(code)), static_cast<ErrorCode>(code));
}

TEST(ToKafka, NeverLetsANegativeCodeOfOursThrough) {
  for (int code = -116; code <= -100; ++code)
    EXPECT_GE(static_cast<int>(to_kafka(static_cast<ErrorCode>(code))), -1) << code;
  EXPECT_EQ(to_kafka(ErrorCode::kStorageFull), ErrorCode::kKafkaStorageError);
  EXPECT_EQ(to_kafka(ErrorCode::kTimedOut), ErrorCode::kRequestTimedOut);
}

TEST(Error, PrintsNameAndSentence) {
  const Error error(ErrorCode::kOffsetOutOfRange, "offset 7 is past the log end 5 of orders-0");
  EXPECT_EQ(error.to_string(), "OFFSET_OUT_OF_RANGE: offset 7 is past the log end 5 of orders-0");
}

TEST(Error, PrintsTheNameAloneWithoutASentence) {
  EXPECT_EQ(Error(ErrorCode::kClosed).to_string(), "CLOSED");
}

TEST(Error, PutsContextBeforeTheSentenceAndKeepsTheCode) {
  const Error inner(ErrorCode::kIo, "write of 3 bytes: EIO");
  const Error outer = inner.with_context("segment 00.log");
  EXPECT_EQ(outer.code(), ErrorCode::kIo);
  EXPECT_EQ(outer.message(), "segment 00.log: write of 3 bytes: EIO");
  EXPECT_EQ(Error(ErrorCode::kIo).with_context("close").message(), "close");
}

}  // namespace
}  // namespace leat
