#include "core/signaling/parts/payers.h"

#include <gtest/gtest.h>

namespace visavis::signaling {
namespace {

UserId person(std::uint8_t number) {
  UserId id;
  id.bytes.fill(number);
  return id;
}

class PayersTest : public testing::Test {
 protected:
  Budget session() const { return {session_allowance(limits_), now_}; }

  int paid(Budget& session, const UserId& who, bool stranger, int tries, const Charge& charge) {
    int paid = 0;
    for (int i = 0; i < tries; ++i) {
      paid += payers_.pay({session, who, address_, stranger}, charge, now_) == Payers::Answer::kPaid
                  ? 1
                  : 0;
    }
    return paid;
  }

  Limits limits_;
  Instant now_{seconds(50)};
  IpAddress address_ = *IpAddress::parse("192.0.2.1");
  AddressBudgets addresses_{address_options(limits_)};
  Payers payers_{limits_, addresses_};
};

TEST_F(PayersTest, ASessionHasItsOwnRate) {
  Budget one = session();
  EXPECT_EQ(paid(one, person(1), false, 1'000, {}), 300);
  EXPECT_EQ(payers_.wait_for({one, person(1), address_, false}, {}, now_), milliseconds(20));
}

TEST_F(PayersTest, APersonsSessionsShareTheirBudget) {
  int all = 0;
  for (int i = 0; i < 16; ++i) {
    Budget one = session();
    all += paid(one, person(1), false, 300, {});
  }
  EXPECT_EQ(all, 600);
  Budget other = session();
  EXPECT_EQ(paid(other, person(2), false, 1'000, {}), 300);
}

TEST_F(PayersTest, StrangersShareTheBudgetOfTheirAddressAndWhoIsKnownHasTheirOwn) {
  int strangers = 0;
  for (std::uint8_t i = 0; i < 100; ++i) {
    Budget one = session();
    strangers += paid(one, person(i), true, 300, {});
  }
  EXPECT_EQ(strangers, 300 * 40);
  Budget stranger = session();
  EXPECT_EQ(payers_.pay({stranger, person(200), address_, true}, {}, now_),
            Payers::Answer::kAddressCannot);
  Budget known = session();
  EXPECT_EQ(paid(known, person(201), false, 1'000, {}), 300);
}

TEST_F(PayersTest, BytesAndCostArePaidToo) {
  Budget one = session();
  EXPECT_EQ(paid(one, person(1), false, 100, {0, 65'536, 0}), 8);
  Budget two = session();
  EXPECT_EQ(paid(two, person(2), false, 100, {0, 0, 50'000}), 4);
}

TEST_F(PayersTest, HellosOfAPersonAreTheirsHoweverManySocketsShowTheToken) {
  int taken = 0;
  for (int i = 0; i < 100; ++i) taken += payers_.pay_hello_of(person(1), now_) ? 1 : 0;
  EXPECT_EQ(taken, 40);
  EXPECT_TRUE(payers_.pay_hello_of(person(2), now_));
  EXPECT_TRUE(payers_.pay_step_of(address_, now_));
}

TEST_F(PayersTest, ACallToMoreCostsMore) {
  const auto cost = [&](std::size_t people) {
    return charge_for({{}, CallStart{std::vector<std::optional<UserId>>(people), true}}, 100,
                      limits_)
        .cost_us;
  };
  EXPECT_GT(cost(5), 4 * cost(1));
}

}  // namespace
}  // namespace visavis::signaling
