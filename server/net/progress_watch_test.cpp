#include "server/net/progress_watch.h"

#include <gtest/gtest.h>

namespace visavis::net {
namespace {

constexpr Duration kPatience = seconds(20);

class ProgressWatchTest : public testing::Test {
 protected:
  // Five seconds pass; then so much has been taken in all, and so much waits.
  bool stalled_after_five_seconds(std::uint64_t taken, std::uint64_t waiting) {
    now_ += seconds(5);
    return watch_.is_stalled({.taken = taken, .waiting = waiting}, now_, kPatience);
  }

  ProgressWatch watch_;
  Instant now_{};
};

TEST_F(ProgressWatchTest, NothingWaitsForNobody) {
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(stalled_after_five_seconds(0, 0));
}

TEST_F(ProgressWatchTest, FindsAPeerThatTakesNothing) {
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(stalled_after_five_seconds(500, 10'000)) << i;
  EXPECT_TRUE(stalled_after_five_seconds(500, 10'000));
}

TEST_F(ProgressWatchTest, LetsASlowPeerGoOn) {
  for (std::uint64_t i = 0; i < 100; ++i) {
    EXPECT_FALSE(stalled_after_five_seconds(i * 300, 1'000'000)) << i;
  }
}

TEST_F(ProgressWatchTest, OneByteASecondIsNoProgress) {
  bool stalled = false;
  for (std::uint64_t i = 0; i < 6; ++i) stalled = stalled_after_five_seconds(i * 5, 100'000);
  EXPECT_TRUE(stalled);
}

// A long way round: there is always something on the way, and little of it.
TEST_F(ProgressWatchTest, TakingAllThatWaitedIsProgressHoweverLittle) {
  for (std::uint64_t i = 0; i < 100; ++i) {
    EXPECT_FALSE(stalled_after_five_seconds(i * 40, 40)) << i;
  }
}

TEST_F(ProgressWatchTest, BeginsAnewWhenTheQueueHasBeenEmpty) {
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(stalled_after_five_seconds(0, 100));
  EXPECT_FALSE(stalled_after_five_seconds(100, 0));
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(stalled_after_five_seconds(100, 50)) << i;
  EXPECT_TRUE(stalled_after_five_seconds(100, 50));
}

TEST(KernelProgress, KnowsNothingOfWhatIsNoTcpSocket) {
  const SendProgress progress = kernel_progress(-1);
  EXPECT_EQ(progress.taken, 0U);
  EXPECT_EQ(progress.waiting, 0U);
}

}  // namespace
}  // namespace visavis::net
