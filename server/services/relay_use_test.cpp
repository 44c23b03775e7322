#include "server/services/relay_use.h"

#include <gtest/gtest.h>

namespace visavis::services {
namespace {

TEST(RelayUse, SumsUpACallAndForgetsIt) {
  RelayUse use;
  use.add("a", 100);
  use.add("b", 1);
  use.add("a", 200);
  const RelayUse::Use of_a = use.take("a");
  EXPECT_EQ(of_a.bytes, 300);
  EXPECT_EQ(of_a.allocations, 2);
  EXPECT_EQ(use.take("a").allocations, 0);
  EXPECT_EQ(use.take("b").bytes, 1);
}

TEST(RelayUse, ForgetsTheOldestOfTooMany) {
  RelayUse use;
  for (std::size_t i = 0; i <= RelayUse::kCallsMax; ++i) use.add(std::to_string(i), 1);
  EXPECT_EQ(use.take("0").allocations, 0);
  EXPECT_EQ(use.take("1").allocations, 1);
  EXPECT_EQ(use.take(std::to_string(RelayUse::kCallsMax)).allocations, 1);
}

}  // namespace
}  // namespace visavis::services
