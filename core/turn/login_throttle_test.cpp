// Pauses grow, and nothing is remembered for ever.
#include "core/turn/login_throttle.h"

#include <gtest/gtest.h>

#include <string>

namespace visavis::turn {
namespace {

using namespace std::chrono_literals;

class Throttle : public ::testing::Test {
 protected:
  static IpAddress at(const std::string& text) { return IpAddress::parse(text).value(); }
  // How many of somebody's tries, one at each step, were let through and failed.
  int tries(const std::string& name, const IpAddress& from, Duration time, Duration step) {
    int count = 0;
    for (const Instant end = now_ + time; now_ < end; now_ += step) {
      if (!throttle_.may_try(name, from, now_)) continue;
      throttle_.failed(name, from, now_);
      ++count;
    }
    return count;
  }

  Limits limits_;
  LoginThrottle throttle_{limits_};
  Instant now_{1h};
  const IpAddress eve_ = at("203.0.113.66");
};

TEST_F(Throttle, FromOneAddressANameIsTriedOnceAMinute) {
  EXPECT_EQ(tries("ana", eve_, 63s, 10ms), 10 + 5) << "behind pauses of 1, 2, 4, 8 and 16 s";
  EXPECT_EQ(tries("ana", eve_, 10min, 10ms), 10);
}

TEST_F(Throttle, IsOverTenMinutesAfterTheLastFailure) {
  tries("ana", eve_, 1h, 1s);
  now_ += 10min;
  EXPECT_EQ(tries("ana", eve_, 1s, 10ms), 10);
}

TEST_F(Throttle, TheRightPasswordEndsIt) {
  tries("ana", eve_, 50ms, 10ms);
  throttle_.succeeded("ana", eve_, now_);
  EXPECT_EQ(tries("ana", eve_, 1s, 10ms), 10);
}

TEST_F(Throttle, AnIpv6NetworkIsOneAddress) {
  EXPECT_EQ(tries("ana", at("2001:db8::1"), 1s, 10ms), 10);
  EXPECT_EQ(tries("ana", at("2001:db8::2"), 1s, 10ms), 1);
}

TEST_F(Throttle, RemembersNoMoreThanItMay) {
  limits_.failed_logins_max = 100;
  for (int i = 0; i < 1'000; ++i) {
    throttle_.failed("name" + std::to_string(i), eve_, now_);
    EXPECT_LE(throttle_.size(), 100U);
  }
  EXPECT_FALSE(throttle_.may_try("another", eve_, now_)) << "the address is what came last";
}

}  // namespace
}  // namespace visavis::turn
