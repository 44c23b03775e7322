#include "server/ops/ice_servers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace visavis::ops {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string problem(std::string_view entry) {
  const auto json = ice_server_json(entry);
  return json ? "no problem" : json.error();
}

TEST(IceServersTest, WritesWhatBrowsersTake) {
  EXPECT_EQ(ice_servers_json({}), "[]");
  EXPECT_EQ(
      ice_servers_json({"stun:stun.example.org",
                        "turn:192.0.2.1:3478?transport=udp;username=ana;credential=s3cret"}),
      R"([{"urls":["stun:stun.example.org"]},)"
      R"({"urls":["turn:192.0.2.1:3478?transport=udp"],"credential":"s3cret","username":"ana"}])");
}

TEST(IceServersTest, TakesEveryForm) {
  for (const char* entry :
       {"stun:h", "stuns:h:5349", "stun:[2001:db8::1]:3478", "turn:h;username=u;credential=c",
        "turns:h:443?transport=tcp;credential=c;username=u", "turn:[::1];username=u;credential="}) {
    EXPECT_EQ(problem(entry), "no problem") << entry;
  }
}

TEST(IceServersTest, TakesTheUrlsOfThisServer) {
  for (const char* url : {"stun:h", "turn:h:3478", "turn:h?transport=tcp", "turn:[::1]:1",
                          "turns:h:443?transport=tcp", "turns:h"}) {
    EXPECT_TRUE(own_server_url(url)) << url;
  }
  for (const char* url : {"stuns:h", "turns:h?transport=udp", "turn:h;username=u;credential=c",
                          "stun:h?transport=udp", "turn:", "h", ""}) {
    EXPECT_FALSE(own_server_url(url)) << url;
  }
}

TEST(IceServersTest, FindsStunWhereTurnOverUdpIs) {
  const OwnServerUrls own = own_server_urls({"turn:h:3478?transport=udp", "turn:h:3478", "stun:s",
                                             "turn:tcp?transport=tcp", "turns:h:443?transport=tcp",
                                             "turn:[2001:db8::1]:80"});
  EXPECT_THAT(own.stun, ElementsAre("stun:h:3478", "stun:s", "stun:[2001:db8::1]:80"));
  EXPECT_THAT(own.turn,
              ElementsAre("turn:h:3478?transport=udp", "turn:h:3478", "turn:tcp?transport=tcp",
                          "turns:h:443?transport=tcp", "turn:[2001:db8::1]:80"));
}

TEST(IceServersTest, EscapesSecrets) {
  EXPECT_EQ(ice_server_json(R"(turn:h;username=a"b\;credential=1=2+3/%3B%25%2C)").value(),
            R"({"urls":["turn:h"],"credential":"1=2+3/;%,","username":"a\"b\\"})");
}

TEST(IceServersTest, SaysWhatIsWrong) {
  EXPECT_THAT(problem("h"), HasSubstr("does not start with"));
  EXPECT_THAT(problem("http://h"), HasSubstr("does not start with"));
  EXPECT_THAT(problem("stun:"), HasSubstr("has no host"));
  EXPECT_THAT(problem("stun:h:port"), HasSubstr("has no host, or a port"));
  EXPECT_THAT(problem("stun:h:0"), HasSubstr("has no host, or a port"));
  EXPECT_THAT(problem("stun:u@h"), HasSubstr("has no host"));
  EXPECT_THAT(problem("stun://h"), HasSubstr("has no host"));
  EXPECT_THAT(problem("stun:h?transport=udp"), HasSubstr("has a query"));
  EXPECT_THAT(problem("turn:h?transport=sctp;username=u;credential=c"), HasSubstr("has a query"));
  EXPECT_THAT(problem("turn:h"), HasSubstr("lacks its username or its credential"));
  EXPECT_THAT(problem("stun:h;username=u;credential=c"), HasSubstr("takes no username"));
  EXPECT_THAT(problem("turn:h;user=u"), HasSubstr("something other than ;username="));
  EXPECT_THAT(problem("turn:h;"), HasSubstr("something other than ;username="));
  EXPECT_THAT(problem("turn:h;username=u;username=u"), HasSubstr("has two usernames"));
  EXPECT_THAT(problem("turn:h;username=u;credential=50%"), HasSubstr("write it as %25"));
}

}  // namespace
}  // namespace visavis::ops
