#include "server/net/host_policy.h"

#include <gtest/gtest.h>

#include <string>

namespace visavis::net {
namespace {

std::string parsed(std::string_view authority) {
  const auto host = parse_host(authority);
  if (!host) return "nothing";
  return host->address ? "address " + host->address->to_string() : "name " + host->name;
}

struct Where {
  bool on_loopback = false;
  bool probe = false;
};

bool allows(const HostPolicy& policy, std::string_view host, Where where = {},
            const CertificateNames* certificate = nullptr) {
  return policy.allows(
      {.host = parse_host(host), .on_loopback = where.on_loopback, .probe = where.probe},
      certificate);
}

TEST(ParseHost, LeavesOutThePort) {
  EXPECT_EQ(parsed("call.example.org"), "name call.example.org");
  EXPECT_EQ(parsed("call.example.org:8443"), "name call.example.org");
  EXPECT_EQ(parsed("call.example.org:"), "name call.example.org");
  EXPECT_EQ(parsed("192.0.2.7:80"), "address 192.0.2.7");
  EXPECT_EQ(parsed("[2001:db8::1]"), "address 2001:db8::1");
  EXPECT_EQ(parsed("[2001:DB8:0::1]:443"), "address 2001:db8::1");
}

TEST(ParseHost, TakesOneSpellingForAnother) {
  EXPECT_EQ(parsed("CALL.Example.ORG."), "name call.example.org");
  EXPECT_EQ(parsed("localhost.:8080"), "name localhost");
  EXPECT_EQ(parsed("[::ffff:192.0.2.7]"), "address 192.0.2.7");
  EXPECT_EQ(parsed("192.0.2.7."), "address 192.0.2.7");
}

// Browsers write 127.1 as 127.0.0.1 before they send it: what comes so is no browser's.
TEST(ParseHost, TakesAnAddressInOneFormOnly) {
  for (const char* form : {"127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "127.0.0.1.5"}) {
    EXPECT_EQ(parsed(form), std::string("name ") + form);
  }
}

TEST(ParseHost, RefusesWhatIsNoHost) {
  for (const char* text : {"",
                           ":80",
                           ".",
                           "localhost:80:80",
                           "localhost:evil",
                           "localhost:-1",
                           "localhost:123456",
                           "user@localhost",
                           "localhost@evil.example",
                           "localhost evil.example",
                           "localhost,evil",
                           "::1",
                           "[::1",
                           "::1]",
                           "[]",
                           "[localhost]",
                           "[127.0.0.1]",
                           "[::1]evil.example",
                           "[fe80::1%eth0]",
                           "[fe80::1%25eth0]:80",
                           "local/host",
                           "local\\host",
                           "local?host",
                           "caf\xc3\xa9"}) {
    EXPECT_EQ(parsed(text), "nothing") << text;
  }
}

TEST(HostPolicy, KnowsLoopbackNamesOnLoopbackOnly) {
  const HostPolicy policy;
  for (const char* host : {"localhost", "LOCALHOST:8080", "localhost.", "calls.localhost"}) {
    EXPECT_TRUE(allows(policy, host, {.on_loopback = true})) << host;
    EXPECT_FALSE(allows(policy, host)) << host;
  }
  for (const char* host : {"127.0.0.1", "127.8.8.8:1", "[::1]:8080", "[::ffff:127.0.0.1]"}) {
    EXPECT_TRUE(allows(policy, host, {.on_loopback = true})) << host;
  }
  for (const char* host : {"evil.example", "localhost.evil.example", "evillocalhost",
                           "127.0.0.1.evil.example", "localhost..", "127.1", "2130706433"}) {
    EXPECT_FALSE(allows(policy, host, {.on_loopback = true})) << host;
  }
}

TEST(HostPolicy, TakesAddressesWhereNoNameIsConfigured) {
  const HostPolicy policy;
  EXPECT_TRUE(allows(policy, "192.168.1.5:8443"));
  EXPECT_TRUE(allows(policy, "[2001:db8::1]"));
  EXPECT_TRUE(allows(policy, "192.168.1.5", {.on_loopback = true}));
  EXPECT_FALSE(allows(policy, "office.example"));
}

TEST(HostPolicy, TakesThePublicNameAndAllowedOnesOnly) {
  const HostPolicy policy("https://Call.example.org:8443/", {"other.example", "192.0.2.7", "::5"},
                          false);
  for (const char* host : {"call.example.org", "call.example.org:1", "CALL.EXAMPLE.ORG.",
                           "other.example", "192.0.2.7", "[::5]:80"}) {
    EXPECT_TRUE(allows(policy, host)) << host;
    EXPECT_TRUE(allows(policy, host, {.on_loopback = true})) << host;
  }
  for (const char* host :
       {"example.org", "a.call.example.org", "192.0.2.8", "[::6]", "localhost", "127.0.0.1"}) {
    EXPECT_FALSE(allows(policy, host)) << host;
  }
  EXPECT_TRUE(allows(policy, "127.0.0.1", {.on_loopback = true}));
}

TEST(HostPolicy, TakesWhatTheCertificateNames) {
  const HostPolicy policy("", {}, false);
  const CertificateNames certificate{.names = {"call.example.org", "*.rooms.example"},
                                     .addresses = {*IpAddress::parse("192.0.2.7")}};
  for (const char* host : {"call.example.org", "a.rooms.example", "192.0.2.7"}) {
    EXPECT_TRUE(allows(policy, host, {}, &certificate)) << host;
  }
  for (const char* host :
       {"rooms.example", "a.b.rooms.example", ".rooms.example", "192.0.2.8", "evil.example"}) {
    EXPECT_FALSE(allows(policy, host, {}, &certificate)) << host;
  }
}

TEST(HostPolicy, GoesOnTakingAddressesWithACertificateOfItsOwnMaking) {
  const CertificateNames certificate{.names = {"localhost", "laptop"},
                                     .addresses = {*IpAddress::parse("192.168.1.5")}};
  const HostPolicy own("", {}, true);
  EXPECT_TRUE(allows(own, "laptop", {}, &certificate));
  EXPECT_TRUE(allows(own, "192.168.1.5", {}, &certificate));
  EXPECT_TRUE(allows(own, "192.168.1.6", {}, &certificate)) << "the address has changed since";
  EXPECT_FALSE(allows(own, "evil.example", {}, &certificate));

  const HostPolicy named("https://call.example.org", {}, true);
  EXPECT_FALSE(allows(named, "192.168.1.6", {}, &certificate));
  // A certificate without names is one that no browser takes: it configures nothing.
  const CertificateNames nameless;
  EXPECT_TRUE(allows(HostPolicy("", {}, false), "192.168.1.6", {}, &nameless));
}

TEST(HostPolicy, LetsProbesAskByAddressOrWithoutAHost) {
  const HostPolicy policy("https://call.example.org", {}, false);
  EXPECT_TRUE(policy.allows({.host = {}, .probe = true}, nullptr));
  EXPECT_FALSE(policy.allows({.host = {}, .on_loopback = true}, nullptr));
  EXPECT_TRUE(allows(policy, "10.0.0.9:8080", {.probe = true}));
  EXPECT_TRUE(allows(policy, "call.example.org", {.probe = true}));
  EXPECT_FALSE(allows(policy, "10.0.0.9:8080"));
  EXPECT_FALSE(allows(policy, "evil.example", {.on_loopback = true, .probe = true}));
}

}  // namespace
}  // namespace visavis::net
