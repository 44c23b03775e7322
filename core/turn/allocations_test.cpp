// The life of an allocation, its permissions and channels, in both modes the same.
#include <gtest/gtest.h>

#include "core/turn/test_support.h"

namespace visavis::turn {
namespace {

using stun::AttributeType;
using stun::Method;
using testing::Client;
using testing::Dialogue;
using testing::Heard;

class AllocationLife : public ::testing::Test {
 protected:
  AllocationLife() {
    at_ana_ = relay_.allocate(ana_).relayed();
    at_ben_ = relay_.allocate(ben_).relayed();
  }
  // Keeps Ben's half alive while Ana's is looked at.
  void refresh_ben() {
    EXPECT_EQ(relay_.refresh(ben_, 3600).what(), "success");
    EXPECT_EQ(relay_.permit(ben_, at_ana_), "success");
  }

  Dialogue relay_;
  Client ana_ = relay_.client("203.0.113.7:61001", "call", "ana");
  Client ben_ = relay_.client("203.0.113.8:61002", "call", "ben");
  TransportAddress at_ana_;
  TransportAddress at_ben_;
};

TEST_F(AllocationLife, ARetransmittedRequestGetsTheSameAgain) {
  Client eve = relay_.client("203.0.113.9:61003", "call", "eve");
  const stun::TransactionId id = {7};
  const Heard first = relay_.ask(eve, Method::kAllocate, {testing::udp()}, id);
  ASSERT_EQ(first.what(), "success");
  const Heard again = relay_.ask_once(eve, Method::kAllocate, {testing::udp()}, id);
  EXPECT_EQ(again.bytes(), first.bytes());
  EXPECT_EQ(relay_.allocations(), 3U);
  EXPECT_EQ(relay_.allocate(eve).what(), "437") << "another request is another one";
  relay_.pass(seconds(60));
  EXPECT_EQ(relay_.ask_once(eve, Method::kAllocate, {testing::udp()}, id).lifetime_s(), 540);
}

TEST_F(AllocationLife, EndsWhenItsTimeIsOver) {
  relay_.pass(minutes(10) - microseconds(1));
  EXPECT_EQ(relay_.allocations(), 2U);
  relay_.pass(microseconds(1));
  EXPECT_EQ(relay_.allocations(), 0U);
  EXPECT_EQ(relay_.refresh(ana_, 600).what(), "437");
  EXPECT_FALSE(relay_.server().next_timeout());
}

TEST_F(AllocationLife, EndsOnTimeAlsoWhenTheTimerIsLate) {
  relay_.permit(ana_, at_ben_);
  relay_.refresh(ana_, 3600);
  relay_.pass_without_timer(minutes(10) - seconds(1));
  relay_.permit(ana_, at_ben_);
  relay_.permit(ben_, at_ana_);
  EXPECT_NE(relay_.send(ana_, at_ben_, "x"), "nothing");
  relay_.pass_without_timer(seconds(1));
  EXPECT_EQ(relay_.send(ana_, at_ben_, "x"), "nothing") << "the receiver's has ended";
  EXPECT_EQ(relay_.send(ben_, at_ana_, "x"), "nothing") << "and the sender's";
  EXPECT_EQ(relay_.allocations(), 1U);
  EXPECT_EQ(relay_.refresh(ben_, 600).what(), "437");
}

TEST_F(AllocationLife, RefreshMovesTheEnd) {
  EXPECT_EQ(relay_.refresh(ana_, 1'200).lifetime_s(), 1'200);
  relay_.pass(minutes(20) - seconds(1));
  EXPECT_EQ(relay_.allocations(), 1U);
  EXPECT_EQ(relay_.refresh(ana_, 60).lifetime_s(), 600) << "no less than the default";
  EXPECT_EQ(relay_.refresh(ana_, 100'000).lifetime_s(), 3'600) << "no more than the maximum";
  EXPECT_EQ(relay_.ask(ana_, Method::kRefresh, {}).lifetime_s(), 600);
  relay_.pass(minutes(10));
  EXPECT_EQ(relay_.allocations(), 0U);
}

TEST_F(AllocationLife, ALifetimeOfZeroIsTheEnd) {
  EXPECT_EQ(relay_.refresh(ana_, 0).lifetime_s(), 0);
  EXPECT_EQ(relay_.allocations(), 1U);
  EXPECT_EQ(relay_.refresh(ana_, 0).what(), "437");
  EXPECT_EQ(relay_.allocate(ana_).what(), "success");
}

TEST_F(AllocationLife, OneOfTwoFamiliesCanEnd) {
  Client eve = relay_.client("203.0.113.9:61003", "call", "eve");
  const Heard both =
      relay_.allocate(eve, {testing::family(AttributeType::kAdditionalAddressFamily, 2)});
  const auto family = [](unsigned value) {
    return testing::family(AttributeType::kRequestedAddressFamily, value);
  };
  EXPECT_EQ(relay_.ask(ana_, Method::kRefresh, {family(2)}).what(), "443");
  EXPECT_EQ(relay_.ask(ana_, Method::kRefresh, {family(9)}).what(), "443");
  EXPECT_EQ(relay_.ask(eve, Method::kRefresh, {family(2), testing::lifetime(0)}).what(), "success");
  EXPECT_EQ(relay_.ask(eve, Method::kRefresh, {family(2)}).what(), "443");
  EXPECT_EQ(relay_.permit(eve, both.relayed(1)), "403");
  EXPECT_EQ(relay_.permit(eve, both.relayed(0)), "success");
  EXPECT_EQ(relay_.ask(eve, Method::kRefresh, {family(1), testing::lifetime(0)}).what(), "success");
  EXPECT_EQ(relay_.refresh(eve, 600).what(), "437");
}

TEST_F(AllocationLife, APermissionLastsFiveMinutes) {
  relay_.refresh(ana_, 3'600);
  refresh_ben();
  relay_.permit(ana_, at_ben_);
  relay_.pass(minutes(5) - microseconds(1));
  EXPECT_NE(relay_.send(ana_, at_ben_, "x"), "nothing");
  relay_.pass(microseconds(1));
  refresh_ben();
  EXPECT_EQ(relay_.send(ana_, at_ben_, "x"), "nothing");
  EXPECT_EQ(relay_.send(ben_, at_ana_, "x"), "nothing");
  relay_.permit(ana_, at_ben_);
  EXPECT_NE(relay_.send(ana_, at_ben_, "x"), "nothing");
}

TEST_F(AllocationLife, AChannelLastsTenMinutesAndItsPermissionFive) {
  relay_.refresh(ana_, 3'600);
  refresh_ben();
  EXPECT_EQ(relay_.bind(ana_, 0x4000, at_ben_), "success");
  EXPECT_EQ(relay_.send(ben_, at_ana_, "x"), "61001 channel 16384: x");
  relay_.pass(minutes(5));
  refresh_ben();
  EXPECT_EQ(relay_.send(ben_, at_ana_, "x"), "nothing") << "the permission has ended";
  EXPECT_NE(relay_.send(ana_, 0x4000, "x"), "nothing");
  EXPECT_EQ(relay_.bind(ana_, 0x4000, at_ben_), "success") << "refreshes both";
  relay_.pass(minutes(10) - microseconds(1));
  refresh_ben();
  EXPECT_NE(relay_.send(ana_, 0x4000, "x"), "nothing");
  relay_.pass(microseconds(1));
  EXPECT_EQ(relay_.send(ana_, 0x4000, "x"), "nothing");
  relay_.permit(ana_, at_ben_);
  EXPECT_EQ(relay_.send(ben_, at_ana_, "x"), "61001 from " + at_ben_.to_string() + ": x");
}

TEST_F(AllocationLife, ChannelsKeepTheirPartnersForAWhile) {
  const TransportAddress other{at_ben_.address, static_cast<std::uint16_t>(at_ben_.port ^ 2)};
  relay_.refresh(ana_, 3'600);
  EXPECT_EQ(relay_.bind(ana_, 0x4000, at_ben_), "success");
  EXPECT_EQ(relay_.bind(ana_, 0x4000, other), "400") << "the number is bound";
  EXPECT_EQ(relay_.bind(ana_, 0x4001, at_ben_), "400") << "the peer is bound";
  relay_.pass(minutes(15) - microseconds(1));
  EXPECT_EQ(relay_.bind(ana_, 0x4000, other), "400");
  EXPECT_EQ(relay_.bind(ana_, 0x4001, at_ben_), "400");
  relay_.pass(microseconds(1));
  EXPECT_EQ(relay_.bind(ana_, 0x4000, other), "success");
  EXPECT_EQ(relay_.bind(ana_, 0x4001, at_ben_), "success");
}

TEST_F(AllocationLife, ChannelNumbersHaveARange) {
  EXPECT_EQ(relay_.bind(ana_, 0x3FFF, at_ben_), "400");
  EXPECT_EQ(relay_.bind(ana_, 0x8000, at_ben_), "400");
  EXPECT_EQ(relay_.bind(ana_, 0x7FFF, at_ben_), "success") << "a client of RFC 5766";
}

TEST_F(AllocationLife, AStreamClientThatGoesTakesItsAllocationAlong) {
  Client eve = relay_.client("203.0.113.9:61003", "call", "eve", Transport::kTcp);
  EXPECT_EQ(relay_.allocate(eve).what(), "success");
  relay_.server().on_client_gone(eve.tuple, relay_.now());
  EXPECT_EQ(relay_.allocations(), 2U);
  relay_.server().on_client_gone(eve.tuple, relay_.now());
  EXPECT_EQ(relay_.command(), "");
}

TEST_F(AllocationLife, APortOfTheSameClientOnAnotherLinkIsAnotherClient) {
  Client again = ana_;
  ++again.tuple.link;
  EXPECT_EQ(relay_.refresh(again, 600).what(), "437");
  again.tuple.link = ana_.tuple.link;
  again.tuple.server.port = 3478;
  EXPECT_EQ(relay_.refresh(again, 600).what(), "437");
}

// --- The end of a call

TEST_F(AllocationLife, TheEndOfACallFreesItsAllocations) {
  Client eve = relay_.client("203.0.113.9:61003", "other", "eve");
  Client tcp = relay_.client("203.0.113.9:61004", "call", "tom", Transport::kTls);
  relay_.allocate(eve);
  relay_.allocate(tcp);
  relay_.end_call("call");
  EXPECT_EQ(relay_.allocations(), 1U);
  EXPECT_EQ(relay_.hear(ana_).what(), "silence");
  EXPECT_EQ(relay_.command(), "close client 61004");
  EXPECT_EQ(relay_.command(), "");
  EXPECT_EQ(relay_.allocate(ana_).what(), "401") << "the credential is worth nothing any more";
  EXPECT_EQ(relay_.refresh(eve, 600).what(), "success");
}

TEST_F(AllocationLife, TheEndOfAParticipationIsOnlyThat) {
  relay_.end_call("call", "ana");
  EXPECT_EQ(relay_.allocations(), 1U);
  EXPECT_EQ(relay_.allocate(ana_).what(), "401");
  EXPECT_EQ(relay_.refresh(ben_, 600).what(), "success");
  Client eve = relay_.client("203.0.113.9:61003", "call", "eve");
  EXPECT_EQ(relay_.allocate(eve).what(), "success");
  Client ana_elsewhere = relay_.client("203.0.113.9:61003", "other", "ana");
  ana_elsewhere.tuple.link = 99;
  EXPECT_EQ(relay_.allocate(ana_elsewhere).what(), "success");
}

TEST_F(AllocationLife, ACallThatEndedBeforeAnybodyCameIsRefusedToo) {
  relay_.end_call("early");
  Client eve = relay_.client("203.0.113.9:61003", "early", "eve");
  EXPECT_EQ(relay_.allocate(eve).what(), "401");
}

TEST(EndedCalls, AreBoundedAndForgottenWhenNoCredentialIsLeft) {
  ServerOptions options;
  options.limits.ended_calls_max = 2;
  Dialogue relay(std::move(options));
  for (const char* call : {"a", "b", "a", "c"}) relay.end_call(call);
  const auto answer = [&](const char* call) {
    Client client = relay.client("203.0.113.7:61001", call, "ana");
    const std::string what = relay.allocate(client).what();
    relay.refresh(client, 0);
    return what;
  };
  EXPECT_EQ(answer("b"), "success") << "the one that would have been forgotten first";
  EXPECT_EQ(answer("a"), "401");
  EXPECT_EQ(answer("c"), "401");
  relay.pass(std::chrono::hours(24));
  relay.end_call("d");
  EXPECT_EQ(answer("a"), "success");
  EXPECT_EQ(answer("d"), "401");
}

}  // namespace
}  // namespace visavis::turn
