#include "core/signaling/model/silent_receiver.h"

#include <gtest/gtest.h>

namespace visavis::signaling {
namespace {

constexpr Duration kEvery = milliseconds(500);

ParticipantId participant(std::uint8_t number) {
  ParticipantId id;
  id.bytes.fill(number);
  return id;
}

struct SilentReceiverTest : ::testing::Test {
  SilentReceiver receiver;
  Instant now{seconds(1'000)};
  bool there = true;

  std::size_t waiting(std::uint8_t from) {
    return receiver.waiting(participant(from), there, kEvery, now);
  }
  void take(std::uint8_t from, std::size_t bytes) {
    receiver.take(participant(from), bytes, there, kEvery, now);
  }
};

TEST_F(SilentReceiverTest, WhatIsTakenWaitsUntilTheNextHeartbeat) {
  EXPECT_EQ(waiting(1), 0U);
  take(1, 100);
  now += milliseconds(499);
  take(1, 50);
  EXPECT_EQ(waiting(1), 150U);
  now += milliseconds(1);
  EXPECT_EQ(waiting(1), 0U);
  take(1, 70);
  now += milliseconds(499);
  EXPECT_EQ(waiting(1), 70U);
}

TEST_F(SilentReceiverTest, EachSenderHasTheirOwn) {
  take(1, 100);
  take(2, 30);
  EXPECT_EQ(waiting(1), 100U);
  EXPECT_EQ(waiting(2), 30U);
}

TEST_F(SilentReceiverTest, WhoIsAwayAcknowledgesNothing) {
  there = false;
  take(1, 100);
  now += seconds(20);
  take(1, 100);
  EXPECT_EQ(waiting(1), 200U);
  there = true;
  EXPECT_EQ(waiting(1), 0U);
}

}  // namespace
}  // namespace visavis::signaling
