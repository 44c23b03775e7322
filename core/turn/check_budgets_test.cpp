// What the bearers of one check code may have relayed in all.
#include "core/turn/check_budgets.h"

#include <gtest/gtest.h>

#include "core/turn/local_ledger.h"
#include "core/turn/test_support.h"

namespace visavis::turn {
namespace {

using namespace std::chrono_literals;

CallKey key(std::uint8_t number) {
  CallKey key;
  key.bytes.fill(number);
  return key;
}

class CheckLedger : public ::testing::Test {
 protected:
  static Limits limits() {
    Limits limits;
    limits.check_bytes_per_code_max = 100'000;
    limits.check_codes_max = 2;
    return limits;
  }
  auto open(std::uint8_t code, bool is_check = true) {
    const CallKey call = key(code);
    return ledger_.open({.user = "check.x:p",
                         .call = &call,
                         .address = IpAddress::v4({203, 0, 113, 1}),
                         .is_check = is_check},
                        now_);
  }
  // How much passes of packets of 1,000 bytes.
  std::uint64_t send(Account& account, std::uint64_t bytes) {
    std::uint64_t passed = 0;
    for (; bytes >= 1'000; bytes -= 1'000) {
      const auto granted = account.lease(Flow::kFromClient, {.least = 1'000, .most = 1'000}, now_);
      if (granted) passed += *granted;
    }
    return passed;
  }

  testing::SeededRandom random_;
  LocalLedger ledger_{limits(), random_};
  Instant now_{1h};
};

TEST_F(CheckLedger, AllAllocationsOfACodeShareItsBytes) {
  auto first = open(1);
  auto second = open(1);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(send(**first, 60'000), 60'000U);
  EXPECT_EQ(send(**second, 60'000), 40'000U);
  EXPECT_EQ(send(**first, 10'000), 0U);
  auto other = open(2);
  ASSERT_TRUE(other);
  EXPECT_EQ(send(**other, 60'000), 60'000U);
}

TEST_F(CheckLedger, LettingGoGivesNoNewBytes) {
  {
    auto first = open(1);
    EXPECT_EQ(send(**first, 100'000), 100'000U);
  }
  now_ += 1h;
  EXPECT_EQ(open(1).error(), Refusal::kCheckUsedUp);
  now_ += 23h;
  EXPECT_EQ(open(1).error(),
            Refusal::kCheckUsedUp);  // not forgotten before another code needs the place
  ASSERT_TRUE(open(2));
  EXPECT_TRUE(open(1));  // a day after its last use no credential for it is good
}

TEST_F(CheckLedger, NoCodeIsForgottenForAnother) {
  ASSERT_TRUE(open(1));
  ASSERT_TRUE(open(2));
  EXPECT_EQ(open(3).error(), Refusal::kServerFull);
  now_ += 24h;
  EXPECT_TRUE(open(3));
}

TEST_F(CheckLedger, OrdinaryCallsHaveNoSuchBudget) {
  auto call = open(1, false);
  ASSERT_TRUE(call);
  EXPECT_EQ(send(**call, 150'000), 150'000U);
}

TEST_F(CheckLedger, WhatALeaseDidNotUseIsGivenBack) {
  auto account = open(1);
  ASSERT_TRUE((*account)->lease(Flow::kFromClient, {.least = 1, .most = 90'000}, now_));
  ASSERT_TRUE(
      (*account)->lease(Flow::kFromClient, {.least = 1, .most = 1, .unused = 90'000}, now_));
  EXPECT_EQ(send(**account, 99'000), 99'000U);
}

}  // namespace
}  // namespace visavis::turn
