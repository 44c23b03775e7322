#include "server/net/origin_policy.h"

#include <gtest/gtest.h>

namespace visavis::net {
namespace {

TEST(OriginPolicy, AllowsTheSameOriginAndProgramsWithoutOne) {
  const OriginPolicy policy("", {});
  EXPECT_TRUE(policy.allows("", "calls.example", true));
  EXPECT_TRUE(policy.allows("https://calls.example", "calls.example", true));
  EXPECT_TRUE(policy.allows("https://calls.example", "Calls.Example:443", true));
  EXPECT_TRUE(policy.allows("http://[::1]:8080", "[::1]:8080", false));
}

TEST(OriginPolicy, RefusesOtherOrigins) {
  const OriginPolicy policy("", {});
  EXPECT_FALSE(policy.allows("https://evil.example", "calls.example", true));
  EXPECT_FALSE(policy.allows("http://calls.example", "calls.example", true));
  EXPECT_FALSE(policy.allows("https://calls.example:8443", "calls.example", true));
  EXPECT_FALSE(policy.allows("https://calls.example.evil.example", "calls.example", true));
  EXPECT_FALSE(policy.allows("null", "calls.example", true));
  EXPECT_FALSE(policy.allows("file://", "", false));
  EXPECT_FALSE(policy.allows("calls.example", "calls.example", true));
}

TEST(OriginPolicy, AllowsThePublicUrlAndConfiguredOrigins) {
  const OriginPolicy policy("https://public.example/calls", {"https://friend.example"});
  EXPECT_TRUE(policy.allows("https://public.example", "10.0.0.5:8080", false));
  EXPECT_TRUE(policy.allows("https://friend.example", "10.0.0.5:8080", false));
  EXPECT_FALSE(policy.allows("http://friend.example", "10.0.0.5:8080", false));
}

TEST(OriginPolicy, AllowsEverythingWithAStar) {
  EXPECT_TRUE(OriginPolicy("", {"*"}).allows("null", "calls.example", true));
}

}  // namespace
}  // namespace visavis::net
