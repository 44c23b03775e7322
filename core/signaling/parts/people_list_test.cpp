#include "core/signaling/parts/people_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace visavis::signaling {
namespace {

class Crowd {
 public:
  explicit Crowd(std::size_t listed_max) : list_(listed_max) {}

  User& arrive(std::string_view site) {
    people_.push_back(std::make_unique<User>());
    User& user = *people_.back();
    user.site = IpAddress::parse(site)->site_key();
    user.arrival = ++arrivals_;
    list_.add(user);
    return user;
  }
  User* leave(User& user) {
    User* next = list_.remove(user);
    std::erase_if(people_, [&](const auto& known) { return known.get() == &user; });
    return next;
  }
  std::size_t listed(std::string_view site) const {
    return count([&](const User& user) {
      return user.listed && user.site == IpAddress::parse(site)->site_key();
    });
  }
  std::size_t listed() const {
    return count([](const User& user) { return user.listed; });
  }
  User& at(std::size_t index) { return *people_.at(index); }
  std::size_t size() const { return people_.size(); }
  const PeopleList& list() const { return list_; }

 private:
  template <typename Is>
  std::size_t count(Is is) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(people_, [&](const auto& user) { return is(*user); }));
  }

  PeopleList list_;
  std::vector<std::unique_ptr<User>> people_;
  std::uint64_t arrivals_ = 0;
};

TEST(PeopleList, OneNetworkLeavesPlacesForOthers) {
  Crowd crowd(500);
  for (int i = 0; i < 511; ++i) crowd.arrive("192.0.2.1");
  EXPECT_GE(crowd.listed("192.0.2.1"), 375U);  // three quarters are anybody's
  EXPECT_LE(crowd.listed("192.0.2.1"), 400U);
  for (int i = 0; i < 100; ++i) crowd.arrive("198.51.100.1");
  EXPECT_GE(crowd.listed("198.51.100.1"), 60U);
  EXPECT_TRUE(crowd.arrive("203.0.113.1").listed);
}

TEST(PeopleList, NetworksOfOneIpv6SiteAreOne) {
  Crowd crowd(500);
  for (int i = 0; i < 511; ++i) crowd.arrive("2001:db8:1:" + std::to_string(i) + "::1");
  EXPECT_LE(crowd.listed(), 400U);
  EXPECT_TRUE(crowd.arrive("2001:db8:2::1").listed);
}

TEST(PeopleList, WhoseNetworkHasFewestIsNext) {
  Crowd crowd(4);
  User& first = crowd.arrive("192.0.2.1");
  crowd.arrive("192.0.2.1");
  crowd.arrive("192.0.2.1");
  crowd.arrive("192.0.2.2");
  const User& crowded = crowd.arrive("192.0.2.1");
  User& alone = crowd.arrive("192.0.2.3");
  EXPECT_FALSE(crowded.listed);
  EXPECT_FALSE(alone.listed);
  EXPECT_EQ(crowd.leave(first), &alone);
  EXPECT_TRUE(alone.listed);
  EXPECT_FALSE(crowded.listed);
}

TEST(PeopleList, OfOneNetworkWhoCameFirstIsNext) {
  Crowd crowd(1);
  User& listed = crowd.arrive("192.0.2.1");
  User& second = crowd.arrive("192.0.2.2");
  User& third = crowd.arrive("192.0.2.2");
  EXPECT_EQ(crowd.leave(second), nullptr);  // who only waits makes no place
  EXPECT_EQ(crowd.leave(listed), &third);
}

TEST(PeopleList, AnEmptyListCanBeFilledByOneNetworkAgain) {
  Crowd crowd(8);
  for (int i = 0; i < 8; ++i) crowd.arrive("192.0.2.1");
  while (crowd.size() > 0) crowd.leave(crowd.at(0));
  EXPECT_EQ(crowd.list().size(), 0U);
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(crowd.arrive("192.0.2.1").listed);
}

// Whoever comes and goes: as many are listed as there are, up to the three quarters that anybody
// may have, never more than the list is long.
TEST(PeopleList, IsNeverEmptierThanItHasToBe) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same each time
  Crowd crowd(40);
  for (int step = 0; step < 20'000; ++step) {
    if (crowd.size() == 0 || random() % 20 < (step / 2'000 % 2 == 0 ? 12U : 8U)) {
      crowd.arrive("192.0.2." + std::to_string(random() % 4));
    } else {
      crowd.leave(crowd.at(random() % crowd.size()));
    }
    ASSERT_EQ(crowd.list().size(), crowd.size());
    ASSERT_LE(crowd.listed(), 40U);
    ASSERT_GE(crowd.listed(), std::min<std::size_t>(crowd.size(), 30));
  }
}

}  // namespace
}  // namespace visavis::signaling
