#include "core/signaling/model/budget.h"

#include <gtest/gtest.h>

#include <string>

namespace visavis::signaling {
namespace {

constexpr Allowance kAllowance{{10, 20}, {1'000, 4'000}, {500, 1'000}};

Instant at(Duration since_start) { return Instant(seconds(100)) + since_start; }

TEST(Budget, HasAsMuchOfEachAsCanBeHadAtOnce) {
  Budget budget(kAllowance, at(seconds(0)));
  EXPECT_TRUE(budget.take(kAllowance, at(seconds(0)), {20, 4'000, 1'000}));
  EXPECT_FALSE(budget.take(kAllowance, at(seconds(0)), {1, 0, 0}));
  EXPECT_FALSE(budget.take(kAllowance, at(seconds(0)), {0, 1, 0}));
  EXPECT_FALSE(budget.take(kAllowance, at(seconds(0)), {0, 0, 1}));
}

TEST(Budget, TakesAllOfAChargeOrNothingOfIt) {
  Budget budget(kAllowance, at(seconds(0)));
  EXPECT_FALSE(budget.take(kAllowance, at(seconds(0)), {1, 4'001, 1}));
  EXPECT_TRUE(budget.take(kAllowance, at(seconds(0)), {20, 4'000, 1'000}));
}

TEST(Budget, FillsAgainAndNoFurther) {
  Budget budget(kAllowance, at(seconds(0)));
  EXPECT_TRUE(budget.take(kAllowance, at(seconds(0)), {20, 4'000, 1'000}));
  EXPECT_FALSE(budget.is_full(kAllowance, at(seconds(1))));
  EXPECT_TRUE(budget.take(kAllowance, at(seconds(1)), {10, 1'000, 500}));
  EXPECT_TRUE(budget.is_full(kAllowance, at(seconds(60))));
  EXPECT_TRUE(budget.take(kAllowance, at(seconds(60)), {20, 4'000, 1'000}));
  EXPECT_FALSE(budget.take(kAllowance, at(seconds(60)), {1, 0, 0}));
}

TEST(Budget, SaysHowLongToWait) {
  Budget budget(kAllowance, at(seconds(0)));
  EXPECT_EQ(budget.wait_for(kAllowance, at(seconds(0)), {20, 4'000, 1'000}), Duration::zero());
  EXPECT_TRUE(budget.take(kAllowance, at(seconds(0)), {20, 4'000, 1'000}));
  EXPECT_EQ(budget.wait_for(kAllowance, at(seconds(0)), {1, 0, 0}), milliseconds(100));
  EXPECT_EQ(budget.wait_for(kAllowance, at(seconds(0)), {1, 2'000, 0}), seconds(2));
  // More than can ever be had: as long as until all is there.
  EXPECT_EQ(budget.wait_for(kAllowance, at(seconds(0)), {0, 9'000, 0}), seconds(4));
}

TEST(Budget, ALaterInstantThatComesFirstDoesNoHarm) {
  Budget budget(kAllowance, at(seconds(5)));
  EXPECT_TRUE(budget.take(kAllowance, at(seconds(5)), {20, 0, 0}));
  EXPECT_FALSE(budget.take(kAllowance, at(seconds(1)), {1, 0, 0}));
}

TEST(AccountBook, ForgetsWhoeverHasBeenQuietForLongestAndRefusesNobody) {
  AccountBook<std::string, int> book(2);
  book.use("ana", [] { return 1; }) = 10;
  book.use("ben", [] { return 2; });
  book.use("ana", [] { return 3; });
  book.use("cleo", [] { return 4; });
  EXPECT_EQ(book.size(), 2U);
  EXPECT_EQ(book.find("ben"), nullptr);
  ASSERT_NE(book.find("ana"), nullptr);
  EXPECT_EQ(*book.find("ana"), 10);
}

TEST(AccountBook, ForgetsWhatIsDone) {
  AccountBook<std::string, int> book(8);
  book.use("ana", [] { return 0; });
  book.use("ben", [] { return 0; });
  book.use("cleo", [] { return 1; });
  book.forget_done([](int account) { return account == 0; });
  EXPECT_EQ(book.size(), 1U);
  EXPECT_NE(book.find("cleo"), nullptr);
}

class AddressBudgetsTest : public testing::Test {
 protected:
  static IpAddress address(const std::string& text) { return *IpAddress::parse(text); }

  int steps_of(const std::string& text, int tries, Instant now) {
    int taken = 0;
    for (int i = 0; i < tries; ++i) taken += budgets_.take_step(address(text), now) ? 1 : 0;
    return taken;
  }

  AddressBudgets budgets_{{kAllowance, {10, 200}, 100}};
};

TEST_F(AddressBudgetsTest, AnAddressHasItsStepsAndItsMessages) {
  EXPECT_EQ(steps_of("192.0.2.1", 500, at(seconds(0))), 200);
  EXPECT_EQ(steps_of("192.0.2.2", 500, at(seconds(0))), 200);
  EXPECT_EQ(steps_of("192.0.2.1", 500, at(seconds(1))), 10);
  EXPECT_TRUE(budgets_.take(address("192.0.2.1"), at(seconds(1)), {20, 0, 0}));
  EXPECT_FALSE(budgets_.take(address("192.0.2.1"), at(seconds(1)), {1, 0, 0}));
}

TEST_F(AddressBudgetsTest, AnIPv6ClientIsItsNetworkAndASiteHasTenTimesAsMuch) {
  EXPECT_EQ(steps_of("2001:db8:1:0::1", 150, at(seconds(0))), 150);
  EXPECT_EQ(steps_of("2001:db8:1:0::2", 150, at(seconds(0))), 50);
  int taken = 200;
  for (int network = 1; network < 100; ++network) {
    taken += steps_of("2001:db8:1:" + std::to_string(network) + "::1", 300, at(seconds(0)));
  }
  EXPECT_EQ(taken, 2'000);
  EXPECT_EQ(steps_of("2001:db8:2::1", 300, at(seconds(0))), 200);
}

TEST_F(AddressBudgetsTest, ANetworkThatHasNothingLeftTakesNothingFromItsNeighbours) {
  EXPECT_EQ(steps_of("2001:db8:1:0::1", 100'000, at(seconds(0))), 200);
  EXPECT_EQ(steps_of("2001:db8:1:1::1", 300, at(seconds(0))), 200);
}

TEST_F(AddressBudgetsTest, RemembersNoMoreThanItMay) {
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_TRUE(budgets_.take_step(
        address("10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250)),
        at(seconds(0))));
  }
  EXPECT_LE(budgets_.size(), 100U);
}

TEST_F(AddressBudgetsTest, ForgetsThoseWhoHaveNothingToPayBack) {
  for (int i = 0; i < 50; ++i) steps_of("10.0.0." + std::to_string(i), 1, at(seconds(0)));
  for (int i = 0; i < 50; ++i) steps_of("10.0.1.1", 1, at(seconds(60)));
  EXPECT_EQ(budgets_.size(), 1U);
}

}  // namespace
}  // namespace visavis::signaling
