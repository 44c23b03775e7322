#include "server/net/reached_at.h"

#include <gtest/gtest.h>

namespace visavis::net {
namespace {

std::string reached(std::string host, bool secure = false, bool forwarded = false) {
  HttpRequest request;
  request.host = std::move(host);
  request.secure = secure;
  request.forwarded = forwarded;
  return reached_at(request);
}

TEST(ReachedAt, IsTheHostFieldWithItsPort) {
  EXPECT_EQ(reached("localhost:8080"), "localhost:8080");
  EXPECT_EQ(reached("calls.example", true), "calls.example:443");
  EXPECT_EQ(reached("calls.example"), "calls.example:80");
  EXPECT_EQ(reached("192.0.2.1:8443", true), "192.0.2.1:8443");
  EXPECT_EQ(reached("[2001:db8::1]"), "[2001:db8::1]:80");
  EXPECT_EQ(reached("[2001:db8::1]:8443", true), "[2001:db8::1]:8443");
}

TEST(ReachedAt, IsNothingBehindAProxy) { EXPECT_EQ(reached("calls.example", true, true), ""); }

// It goes into URLs, and a browser refuses to make a connection with a malformed one.
TEST(ReachedAt, IsNothingForWhatIsNoHost) {
  for (const std::string host :
       {"", ":80", "a:", "a:0", "a:65536", "a:8o", "a b", "a\"b", "a/b", "a?transport=udp", "[::1",
        "::1", "[1.2.3.4]", "[a]", "a:1:2", "ä"}) {
    EXPECT_EQ(reached(host), "") << host;
  }
  EXPECT_EQ(reached(std::string(254, 'a')), "");
}

}  // namespace
}  // namespace visavis::net
