// What the hub tells the log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/signaling/hub_test_support.h"

namespace visavis::signaling {
namespace {

using testing::SeededRandom;

// Does not look at what is sent: only at what is reported.
class HubReports : public ::testing::Test {
 protected:
  static HubOptions options(bool reports) {
    Limits limits;
    limits.hellos_burst = 3;
    return {.limits = limits, .identity_keys = {std::string(32, 'k')}, .reports = reports};
  }
  ConnectionId connect() {
    const ConnectionId id{++connections_};
    hub_.on_connect(id, {.address = *IpAddress::parse("192.0.2.7")}, now_);
    return id;
  }
  ConnectionId join(std::string_view name) {
    const ConnectionId id = connect();
    say(id, R"({"type":"hello","name":")" + std::string(name) + R"("})");
    users_.push_back(last("/user"));
    return id;
  }
  void say(ConnectionId id, std::string_view text) {
    hub_.on_message(id, text, now_);
    while (auto command = hub_.poll_command()) {
      if (const auto* send = std::get_if<SendText>(&*command)) heard_.push_back(*send->frame);
    }
  }
  // Of the latest message that has it.
  std::string last(std::string_view pointer) const {
    for (auto it = heard_.rbegin(); it != heard_.rend(); ++it) {
      if (auto value = testing::Heard(*it).at(pointer); !value.empty()) return value;
    }
    return {};
  }
  template <typename Kind>
  std::vector<Kind> reports() {
    std::vector<Kind> found;
    while (auto report = hub_.poll_report()) {
      if (auto* one = std::get_if<Kind>(&*report)) found.push_back(std::move(*one));
    }
    return found;
  }

  SeededRandom random_;
  Hub hub_{options(true), random_};
  Instant now_{seconds(1000)};
  std::uint64_t connections_ = 0;
  std::vector<std::string> users_;
  std::vector<std::string> heard_;
};

TEST_F(HubReports, WhoWasRefusedAndByWhichLimit) {
  const ConnectionId ana = join("Ana");
  say(ana, R"({"type":"call.end","call":"nowhere"})");
  const auto refused = reports<ClientRefused>();
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused[0].connection, ana);
  EXPECT_EQ(refused[0].code, ErrorCode::kUnknownCall);
  EXPECT_TRUE(refused[0].stranger);
  EXPECT_EQ(refused[0].user, "Ana");
  EXPECT_EQ(refused[0].limit, "");

  join("Ben");
  join("Cleo");
  say(connect(), R"({"type":"hello","name":"Dan"})");
  const auto limited = reports<ClientRefused>();
  ASSERT_EQ(limited.size(), 1U);
  EXPECT_EQ(limited[0].code, ErrorCode::kRateLimited);
  EXPECT_EQ(limited[0].limit, "hellos_per_second");
}

TEST_F(HubReports, HowLongACallWas) {
  const ConnectionId ana = join("Ana");
  const ConnectionId ben = join("Ben");
  say(ana, R"({"type":"call.start","to":[")" + users_[1] + R"("]})");
  const std::string call = last("/call");
  now_ += seconds(4);
  say(ben, R"({"type":"call.accept","call":")" + call + R"("})");
  now_ += seconds(60);
  say(ben, R"({"type":"call.end","call":")" + call + R"("})");
  const auto over = reports<CallOver>();
  ASSERT_EQ(over.size(), 1U);
  EXPECT_EQ(to_text(over[0].id), call);
  EXPECT_EQ(over[0].reason, EndReason::kHangup);
  EXPECT_EQ(over[0].duration, seconds(64));
  EXPECT_EQ(over[0].talked, seconds(60));
  EXPECT_EQ(over[0].people_max, 2U);
  EXPECT_EQ(over[0].caller, "Ana");
  EXPECT_FALSE(over[0].in_room);
}

TEST_F(HubReports, ACallThatNobodyTook) {
  const ConnectionId ana = join("Ana");
  join("Ben");
  say(ana, R"({"type":"call.start","to":[")" + users_[1] + R"("]})");
  now_ += seconds(2);
  say(ana, R"({"type":"call.end","call":")" + last("/call") + R"("})");
  const auto over = reports<CallOver>();
  ASSERT_EQ(over.size(), 1U);
  EXPECT_EQ(over[0].reason, EndReason::kCancelled);
  EXPECT_EQ(over[0].talked, std::nullopt);
}

TEST_F(HubReports, ARoom) {
  const ConnectionId ana = join("Ana");
  say(ana, R"({"type":"room.join","room":"tea"})");
  now_ += seconds(5);
  say(ana, R"({"type":"call.end","call":")" + last("/call") + R"("})");
  const auto over = reports<CallOver>();
  ASSERT_EQ(over.size(), 1U);
  EXPECT_TRUE(over[0].in_room);
  EXPECT_EQ(over[0].people_max, 1U);
  EXPECT_EQ(over[0].duration, seconds(5));
}

TEST_F(HubReports, NothingUnlessItIsWanted) {
  Hub silent(options(false), random_);
  silent.on_connect(ConnectionId{1}, {.address = *IpAddress::parse("192.0.2.7")}, now_);
  silent.on_message(ConnectionId{1}, "nonsense", now_);
  EXPECT_EQ(silent.poll_report(), std::nullopt);
}

}  // namespace
}  // namespace visavis::signaling
