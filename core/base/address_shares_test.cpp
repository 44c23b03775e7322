#include "core/base/address_shares.h"

#include <gtest/gtest.h>

#include <string>

namespace visavis {
namespace {

Source address(const std::string& text) { return {IpAddress::parse(text)->limit_key()}; }
Source v4(int number) {
  return address("198.51." + std::to_string(number / 250) + "." + std::to_string(number % 250));
}

// As many as there is place for.
std::size_t take_all(AddressShares& shares, const Source& key) {
  std::size_t taken = 0;
  for (; shares.has_place(key); ++taken) shares.add(key);
  return taken;
}

TEST(AddressShares, AnAddressHasItsShare) {
  AddressShares shares(1'000, 10);
  EXPECT_EQ(take_all(shares, v4(1)), 10U);
  EXPECT_EQ(take_all(shares, v4(2)), 10U);
  shares.remove(v4(1));
  EXPECT_TRUE(shares.has_place(v4(1)));
  EXPECT_FALSE(shares.has_place(v4(2)));
  EXPECT_EQ(shares.count(v4(1)), 9U);
  EXPECT_EQ(shares.size(), 19U);
}

TEST(AddressShares, TenAddressesWorthForAnIpv6Site) {
  AddressShares shares(10'000, 10);
  std::size_t taken = 0;
  for (int network = 0; network < 100; ++network) {
    taken += take_all(shares, address("2001:db8:1:" + std::to_string(network) + "::1"));
  }
  EXPECT_EQ(taken, 100U);
  EXPECT_TRUE(shares.has_place(address("2001:db8:2::1")));
}

TEST(AddressShares, StrangersTakeNothingFromThoseWhoAreKnownAtTheirAddress) {
  AddressShares shares(1'000, 10);
  EXPECT_EQ(take_all(shares, v4(1)), 10U);
  EXPECT_EQ(take_all(shares, {v4(1).address, true}), 10U);
}

TEST(AddressShares, FewAddressesCannotHaveAllOfIt) {
  AddressShares shares(1'000, 100);
  for (int attacker = 0; attacker < 40; ++attacker) take_all(shares, v4(attacker));
  EXPECT_GT(shares.size(), 900U);
  EXPECT_TRUE(shares.has_place(v4(500)));
  EXPECT_LT(shares.share(), 100U);
}

TEST(AddressShares, SharesAreFullUntilThreeQuartersAreTaken) {
  AddressShares shares(1'000, 100);
  for (int client = 0; client < 749; ++client) shares.add(v4(client));
  EXPECT_EQ(shares.share(), 100U);
  for (int client = 749; client < 999; ++client) shares.add(v4(client));
  EXPECT_EQ(shares.share(), 1U);
  EXPECT_TRUE(shares.has_place(v4(2'000)));
  shares.add(v4(2'000));
  EXPECT_FALSE(shares.has_place(v4(2'001)));
}

TEST(AddressShares, NothingWhereThereIsNothing) {
  EXPECT_FALSE(AddressShares(0, 10).has_place(v4(1)));
  EXPECT_FALSE(AddressShares(10, 0).has_place(v4(1)));
}

}  // namespace
}  // namespace visavis
