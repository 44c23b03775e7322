#include "server/net/control_frame_budget.h"

#include <gtest/gtest.h>

namespace visavis::net {
namespace {

int taken(ControlFrameBudget& budget, Instant now, int wanted) {
  int count = 0;
  while (count < wanted && budget.take(now)) ++count;
  return count;
}

TEST(ControlFrameBudget, GivesABurstAndThenARate) {
  ControlFrameBudget budget(10, 200);
  Instant now{};
  now += minutes(60);
  EXPECT_EQ(taken(budget, now, 1'000), 200);
  EXPECT_EQ(taken(budget, now, 1), 0);
  EXPECT_EQ(taken(budget, now + milliseconds(99), 1), 0);
  EXPECT_EQ(taken(budget, now + milliseconds(100), 5), 1);
  EXPECT_EQ(taken(budget, now + milliseconds(1'150), 50), 10);
  EXPECT_EQ(taken(budget, now + milliseconds(1'200), 50), 1);  // the half of before is kept
  EXPECT_EQ(taken(budget, now + minutes(60), 1'000), 200);
}

TEST(ControlFrameBudget, NeverRunsOutForWhoKeepsTheRate) {
  ControlFrameBudget budget(10, 5);
  Instant now{};
  for (int i = 0; i < 1'000; ++i) {
    now += milliseconds(100);
    ASSERT_TRUE(budget.take(now)) << i;
  }
}

}  // namespace
}  // namespace visavis::net
