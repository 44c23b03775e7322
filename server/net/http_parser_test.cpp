#include "server/net/http_parser.h"

#include <gtest/gtest.h>

#include <string>

namespace visavis::net {
namespace {

using Outcome = HttpParser::Outcome;

constexpr std::string_view kRequest = "GET /a HTTP/1.1\r\nHost: test\r\n\r\n";

TEST(HttpParser, HasNotBegunWhileNothingButEmptyLinesCame) {
  HttpParser parser(1'000);
  EXPECT_FALSE(parser.has_begun());
  const auto empty = parser.feed("\r\n\r\n\r");
  EXPECT_EQ(empty.outcome, Outcome::kNeedMore);
  EXPECT_EQ(empty.consumed, 4U) << "half an empty line waits for its other half";
  EXPECT_FALSE(parser.has_begun());
  const std::string rest = "\r\n" + std::string(kRequest);
  const auto whole = parser.feed(rest);
  EXPECT_EQ(whole.outcome, Outcome::kDone);
  EXPECT_EQ(whole.consumed, rest.size());
  EXPECT_TRUE(parser.has_begun());
  EXPECT_EQ(parser.target(), "/a");
}

TEST(HttpParser, CountsEmptyLinesAsHeader) {
  HttpParser parser(100);
  EXPECT_EQ(parser.feed("\r\n\r\n").outcome, Outcome::kNeedMore);
  std::string many;
  for (int i = 0; i < 48; ++i) many += "\r\n";
  EXPECT_EQ(parser.feed(many).outcome, Outcome::kHeaderTooLarge);
}

TEST(HttpParser, HasAnExpectationOnceAndOnlyBeforeTheBody) {
  const std::string head =
      "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
  HttpParser waiting(1'000);
  EXPECT_FALSE(waiting.take_expectation());
  EXPECT_EQ(waiting.feed(head).outcome, Outcome::kNeedMore);
  EXPECT_TRUE(waiting.take_expectation());
  EXPECT_FALSE(waiting.take_expectation());

  HttpParser whole(1'000);
  EXPECT_EQ(whole.feed(head + "ab").outcome, Outcome::kDone);
  EXPECT_FALSE(whole.take_expectation());

  HttpParser other(1'000);
  other.feed("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\nExpect: cake\r\n\r\n");
  EXPECT_FALSE(other.take_expectation());
}

}  // namespace
}  // namespace visavis::net
