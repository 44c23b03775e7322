#include "server/net/connection_limiter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace visavis::net {
namespace {

class ConnectionLimiterTest : public testing::Test {
 protected:
  // Whether one more connection from there is granted; it then stays.
  bool admits(const std::string& address) {
    auto admission = limiter_.admit(IpAddress::parse(address));
    if (!admission || !admission->granted()) return false;
    kept_.push_back(*std::move(admission));
    return true;
  }

  ConnectionLimiter limiter_{100, 2};
  std::vector<Admission> kept_;
};

TEST_F(ConnectionLimiterTest, CountsAnIpv6NetworkAsOneAddress) {
  EXPECT_TRUE(admits("2001:db8::1"));
  EXPECT_TRUE(admits("2001:db8::2"));
  EXPECT_FALSE(admits("2001:db8::3"));
  kept_.pop_back();
  EXPECT_TRUE(admits("2001:db8::3"));
}

TEST_F(ConnectionLimiterTest, GivesASiteTenTimesAsManyAsAnAddress) {
  int granted = 0;
  for (int network = 0; network < 50; ++network) {
    granted += admits("2001:db8:0:" + std::to_string(network) + "::1");
  }
  EXPECT_EQ(granted, 20);
  EXPECT_TRUE(admits("2001:db8:1::1")) << "somebody else's";
  kept_.clear();
  EXPECT_TRUE(admits("2001:db8:0:99::1"));
}

TEST_F(ConnectionLimiterTest, KnowsNoSitesOfIpv4) {
  for (int host = 0; host < 50; ++host) {
    EXPECT_TRUE(admits("192.0.2." + std::to_string(host)));
  }
}

TEST_F(ConnectionLimiterTest, CountsAClientBehindAProxyLater) {
  auto proxied = limiter_.admit(std::nullopt);
  ASSERT_TRUE(proxied);
  EXPECT_TRUE(admits("2001:db8::1"));
  EXPECT_TRUE(admits("2001:db8::2"));
  EXPECT_FALSE(proxied->count_for(*IpAddress::parse("2001:db8::3")));
  EXPECT_TRUE(proxied->count_for(*IpAddress::parse("2001:db8:0:1::3")));
}

}  // namespace
}  // namespace visavis::net
