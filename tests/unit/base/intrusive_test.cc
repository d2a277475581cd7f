#include "base/intrusive.h"

#include <gtest/gtest.h>

namespace leat::base {
namespace {

struct Waiter {
  int id = 0;
  ListHook hook{};
};
using Waiters = List<Waiter, &Waiter::hook>;

TEST(List, KeepsTheOrderInWhichElementsCame) {
  Waiter first{.id = 1};
  Waiter second{.id = 2};
  Waiters waiters;
  waiters.push_back(first);
  waiters.push_back(second);
  EXPECT_EQ(waiters.front().id, 1);
  EXPECT_EQ(waiters.back().id, 2);
}

TEST(List, IsLeftByAnElementThatDies) {
  Waiters waiters;
  {
    Waiter waiter;
    waiters.push_back(waiter);
    EXPECT_FALSE(waiters.empty());
  }
  EXPECT_TRUE(waiters.empty());
}

}  // namespace
}  // namespace leat::base
