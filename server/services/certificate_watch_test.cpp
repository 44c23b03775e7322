#include "server/services/certificate_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <memory>
#include <sstream>
#include <string>

#include "server/net/test_support/test_certificate.h"

namespace visavis::services {
namespace {

using std::chrono::days;
using ::testing::HasSubstr;
using ::testing::Not;

// The calendar is the test's; the wait between two looks is short, and real.
class CertificateWatchTest : public ::testing::Test {
 protected:
  CertificateWatch watch(std::vector<ServedHost> hosts = {}) {
    return {loop_, log_, tls_, std::move(hosts), milliseconds(1), [this] {
              ++looks_;
              return now_;
            }};
  }
  // Until it has looked again; the test hangs where it does not.
  void next_look() {
    for (const int before = looks_; looks_ == before;) loop_.context().run_one();
  }
  std::string take_log() {
    std::string text = out_.str();
    out_.str({});
    return text;
  }
  double seconds_left(const CertificateWatch& watch) {
    ops::MetricWriter writer;
    watch.write_metrics(writer);
    const std::string text = writer.to_text();
    const std::string name = "\nvisavis_certificate_expiry_seconds ";
    return std::stod(text.substr(text.find(name) + name.size()));
  }

  net::EventLoop loop_{0};
  std::ostringstream out_;
  ops::Log log_{ops::LogOptions{}, std::make_shared<spdlog::sinks::ostream_sink_mt>(out_)};
  net::test::TestCertificate files_{"call.example.org"};
  std::shared_ptr<net::TlsContext> tls_ =
      net::TlsContext::load(files_.certificate(), files_.key()).value();
  std::chrono::sys_seconds now_ = tls_->dates().not_before;
  int looks_ = 0;
};

TEST_F(CertificateWatchTest, SaysNothingOfAGoodOneThenEachDayMore) {
  const auto watch = this->watch();
  EXPECT_EQ(looks_, 1) << "it looks at the start";
  next_look();
  EXPECT_EQ(take_log(), "");

  now_ = tls_->dates().not_after - std::chrono::minutes(1);
  next_look();
  EXPECT_THAT(take_log(), HasSubstr("expires soon"));
  next_look();
  EXPECT_THAT(take_log(), HasSubstr("expires soon")) << "the next day it is told again";

  now_ = tls_->dates().not_after;
  next_look();
  EXPECT_THAT(take_log(), HasSubstr("has expired"));
}

TEST_F(CertificateWatchTest, LooksOnceADay) {
  EXPECT_EQ(CertificateWatch::kInterval, std::chrono::hours(24));
}

TEST_F(CertificateWatchTest, LooksAtWhatWasReadAgain) {
  auto watch = this->watch({{*net::parse_host("call.example.org"), "public_url"}});
  EXPECT_EQ(take_log(), "");
  files_.renew("other.example.org");
  ASSERT_FALSE(tls_->reload());
  watch.look();
  EXPECT_THAT(take_log(), HasSubstr("for other names"));
}

TEST_F(CertificateWatchTest, TheMetricGoesByTheSameClock) {
  const auto watch = this->watch();
  now_ = tls_->dates().not_after - seconds(90);
  EXPECT_EQ(seconds_left(watch), 90);
  now_ = tls_->dates().not_after + seconds(30);
  EXPECT_EQ(seconds_left(watch), -30);
}

TEST_F(CertificateWatchTest, WithoutTlsItDoesNothing) {
  tls_ = nullptr;
  auto watch = this->watch();
  watch.look();
  EXPECT_EQ(looks_, 0);
  ops::MetricWriter writer;
  watch.write_metrics(writer);
  EXPECT_THAT(writer.to_text(), Not(HasSubstr("certificate")));
}

}  // namespace
}  // namespace visavis::services
