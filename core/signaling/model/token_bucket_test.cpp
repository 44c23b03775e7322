#include "core/signaling/model/token_bucket.h"

#include <gtest/gtest.h>

namespace visavis::signaling {
namespace {

TEST(TokenBucket, AllowsABurstThenTheRate) {
  const Rate rate{10, 3};
  Instant now{seconds(5)};
  TokenBucket bucket(rate, now);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.take(rate, now));
  EXPECT_FALSE(bucket.take(rate, now));
  now += milliseconds(101);
  EXPECT_TRUE(bucket.take(rate, now));
  EXPECT_FALSE(bucket.take(rate, now));
  EXPECT_FALSE(bucket.is_full(rate, now + milliseconds(250)));
  EXPECT_TRUE(bucket.is_full(rate, now + milliseconds(350)));
  EXPECT_TRUE(bucket.take(rate, now + seconds(100), 3));
  EXPECT_FALSE(bucket.take(rate, now + seconds(100)));
}

}  // namespace
}  // namespace visavis::signaling
