#include "server/ops/nearest_name.h"

#include <gtest/gtest.h>

#include <vector>

namespace visavis::ops {
namespace {

const std::vector<std::string> kKnown = {"listen", "public_url", "trusted_proxy", "relay"};

TEST(NearestNameTest, FindsWhatWasMeant) {
  EXPECT_EQ(nearest_name("listen", kKnown), "listen");
  EXPECT_EQ(nearest_name("publicurl", kKnown), "public_url");
  EXPECT_EQ(nearest_name("trusted_proxies", kKnown), "trusted_proxy");
  EXPECT_EQ(nearest_name("pluckic_url", kKnown), "public_url");
  EXPECT_EQ(nearest_name("pluckic_url", kKnown, 7), "") << "only the end may be wrong";
}

TEST(NearestNameTest, DoesNotGuessWhereNothingIsNear) {
  EXPECT_EQ(nearest_name("colour", kKnown), "");
  EXPECT_EQ(nearest_name("", kKnown), "");
  EXPECT_EQ(nearest_name(std::string(5'000, 'x'), kKnown), "");
  EXPECT_EQ(did_you_mean("colour", kKnown), "");
  EXPECT_EQ(did_you_mean("rely", kKnown), "; did you mean relay?");
}

}  // namespace
}  // namespace visavis::ops
