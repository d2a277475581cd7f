// The coordinator's assignors (N10).
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leat/types.h"

#include "group/assignor/server.h"

namespace leat::group::assignor {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

Uuid id(int number) {
  Uuid made;
  made.bytes.back() = static_cast<std::byte>(number);
  return made;
}

std::vector<PartitionId> partitions(std::initializer_list<std::int32_t> numbers) {
  std::vector<PartitionId> ids;
  for (const std::int32_t number : numbers) ids.emplace_back(number);
  return ids;
}

const PartitionsById kNothing;

ServerMember member(std::string_view name, std::vector<Uuid> topics,
                    const PartitionsById& owned = kNothing) {
  return {.name = {.member_id = name}, .topics = std::move(topics), .owned = &owned};
}

TEST(ServerAssignor, HasKafkasNames) {
  for (const auto* name : {"uniform", "range"}) {
    EXPECT_EQ(name_of(*server_assignor_of(name)), name);
  }
  EXPECT_FALSE(server_assignor_of("sticky"));
}

TEST(ServerAssignor, RangeSplitsTopicsAlike) {
  const std::vector<ServerMember> members{member("b", {id(1), id(2)}), member("a", {id(1), id(2)})};
  const auto given = assign(ServerAssignor::kRange, members, {{id(1), 3}, {id(2), 3}});
  EXPECT_THAT(given[1],
              ElementsAre(Pair(id(1), partitions({0, 1})), Pair(id(2), partitions({0, 1}))));
  EXPECT_THAT(given[0], ElementsAre(Pair(id(1), partitions({2})), Pair(id(2), partitions({2}))));
}

TEST(ServerAssignor, UniformKeepsWhatItCan) {
  const PartitionsById owned{{id(1), partitions({0, 2})}};
  const std::vector<ServerMember> members{member("a", {id(1)}), member("b", {id(1)}, owned)};
  const auto given = assign(ServerAssignor::kUniform, members, {{id(1), 4}});
  EXPECT_THAT(given[0], ElementsAre(Pair(id(1), partitions({1, 3}))));
  EXPECT_THAT(given[1], ElementsAre(Pair(id(1), partitions({0, 2}))));
}

TEST(ServerAssignor, UniformEvensOutDifferentSubscriptions) {
  const std::vector<ServerMember> members{member("a", {id(1)}), member("b", {id(1), id(2)})};
  const auto given = assign(ServerAssignor::kUniform, members, {{id(1), 2}, {id(2), 2}});
  EXPECT_THAT(given[0], ElementsAre(Pair(id(1), partitions({0, 1}))));
  EXPECT_THAT(given[1], ElementsAre(Pair(id(2), partitions({0, 1}))));
}

TEST(ServerAssignor, GivesNothingOfTopicsThatAreGone) {
  const PartitionsById owned{{id(9), partitions({0})}};
  const std::vector<ServerMember> members{member("a", {id(9)}, owned)};
  EXPECT_THAT(assign(ServerAssignor::kUniform, members, {{id(1), 1}})[0], ElementsAre());
}

TEST(ServerAssignor, IsEmptyForNobody) {
  EXPECT_THAT(assign(ServerAssignor::kUniform, {}, {{id(1), 1}}), ElementsAre());
}

}  // namespace
}  // namespace leat::group::assignor
