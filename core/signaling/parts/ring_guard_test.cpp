#include "core/signaling/parts/ring_guard.h"

#include <gtest/gtest.h>

#include <vector>

namespace visavis::signaling {
namespace {

UserId user(std::uint16_t number) {
  UserId id;
  id.bytes[0] = static_cast<std::uint8_t>(number);
  id.bytes[1] = static_cast<std::uint8_t>(number >> 8U);
  return id;
}

const UserId kAna = user(1);
const UserId kBen = user(2);
const IpAddress kHere = *IpAddress::parse("192.0.2.1");
const IpAddress kThere = *IpAddress::parse("192.0.2.2");

struct RingGuardTest : ::testing::Test {
  Limits limits;
  RingGuard guard{limits};
  Instant now{seconds(1'000)};
  bool stranger = true;

  // What stands against it; rings where nothing does.
  std::optional<RingGuard::Refusal> ring(const UserId& caller, const std::vector<UserId>& callees,
                                         const IpAddress& address = kHere) {
    const auto refusal = guard.check({caller, {address, !stranger}}, callees, now);
    if (!refusal) guard.on_ring({caller, {address, !stranger}}, callees, now);
    return refusal;
  }
  void unanswered(const UserId& caller, const UserId& callee) {
    guard.on_unanswered(caller, callee, now);
  }
  Duration pause(const UserId& caller, const UserId& callee) {
    const auto refusal = guard.check({caller, {kHere}}, std::vector{callee}, now);
    if (!refusal) return Duration::zero();
    EXPECT_EQ(refusal->reason, RingGuard::Reason::kNotAnswered);
    EXPECT_EQ(refusal->callee, callee);
    return refusal->retry_after;
  }
};

TEST_F(RingGuardTest, PausesGrowWhileNobodyAnswers) {
  for (const Duration expected :
       {seconds(0), seconds(10), seconds(30), seconds(120), seconds(120)}) {
    EXPECT_EQ(ring(kAna, {kBen}), std::nullopt);
    unanswered(kAna, kBen);
    EXPECT_EQ(pause(kAna, kBen), expected);
    EXPECT_EQ(pause(kBen, kAna), Duration::zero());
    EXPECT_EQ(pause(kAna, user(3)), Duration::zero());
    now += expected;
    EXPECT_EQ(pause(kAna, kBen), Duration::zero());
  }
}

TEST_F(RingGuardTest, APauseCountsDown) {
  unanswered(kAna, kBen);
  unanswered(kAna, kBen);
  now += milliseconds(7'500);
  EXPECT_EQ(pause(kAna, kBen), milliseconds(2'500));
}

TEST_F(RingGuardTest, AnAnswerForgetsWhatWasNotAnswered) {
  for (int i = 0; i < 4; ++i) unanswered(kAna, kBen);
  guard.on_answered(kAna, kBen, now);
  EXPECT_EQ(pause(kAna, kBen), Duration::zero());
  unanswered(kAna, kBen);
  EXPECT_EQ(pause(kAna, kBen), Duration::zero());
}

TEST_F(RingGuardTest, CallingBackForgetsWhatWasNotAnswered) {
  for (int i = 0; i < 4; ++i) unanswered(kAna, kBen);
  EXPECT_EQ(ring(kBen, {kAna}), std::nullopt);
  EXPECT_EQ(pause(kAna, kBen), Duration::zero());
}

TEST_F(RingGuardTest, TenMinutesForgetWhatWasNotAnswered) {
  for (int i = 0; i < 4; ++i) unanswered(kAna, kBen);
  now += limits.ring_pause_memory;
  unanswered(kAna, kBen);
  EXPECT_EQ(pause(kAna, kBen), Duration::zero());
}

TEST_F(RingGuardTest, ACallerRingsSoManyAtOnceAndThenByTheMinute) {
  for (std::uint16_t i = 0; i < 10; ++i) {
    EXPECT_EQ(ring(kAna, {user(static_cast<std::uint16_t>(10 + i))}), std::nullopt);
  }
  const auto refusal = ring(kAna, {kBen});
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason, RingGuard::Reason::kCaller);
  EXPECT_NEAR(static_cast<double>(refusal->retry_after / milliseconds(1)), 3'000, 2);
  now += refusal->retry_after;
  EXPECT_EQ(ring(kAna, {kBen}), std::nullopt);
  EXPECT_TRUE(ring(kAna, {kBen}));
}

TEST_F(RingGuardTest, EveryoneWhoIsCalledCounts) {
  EXPECT_EQ(ring(kAna, {user(10), user(11), user(12), user(13), user(14)}), std::nullopt);
  EXPECT_EQ(ring(kAna, {user(20), user(21), user(22), user(23), user(24)}), std::nullopt);
  EXPECT_TRUE(ring(kAna, {kBen}));
}

TEST_F(RingGuardTest, MoreThanTheBurstCanBeCalledWhenNobodyWas) {
  std::vector<UserId> many;
  for (std::uint16_t i = 0; i < 15; ++i) many.push_back(user(static_cast<std::uint16_t>(10 + i)));
  EXPECT_EQ(ring(kAna, many), std::nullopt);
  EXPECT_TRUE(ring(kAna, {kBen}));
}

TEST_F(RingGuardTest, WhatIsRefusedCountsForNothing) {
  for (std::uint16_t i = 0; i < 10; ++i) ring(kAna, {user(static_cast<std::uint16_t>(10 + i))});
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(ring(kAna, {kBen}));
  now += seconds(4);
  EXPECT_EQ(ring(kAna, {kBen}), std::nullopt);
}

TEST_F(RingGuardTest, AnAddressRingsSoManyAtOnce) {
  for (std::uint16_t i = 0; i < 60; ++i) {
    const auto caller = static_cast<std::uint16_t>(100 + i);
    EXPECT_EQ(ring(user(caller), {user(static_cast<std::uint16_t>(1'000 + i))}), std::nullopt);
  }
  const auto refusal = ring(kAna, {kBen});
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason, RingGuard::Reason::kAddress);
  EXPECT_NEAR(static_cast<double>(refusal->retry_after / milliseconds(1)), 500, 2);
  EXPECT_EQ(ring(kAna, {kBen}, kThere), std::nullopt);
}

TEST_F(RingGuardTest, WhoHasShownATokenDoesNotPayFromTheirAddress) {
  for (std::uint16_t i = 0; i < 60; ++i) {
    ring(user(static_cast<std::uint16_t>(100 + i)), {user(static_cast<std::uint16_t>(1'000 + i))});
  }
  EXPECT_TRUE(ring(kAna, {kBen}));
  stranger = false;
  EXPECT_EQ(ring(kAna, {kBen}), std::nullopt);
  for (std::uint16_t i = 0; i < 9; ++i) ring(user(static_cast<std::uint16_t>(100 + i)), {kBen});
  EXPECT_TRUE(ring(user(3), {kBen}));  // but many at one person are many still
}

TEST_F(RingGuardTest, WhoMakesNewPeopleToRingSomebodyIsOneCallerStill) {
  for (std::uint16_t i = 0; i < 10; ++i) {
    EXPECT_EQ(ring(user(static_cast<std::uint16_t>(100 + i)), {kBen}), std::nullopt);
  }
  const auto refusal = ring(kAna, {kBen});
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason, RingGuard::Reason::kAddressAtOnePerson);
  EXPECT_EQ(refusal->callee, kBen);
  EXPECT_EQ(ring(kAna, {user(3)}), std::nullopt);
  EXPECT_EQ(ring(kAna, {kBen}, kThere), std::nullopt);
}

TEST_F(RingGuardTest, StrangersAtTheSameAddressTakeNothingFromWhoIsWelcome) {
  EXPECT_FALSE(guard.is_welcome(kAna, kBen, now));
  guard.on_answered(kAna, kBen, now);
  EXPECT_TRUE(guard.is_welcome(kAna, kBen, now));
  EXPECT_FALSE(guard.is_welcome(kBen, kAna, now));
  for (std::uint16_t i = 0; i < 100; ++i) {
    ring(user(static_cast<std::uint16_t>(100 + i)), {kBen});
    ring(user(static_cast<std::uint16_t>(300 + i)), {user(static_cast<std::uint16_t>(500 + i))});
  }
  EXPECT_TRUE(ring(user(3), {user(4)}));
  EXPECT_TRUE(ring(user(3), {kBen}));
  EXPECT_EQ(ring(kAna, {kBen}), std::nullopt);
  EXPECT_EQ(ring(kBen, {kAna}), std::nullopt);  // since Ana has just called
  now += limits.ring_pause_memory;
  EXPECT_FALSE(guard.is_welcome(kAna, kBen, now));
}

TEST_F(RingGuardTest, AFullTableRefusesNobody) {
  limits.ring_records_max = 4;
  RingGuard small(limits);
  for (std::uint16_t i = 0; i < 100; ++i) {
    const RingGuard::Caller caller{user(static_cast<std::uint16_t>(100 + i)), {kThere}};
    const std::vector callees{user(static_cast<std::uint16_t>(300 + i))};
    if (!small.check(caller, callees, now)) small.on_ring(caller, callees, now);
  }
  EXPECT_EQ(small.check({kAna, {kHere}}, std::vector{kBen}, now), std::nullopt);
}

}  // namespace
}  // namespace visavis::signaling
