#include "server/services/certificate_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace visavis::services {
namespace {

using std::chrono::days;
using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

const std::chrono::sys_seconds kNow{std::chrono::seconds(1'800'000'000)};

CertificateFacts valid(days before, days after) {
  return {.not_before = kNow - before,
          .not_after = kNow + after,
          .names = {.names = {"call.example.org", "*.example.net"},
                    .addresses = {*IpAddress::parse("192.0.2.1")}}};
}

std::vector<CertificateProblem> check(const CertificateFacts& facts,
                                      const std::vector<std::string>& hosts = {}) {
  std::vector<ServedHost> served;
  for (const std::string& host : hosts) served.push_back({*net::parse_host(host), "public_url"});
  return check_certificate(facts, served, kNow);
}

TEST(CertificateCheck, AGoodOneHasNoProblem) {
  EXPECT_THAT(
      check(valid(days(30), days(60)), {"call.example.org", "a.example.net:8443", "192.0.2.1"}),
      IsEmpty());
}

TEST(CertificateCheck, SaysWhoseCertificateIsMissing) {
  CertificateFacts facts = valid(days(30), days(60));
  facts.missing_issuer = "/CN=Intermediate";
  const auto problems = check(facts);
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_THAT(std::string(problems[0].sentence), HasSubstr("fullchain.pem"));
  EXPECT_THAT(problems[0].fields, ElementsAre(Pair("issuer", "/CN=Intermediate")));
}

TEST(CertificateCheck, SaysWhenItHasExpired) {
  const auto problems = check(valid(days(90), days(-3)));
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_EQ(problems[0].level, ops::LogLevel::kError);
  EXPECT_THAT(std::string(problems[0].sentence), HasSubstr("has expired"));
  EXPECT_THAT(problems[0].fields,
              ElementsAre(Pair("expired", "2027-01-12T08:00:00Z"), Pair("days_ago", "3")));
}

TEST(CertificateCheck, SaysWhenItWillSoon) {
  const auto problems = check(valid(days(80), days(10)));
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_THAT(problems[0].fields[1], Pair("days_left", "10"));
  EXPECT_THAT(check(valid(days(75), days(15))), IsEmpty());
  // One that lives for six days is renewed after three or four.
  EXPECT_THAT(check(valid(days(3), days(3))), IsEmpty());
  EXPECT_THAT(check(valid(days(5), days(1))), SizeIs(1));
}

TEST(CertificateCheck, SaysThatTheClockMayBeWrong) {
  const auto problems = check(valid(days(-1), days(90)));
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_THAT(std::string(problems[0].sentence), HasSubstr("clock"));
}

TEST(CertificateCheck, SaysWhichNameIsMissing) {
  const auto problems = check(valid(days(30), days(60)), {"other.example.org"});
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_THAT(problems[0].fields,
              ElementsAre(Pair("host", "other.example.org"), Pair("option", "public_url"),
                          Pair("certificate_names", "call.example.org, *.example.net, 192.0.2.1")));
}

TEST(CertificateCheck, AsksForTheHostsThatOurTlsServes) {
  const auto names = [](const ops::Config& config) {
    std::vector<std::string> all;
    for (const ServedHost& served : served_hosts(config)) {
      all.push_back(served.option + " " + served.host.name);
    }
    return all;
  };
  ops::Config config;
  config.public_url = "https://call.example.org:8443";
  config.relay.urls = {"turn:turn.example.org:3478", "turns:turn.example.org:443?transport=tcp",
                       "turns:call.example.org"};
  EXPECT_THAT(names(config),
              ElementsAre("public_url call.example.org", "relay_url turn.example.org"));
  // A proxy has a certificate of its own for the pages.
  config.trusted_proxies = {*IpNetwork::parse("127.0.0.1")};
  EXPECT_THAT(names(config),
              ElementsAre("relay_url turn.example.org", "relay_url call.example.org"));
  config = {};
  config.public_url = "http://call.example.org";
  EXPECT_THAT(names(config), IsEmpty());
}

}  // namespace
}  // namespace visavis::services
