#include "server/net/deadline_wheel.h"

#include <gtest/gtest.h>

#include <vector>

#include "server/net/clock.h"

namespace visavis::net {
namespace {

struct Alarm : Timed {
  void on_deadline(Instant now) override { fired_at.push_back(now); }
  std::vector<Instant> fired_at;
};

class DeadlineWheelTest : public testing::Test {
 protected:
  boost::asio::io_context context_;
  DeadlineWheel wheel_{context_};
  const Instant start_ = monotonic_now();
};

TEST_F(DeadlineWheelTest, FiresOnceAndNotBeforeItsTime) {
  Alarm alarm;
  wheel_.schedule(alarm, start_ + milliseconds(60));
  context_.run();
  ASSERT_EQ(alarm.fired_at.size(), 1U);
  EXPECT_GE(alarm.fired_at[0], start_ + milliseconds(60));
}

TEST_F(DeadlineWheelTest, FiresInTheOrderOfTheDeadlines) {
  Alarm late;
  Alarm early;
  wheel_.schedule(late, start_ + milliseconds(150));
  wheel_.schedule(early, start_ + milliseconds(10));
  context_.run();
  ASSERT_EQ(late.fired_at.size(), 1U);
  ASSERT_EQ(early.fired_at.size(), 1U);
  EXPECT_LT(early.fired_at[0], late.fired_at[0]);
}

TEST_F(DeadlineWheelTest, ForgetsWhatIsCancelledOrReplaced) {
  Alarm cancelled;
  Alarm replaced;
  Alarm other;
  wheel_.schedule(cancelled, start_ + milliseconds(10));
  wheel_.schedule(other, start_ + milliseconds(10));
  wheel_.schedule(replaced, start_ + milliseconds(10));
  wheel_.schedule(replaced, start_ + milliseconds(80));
  wheel_.cancel(cancelled);
  wheel_.cancel(cancelled);
  context_.run();
  EXPECT_TRUE(cancelled.fired_at.empty());
  EXPECT_EQ(other.fired_at.size(), 1U);
  ASSERT_EQ(replaced.fired_at.size(), 1U);
  EXPECT_GE(replaced.fired_at[0], start_ + milliseconds(80));
}

TEST_F(DeadlineWheelTest, FiresAtOnceWhatIsOverdue) {
  Alarm alarm;
  wheel_.schedule(alarm, start_ - seconds(100));
  context_.run();
  ASSERT_EQ(alarm.fired_at.size(), 1U);
}

TEST_F(DeadlineWheelTest, TakesNewDeadlinesWhileFiring) {
  struct Repeating : Timed {
    explicit Repeating(DeadlineWheel& w) : wheel(w) {}
    void on_deadline(Instant now) override {
      if (++count < 3) wheel.schedule(*this, now);
    }
    DeadlineWheel& wheel;
    int count = 0;
  } repeating(wheel_);
  wheel_.schedule(repeating, start_);
  context_.run();
  EXPECT_EQ(repeating.count, 3);
}

}  // namespace
}  // namespace visavis::net
