#include "server/services/event_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <memory>
#include <sstream>
#include <string>

#include "core/base/base64url.h"
#include "server/net/clock.h"

namespace visavis::services {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Duration kPatience = seconds(20);

class EventLogTest : public ::testing::Test {
 protected:
  static signaling::CallOver call(Duration talked) {
    signaling::CallOver over{.reason = signaling::EndReason::kHangup,
                             .duration = talked + seconds(3),
                             .talked = talked,
                             .people_max = 2,
                             .caller = "Ana",
                             .caller_address = *IpAddress::parse("192.0.2.7")};
    return over;
  }
  static turn::AllocationOver allocation(const signaling::CallOver& of, std::uint64_t bytes) {
    return {.client = {.client = {*IpAddress::parse("192.0.2.7"), 4711},
                       .server = {},
                       .transport = turn::Transport::kTcp},
            .why = turn::AllocationEnd::kCallEnded,
            .duration = seconds(60),
            .bytes_from_client = bytes,
            .bytes_to_client = bytes,
            .call = to_text(of.id),
            .user = {}};
  }

  EventLog& events(bool names_people = false, std::size_t lines_per_minute = 1'000) {
    budget_ = ops::LineBudget(lines_per_minute);
    log_ = std::make_unique<ops::Log>(ops::LogOptions{.personal_data = names_people},
                                      std::make_shared<spdlog::sinks::ostream_sink_mt>(out_));
    events_ = std::make_unique<EventLog>(loop_, *log_, budget_,
                                         EventLog::Options{.relay_patience = milliseconds(10)});
    return *events_;
  }
  bool eventually_says(const std::string& text) {
    const Instant deadline = net::monotonic_now() + kPatience;
    while (out_.str().find(text) == std::string::npos) {
      if (net::monotonic_now() > deadline) return false;
      loop_.context().run_one_for(std::chrono::milliseconds(10));
    }
    return true;
  }
  std::string metrics() const {
    ops::MetricWriter writer;
    events_->write_metrics(writer);
    return writer.to_text();
  }

  net::EventLoop loop_{0};
  std::ostringstream out_;
  ops::LineBudget budget_{1'000};
  std::unique_ptr<ops::Log> log_;
  std::unique_ptr<EventLog> events_;
};

TEST_F(EventLogTest, ACallThatTheRelayCarriedSaysSo) {
  EventLog& log = events();
  const auto over = call(seconds(60));
  log.on_call_over(over);
  log.on_allocation_over(allocation(over, 5'000'000));
  ASSERT_TRUE(eventually_says("A call ended."));
  EXPECT_THAT(out_.str(), HasSubstr("A relay allocation ended. reason=call_ended transport=tcp "
                                    "duration_s=60 bytes_from_client=5000000 "
                                    "bytes_to_client=5000000 call="));
  EXPECT_THAT(out_.str(), HasSubstr(" reason=hangup duration_s=60 people=2 media=video in=call "
                                    "path=relayed relayed_bytes=10000000\n"));
  EXPECT_THAT(out_.str(), Not(HasSubstr("Ana")));
  EXPECT_THAT(out_.str(), Not(HasSubstr("192.0.2.7")));
  EXPECT_THAT(metrics(), HasSubstr("visavis_calls_by_path_total{path=\"relayed\"} 1\n"));
  EXPECT_THAT(metrics(), HasSubstr("visavis_relay_allocations_ended_total{reason=\"call_ended\","
                                   "transport=\"tcp\"} 1\n"));
}

TEST_F(EventLogTest, AFewChecksThroughTheRelayAreNotItsPath) {
  EventLog& log = events(true);
  const auto over = call(seconds(60));
  log.on_call_over(over);
  log.on_allocation_over(allocation(over, 4'000));
  ASSERT_TRUE(eventually_says("path=direct relayed_bytes=8000"));
  EXPECT_THAT(out_.str(), HasSubstr("client=192.0.2.7 user=Ana\n"));
}

TEST_F(EventLogTest, ACallThatNobodyTookHasNoPath) {
  signaling::CallOver over = call(seconds(1));
  over.talked.reset();
  over.reason = signaling::EndReason::kMissed;
  events().on_call_over(over);
  ASSERT_TRUE(eventually_says("A call was not answered."));
  EXPECT_THAT(out_.str(), HasSubstr("reason=missed duration_s=4 "));
  EXPECT_THAT(out_.str(), Not(HasSubstr("path=")));
}

TEST_F(EventLogTest, WhatHasNoLineIsCountedInOne) {
  EventLog& log = events(false, 10);  // six of them for calls and allocations
  const auto over = call(seconds(60));
  for (int i = 0; i < 100; ++i) log.on_allocation_over(allocation(over, 1'000));
  ASSERT_TRUE(eventually_says("calls=0 allocations=94 relayed_bytes=188000"));
  const std::string written = out_.str();
  EXPECT_EQ(std::count(written.begin(), written.end(), '\n'), 7);
}

TEST_F(EventLogTest, WhatWaitsAtTheEndIsWritten) {
  events().on_call_over(call(seconds(60)));
  events_.reset();
  EXPECT_THAT(out_.str(), HasSubstr("A call ended."));
}

}  // namespace
}  // namespace visavis::services
