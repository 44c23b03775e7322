#include "core/signaling/model/replay_buffer.h"

#include <gtest/gtest.h>

namespace visavis::signaling {
namespace {

Frame frame(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

TEST(ReplayBuffer, CountsFromOneAndKeepsUntilAcknowledged) {
  ReplayBuffer buffer;
  EXPECT_EQ(buffer.sent(), 0U);
  EXPECT_TRUE(buffer.can_replay_after(0));
  for (const char* text : {"one", "two", "three"}) EXPECT_FALSE(buffer.push(frame(text), 100));
  EXPECT_EQ(buffer.sent(), 3U);
  EXPECT_EQ(buffer.bytes(), 11U);
  EXPECT_TRUE(buffer.acknowledge(1));
  EXPECT_FALSE(buffer.can_replay_after(0));
  ASSERT_EQ(buffer.after(1).size(), 2U);
  EXPECT_EQ(*buffer.after(1)[0].frame, "two");
  EXPECT_EQ(*buffer.after(2)[0].frame, "three");
  EXPECT_TRUE(buffer.after(3).empty());
  EXPECT_FALSE(buffer.can_replay_after(4));
  EXPECT_FALSE(buffer.acknowledge(4));
  EXPECT_TRUE(buffer.acknowledge(0));  // an old acknowledgement changes nothing
  EXPECT_EQ(buffer.bytes(), 8U);
}

TEST(ReplayBuffer, BeyondTheLimitTheOldestGo) {
  ReplayBuffer buffer;
  for (int i = 0; i < 10; ++i) buffer.push(frame("0123456789"), 30);
  EXPECT_EQ(buffer.bytes(), 30U);
  EXPECT_FALSE(buffer.can_replay_after(6));
  EXPECT_EQ(buffer.after(7).size(), 3U);
  EXPECT_TRUE(buffer.push(frame(std::string(31, 'x')), 30));
  EXPECT_EQ(buffer.bytes(), 0U);
  EXPECT_EQ(buffer.sent(), 11U);
}

TEST(ReplayBuffer, KnowsHowMuchIsThereBecauseOfWhom) {
  ReplayBuffer buffer;
  buffer.push(frame("12345"), 100, 7);
  buffer.push(frame("123"), 100, 8);
  buffer.push(frame("12"), 100);
  buffer.push(frame("1234"), 100, 7);
  EXPECT_EQ(buffer.bytes_of(7), 9U);
  EXPECT_EQ(buffer.bytes_of(8), 3U);
  EXPECT_TRUE(buffer.acknowledge(2));
  EXPECT_EQ(buffer.bytes_of(7), 4U);
  EXPECT_EQ(buffer.bytes_of(8), 0U);
  buffer.reset();
  EXPECT_EQ(buffer.bytes_of(7), 0U);
}

TEST(ReplayBuffer, WhatSomebodyCausedGoesButTheNumbersStay) {
  ReplayBuffer buffer;
  for (const char* text : {"one", "two", "three"}) buffer.push(frame(text), 100, 7);
  buffer.push(frame("four"), 100, 8);
  buffer.acknowledge(1);
  buffer.replace_all_of(7, frame("-"));
  EXPECT_EQ(buffer.bytes_of(7), 0U);
  EXPECT_EQ(buffer.bytes_of(8), 4U);
  EXPECT_EQ(buffer.bytes(), 6U);
  const auto left = buffer.after(1);
  ASSERT_EQ(left.size(), 3U);
  EXPECT_EQ(*left[0].frame, "-");
  EXPECT_EQ(*left[1].frame, "-");
  EXPECT_EQ(*left[2].frame, "four");
  EXPECT_EQ(buffer.sent(), 4U);
  EXPECT_TRUE(buffer.acknowledge(4));
  EXPECT_EQ(buffer.bytes(), 0U);
}

TEST(ReplayBuffer, LongRunsStayRight) {
  ReplayBuffer buffer;
  for (std::uint64_t i = 1; i <= 1'000; ++i) {
    buffer.push(frame(std::to_string(i)), 1'000'000);
    if (i % 7 == 0) {
      ASSERT_TRUE(buffer.acknowledge(i - 3));
      ASSERT_EQ(*buffer.after(i - 3).front().frame, std::to_string(i - 2));
    }
  }
  buffer.reset();
  EXPECT_EQ(buffer.sent(), 0U);
}

}  // namespace
}  // namespace visavis::signaling
