// Hello, identity, counting and resuming, as dialogues.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "core/signaling/hub_test_people.h"

namespace visavis::signaling {
namespace {

using testing::Dialogue;
using testing::Guest;
using testing::Heard;
using testing::join;
using testing::join_again;
using testing::resume;

TEST(HubSessions, WelcomeSaysWhoYouAreAndHowToBehave) {
  Dialogue dialogue;
  const auto ana = dialogue.connect();
  dialogue.say(ana, R"({"type":"hello","id":1,"name":"  Ana \u0007 Bo  "})");
  const Heard welcome = dialogue.hear(ana);
  EXPECT_EQ(welcome.type(), "welcome");
  EXPECT_EQ(welcome.at("/id"), "1");
  EXPECT_EQ(welcome.at("/name"), "Ana Bo");
  EXPECT_EQ(welcome.at("/resume/resumed"), "false");
  EXPECT_EQ(welcome.at("/resume/window_ms"), "30000");
  EXPECT_EQ(welcome.at("/heartbeat/call_interval_ms"), "500");
  EXPECT_EQ(welcome.at("/limits/message_bytes"), "65536");
  EXPECT_EQ(welcome.at("/people_total"), "1");
  EXPECT_EQ(welcome.at("/calls"), "[]");
}

TEST(HubSessions, TheSameIdentityIsTheSamePerson) {
  Dialogue today;
  const Guest ana = join(today, "Ana");
  EXPECT_EQ(join_again(today, "Ana", ana).user, ana.user);
  EXPECT_NE(join(today, "Ana").user, ana.user);
  Dialogue after_restart({}, 2);
  EXPECT_EQ(join_again(after_restart, "Ana", ana).user, ana.user);
}

TEST(HubSessions, AForgedIdentityIsRefused) {
  Dialogue dialogue;
  Guest ana = join(dialogue, "Ana");
  ana.identity.back() = ana.identity.back() == 'A' ? 'E' : 'A';
  const auto mallory = dialogue.connect();
  dialogue.say(mallory, R"({"type":"hello","name":"Ana","identity":")" + ana.identity + "\"}");
  EXPECT_EQ(dialogue.hear(mallory).at("/code"), "identity_invalid");
  dialogue.say(mallory, R"({"type":"hello","name":"Ana"})");
  EXPECT_EQ(dialogue.hear(mallory).type(), "welcome");
}

TEST(HubSessions, NoHelloInTimeClosesTheConnection) {
  Dialogue dialogue;
  const auto silent = dialogue.connect();
  dialogue.pass(milliseconds(9'999));
  EXPECT_EQ(dialogue.close_code(silent), std::nullopt);
  dialogue.pass(milliseconds(1));
  EXPECT_EQ(dialogue.hear(silent).at("/code"), "hello_timeout");
  EXPECT_EQ(dialogue.close_code(silent), 4002);
}

TEST(HubSessions, ManyMessagesWithoutHelloCloseTheConnection) {
  Dialogue dialogue;
  const auto babbler = dialogue.connect();
  for (int i = 0; i < 11; ++i) dialogue.say(babbler, "{}");
  EXPECT_EQ(dialogue.close_code(babbler), 1008);
}

TEST(HubSessions, ResumeReplaysWhatWasMissedInOrderOnce) {
  Dialogue dialogue;
  const Guest ana = join(dialogue, "Ana");
  for (int i = 1; i <= 5; ++i) {
    dialogue.say(ana.connection,
                 R"({"type":"call.end","id":)" + std::to_string(i) + R"(,"call":"x"})");
  }
  dialogue.lose(ana.connection);
  const ConnectionId back = resume(dialogue, "Ana", ana, 2);
  const Heard welcome = dialogue.hear(back);
  EXPECT_EQ(welcome.at("/resume/resumed"), "true");
  EXPECT_EQ(welcome.at("/resume/received"), "5");
  for (const char* id : {"3", "4", "5"}) EXPECT_EQ(dialogue.hear(back).at("/id"), id);
  EXPECT_TRUE(dialogue.silent(back));
}

TEST(HubSessions, WhileItWaitsThePersonStaysOnlineThenGoes) {
  Dialogue dialogue;
  const Guest ana = join(dialogue, "Ana");
  const Guest ben = join(dialogue, "Ben");
  dialogue.pass(seconds(1));
  dialogue.forget(ben.connection);
  dialogue.lose(ana.connection);
  dialogue.pass(seconds(29));
  EXPECT_TRUE(dialogue.silent(ben.connection));
  dialogue.pass(seconds(2));
  const Heard presence = dialogue.hear(ben.connection);
  EXPECT_EQ(presence.at("/gone/0"), ana.user);
  EXPECT_EQ(presence.at("/people_total"), "1");
  const ConnectionId late = resume(dialogue, "Ana", ana, 0);
  EXPECT_EQ(dialogue.hear(late).at("/code"), "resume_expired");
}

TEST(HubSessions, LeavingForGoodEndsAtOnceAndClosingThePageSoon) {
  Dialogue dialogue;
  const Guest ana = join(dialogue, "Ana");
  dialogue.lose(ana.connection, CloseCause::kLeft);
  EXPECT_EQ(dialogue.hub().gauges().sessions, 0U);
  const Guest ben = join(dialogue, "Ben");
  dialogue.lose(ben.connection, CloseCause::kGoingAway);
  dialogue.pass(Limits{}.reload_window - milliseconds(100));
  EXPECT_EQ(dialogue.hub().gauges().sessions, 1U);
  dialogue.pass(milliseconds(200));
  EXPECT_EQ(dialogue.hub().gauges().sessions, 0U);
}

TEST(HubSessions, WelcomeNamesThePortThatAnswersStunAsTheClientReachedIt) {
  Dialogue dialogue;
  dialogue.be_reached_at("calls.example:8443");
  const auto direct = dialogue.connect();
  dialogue.say(direct, R"({"type":"hello","id":1,"name":"Ana"})");
  EXPECT_EQ(dialogue.hear(direct).at("/ice_servers/0/urls/0"), "stun:calls.example:8443");
  dialogue.be_reached_at("");
  const auto proxied = dialogue.connect();
  dialogue.say(proxied, R"({"type":"hello","id":1,"name":"Ben"})");
  EXPECT_EQ(dialogue.hear(proxied).at("/ice_servers"), "[]");
}

TEST(HubSessions, AReloadedPageGoesOnFromZero) {
  Dialogue dialogue;
  const Guest ana = join(dialogue, "Ana");
  dialogue.say(ana.connection, R"({"type":"call.end","id":1,"call":"x"})");
  dialogue.lose(ana.connection, CloseCause::kGoingAway);
  const ConnectionId back = resume(dialogue, "Ana", ana);
  const Heard welcome = dialogue.hear(back);
  EXPECT_EQ(welcome.at("/resume/resumed"), "true");
  EXPECT_EQ(welcome.at("/resume/received"), "0");
  EXPECT_TRUE(dialogue.silent(back));
}

TEST(HubSessions, AReloadedPageWithAnotherNameIsWelcomedByItFirst) {
  Dialogue dialogue;
  const Guest ana = join(dialogue, "Ana");
  const Guest phone = join_again(dialogue, "Ana", ana);
  dialogue.forget(phone.connection);
  const ConnectionId back = resume(dialogue, "Ana B.", ana);
  EXPECT_EQ(dialogue.hear(back).at("/name"), "Ana B.");
  EXPECT_TRUE(dialogue.silent(back)) << "the welcome said it";
  EXPECT_EQ(dialogue.hear(phone.connection).type(), "name.changed");
}

TEST(HubSessions, AResumeReplacesTheOldSocket) {
  Dialogue dialogue;
  const Guest ana = join(dialogue, "Ana");
  const ConnectionId second = resume(dialogue, "Ana", ana, 0);
  EXPECT_EQ(dialogue.hear(ana.connection).at("/code"), "replaced");
  EXPECT_EQ(dialogue.close_code(ana.connection), 4001);
  EXPECT_EQ(dialogue.hear(second).at("/resume/resumed"), "true");
  dialogue.lose(ana.connection);  // the shell's late report changes nothing
  EXPECT_EQ(dialogue.hub().gauges().sessions, 1U);
}

TEST(HubSessions, AWrongResumeTokenIsExpired) {
  Dialogue dialogue;
  Guest ana = join(dialogue, "Ana");
  ana.resume.back() = ana.resume.back() == 'A' ? 'Q' : 'A';
  const ConnectionId mallory = resume(dialogue, "Ana", ana, 0);
  EXPECT_EQ(dialogue.hear(mallory).at("/code"), "resume_expired");
  EXPECT_EQ(dialogue.close_code(ana.connection), std::nullopt);
}

TEST(HubSessions, BeyondTheReplayLimitTheSessionStartsAfresh) {
  Limits limits;
  limits.replay_bytes_max = 1'000;
  Dialogue dialogue(limits);
  const Guest ana = join(dialogue, "Ana");
  for (int i = 0; i < 20; ++i) dialogue.say(ana.connection, R"({"type":"call.end","call":"x"})");
  dialogue.lose(ana.connection);
  EXPECT_LE(dialogue.hub().gauges().replay_bytes, 1'000U);
  const ConnectionId back = resume(dialogue, "Ana", ana, 1);
  EXPECT_EQ(dialogue.hear(back).at("/code"), "resume_expired");
  EXPECT_EQ(dialogue.hub().gauges().sessions, 0U);
  dialogue.say(back, R"({"type":"hello","name":"Ana","identity":")" + ana.identity + "\"}");
  EXPECT_EQ(dialogue.hear(back).at("/user"), ana.user);
}

TEST(HubSessions, AcknowledgementsFreeTheReplayBuffer) {
  Dialogue dialogue;
  const Guest ana = join(dialogue, "Ana");
  dialogue.say(ana.connection, R"({"type":"call.end","call":"x"})");
  EXPECT_GT(dialogue.hub().gauges().replay_bytes, 0U);
  dialogue.say(ana.connection, R"({"type":"ping","received":1})");
  EXPECT_EQ(dialogue.hub().gauges().replay_bytes, 0U);
  EXPECT_EQ(dialogue.hear(ana.connection, "pong").at("/received"), "1");
  dialogue.say(ana.connection, R"({"type":"ack","received":2})");
  EXPECT_EQ(dialogue.hear(ana.connection).at("/code"), "invalid_field");
}

TEST(HubSessions, AnAcknowledgementComesAtOnceAfter32Messages) {
  Dialogue dialogue;
  const Guest ana = join(dialogue, "Ana");
  for (int i = 0; i < 32; ++i) dialogue.say(ana.connection, R"({"type":"call.end","call":"x"})");
  EXPECT_EQ(dialogue.hear(ana.connection, "ack").at("/received"), "32");
}

TEST(HubSessions, AFloodIsRefusedThenClosed) {
  Dialogue dialogue;
  const Guest ana = join(dialogue, "Ana");
  for (int i = 0; i < 300; ++i) dialogue.say(ana.connection, R"({"type":"ping","received":0})");
  dialogue.forget(ana.connection);
  dialogue.say(ana.connection, R"({"type":"call.end","id":7,"call":"x"})");
  const Heard refused = dialogue.hear(ana.connection);
  EXPECT_EQ(refused.at("/code"), "rate_limited");
  EXPECT_EQ(refused.at("/id"), "7");
  for (int i = 0; i < 99; ++i) dialogue.say(ana.connection, R"({"type":"ping","received":0})");
  EXPECT_EQ(dialogue.close_code(ana.connection), 1008);
}

TEST(HubSessions, HellosFromOneAddressAreLimited) {
  Limits limits;
  limits.hellos_burst = 2;
  Dialogue dialogue(limits);
  const auto hello = [&](std::string_view address) {
    const auto id = dialogue.connect(address);
    dialogue.say(id, R"({"type":"hello","name":"Ana"})");
    return dialogue.hear(id).type();
  };
  EXPECT_EQ(hello("2001:db8::1"), "welcome");
  EXPECT_EQ(hello("2001:db8::2"), "welcome");
  EXPECT_EQ(hello("2001:db8::3"), "error");  // the same /64
  EXPECT_EQ(hello("2001:db8:0:1::1"), "welcome");
  dialogue.pass(seconds(1));
  EXPECT_EQ(hello("2001:db8::3"), "welcome");
}

TEST(HubSessions, WhoeverShowsATokenPaysForThemselvesAndNotWithTheirAddress) {
  Limits limits;
  limits.hellos_burst = 2;
  limits.person_hellos_burst = 3;
  Dialogue dialogue(limits);
  const Guest ana = join(dialogue, "Ana");
  const auto hello = [&](const std::string& more) {
    const auto id = dialogue.connect();
    dialogue.say(id, R"({"type":"hello","name":"Ana")" + more + "}");
    return dialogue.hear(id);
  };
  EXPECT_EQ(hello("").type(), "welcome");
  EXPECT_EQ(hello("").at("/code"), "rate_limited");
  const std::string identity = R"(,"identity":")" + ana.identity + '"';
  for (int i = 0; i < 3; ++i) EXPECT_EQ(hello(identity).type(), "welcome");
  const Heard refused = hello(identity);
  EXPECT_EQ(refused.at("/code"), "rate_limited");
  EXPECT_EQ(refused.at("/retry_after_ms"), "1000");
}

TEST(HubSessions, WhatFailsIsChargedToTheAddress) {
  Limits limits;
  limits.hellos_burst = 2;
  Dialogue dialogue(limits);
  const auto first = dialogue.connect();
  const std::string forged = R"({"type":"hello","name":"Ana","identity":"v1.forged"})";
  for (const auto* code : {"identity_invalid", "identity_invalid", "rate_limited"}) {
    dialogue.say(first, forged);
    EXPECT_EQ(dialogue.hear(first).at("/code"), code);
  }
}

TEST(HubSessions, StrangersWhoShareAnAddressAreRefusedButNotClosedForEachOther) {
  Limits limits;
  limits.address_sessions_worth = 1;
  Dialogue dialogue(limits);
  const Guest ana = join(dialogue, "Ana");
  const Guest mallory = join(dialogue, "Mallory");
  for (int i = 0; i < 300; ++i) {
    dialogue.say(mallory.connection, R"({"type":"ping","received":0})");
  }
  for (int i = 0; i < 200; ++i) {
    dialogue.say(ana.connection, R"({"type":"call.end","call":"x"})");
  }
  EXPECT_EQ(dialogue.hear(ana.connection, "error").at("/code"), "rate_limited");
  EXPECT_EQ(dialogue.close_code(ana.connection), std::nullopt);
}

TEST(HubSessions, OneAddressDoesNotFillTheServer) {
  Limits limits;
  limits.sessions_per_address_max = 3;
  Dialogue dialogue(limits);
  const auto hello = [&](std::string_view address) {
    const auto id = dialogue.connect(address);
    dialogue.say(id, R"({"type":"hello","name":"Ana"})");
    return std::pair(id, dialogue.hear(id));
  };
  const auto first = hello("192.0.2.1");
  hello("192.0.2.1");
  hello("192.0.2.1");
  EXPECT_EQ(hello("192.0.2.1").second.at("/code"), "too_many_sessions");
  EXPECT_EQ(hello("192.0.2.2").second.type(), "welcome");
  // One that only waits to be resumed makes place.
  dialogue.lose(first.first);
  EXPECT_EQ(hello("192.0.2.1").second.type(), "welcome");
  EXPECT_EQ(hello("192.0.2.1").second.at("/code"), "too_many_sessions");
  EXPECT_EQ(dialogue.hub().gauges().sessions, 4U);
}

// Both have shown who they are, and share an address.
TEST(HubSessions, ASessionThatWaitsMakesPlaceForItsOwnPersonOnly) {
  Limits limits;
  limits.sessions_per_address_max = 2;
  Dialogue dialogue(limits);
  const Guest ana = join(dialogue, "Ana");
  const Guest ben = join(dialogue, "Ben");
  const Guest anas_phone = join_again(dialogue, "Ana", ana);
  join_again(dialogue, "Ben", ben);
  dialogue.lose(anas_phone.connection);
  const auto next = [&](std::string_view name, const Guest& guest) {
    const auto id = dialogue.connect();
    dialogue.say(id, R"({"type":"hello","name":")" + std::string(name) + R"(","identity":")" +
                         guest.identity + "\"}");
    return dialogue.hear(id);
  };
  EXPECT_EQ(next("Ben", ben).at("/code"), "too_many_sessions");
  const ConnectionId back = resume(dialogue, "Ana", anas_phone, 0);
  EXPECT_EQ(dialogue.hear(back, "welcome").at("/resume/resumed"), "true");
  dialogue.lose(back);
  EXPECT_EQ(next("Ana", ana).type(), "welcome");
}

TEST(HubSessions, TooManySessionsOfOnePerson) {
  Limits limits;
  limits.sessions_per_user_max = 2;
  Dialogue dialogue(limits);
  const Guest ana = join(dialogue, "Ana");
  join_again(dialogue, "Ana", ana);
  const auto third = dialogue.connect();
  dialogue.say(third, R"({"type":"hello","name":"Ana","identity":")" + ana.identity + "\"}");
  EXPECT_EQ(dialogue.hear(third).at("/code"), "too_many_sessions");
  EXPECT_EQ(dialogue.close_code(third), 1013);
}

TEST(HubSessions, ARefusedMessageCountsSoThatItIsNotSentAgain) {
  Dialogue dialogue;
  const Guest ana = join(dialogue, "Ana");
  dialogue.refuse(ana.connection, Unread::kTooLarge);
  EXPECT_EQ(dialogue.hear(ana.connection).at("/code"), "too_large");
  EXPECT_EQ(dialogue.close_code(ana.connection), 1009);
  const ConnectionId back = resume(dialogue, "Ana", ana, 0);
  EXPECT_EQ(dialogue.hear(back).at("/resume/received"), "1");
}

TEST(HubSessions, DrainTellsEverybodyToComeBack) {
  Dialogue dialogue;
  const Guest ana = join(dialogue, "Ana");
  const auto early = dialogue.connect();
  dialogue.drain_server();
  for (const auto connection : {ana.connection, early}) {
    const Heard bye = dialogue.hear(connection);
    EXPECT_EQ(bye.at("/code"), "draining");
    EXPECT_EQ(bye.at("/reconnect"), "true");
    EXPECT_EQ(dialogue.close_code(connection), 1012);
  }
}

}  // namespace
}  // namespace visavis::signaling
