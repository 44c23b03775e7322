#include "core/turn/reservation_book.h"

#include <gtest/gtest.h>

#include <memory>

namespace visavis::turn {
namespace {

using namespace std::chrono_literals;

class CountedClaim final : public Claim {
 public:
  explicit CountedClaim(int& claims) : claims_(claims) { ++claims_; }
  ~CountedClaim() override { --claims_; }
  CountedClaim(const CountedClaim&) = delete;
  CountedClaim& operator=(const CountedClaim&) = delete;

 private:
  int& claims_;
};

class ReservationBookTest : public ::testing::Test {
 protected:
  void keep(std::uint64_t token, const char* user, Instant expires) {
    book_.keep({.token = token,
                .user = user,
                .relay = {token},
                .expires = expires,
                .claim = std::make_unique<CountedClaim>(claims_)});
  }

  int claims_ = 0;
  ReservationBook book_;
  Instant now_{1h};
};

TEST_F(ReservationBookTest, GivesAReservationOnceAndOnlyToItsUser) {
  keep(1, "ana", now_ + 30s);
  EXPECT_FALSE(book_.redeem(2, "ana", now_));
  EXPECT_FALSE(book_.redeem(1, "ben", now_));
  {
    const auto redeemed = book_.redeem(1, "ana", now_ + 30s - 1us);
    ASSERT_TRUE(redeemed);
    EXPECT_EQ(redeemed->relay, RelayId{1});
    EXPECT_EQ(claims_, 1) << "it counts until whoever has it lets go";
  }
  EXPECT_EQ(claims_, 0);
  EXPECT_FALSE(book_.redeem(1, "ana", now_));
}

TEST_F(ReservationBookTest, WhatHasExpiredIsGivenToNobodyAndClosedOnce) {
  keep(1, "ana", now_ + 30s);
  keep(2, "ana", now_ + 40s);
  EXPECT_FALSE(book_.redeem(1, "ana", now_ + 30s)) << "though no timer has been there";
  EXPECT_TRUE(book_.expire(now_ + 30s - 1us).reservations.empty());
  {
    const auto expired = book_.expire(now_ + 30s);
    ASSERT_EQ(expired.reservations.size(), 1U);
    EXPECT_EQ(expired.reservations[0].token, 1U);
    EXPECT_EQ(expired.next, now_ + 40s);
  }
  EXPECT_EQ(claims_, 1);
  EXPECT_TRUE(book_.expire(now_ + 30s).reservations.empty());
  const auto last = book_.expire(now_ + 40s);
  EXPECT_EQ(last.reservations.size(), 1U);
  EXPECT_FALSE(last.next);
}

TEST_F(ReservationBookTest, LoopsWhoseClocksDifferByAMomentAreInOneOrder) {
  keep(1, "ana", now_ + 30s + 2us);
  keep(2, "ana", now_ + 30s);
  EXPECT_EQ(book_.expire(now_).next, now_ + 30s);
  EXPECT_EQ(book_.expire(now_ + 30s).reservations.size(), 1U);
}

}  // namespace
}  // namespace visavis::turn
