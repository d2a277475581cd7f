#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "leat/record.h"

#include "record/record_cursor.h"
#include "unit/record/batches.h"

namespace leat::record {
namespace {

static_assert(std::forward_iterator<HeadersView::Iterator>);

constexpr std::byte kNull{1};  // the zig-zag of -1

Bytes encoded(std::initializer_list<int> values) {
  Bytes bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

// a = "1", a = null, b = "".
const Bytes& three() {
  static const Bytes kThree = encoded({2, 'a', 2, '1', 2, 'a', 1, 2, 'b', 0});
  return kThree;
}

TEST(HeadersView, DecodesInPlaceAndInOrder) {
  const HeadersView headers(three(), 3);
  const std::vector<Header> read(headers.begin(), headers.end());
  ASSERT_EQ(read.size(), 3U);
  EXPECT_EQ(read[0], (Header{"a", "1"}));
  EXPECT_EQ(read[1], (Header{"a", nullptr}));
  EXPECT_EQ(read[2], (Header{"b", ""}));
}

TEST(HeadersView, FindsTheLastOfAName) {
  const HeadersView headers(three(), 3);
  ASSERT_TRUE(headers.find("a").has_value());
  EXPECT_TRUE(headers.find("a")->is_null());
  EXPECT_EQ(headers.find("b"), BytesView(""));
  EXPECT_EQ(headers.find("c"), std::nullopt);
}

TEST(HeadersView, MayBeWalkedTwice) {
  const HeadersView headers(three(), 3);
  EXPECT_EQ(std::distance(headers.begin(), headers.end()), 3);
  EXPECT_EQ(std::distance(headers.begin(), headers.end()), 3);
  EXPECT_TRUE(HeadersView().empty());
  EXPECT_EQ(HeadersView().begin(), HeadersView().end());
}

TEST(HeadersView, EndsAtBytesThatAreNoHeader) {
  const auto cut = std::span(three()).first(5);
  const HeadersView headers(cut, 3);
  EXPECT_EQ(std::distance(headers.begin(), headers.end()), 1);
}

TEST(HeadersAreWellFormed, WhenCountAndBytesAgree) {
  EXPECT_TRUE(headers_are_well_formed(three(), 3));
  EXPECT_FALSE(headers_are_well_formed(three(), 2));
  EXPECT_FALSE(headers_are_well_formed(three(), 4));
  EXPECT_FALSE(headers_are_well_formed({}, -1));
  EXPECT_TRUE(headers_are_well_formed({}, 0));
}

TEST(HeadersAreWellFormed, NeverWithANullName) {
  EXPECT_FALSE(headers_are_well_formed(Bytes{kNull, std::byte{0}}, 1));
}

TEST(HeadersAreWellFormed, NeverWithASizeThatPointsOutOfThem) {
  EXPECT_FALSE(headers_are_well_formed(encoded({4, 'a', 0}), 1));
  EXPECT_FALSE(headers_are_well_formed(encoded({2, 'a', 2}), 1));
  EXPECT_FALSE(headers_are_well_formed(encoded({2, 'a', 3}), 1));  // a size of -2
}

}  // namespace
}  // namespace leat::record
