#include "core/signaling/model/blocks.h"

#include <gtest/gtest.h>

namespace visavis::signaling {
namespace {

UserId user(std::uint8_t number) {
  UserId id;
  id.bytes.fill(number);
  return id;
}

TEST(Blocks, WhoIsBlockedIsInItUntilUnblocked) {
  Blocks blocks;
  EXPECT_FALSE(blocks.contains(user(1)));
  blocks.add(user(1), 64);
  EXPECT_TRUE(blocks.contains(user(1)));
  EXPECT_FALSE(blocks.contains(user(2)));
  blocks.remove(user(1));
  blocks.remove(user(1));
  EXPECT_FALSE(blocks.contains(user(1)));
  EXPECT_TRUE(blocks.users().empty());
}

TEST(Blocks, BlockingTwiceIsBlockingOnce) {
  Blocks blocks;
  blocks.add(user(1), 64);
  blocks.add(user(1), 64);
  EXPECT_EQ(blocks.users().size(), 1U);
}

TEST(Blocks, TheOldestMakesPlace) {
  Blocks blocks;
  for (std::uint8_t i = 1; i <= 4; ++i) blocks.add(user(i), 3);
  EXPECT_FALSE(blocks.contains(user(1)));
  ASSERT_EQ(blocks.users().size(), 3U);
  EXPECT_EQ(blocks.users().front(), user(2));
  EXPECT_EQ(blocks.users().back(), user(4));
}

TEST(Blocks, NobodyCanBeBlockedWhereNoneMayBe) {
  Blocks blocks;
  blocks.add(user(1), 0);
  EXPECT_FALSE(blocks.contains(user(1)));
}

}  // namespace
}  // namespace visavis::signaling
