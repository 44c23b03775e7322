#include "server/doctor/target.h"

#include <gtest/gtest.h>

namespace visavis::doctor {
namespace {

TEST(TargetTest, ReadsWhatPeopleWrite) {
  struct Case {
    const char* text;
    const char* whole;
    const char* host;
    std::uint16_t port;
  };
  for (const Case& one :
       {Case{"call.example.org", "https://call.example.org", "call.example.org", 443},
        Case{"https://call.example.org/", "https://call.example.org", "call.example.org", 443},
        Case{"http://localhost:8080", "http://localhost:8080", "localhost", 8080},
        Case{"https://a.example:8443/calls/", "https://a.example:8443/calls", "a.example", 8443},
        Case{"https://[2001:db8::1]:444", "https://[2001:db8::1]:444", "2001:db8::1", 444},
        Case{"203.0.113.7", "https://203.0.113.7", "203.0.113.7", 443}}) {
    const auto target = Target::parse(one.text);
    ASSERT_TRUE(target) << one.text;
    EXPECT_EQ(target->text(), one.whole);
    EXPECT_EQ(target->host, one.host);
    EXPECT_EQ(target->port, one.port);
  }
}

TEST(TargetTest, RefusesWhatIsNoServer) {
  for (const char* text : {"", "ftp://call.example.org", "https://", "https://me@call.example.org",
                           "https://call.example.org?x", "https://call.example.org:0", "a b"}) {
    EXPECT_FALSE(Target::parse(text)) << text;
  }
}

}  // namespace
}  // namespace visavis::doctor
