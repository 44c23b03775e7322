#include "server/services/input_account.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace visavis::services {
namespace {

TEST(InputAccountTest, SaysWhenReadingGoesOn) {
  InputAccount account;
  account.submitted(100);
  EXPECT_EQ(account.waiting(), 100);
  EXPECT_TRUE(account.pause_until(40));
  EXPECT_FALSE(account.handled(50));
  EXPECT_TRUE(account.handled(10));
  EXPECT_FALSE(account.handled(10));  // told once
  EXPECT_EQ(account.waiting(), 30);
}

TEST(InputAccountTest, DoesNotPauseForWhatIsHandledAlready) {
  InputAccount account;
  account.submitted(100);
  EXPECT_FALSE(account.handled(80));
  EXPECT_FALSE(account.pause_until(20));
  EXPECT_FALSE(account.handled(20));
  EXPECT_FALSE(account.pause_until(1'000));  // more than ever came
}

// The producer pauses and the hub catches up at the same time: it must never sleep with nothing
// waiting.
TEST(InputAccountTest, IsAlwaysWokenAgain) {
  constexpr int kPauses = 2'000;
  InputAccount account;
  std::atomic<int> submitted{0};
  std::atomic<int> wake_ups{0};
  std::thread hub([&] {
    for (int handled = 0; handled < kPauses;) {
      if (handled == submitted) {
        std::this_thread::yield();
        continue;
      }
      ++handled;
      if (account.handled(1)) ++wake_ups;
    }
  });
  for (int i = 0; i < kPauses; ++i) {
    account.submitted(1);
    const int before = wake_ups;
    ++submitted;
    if (!account.pause_until(0)) continue;
    while (wake_ups == before) std::this_thread::yield();
  }
  hub.join();
  EXPECT_EQ(account.waiting(), 0);
}

}  // namespace
}  // namespace visavis::services
