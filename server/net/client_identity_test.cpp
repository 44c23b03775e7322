#include "server/net/client_identity.h"

#include <gtest/gtest.h>

namespace visavis::net {
namespace {

const std::vector<IpNetwork> kTrusted = {*IpNetwork::parse("10.0.0.0/8"),
                                         *IpNetwork::parse("fd00::/8")};
const IpAddress kProxy = *IpAddress::parse("10.0.0.1");
const IpAddress kStranger = *IpAddress::parse("203.0.113.9");

std::string client_of(const IpAddress& peer, const ProxyHeaders& headers) {
  return identify_client(peer, false, "host", headers, kTrusted).address.to_string();
}

TEST(ClientIdentity, IsThePeerWithoutProxyHeaders) {
  const ClientIdentity identity = identify_client(kProxy, true, "host:1", {}, kTrusted);
  EXPECT_EQ(identity.address, kProxy);
  EXPECT_TRUE(identity.secure);
  EXPECT_EQ(identity.host, "host:1");
  EXPECT_FALSE(identity.forwarded);
}

TEST(ClientIdentity, NotesButIgnoresHeadersOfStrangers) {
  const ClientIdentity identity = identify_client(kStranger, false, "host",
                                                  {.x_forwarded_for = "127.0.0.1",
                                                   .x_forwarded_proto = "https",
                                                   .x_forwarded_host = "evil",
                                                   .forwarded = "for=127.0.0.1"},
                                                  kTrusted);
  EXPECT_EQ(identity.address, kStranger);
  EXPECT_FALSE(identity.secure);
  EXPECT_EQ(identity.host, "host");
  EXPECT_TRUE(identity.forwarded);
}

TEST(ClientIdentity, IsTheRightMostAddressThatIsNoProxy) {
  EXPECT_EQ(client_of(kProxy, {.x_forwarded_for = "203.0.113.9"}), "203.0.113.9");
  EXPECT_EQ(client_of(kProxy, {.x_forwarded_for = "127.0.0.1, 203.0.113.9,10.1.1.1"}),
            "203.0.113.9");
  EXPECT_EQ(client_of(kProxy, {.x_forwarded_for = "10.0.0.3, 10.0.0.2"}), "10.0.0.3");
  EXPECT_EQ(client_of(kProxy, {.x_forwarded_for = "[2001:db8::1]:4711"}), "2001:db8::1");
  EXPECT_EQ(client_of(kProxy, {.x_forwarded_for = "203.0.113.9:4711"}), "203.0.113.9");
}

TEST(ClientIdentity, StopsAtWhatIsNoAddress) {
  EXPECT_EQ(client_of(kProxy, {.x_forwarded_for = "203.0.113.9, unknown, 10.0.0.2"}), "10.0.0.2");
  EXPECT_EQ(client_of(kProxy, {.x_forwarded_for = "nonsense"}), "10.0.0.1");
  EXPECT_EQ(client_of(kProxy, {.x_forwarded_for = ",,"}), "10.0.0.1");
}

TEST(ClientIdentity, ReadsTheForwardedHeader) {
  const ClientIdentity identity = identify_client(
      kProxy, false, "inner",
      {.forwarded = R"(for=127.0.0.1, For="[2001:db8::7]:80";proto=HTTPS;host="example.org")"},
      kTrusted);
  EXPECT_EQ(identity.address.to_string(), "2001:db8::7");
  EXPECT_TRUE(identity.secure);
  EXPECT_EQ(identity.host, "example.org");
}

TEST(ClientIdentity, PrefersWhatCommonProxiesOverwrite) {
  EXPECT_EQ(client_of(kProxy, {.x_forwarded_for = "203.0.113.9", .forwarded = "for=127.0.0.1"}),
            "203.0.113.9");
}

TEST(ClientIdentity, TakesTheNearestProxysSchemeAndHost) {
  const ClientIdentity identity = identify_client(
      kProxy, true, "inner",
      {.x_forwarded_proto = "https, http", .x_forwarded_host = "evil, example.org"}, kTrusted);
  EXPECT_FALSE(identity.secure);
  EXPECT_EQ(identity.host, "example.org");
}

}  // namespace
}  // namespace visavis::net
