// Who gets which credentials for the relay, and when the relay is told of an end, as dialogues.
#include <gtest/gtest.h>

#include <tuple>

#include "core/signaling/hub_test_people.h"

namespace visavis::signaling {
namespace {

using testing::accept;
using testing::call;
using testing::Dialogue;
using testing::Guest;
using testing::Heard;
using testing::HubTest;
using testing::join;
using testing::join_again;
using testing::keep_ringing;
using testing::resume;
using testing::ring;
using testing::say_of_call;
using Ended = std::vector<std::string>;

RelayOffer relay() {
  RelayOffer options;
  options.issue_credential = [](std::string_view call, std::string_view participant,
                                Duration lifetime) {
    const auto seconds_left = std::chrono::duration_cast<seconds>(lifetime).count();
    return RelayCredential{
        std::to_string(seconds_left).append(":").append(call).append(":").append(participant),
        "secret"};
  };
  options.offer_turns = true;
  return options;
}

// The list for this participant as it must come, everybody having come by the same address.
std::string servers(const std::string& call, const std::string& participant,
                    const std::string& lifetime = "7200") {
  return R"([{"urls":["stun:calls.example.org:443"]},)"
         R"({"urls":["turn:calls.example.org:443?transport=udp",)"
         R"("turn:calls.example.org:443?transport=tcp",)"
         R"("turns:calls.example.org:443?transport=tcp"],"username":")" +
         lifetime + ":" + call + ":" + participant + R"(","credential":"secret"}])";
}

Guest reached_at(Dialogue& dialogue, const std::string& address, bool over_tls,
                 std::string_view name) {
  dialogue.be_reached_at(address, over_tls);
  return join(dialogue, name);
}

struct HubRelay : HubTest {
  Guest ana = reached_at(dialogue, "calls.example.org:443", true, "Ana");
  Guest ben = join(dialogue, "Ben");

  HubRelay() : HubTest({}, 1, relay()) {}
  void ring_ben() {
    std::tie(ringing, incoming) = ring(dialogue, ana, ben);
    id = ringing.at("/call");
    anas = ringing.at("/participant");
    bens = incoming.at("/participant");
  }
  void talk() {
    ring_ben();
    accept(dialogue, ben, id);
    hear(ana, "call.accepted");
  }
  Heard test_relay(const Guest& guest) {
    dialogue.forget(guest.connection);
    dialogue.say(guest.connection, R"({"type":"relay.test","id":9})");
    return dialogue.hear(guest.connection);
  }

  Heard ringing;
  Heard incoming;
  std::string id;
  std::string anas;
  std::string bens;
};

TEST_F(HubRelay, WelcomeHasStunOnly) {
  const auto cleo = dialogue.connect();
  dialogue.say(cleo, R"({"type":"hello","name":"Cleo"})");
  EXPECT_EQ(dialogue.hear(cleo, "welcome").at("/ice_servers"),
            R"([{"urls":["stun:calls.example.org:443"]}])");
}

TEST_F(HubRelay, EachParticipantGetsCredentialsOfTheirOwn) {
  ring_ben();
  EXPECT_EQ(ringing.at("/ice_servers"), servers(id, anas));
  EXPECT_EQ(incoming.at("/ice_servers"), servers(id, bens));
  say_of_call(dialogue, ben, "call.accept", id, 5);
  EXPECT_EQ(hear(ben, "call.accepted").at("/ice_servers"), servers(id, bens));
  const Heard news = hear(ana, "call.accepted");
  EXPECT_EQ(news.at("/ice_servers"), "");
  EXPECT_EQ(news.text().find("secret"), std::string::npos);
}

TEST_F(HubRelay, AnAcceptanceWithoutAnIdBringsThemToo) {
  ring_ben();
  dialogue.say(ben.connection, R"({"type":"call.accept","call":")" + id + R"("})");
  EXPECT_EQ(hear(ben, "call.accepted").at("/ice_servers"), servers(id, bens));
}

TEST_F(HubRelay, GlareJoinsWithCredentialsOfTheOneCall) {
  ring_ben();
  dialogue.say(ben.connection, R"({"type":"call.start","id":8,"to":[")" + ana.user + R"("]})");
  EXPECT_EQ(hear(ben, "call.accepted").at("/ice_servers"), servers(id, bens));
}

TEST_F(HubRelay, ALateDeviceGetsItsOwnAndTheCallerAgainTheirs) {
  ring_ben();
  const auto phone = dialogue.connect();
  dialogue.say(phone, R"({"type":"hello","name":"Ben","identity":")" + ben.identity + "\"}");
  const Heard late = dialogue.hear(phone, "call.incoming");
  EXPECT_NE(late.at("/participant"), bens);
  EXPECT_EQ(late.at("/ice_servers"), servers(id, late.at("/participant")));
  EXPECT_EQ(hear(ana, "call.ringing").at("/ice_servers"), servers(id, anas));
}

TEST_F(HubRelay, AReloadedPageGetsThemWithItsCall) {
  talk();
  dialogue.lose(ben.connection, CloseCause::kGoingAway);
  const Heard welcome = dialogue.hear(resume(dialogue, "Ben", ben));
  EXPECT_EQ(welcome.at("/calls/0/ice_servers"), servers(id, bens));
  EXPECT_EQ(welcome.at("/ice_servers"), R"([{"urls":["stun:calls.example.org:443"]}])");
}

TEST_F(HubRelay, AResumedSessionIsServedWhereItNowIs) {
  talk();
  dialogue.lose(ben.connection);
  dialogue.be_reached_at("192.0.2.10:8080");
  const ConnectionId back = resume(dialogue, "Ben", ben, 2);
  const Heard welcome = dialogue.hear(back);
  EXPECT_EQ(welcome.at("/ice_servers/0/urls/0"), "stun:192.0.2.10:8080");
  EXPECT_EQ(welcome.at("/calls/0/ice_servers/1/urls"),
            R"(["turn:192.0.2.10:8080?transport=udp","turn:192.0.2.10:8080?transport=tcp"])");
  dialogue.say(back, R"({"type":"call.relay","id":3,"call":")" + id + R"("})");
  EXPECT_EQ(dialogue.hear(back, "call.relay").at("/ice_servers/1/urls/0"),
            "turn:192.0.2.10:8080?transport=udp");
}

TEST_F(HubRelay, WhatRingsWhileTheSocketIsLostComesWithCredentials) {
  dialogue.lose(ben.connection);
  call(dialogue, ana, ben);
  const std::string rang = hear(ana, "call.ringing").at("/call");
  const Heard replayed = dialogue.hear(resume(dialogue, "Ben", ben, 0), "call.incoming");
  EXPECT_EQ(replayed.at("/ice_servers"), servers(rang, replayed.at("/participant")));
}

TEST_F(HubRelay, FreshCredentialsForWhoIsInTheCallOrInvited) {
  ring_ben();
  say_of_call(dialogue, ben, "call.relay", id, 7);
  const Heard fresh = hear(ben, "call.relay");
  EXPECT_EQ(fresh.at("/id"), "7");
  EXPECT_EQ(fresh.at("/call"), id);
  EXPECT_EQ(fresh.at("/ice_servers"), servers(id, bens));
  say_of_call(dialogue, ana, "call.relay", id);
  EXPECT_EQ(hear(ana, "call.relay").at("/ice_servers"), servers(id, anas));
}

TEST_F(HubRelay, NobodyElseGetsCredentials) {
  const Guest cleo = join(dialogue, "Cleo");
  talk();
  say_of_call(dialogue, cleo, "call.relay", id);
  EXPECT_EQ(error(cleo), "not_in_call");
  say_of_call(dialogue, ben, "call.end", id);
  hear(ben, "call.ended");
  for (const Guest* guest : {&ana, &ben}) {
    say_of_call(dialogue, *guest, "call.relay", id);
    EXPECT_EQ(dialogue.hear(guest->connection, "error").at("/code"), "unknown_call");
  }
}

TEST_F(HubRelay, TurnsIsForThoseWhoCameOverTlsByAName) {
  const std::pair<const char*, bool> kAddresses[] = {
      {"calls.example.org:80", false}, {"192.0.2.10:443", true}, {"[2001:db8::1]:443", true}};
  for (const auto& [address, over_tls] : kAddresses) {
    const Guest guest = reached_at(dialogue, address, over_tls, "Cleo");
    const Heard tested = test_relay(guest);
    const std::string at = address;
    EXPECT_EQ(tested.at("/servers/0/1/urls"),
              R"(["turn:)" + at + R"(?transport=udp","turn:)" + at + R"(?transport=tcp"])");
  }
}

TEST(HubRelayOptions, ACertificateThatNobodyVerifiesIsNoReasonForTurns) {
  RelayOffer options = relay();
  options.offer_turns = false;
  Dialogue dialogue({}, 1, options);
  const Guest ana = reached_at(dialogue, "calls.example.org:443", true, "Ana");
  dialogue.say(ana.connection, R"({"type":"relay.test","id":9})");
  EXPECT_EQ(dialogue.hear(ana.connection).at("/servers/0/1/urls/2"), "");
}

TEST(HubRelayOptions, NamedUrlsServeEverybodyHoweverTheyCame) {
  RelayOffer options = relay();
  options.stun_urls = {"stun:turn.example.org:3478"};
  options.turn_urls = {"turn:turn.example.org:3478?transport=udp"};
  Dialogue dialogue({}, 1, options);
  const Guest ana = join(dialogue, "Ana");  // through a proxy, say
  const Guest ben = reached_at(dialogue, "calls.example.org:443", true, "Ben");
  call(dialogue, ana, ben);
  for (const Guest* guest : {&ana, &ben}) {
    const Heard heard = dialogue.hear(guest->connection);
    EXPECT_EQ(heard.at("/ice_servers/0/urls"), R"(["stun:turn.example.org:3478"])") << heard;
    EXPECT_EQ(heard.at("/ice_servers/1/urls"), R"(["turn:turn.example.org:3478?transport=udp"])");
    EXPECT_EQ(heard.at("/ice_servers/1/credential"), "secret");
    EXPECT_EQ(heard.at("/ice_servers/2"), "");
  }
}

TEST_F(HubRelay, BehindAProxyTheListIsThatOfWelcome) {
  const Guest cleo = reached_at(dialogue, "", false, "Cleo");
  call(dialogue, ana, cleo);
  const Heard heard = hear(cleo, "call.incoming");
  EXPECT_EQ(heard.at("/ice_servers"), "[]");
  say_of_call(dialogue, cleo, "call.relay", heard.at("/call"));
  EXPECT_EQ(hear(cleo, "call.relay").at("/ice_servers"), "[]");
  EXPECT_EQ(test_relay(cleo).at("/code"), "relay_unavailable");
}

TEST(HubRelayOptions, WithoutARelayTheListIsThatOfWelcomeAndNothingEnds) {
  Dialogue dialogue;
  const Guest ana = reached_at(dialogue, "calls.example.org:443", true, "Ana");
  const Guest ben = join(dialogue, "Ben");
  call(dialogue, ana, ben);
  const Heard heard = dialogue.hear(ben.connection, "call.incoming");
  EXPECT_EQ(heard.at("/ice_servers"), R"([{"urls":["stun:calls.example.org:443"]}])");
  say_of_call(dialogue, ben, "call.decline", heard.at("/call"));
  EXPECT_EQ(dialogue.ended_relays(), Ended{});
  dialogue.say(ana.connection, R"({"type":"relay.test","id":9})");
  EXPECT_EQ(dialogue.hear(ana.connection, "error").at("/code"), "relay_unavailable");
}

// --- EndRelay, in every way a call or a part in it can end.

TEST_F(HubRelay, HangingUpDecliningAndCancellingEndTheCallsRelay) {
  talk();
  say_of_call(dialogue, ben, "call.end", id);
  EXPECT_EQ(dialogue.ended_relays(), Ended{id});
  ring_ben();
  say_of_call(dialogue, ben, "call.decline", id);
  EXPECT_EQ(dialogue.ended_relays(), Ended{id});
  ring_ben();
  say_of_call(dialogue, ana, "call.end", id);
  EXPECT_EQ(dialogue.ended_relays(), Ended{id});
}

TEST_F(HubRelay, AMissedCallEndsItsRelay) {
  ring_ben();
  dialogue.pass(Limits{}.ring_timeout);
  EXPECT_EQ(dialogue.ended_relays(), Ended{id});
}

TEST_F(HubRelay, ALostSocketKeepsTheRelayUntilTheWindowIsOver) {
  talk();
  dialogue.lose(ben.connection);
  dialogue.pass(Limits{}.resume_window - milliseconds(1));
  EXPECT_EQ(dialogue.ended_relays(), Ended{});
  dialogue.pass(milliseconds(1));
  EXPECT_EQ(dialogue.ended_relays(), Ended{id});
}

TEST_F(HubRelay, LeavingForGoodEndsIt) {
  talk();
  dialogue.lose(ana.connection, CloseCause::kLeft);
  EXPECT_EQ(dialogue.ended_relays(), Ended{id});
}

TEST_F(HubRelay, TheDevicesThatDidNotAnswerLoseTheirParts) {
  const Guest phone = join_again(dialogue, "Ben", ben);
  ring_ben();
  const std::string phones = hear(phone, "call.incoming").at("/participant");
  say_of_call(dialogue, ben, "call.accept", id);
  EXPECT_EQ(dialogue.ended_relays(), Ended{id + ":" + phones});
}

TEST_F(HubRelay, WhoLeavesWhileTheCallGoesOnLosesTheirPartOnly) {
  const Guest cleo = join(dialogue, "Cleo");
  call(dialogue, ana, ben, cleo);
  const Heard to_ben = hear(ben, "call.incoming");
  const Heard to_cleo = hear(cleo, "call.incoming");
  id = to_ben.at("/call");
  say_of_call(dialogue, ben, "call.accept", id);
  say_of_call(dialogue, cleo, "call.decline", id);
  EXPECT_EQ(dialogue.ended_relays(), Ended{id + ":" + to_cleo.at("/participant")});
  say_of_call(dialogue, ben, "call.end", id);
  EXPECT_EQ(dialogue.ended_relays(), Ended{id});
}

TEST_F(HubRelay, AMissingFewAreEndedOneByOne) {
  const Guest cleo = join(dialogue, "Cleo");
  call(dialogue, ana, ben, cleo);
  const Heard to_cleo = hear(cleo, "call.incoming");
  say_of_call(dialogue, ben, "call.accept", to_cleo.at("/call"));
  dialogue.pass(Limits{}.ring_timeout);
  EXPECT_EQ(dialogue.ended_relays(), Ended{to_cleo.at("/call") + ":" + to_cleo.at("/participant")});
}

TEST_F(HubRelay, ACallThatNeverRangHasNoRelayToEnd) {
  keep_ringing(dialogue, ana);
  const Guest cleo = join(dialogue, "Cleo");
  call(dialogue, cleo, ana);
  EXPECT_EQ(reason(cleo), "busy");
  EXPECT_EQ(dialogue.ended_relays(), Ended{});
}

// --- The call with oneself.

// The call that both lists of the answer are for; expects two participants.
std::string tested_call(const Heard& answer) {
  const std::string one = answer.at("/servers/0/1/username");
  const std::string other = answer.at("/servers/1/1/username");
  EXPECT_NE(one, other);
  const std::string call = one.substr(3, 16);
  EXPECT_EQ(answer.at("/servers/0"), servers(call, one.substr(20), "60"));
  EXPECT_EQ(answer.at("/servers/1"), servers(call, other.substr(20), "60"));
  return call;
}

TEST_F(HubRelay, ACallWithOneselfLastsAMinute) {
  const Heard answer = test_relay(ana);
  EXPECT_EQ(answer.type(), "relay.test");
  EXPECT_EQ(answer.at("/id"), "9");
  const std::string tested = tested_call(answer);
  EXPECT_EQ(dialogue.hub().gauges().calls, 0U);
  dialogue.pass(milliseconds(59'999));
  EXPECT_EQ(dialogue.ended_relays(), Ended{});
  dialogue.pass(milliseconds(1));
  EXPECT_EQ(dialogue.ended_relays(), Ended{tested});
  dialogue.pass(minutes(2));
  EXPECT_EQ(dialogue.ended_relays(), Ended{});
}

TEST_F(HubRelay, AnotherCallWithOneselfEndsTheEarlierOne) {
  const std::string first = tested_call(test_relay(ana));
  dialogue.pass(milliseconds(9'999));
  EXPECT_EQ(test_relay(ana).at("/code"), "rate_limited");
  dialogue.pass(milliseconds(1));
  const std::string second = tested_call(test_relay(ana));
  EXPECT_EQ(dialogue.ended_relays(), Ended{first});
  dialogue.pass(seconds(60));
  EXPECT_EQ(dialogue.ended_relays(), Ended{second});
}

TEST_F(HubRelay, ACallWithOneselfEndsWithItsSession) {
  const std::string tested = tested_call(test_relay(ana));
  dialogue.lose(ana.connection, CloseCause::kLeft);
  EXPECT_EQ(dialogue.ended_relays(), Ended{tested});
  dialogue.pass(minutes(2));
  EXPECT_EQ(dialogue.ended_relays(), Ended{});
}

TEST(HubRelayOptions, CallsWithOneselfAreBounded) {
  Dialogue dialogue({.relay_tests_max = 1}, 1, relay());
  const Guest ana = reached_at(dialogue, "calls.example.org:443", true, "Ana");
  const Guest ben = join(dialogue, "Ben");
  dialogue.say(ana.connection, R"({"type":"relay.test"})");
  EXPECT_EQ(dialogue.hear(ana.connection).type(), "relay.test");
  dialogue.say(ben.connection, R"({"type":"relay.test"})");
  EXPECT_EQ(dialogue.hear(ben.connection).at("/code"), "rate_limited");
  dialogue.pass(seconds(60));
  dialogue.say(ben.connection, R"({"type":"relay.test"})");
  EXPECT_EQ(dialogue.hear(ben.connection, "relay.test").type(), "relay.test");
}

TEST(HubRelayOptions, CallsWithOneselfOfAnAddressAreBounded) {
  Dialogue dialogue({.relay_tests_per_address_max = 2}, 1, relay());
  const auto test_from = [&](const char* address) {
    dialogue.be_reached_at("calls.example.org:443", true);
    const ConnectionId connection = dialogue.connect(address);
    dialogue.say(connection, R"({"type":"hello","name":"Ana"})");
    dialogue.hear(connection, "welcome");
    dialogue.say(connection, R"({"type":"relay.test"})");
    return dialogue.hear(connection).type();
  };
  EXPECT_EQ(test_from("203.0.113.66"), "relay.test");
  EXPECT_EQ(test_from("203.0.113.66"), "relay.test");
  EXPECT_EQ(test_from("203.0.113.66"), "error");
  EXPECT_EQ(test_from("203.0.113.7"), "relay.test") << "others have theirs";
}

}  // namespace
}  // namespace visavis::signaling
