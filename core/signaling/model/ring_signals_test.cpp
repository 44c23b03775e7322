#include "core/signaling/model/ring_signals.h"

#include <gtest/gtest.h>

namespace visavis::signaling {
namespace {

using Answer = RingSignals::Answer;

ParticipantId participant(std::uint8_t number) {
  ParticipantId id;
  id.bytes.fill(number);
  return id;
}

TEST(RingSignals, CountsEachSenderToEachWhoRings) {
  const Limits limits;
  RingSignals signals;
  for (int i = 0; i < 64; ++i) {
    EXPECT_EQ(signals.count(participant(1), participant(2), 100, limits), Answer::kPasses);
  }
  EXPECT_EQ(signals.count(participant(1), participant(2), 100, limits), Answer::kRefused);
  EXPECT_EQ(signals.count(participant(1), participant(3), 100, limits), Answer::kPasses);
  EXPECT_EQ(signals.count(participant(2), participant(1), 100, limits), Answer::kPasses);
}

TEST(RingSignals, CountsBytes) {
  const Limits limits;
  RingSignals signals;
  EXPECT_EQ(signals.count(participant(1), participant(2), 131'000, limits), Answer::kPasses);
  EXPECT_EQ(signals.count(participant(1), participant(2), 73, limits), Answer::kRefused);
  EXPECT_EQ(signals.count(participant(1), participant(2), 72, limits), Answer::kPasses);
}

TEST(RingSignals, SaysWhenSomebodyGoesOn) {
  const Limits limits;
  RingSignals signals;
  for (int i = 0; i < 128; ++i) signals.count(participant(1), participant(2), 1, limits);
  EXPECT_EQ(signals.count(participant(1), participant(2), 1, limits), Answer::kGoesOn);
}

TEST(RingSignals, WhoeverHasJoinedIsNotCountedAnyMore) {
  const Limits limits;
  RingSignals signals;
  for (int i = 0; i < 65; ++i) signals.count(participant(1), participant(2), 1, limits);
  signals.forget(participant(2));
  EXPECT_EQ(signals.count(participant(1), participant(2), 1, limits), Answer::kPasses);
}

}  // namespace
}  // namespace visavis::signaling
