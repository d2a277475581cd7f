// What ACLs say of a question, and which of them a filter means.
#include "kafka/acls.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leat::kafka {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;
using enum AclOperation;
using Verdict = Acls::Verdict;

constexpr auto kDeny = AclPermission::kDeny;

/// An ACL on topic "t" that allows alice to read it from anywhere, changed as a test says.
Acl acl(AclOperation operation = kRead, AclPermission permission = AclPermission::kAllow) {
  return {.resource_type = ResourceType::kTopic,
          .pattern_type = PatternType::kLiteral,
          .resource_name = "t",
          .principal = "User:alice",
          .host = "*",
          .operation = operation,
          .permission = permission};
}
Acl on(Acl acl, std::string name, PatternType pattern = PatternType::kLiteral) {
  acl.resource_name = std::move(name);
  acl.pattern_type = pattern;
  return acl;
}
Acl prefixed(Acl acl, std::string name) {
  return on(std::move(acl), std::move(name), PatternType::kPrefixed);
}
Acl of(Acl acl, std::string principal) {
  acl.principal = std::move(principal);
  return acl;
}
Acl from(Acl acl, std::string host) {
  acl.host = std::move(host);
  return acl;
}

Verdict ask(const std::set<Acl>& acls, AclOperation operation = kRead, std::string_view topic = "t",
            std::string_view principal = "User:alice") {
  return Acls(acls).ask({principal, "10.0.0.1", operation}, ResourceType::kTopic, topic);
}

TEST(Acls, SayNothingOfAResourceThatHasNone) {  // A1
  EXPECT_EQ(ask({}), Verdict::kNoAcl);
  EXPECT_EQ(ask({acl()}, kRead, "other"), Verdict::kNoAcl);
}

TEST(Acls, AllowWhatOneAllowsAndDenyTheRest) {  // A1
  EXPECT_EQ(ask({acl()}), Verdict::kAllowed);
  EXPECT_EQ(ask({acl()}, kWrite), Verdict::kDenied);
  EXPECT_EQ(ask({acl()}, kRead, "t", "User:bob"), Verdict::kDenied);
  EXPECT_EQ(ask({acl(kAll)}, kAlterConfigs), Verdict::kAllowed);
}

TEST(Acls, DenyOverAllow) {  // A1
  EXPECT_EQ(ask({acl(), acl(kRead, kDeny)}), Verdict::kDenied);
  EXPECT_EQ(ask({acl(), acl(kAll, kDeny)}), Verdict::kDenied);
  EXPECT_EQ(ask({acl(), on(acl(kRead, kDeny), "*")}), Verdict::kDenied);
  EXPECT_EQ(ask({on(acl(), "*"), prefixed(acl(kRead, kDeny), "t")}), Verdict::kDenied);
  EXPECT_EQ(ask({acl(), of(acl(kRead, kDeny), "User:bob")}), Verdict::kAllowed);
}

TEST(Acls, MatchByPrefixByAllAndByName) {  // A2
  const std::set<Acl> orders{prefixed(acl(), "orders-")};
  EXPECT_EQ(ask(orders, kRead, "orders-eu"), Verdict::kAllowed);
  EXPECT_EQ(ask(orders, kRead, "orders-"), Verdict::kAllowed);
  EXPECT_EQ(ask(orders, kRead, "orders"), Verdict::kNoAcl);
  EXPECT_EQ(ask({on(acl(), "*")}, kRead, "anything"), Verdict::kAllowed);
  EXPECT_EQ(Acls({on(acl(), "*")}).ask({"User:alice", "", kRead}, ResourceType::kGroup, "t"),
            Verdict::kNoAcl);
}

TEST(Acls, MatchByHostAndByEverybody) {  // A2
  EXPECT_EQ(ask({from(acl(), "10.0.0.1")}), Verdict::kAllowed);
  EXPECT_EQ(ask({from(acl(), "10.0.0.2")}), Verdict::kDenied);
  EXPECT_EQ(ask({of(acl(), "User:*")}, kRead, "t", "User:whoever"), Verdict::kAllowed);
}

TEST(Acls, AllowingMoreImpliesDescribingButDenyingDoesNot) {  // A3
  for (const AclOperation operation : {kRead, kWrite, kDelete, kAlter}) {
    EXPECT_EQ(ask({acl(operation)}, kDescribe), Verdict::kAllowed);
  }
  EXPECT_EQ(ask({acl(kCreate)}, kDescribe), Verdict::kDenied);
  EXPECT_EQ(ask({acl(kAlterConfigs)}, kDescribeConfigs), Verdict::kAllowed);
  EXPECT_EQ(ask({acl(kDescribe), acl(kRead, kDeny)}, kDescribe), Verdict::kAllowed);
}

bool any(const std::set<Acl>& acls) {
  return Acls(acls).allows_any({"User:alice", "10.0.0.1", kWrite}, ResourceType::kTopic);
}

TEST(Acls, KnowWhetherThereIsATopicThatMayBeWritten) {  // A5
  EXPECT_FALSE(any({}));
  EXPECT_FALSE(any({acl(kRead)}));
  EXPECT_TRUE(any({acl(kWrite)}));
  EXPECT_TRUE(any({prefixed(acl(kWrite), "orders-")}));
  EXPECT_TRUE(any({on(acl(kWrite), "*")}));
  EXPECT_FALSE(any({acl(kWrite), acl(kWrite, kDeny)}));
  EXPECT_FALSE(any({acl(kWrite), on(acl(kWrite, kDeny), "*")}));
  EXPECT_FALSE(any({prefixed(acl(kWrite), "ab"), prefixed(acl(kWrite, kDeny), "a")}));
  EXPECT_TRUE(any({prefixed(acl(kWrite), "ab"), prefixed(acl(kWrite, kDeny), "abc")}));
}

TEST(AclFilter, MeansEverythingUnlessItSaysWhat) {  // A2
  EXPECT_TRUE(matches({}, acl()));
  EXPECT_TRUE(matches({.operation = kRead}, acl()));
  EXPECT_FALSE(matches({.operation = kWrite}, acl()));
  EXPECT_FALSE(matches({.resource_type = ResourceType::kGroup}, acl()));
  EXPECT_FALSE(matches({.principal = "User:bob"}, acl()));
  EXPECT_FALSE(matches({.host = "10.0.0.1"}, acl()));
  EXPECT_FALSE(matches({.permission = kDeny}, acl()));
}

TEST(AclFilter, OfANameMeansThatNameUnlessItMatches) {  // A2
  const AclFilter literal{.pattern_type = PatternType::kLiteral, .resource_name = "t"};
  EXPECT_TRUE(matches(literal, acl()));
  EXPECT_FALSE(matches(literal, prefixed(acl(), "t")));
  EXPECT_FALSE(matches(literal, on(acl(), "*")));
  const AclFilter all{.pattern_type = PatternType::kMatch, .resource_name = "table"};
  EXPECT_TRUE(matches(all, prefixed(acl(), "t")));
  EXPECT_TRUE(matches(all, on(acl(), "*")));
  EXPECT_FALSE(matches(all, acl()));
}

TEST(AclFault, NamesWhatNoAclMayBe) {
  EXPECT_EQ(fault_of(acl()), std::nullopt);
  EXPECT_THAT(fault_of(acl(kAny)), Optional(HasSubstr("operation 1")));
  EXPECT_THAT(fault_of(acl(kClusterAction)), Optional(HasSubstr("operation 9")));
  EXPECT_THAT(fault_of(acl(kRead, AclPermission::kAny)), Optional(HasSubstr("denies")));
  EXPECT_THAT(fault_of(on(acl(), "t", PatternType::kMatch)), Optional(HasSubstr("literal")));
  EXPECT_THAT(fault_of(on(acl(), "")), Optional(HasSubstr("no name")));
  EXPECT_THAT(fault_of(of(acl(), "alice")), Optional(HasSubstr("User:NAME")));
  EXPECT_THAT(fault_of(from(acl(), "")), Optional(HasSubstr("host")));
}

}  // namespace
}  // namespace leat::kafka
