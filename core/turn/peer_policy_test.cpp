#include "core/turn/peer_policy.h"

#include <gtest/gtest.h>

namespace visavis::turn {
namespace {

IpAddress at(std::string_view text) { return IpAddress::parse(text).value(); }

TEST(PeerPolicy, AVirtualAddressIsOneOfTwo) {
  EXPECT_EQ(virtual_address(false).to_string(), "192.0.2.1");
  EXPECT_EQ(virtual_address(true).to_string(), "2001:db8::1");
  for (const char* text : {"192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1"}) {
    EXPECT_TRUE(is_virtual(at(text))) << text;
  }
  for (const char* text : {"192.0.2.2", "192.0.2.0", "2001:db8::2", "::192.0.2.1",
                           "64:ff9b::192.0.2.1", "2002:c000:201::", "127.0.0.1", "::"}) {
    EXPECT_FALSE(is_virtual(at(text))) << text;
  }
}

TEST(PeerPolicy, HostsOfTheInternetAreAllowed) {
  const OpenPeerPolicy policy;
  for (const char* text : {"8.8.8.8",
                           "1.1.1.1",
                           "100.63.255.255",
                           "100.128.0.0",
                           "126.255.255.255",
                           "128.0.0.1",
                           "169.253.255.255",
                           "172.15.255.255",
                           "172.32.0.0",
                           "192.0.1.0",
                           "192.167.255.255",
                           "192.169.0.0",
                           "198.17.255.255",
                           "198.20.0.0",
                           "223.255.255.255",
                           "2a00:1450::1",
                           "2001:4860:4860::8888",
                           "2606:4700::1111",
                           "64:ff9b::8.8.8.8",
                           "2002:808:808::1",
                           "2001:0:808:808:0:f000:f7f7:f7f7",
                           "2a00:1450::5efe:808:808"}) {
    EXPECT_TRUE(policy.allows(at(text))) << text;
  }
}

TEST(PeerPolicy, WhatIsNoHostOfTheInternetIsBanned) {
  const OpenPeerPolicy policy;
  for (const char* text : {"0.0.0.0",  // CVE-2020-26262
                           "::",       // CVE-2020-26262
                           "0.1.2.3",
                           "10.0.0.1",
                           "10.255.255.255",
                           "100.64.0.1",
                           "100.127.255.255",
                           "127.0.0.1",
                           "127.255.255.254",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.1",
                           "192.0.0.170",
                           "192.0.2.1",
                           "192.88.99.1",
                           "192.168.0.1",
                           "192.168.255.255",
                           "198.18.0.1",
                           "198.19.255.255",
                           "198.51.100.7",
                           "203.0.113.7",
                           "224.0.0.1",
                           "239.255.255.255",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::1",
                           "64:ff9b:1::1",
                           "100::1",
                           "2001:2::1",
                           "2001:10::1",
                           "2001:20::1",
                           "2001:db8::1",
                           "3fff::1",
                           "5f00::1",
                           "fc00::1",
                           "fd00:ec2::254",
                           "fe80::1",
                           "febf::1",
                           "fec0::1",
                           "ff02::1",
                           "ff0e::1"}) {
    EXPECT_FALSE(policy.allows(at(text))) << text;
  }
}

TEST(PeerPolicy, AnIpv4AddressIsTheSameInEverySpelling) {
  const OpenPeerPolicy policy;
  for (const char* text : {"::ffff:127.0.0.1",                 // CVE-2026-27624
                           "::ffff:7f00:1",                    //
                           "::ffff:0.0.0.0",                   //
                           "::ffff:10.0.0.1",                  //
                           "::127.0.0.1",                      // IPv4-compatible
                           "::7f00:1",                         //
                           "::10.0.0.1",                       //
                           "::ffff:0:127.0.0.1",               // IPv4-translated
                           "64:ff9b::7f00:1",                  // NAT64
                           "64:ff9b::192.168.0.1",             //
                           "64:ff9b::a9fe:a9fe",               //
                           "2002:7f00:1::",                    // 6to4
                           "2002:a00:1::1",                    //
                           "2002:c0a8:1:1234::1",              //
                           "2001:0:7f00:1:0:0:f7f7:f7f7",      // Teredo with such a server
                           "2001:0:808:808:0:f000:80ff:fffe",  // Teredo with client 127.0.0.1
                           "2001:0:808:808::f5ff:fffe",        // Teredo with client 10.0.0.1
                           "2a00:1450::5efe:7f00:1",           // ISATAP
                           "2a00:1450::200:5efe:c0a8:1"}) {    // ISATAP, "globally unique"
    EXPECT_FALSE(policy.allows(at(text))) << text;
  }
}

TEST(PeerPolicy, TheServersOwnAddressesAreBannedInEverySpelling) {
  OpenPeerPolicy policy;
  policy.own = {at("9.9.9.9"), at("2620:fe::fe")};
  for (const char* text : {"9.9.9.9", "::ffff:9.9.9.9", "::9.9.9.9", "64:ff9b::9.9.9.9",
                           "2002:909:909::1", "2620:fe::fe"}) {
    EXPECT_FALSE(policy.allows(at(text))) << text;
  }
  EXPECT_TRUE(policy.allows(at("9.9.9.10")));
  EXPECT_TRUE(policy.allows(at("2620:fe::ff")));
}

TEST(PeerPolicy, WhatTheOperatorAllowsIsAllowed) {
  OpenPeerPolicy policy;
  policy.own = {at("10.1.2.3")};
  policy.allow = {IpNetwork::parse("10.1.0.0/16").value(), IpNetwork::parse("fd00::/8").value()};
  for (const char* text :
       {"10.1.2.3", "::ffff:10.1.9.9", "64:ff9b::10.1.0.1", "2002:a01:1::1", "fd12::1"}) {
    EXPECT_TRUE(policy.allows(at(text))) << text;
  }
  for (const char* text : {"10.2.0.1", "fc00::1", "127.0.0.1", "::10.2.0.1"}) {
    EXPECT_FALSE(policy.allows(at(text))) << text;
  }
}

}  // namespace
}  // namespace visavis::turn
