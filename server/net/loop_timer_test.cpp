#include "server/net/loop_timer.h"

#include <gtest/gtest.h>

#include <vector>

#include "server/net/clock.h"

namespace visavis::net {
namespace {

// So far away that a test which waits for it has failed.
constexpr Duration kNever = minutes(60);

class LoopTimerTest : public testing::Test {
 protected:
  // Until nothing is armed any more; ends after a while even so, as a failure.
  void run() {
    context_.run_for(seconds(10));
    EXPECT_TRUE(context_.stopped());
  }

  boost::asio::io_context context_;
  std::vector<Instant> fired_at_;
  LoopTimer timer_{context_, [this] { fired_at_.push_back(monotonic_now()); }};
  const Instant start_ = monotonic_now();
};

TEST_F(LoopTimerTest, FiresOnceAndNotBeforeItsTime) {
  timer_.fire_by(start_ + milliseconds(20));
  run();
  ASSERT_EQ(fired_at_.size(), 1U);
  EXPECT_GE(fired_at_[0], start_ + milliseconds(20));
}

TEST_F(LoopTimerTest, AnEarlierTimeReplacesALaterOne) {
  timer_.fire_by(start_ + kNever);
  timer_.fire_by(start_ + milliseconds(20));
  run();
  EXPECT_EQ(fired_at_.size(), 1U);
}

TEST_F(LoopTimerTest, ALaterTimeDoesNotPutItOff) {
  timer_.fire_by(start_ + milliseconds(20));
  timer_.fire_by(start_ + kNever);
  run();
  EXPECT_EQ(fired_at_.size(), 1U);
}

TEST_F(LoopTimerTest, WhatIsPastIsDueNow) {
  timer_.fire_by(start_ - seconds(1));
  run();
  EXPECT_EQ(fired_at_.size(), 1U);
}

TEST_F(LoopTimerTest, ManyChangesAreOneCall) {
  for (int i = 0; i < 5; ++i) timer_.fire_after(milliseconds(20));
  timer_.fire_after(kNever);
  run();
  ASSERT_EQ(fired_at_.size(), 1U);
  EXPECT_GE(fired_at_[0], start_ + milliseconds(20));
  context_.restart();
  timer_.fire_after(milliseconds(1));
  run();
  EXPECT_EQ(fired_at_.size(), 2U);
}

TEST(LoopTimer, IsArmedAgainByWhatItCalls) {
  boost::asio::io_context context;
  int calls = 0;
  LoopTimer timer(context, [&] {
    if (++calls < 3) timer.fire_after(milliseconds(1));
  });
  timer.fire_by(monotonic_now());
  context.run_for(seconds(10));
  EXPECT_EQ(calls, 3);
}

}  // namespace
}  // namespace visavis::net
