#include "core/base/ip_address.h"

#include <gtest/gtest.h>

#include <string>
#include <unordered_set>
#include <vector>

namespace visavis {
namespace {

IpAddress address(std::string_view text) {
  const auto parsed = IpAddress::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(IpAddress());
}

IpNetwork network(std::string_view text) {
  const auto parsed = IpNetwork::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(IpNetwork());
}

std::string printed(std::string_view text) { return address(text).to_string(); }

TEST(IpAddress, ReadsAndPrintsV4) {
  for (const char* text : {"0.0.0.0", "127.0.0.1", "192.0.2.1", "255.255.255.255"}) {
    EXPECT_EQ(printed(text), text);
    EXPECT_TRUE(address(text).is_v4());
  }
  EXPECT_EQ(address("192.0.2.1"), IpAddress::v4({192, 0, 2, 1}));
}

TEST(IpAddress, RefusesOtherSpellingsOfV4) {
  for (const char* text :
       {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.-4", "1.2.3.+4", "01.2.3.4", "1.2.3.04",
        "1.2.3.4 ", " 1.2.3.4", "1..3.4", ".1.2.3", "1.2.3.", "0x1.2.3.4", "1.2.3.4:80",
        "[1.2.3.4]", "16909060", "1.2.3.1000"}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
}

// RFC 5952 section 4.
TEST(IpAddress, PrintsV6InItsOneRecommendedForm) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"2001:0db8::0001", "2001:db8::1"},                // 4.1: no leading zeros
      {"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},         // 4.2.1: as short as possible
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // 4.2.2: not for one group
      {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},   // 4.2.2
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},           // 4.2.3: the longest run
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},     // 4.2.3: the first of equals
      {"2001:DB8::ABCD", "2001:db8::abcd"},              // 4.3: lower case
      {"0:0:0:0:0:0:0:0", "::"},
      {"0:0:0:0:0:0:0:1", "::1"},
      {"1:0:0:0:0:0:0:0", "1::"},
      {"0:0:1:2:3:4:5:6", "::1:2:3:4:5:6"},
      {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
      {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
      {"1::2:3:4:5:6:7", "1:0:2:3:4:5:6:7"},
      {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
      {"[2001:db8::1]", "2001:db8::1"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(printed(text), expected) << text;
}

TEST(IpAddress, RefusesWhatIsNotV6) {
  for (const char* text : {":",
                           ":::",
                           "1",
                           "1:2",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1::2::3",
                           "1:::2",
                           ":1::2",
                           "1::2:",
                           "1:2:3:4:5:6:7:",
                           ":2:3:4:5:6:7:8",
                           "12345::",
                           "g::",
                           "::1%eth0",
                           "::1/64",
                           "[::1",
                           "::1]",
                           "[]",
                           "[[::1]]",
                           "::1.2.3",
                           "::1.2.3.4.5",
                           "1.2.3.4::",
                           "::1.2.3.4:5",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "1:2:3:4:5:6:7::8",
                           "::-1",
                           "::+1",
                           ":: 1",
                           "[::1]:80"}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
}

// RFC 4291 section 2.5.5.2: one address, however it is written, has one value.
TEST(IpAddress, MappedV4IsV4) {
  for (const char* text : {"::ffff:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:FFFF:7F00:0001"}) {
    EXPECT_EQ(address(text), address("127.0.0.1")) << text;
    EXPECT_EQ(printed(text), "127.0.0.1");
  }
  EXPECT_FALSE(address("::127.0.0.1").is_v4());
  EXPECT_FALSE(address("::fffe:127.0.0.1").is_v4());
}

TEST(IpAddress, KnowsLoopback) {
  for (const char* text : {"127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(address(text).is_loopback()) << text;
  }
  for (const char* text : {"128.0.0.1", "126.255.255.255", "::", "::2", "1::1", "::127.0.0.1"}) {
    EXPECT_FALSE(address(text).is_loopback()) << text;
  }
}

TEST(IpAddress, LimitsCountAV6HouseholdOnce) {
  EXPECT_EQ(address("192.0.2.1").limit_key(), address("192.0.2.1"));
  EXPECT_EQ(address("2001:db8:1:2:a:b:c:d").limit_key(), address("2001:db8:1:2::"));
  EXPECT_NE(address("2001:db8:1:2::1").limit_key(), address("2001:db8:1:3::1").limit_key());
  EXPECT_EQ(address("192.0.2.1").site_key(), address("192.0.2.1"));
  EXPECT_EQ(address("2001:db8:1:2:a:b:c:d").site_key(), address("2001:db8:1::"));
  EXPECT_NE(address("2001:db8:1::1").site_key(), address("2001:db8:2::1").site_key());
}

TEST(IpAddress, IsAKeyOfHashTables) {
  std::unordered_set<IpAddress> set = {address("192.0.2.1"), address("::1")};
  EXPECT_TRUE(set.contains(address("::ffff:192.0.2.1")));
  EXPECT_FALSE(set.contains(address("192.0.2.2")));
}

TEST(IpNetwork, ContainsByItsPrefix) {
  EXPECT_TRUE(network("10.0.0.0/8").contains(address("10.255.255.255")));
  EXPECT_FALSE(network("10.0.0.0/8").contains(address("11.0.0.0")));
  EXPECT_TRUE(network("192.0.2.64/26").contains(address("192.0.2.127")));
  EXPECT_FALSE(network("192.0.2.64/26").contains(address("192.0.2.128")));
  EXPECT_TRUE(network("192.0.2.65/26").contains(address("192.0.2.64"))) << "host bits do not count";
  EXPECT_TRUE(network("2001:db8::/32").contains(address("2001:db8:ffff::1")));
  EXPECT_FALSE(network("2001:db8::/32").contains(address("2001:db9::")));
  EXPECT_TRUE(network("fe80::/10").contains(address("febf::1")));
  EXPECT_FALSE(network("fe80::/10").contains(address("fec0::1")));
}

TEST(IpNetwork, BareAddressIsANetworkOfOne) {
  EXPECT_TRUE(network("192.0.2.1").contains(address("192.0.2.1")));
  EXPECT_FALSE(network("192.0.2.1").contains(address("192.0.2.0")));
  EXPECT_TRUE(network("::1").contains(address("::1")));
  EXPECT_FALSE(network("::1").contains(address("::")));
  EXPECT_TRUE(network("192.0.2.1/32").contains(address("192.0.2.1")));
  EXPECT_TRUE(network("::1/128").contains(address("::1")));
  EXPECT_FALSE(network("::1/128").contains(address("::2")));
}

TEST(IpNetwork, PrefixZeroIsEverythingOfItsFamily) {
  EXPECT_TRUE(network("0.0.0.0/0").contains(address("203.0.113.9")));
  EXPECT_FALSE(network("0.0.0.0/0").contains(address("2001:db8::1")));
  EXPECT_TRUE(network("::/0").contains(address("2001:db8::1")));
  EXPECT_TRUE(network("::/0").contains(address("203.0.113.9"))) << "IPv4-mapped lies within ::/0";
}

TEST(IpNetwork, MappedV4IsCountedInV6Bits) {
  EXPECT_TRUE(network("::ffff:10.0.0.0/104").contains(address("10.9.9.9")));
  EXPECT_FALSE(network("::ffff:10.0.0.0/104").contains(address("11.0.0.0")));
  EXPECT_TRUE(network("10.0.0.0/8").contains(address("::ffff:10.1.2.3")));
}

TEST(IpNetwork, RefusesWhatIsNotANetwork) {
  for (const char* text : {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8",
                           "10.0.0.0/8/8", "10.0.0.0/8 ", "10.0.0.0/a", "10.0.0.0/0008", "10.0.0/8",
                           "::/129", "::/1000", "nonsense/8"}) {
    EXPECT_FALSE(IpNetwork::parse(text)) << text;
  }
}

}  // namespace
}  // namespace visavis
