// What well_formed finds wrong in a table.
#include "wire/schema.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include <gtest/gtest.h>

namespace leat::wire {
namespace {

/// A message of two members, with the table that `Rows` gives it.
template <auto Rows>
struct Tabled {
  std::int32_t number = 0;
  std::optional<std::string> text;
  static constexpr std::string_view kName = "Tabled";
  static constexpr Versions kVersions{1, 5};
  static constexpr Versions kFlexible = since(3);
  static constexpr auto fields() { return Rows.template operator()<Tabled>(); }
};

/// Whether a table of the two rows with these attributes is well formed.
template <Attributes Number, Attributes Text>
consteval bool accepts() {
  return well_formed<Tabled<[]<class M>() {
    return std::tuple{field<&M::number>("Number", Number), field<&M::text>("Text", Text)};
  }>>();
}
constexpr Attributes kNullable{.nullable = since(0)};

static_assert(accepts<Attributes{}, kNullable>());
static_assert(accepts<Attributes{.versions = since(3), .tag = 0}, kNullable>());
static_assert(!accepts<Attributes{}, Attributes{}>(), "an optional that is never null");
static_assert(!accepts<kNullable, kNullable>(), "a number that is null");
static_assert(!accepts<Attributes{.versions = {4, 2}}, kNullable>(), "versions in disorder");
static_assert(!accepts<Attributes{.versions = only(0)}, kNullable>(), "before the message's own");
static_assert(!accepts<Attributes{.versions = since(6)}, kNullable>(), "after the message's own");
static_assert(!accepts<Attributes{.versions = since(2), .tag = 0}, kNullable>(), "not flexible");
static_assert(!accepts<Attributes{.versions = since(3), .tag = 1}, kNullable>(), "no tag 0");

TEST(WellFormed, WantsARowForEachMember) {
  EXPECT_FALSE(well_formed<Tabled<[]<class M>() { return std::tuple{field<&M::number>("N")}; }>>());
}

TEST(WellFormed, WantsDifferentNames) {
  EXPECT_FALSE((well_formed<Tabled<[]<class M>() {
    return std::tuple{field<&M::number>("N"), field<&M::text>("N", kNullable)};
  }>>()));
}

TEST(WellFormed, WantsNames) {
  EXPECT_FALSE((well_formed<Tabled<[]<class M>() {
    return std::tuple{field<&M::number>(""), field<&M::text>("T", kNullable)};
  }>>()));
}

TEST(Versions, HoldBothTheirEnds) {
  constexpr Versions kVersions{2, 4};
  EXPECT_FALSE(kVersions.contains(1));
  EXPECT_TRUE(kVersions.contains(2));
  EXPECT_TRUE(kVersions.contains(4));
  EXPECT_FALSE(kVersions.contains(5));
  EXPECT_TRUE(kVersions.contains(only(3)));
  EXPECT_FALSE(kVersions.contains(since(3)));
  EXPECT_TRUE(until(4).contains(0));
  EXPECT_FALSE(kNoVersions.contains(0));
  EXPECT_FALSE(kNoVersions.contains(1));
}

}  // namespace
}  // namespace leat::wire
