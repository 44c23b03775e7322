// What the relay tells the log.
#include <gtest/gtest.h>

#include "core/turn/test_support.h"

namespace visavis::turn {
namespace {

using testing::Client;
using testing::Dialogue;

class Reports : public ::testing::Test {
 protected:
  static ServerOptions options(bool reports = true, Mode mode = Mode::kClosed) {
    ServerOptions options;
    options.reports = reports;
    options.mode = mode;
    if (mode == Mode::kOpen) options.users = {{"ana", "secret"}};
    return options;
  }
  template <typename Kind>
  static std::vector<Kind> reports(Dialogue& relay) {
    std::vector<Kind> found;
    while (auto report = relay.server().poll_report()) {
      if (auto* one = std::get_if<Kind>(&*report)) found.push_back(std::move(*one));
    }
    return found;
  }
  std::vector<AllocationOver> over() { return reports<AllocationOver>(relay_); }
  std::vector<RequestRefused> refused() { return reports<RequestRefused>(relay_); }

  Dialogue relay_{options()};
  Client ana_ = relay_.client("203.0.113.7:61001", "call", "ana");
  Client ben_ = relay_.client("203.0.113.8:61002", "call", "ben");
};

TEST_F(Reports, WhatAnAllocationCarriedAndWhyItEnded) {
  const auto at_ana = relay_.allocate(ana_).relayed();
  const auto at_ben = relay_.allocate(ben_).relayed();
  relay_.permit(ana_, at_ben);
  relay_.permit(ben_, at_ana);
  relay_.send(ana_, at_ben, "12345");
  relay_.send(ben_, at_ana, "123");
  relay_.pass(seconds(60));
  relay_.refresh(ana_, 0);
  relay_.end_call("call");
  const auto told = over();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].client, ana_.tuple);
  EXPECT_EQ(told[0].why, AllocationEnd::kReleased);
  EXPECT_EQ(told[0].duration, seconds(60));
  EXPECT_EQ(told[0].bytes_from_client, 5U);
  EXPECT_EQ(told[0].bytes_to_client, 3U);
  EXPECT_EQ(told[0].call, "call");
  EXPECT_EQ(told[0].user, "");
  EXPECT_EQ(told[1].why, AllocationEnd::kCallEnded);
}

TEST_F(Reports, AnAllocationThatNobodyRefreshed) {
  relay_.allocate(ana_);
  relay_.pass(minutes(10));
  const auto told = over();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].why, AllocationEnd::kExpired);
  EXPECT_EQ(told[0].duration, minutes(10));
}

TEST_F(Reports, AConnectionThatEnded) {
  Client over_tcp = relay_.client("203.0.113.7:61001", "call", "ana", Transport::kTcp);
  relay_.allocate(over_tcp);
  relay_.server().on_client_gone(over_tcp.tuple, relay_.now());
  const auto told = over();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].why, AllocationEnd::kClientGone);
}

TEST_F(Reports, AWrongPasswordIsTold) {
  ana_.password = "guess";
  relay_.allocate(ana_);
  const auto told = refused();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].why, Refusal::kUnauthenticated);
  EXPECT_EQ(told[0].client, ana_.tuple);
  EXPECT_EQ(told[0].user, ana_.username);
}

// Nobody guesses: a browser is late. Whoever bans those who guess must not ban it.
TEST_F(Reports, ACredentialOfACallThatHasEndedIsAnotherMatter) {
  relay_.allocate(ana_);
  relay_.end_call("call");
  EXPECT_EQ(relay_.allocate(ana_).what(), "401");
  relay_.pass(std::chrono::hours(3));
  EXPECT_EQ(relay_.allocate(ben_).what(), "401");
  const auto told = refused();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].why, Refusal::kExpired);
  EXPECT_EQ(told[1].why, Refusal::kExpired);
  EXPECT_EQ(relay_.refused(Refusal::kExpired), 2U);
  EXPECT_EQ(relay_.refused(Refusal::kUnauthenticated), 0U);
}

TEST_F(Reports, AnAddressThatIsNotProvenIsNotTold) {
  // Signed with a nonce of another address: anybody could send this in Ana's name.
  relay_.allocate(ben_);
  ana_.nonce = ben_.nonce;
  ana_.realm = ben_.realm;
  ana_.password = "guess";
  EXPECT_EQ(relay_.ask_once(ana_, stun::Method::kAllocate, {testing::udp()}).what(), "438");
  EXPECT_TRUE(refused().empty());
  EXPECT_EQ(relay_.refused(Refusal::kStaleNonce), 1U);
}

TEST_F(Reports, ARefusedPermissionIsTold) {
  relay_.allocate(ana_);
  EXPECT_EQ(relay_.permit(ana_, testing::address("10.0.0.1:80")), "403");
  const auto told = refused();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].why, Refusal::kForbiddenPeer);
}

TEST_F(Reports, AnOpenRelayTellsItsUser) {
  Dialogue open(options(true, Mode::kOpen));
  Client client = open.client("203.0.113.7:61001", Credential{"ana", "secret"});
  open.allocate(client);
  open.relay_bound(1, "198.51.100.1:50000");
  open.refresh(client, 0);
  const auto told = reports<AllocationOver>(open);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].user, "ana");
  EXPECT_EQ(told[0].call, "");
}

TEST_F(Reports, NothingUnlessItIsWanted) {
  Dialogue silent(options(false));
  Client client = silent.client("203.0.113.7:61001", "call", "ana");
  silent.allocate(client);
  silent.end_call("call");
  EXPECT_EQ(silent.server().poll_report(), std::nullopt);
}

}  // namespace
}  // namespace visavis::turn
