// Calls that outlive a restart of the server, as dialogues with two lives of it.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "core/signaling/hub_test_support.h"

namespace visavis::signaling {
namespace {

using testing::call;
using testing::Dialogue;
using testing::Guest;
using testing::Heard;
using testing::join;
using testing::join_again;
using testing::say_of_call;
using Ended = std::vector<std::string>;

RelayOptions relay() {
  RelayOptions options;
  options.turn_urls = {"turn:calls.example.org"};
  options.issue_credential = [](std::string_view call, std::string_view participant, Duration) {
    return RelayCredential{std::string(call).append(":").append(participant), "secret"};
  };
  return options;
}

// In the first life Ana has called Ben, and they talk; in the second everybody is online again.
struct Rejoin : ::testing::Test {
  Dialogue before{{}, 1, relay()};
  Guest old_ana = join(before, "Ana");
  Guest old_ben = join(before, "Ben");
  std::string id;
  std::string anas_token;
  std::string bens_token;
  std::string anas_part;
  std::string bens_part;

  Dialogue dialogue{{}, 2, relay()};
  Guest ana;
  Guest ben;
  Guest cleo = join(dialogue, "Cleo");

  Rejoin() {
    call(before, old_ana, old_ben);
    const Heard ringing = before.hear(old_ana.connection, "call.ringing");
    const Heard incoming = before.hear(old_ben.connection, "call.incoming");
    id = ringing.at("/call");
    say_of_call(before, old_ben, "call.accept", id);
    const Heard accepted = before.hear(old_ben.connection, "call.accepted");
    anas_part = ringing.at("/participant");
    anas_token = ringing.at("/membership");
    bens_part = incoming.at("/participant");
    bens_token = accepted.at("/membership");
    EXPECT_EQ(incoming.at("/membership"), "");
    EXPECT_EQ(before.hear(old_ana.connection, "call.accepted").at("/membership"), "");
    ana = join_again(dialogue, "Ana", old_ana);
    ben = join_again(dialogue, "Ben", old_ben);
  }

  static void say_rejoin(Dialogue& to, const Guest& guest, const std::string& token) {
    to.say(guest.connection, R"({"type":"call.rejoin","id":7,"membership":")" + token + R"("})");
  }
  // The answer, whatever it is.
  Heard rejoin(const Guest& guest, const std::string& token) {
    dialogue.forget(guest.connection);
    say_rejoin(dialogue, guest, token);
    return dialogue.hear(guest.connection);
  }
  void both_back() {
    rejoin(ana, anas_token);
    rejoin(ben, bens_token);
    dialogue.forget(ana.connection);
  }
  std::string code(const Guest& guest, const std::string& token) {
    const Heard answer = rejoin(guest, token);
    EXPECT_EQ(answer.at("/id"), "7") << answer;
    return answer.at("/code");
  }
  std::string reason(const Guest& guest) {
    return dialogue.hear(guest.connection, "call.ended").at("/reason");
  }
  void signal(const Guest& from, const std::string& to) {
    dialogue.say(from.connection, R"({"type":"signal","id":9,"call":")" + id + R"(","to":")" + to +
                                      R"(","data":{"x":1}})");
  }
};

TEST_F(Rejoin, TheCallIsTheSameAsBefore) {
  const Heard first = rejoin(ana, anas_token);
  EXPECT_EQ(first.type(), "call.rejoined");
  EXPECT_EQ(first.at("/id"), "7");
  EXPECT_EQ(first.at("/call"), id);
  EXPECT_EQ(first.at("/participant"), anas_part);
  EXPECT_EQ(first.at("/from"), anas_part);
  EXPECT_EQ(first.at("/video"), "true");
  EXPECT_EQ(first.at("/participants/0/state"), "joined");
  EXPECT_EQ(first.at("/participants/1"), "");
  EXPECT_EQ(first.at("/ice_servers/0/username"), id + ":" + anas_part);
  EXPECT_NE(first.at("/membership"), anas_token);
  EXPECT_NE(first.at("/membership"), "");

  const Heard second = rejoin(ben, bens_token);
  EXPECT_EQ(second.at("/participant"), bens_part);
  EXPECT_EQ(second.at("/from"), anas_part);
  EXPECT_EQ(second.at("/participants/0/participant"), anas_part);
  EXPECT_EQ(second.at("/participants/1/participant"), bens_part);
  const Heard news = dialogue.hear(ana.connection, "call.accepted");
  EXPECT_EQ(news.at("/id"), "");
  EXPECT_EQ(news.at("/participant"), bens_part);
  EXPECT_EQ(news.at("/participants/1/name"), "Ben");
  EXPECT_EQ(news.at("/ice_servers"), "");
  EXPECT_EQ(news.at("/membership"), "");

  signal(ana, bens_part);
  EXPECT_EQ(dialogue.hear(ben.connection, "signal").at("/from"), anas_part);
  EXPECT_EQ(dialogue.hub().counters().calls_restored, 1U);
  EXPECT_EQ(dialogue.hub().gauges().calls, 1U);
  dialogue.pass(minutes(5));
  EXPECT_EQ(reason(ana), "");
  say_of_call(dialogue, ben, "call.end", id);
  EXPECT_EQ(reason(ana), "hangup");
  EXPECT_EQ(dialogue.ended_relays(), Ended{id});
}

TEST_F(Rejoin, WhoJoinedEarlierIsFirstWhoeverComesBackFirst) {
  rejoin(ben, bens_token);
  const Heard second = rejoin(ana, anas_token);
  EXPECT_EQ(second.at("/participants/0/participant"), anas_part);
  EXPECT_EQ(second.at("/participants/1/participant"), bens_part);
  const Heard news = dialogue.hear(ben.connection, "call.accepted");
  EXPECT_EQ(news.at("/participant"), anas_part);
  EXPECT_EQ(news.at("/participants/0/participant"), anas_part);
}

TEST_F(Rejoin, OthersSeeThemInACall) {
  dialogue.pass(seconds(1));
  dialogue.forget(cleo.connection);
  both_back();
  dialogue.pass(seconds(1));
  const Heard presence = dialogue.hear(cleo.connection, "presence");
  EXPECT_EQ(presence.at("/here/0/in_call"), "true");
  EXPECT_EQ(presence.at("/here/1/in_call"), "true");
  call(dialogue, cleo, ana);
  EXPECT_EQ(reason(cleo), "busy");
}

TEST_F(Rejoin, WhoWaitsAloneIsToldAfterTheWindow) {
  rejoin(ana, anas_token);
  signal(ana, bens_part);
  EXPECT_EQ(dialogue.hear(ana.connection, "error").at("/code"), "unknown_participant");
  dialogue.pass(milliseconds(29'999));
  EXPECT_EQ(reason(ana), "");
  dialogue.pass(milliseconds(1));
  EXPECT_EQ(reason(ana), "lost");
  EXPECT_EQ(dialogue.hub().gauges().calls, 0U);
  EXPECT_EQ(dialogue.ended_relays(), Ended{id});
  dialogue.pass(minutes(1));
  EXPECT_EQ(dialogue.hub().next_timeout(), std::nullopt);
}

TEST_F(Rejoin, WhoWaitsAloneCanHangUp) {
  rejoin(ana, anas_token);
  say_of_call(dialogue, ana, "call.end", id);
  EXPECT_EQ(reason(ana), "hangup");
  dialogue.pass(minutes(1));
  EXPECT_EQ(reason(ana), "");
}

TEST_F(Rejoin, TheEndIsFinal) {
  both_back();
  say_of_call(dialogue, ana, "call.end", id);
  EXPECT_EQ(code(ana, anas_token), "unknown_call");
  EXPECT_EQ(code(ben, bens_token), "unknown_call");
  EXPECT_EQ(dialogue.hub().gauges().calls, 0U);
}

TEST_F(Rejoin, NoOtherTokenIsTaken) {
  EXPECT_EQ(code(cleo, anas_token), "membership_invalid");
  EXPECT_EQ(code(ana, anas_token + "A"), "membership_invalid");
  EXPECT_EQ(code(ana, old_ana.identity), "membership_invalid");
  const Heard back = rejoin(ana, anas_token);
  EXPECT_EQ(code(ana, anas_token), "call_limit");  // in it already
  say_of_call(dialogue, ana, "call.end", id);
  EXPECT_EQ(code(ana, back.at("/membership")), "membership_invalid");  // of this life
  Dialogue elsewhere({}, 3);
  const Guest stranger = join(elsewhere, "Ana");
  say_rejoin(elsewhere, stranger, anas_token);
  EXPECT_EQ(elsewhere.hear(stranger.connection, "error").at("/code"), "membership_invalid");
}

TEST_F(Rejoin, AnotherTabCannotTakeThePartOver) {
  rejoin(ana, anas_token);
  const Guest tab = join_again(dialogue, "Ana", old_ana);
  EXPECT_EQ(code(tab, anas_token), "membership_invalid");
  EXPECT_TRUE(dialogue.silent(ana.connection));
  rejoin(ben, bens_token);
  EXPECT_EQ(dialogue.hear(ana.connection, "call.accepted").at("/participant"), bens_part);
}

TEST_F(Rejoin, OneCallPerSessionAsEver) {
  call(dialogue, ana, cleo);
  EXPECT_EQ(code(ana, anas_token), "call_limit");
  EXPECT_EQ(dialogue.hub().counters().calls_restored, 0U);
}

TEST_F(Rejoin, WhatRangOnTheWayBackFindsThemBusy) {
  const Guest phone = join_again(dialogue, "Ana", old_ana);
  call(dialogue, cleo, ana);
  dialogue.forget(phone.connection);
  say_rejoin(dialogue, ana, anas_token);
  EXPECT_EQ(reason(cleo), "busy");
  EXPECT_EQ(reason(phone), "busy");
  EXPECT_EQ(dialogue.hear(ana.connection, "call.rejoined").at("/call"), id);
  rejoin(ben, bens_token);
  EXPECT_EQ(dialogue.hear(ana.connection, "call.accepted").at("/participant"), bens_part);
}

TEST_F(Rejoin, AReloadedPageStillHasItsCall) {
  both_back();
  dialogue.lose(ben.connection, CloseCause::kGoingAway);
  const auto back = dialogue.connect();
  dialogue.say(back, R"({"type":"hello","name":"Ben","resume":{"token":")" + ben.resume + R"("}})");
  const Heard welcome = dialogue.hear(back);
  EXPECT_EQ(welcome.at("/calls/0/participant"), bens_part);
  EXPECT_NE(welcome.at("/calls/0/membership"), "");
}

TEST_F(Rejoin, ItGoesOnOverASecondRestart) {
  const std::string anas = rejoin(ana, anas_token).at("/membership");
  const std::string bens = rejoin(ben, bens_token).at("/membership");
  Dialogue third({}, 4);
  const Guest ana_again = join_again(third, "Ana", old_ana);
  const Guest ben_again = join_again(third, "Ben", old_ben);
  say_rejoin(third, ben_again, bens);
  say_rejoin(third, ana_again, anas);
  EXPECT_EQ(third.hear(ana_again.connection, "call.rejoined").at("/participants/1/participant"),
            bens_part);
  // Nor does an older token stop being one.
  Dialogue fourth({}, 5);
  const Guest late = join_again(fourth, "Ana", old_ana);
  say_rejoin(fourth, late, anas_token);
  EXPECT_EQ(fourth.hear(late.connection, "call.rejoined").at("/participant"), anas_part);
}

TEST_F(Rejoin, AServerThatLeavesOrIsFullRestoresNothing) {
  Limits limits;
  limits.calls_max = 1;
  Dialogue small(limits, 2);
  const Guest a = join_again(small, "Ana", old_ana);
  call(small, join(small, "Dan"), join(small, "Eva"));
  say_rejoin(small, a, anas_token);
  EXPECT_EQ(small.hear(a.connection, "error").at("/code"), "call_limit");
  dialogue.drain_server();
  const Guest late = join_again(dialogue, "Ana", old_ana);
  EXPECT_EQ(code(late, anas_token), "draining");
}

TEST_F(Rejoin, RestoredCallsDoNotMeet) {
  const Guest old_cleo = join(before, "Cleo");
  const Guest old_dan = join(before, "Dan");
  call(before, old_cleo, old_dan);
  const Heard ringing = before.hear(old_cleo.connection, "call.ringing");
  say_of_call(before, old_dan, "call.accept", ringing.at("/call"));
  const Heard accepted = before.hear(old_dan.connection, "call.accepted");
  const Guest new_cleo = join_again(dialogue, "Cleo", old_cleo);
  const Guest dan = join_again(dialogue, "Dan", old_dan);
  rejoin(ana, anas_token);
  rejoin(dan, accepted.at("/membership"));
  rejoin(ben, bens_token);
  const Heard last = rejoin(new_cleo, ringing.at("/membership"));
  EXPECT_EQ(last.at("/participants/1/name"), "Dan");
  EXPECT_EQ(last.at("/participants/2"), "");
  say_of_call(dialogue, dan, "call.end", ringing.at("/call"));
  EXPECT_EQ(reason(new_cleo), "hangup");
  EXPECT_EQ(dialogue.hub().gauges().calls, 1U);
}

// In the first life Cleo called Dan and Eva, too; Eva was the faster one.
struct RejoinOfThree : Rejoin {
  Guest old_cleo = join(before, "Cleo");
  Guest old_dan = join(before, "Dan");
  Guest old_eva = join(before, "Eva");
  Guest dan = join_again(dialogue, "Dan", old_dan);
  Guest eva = join_again(dialogue, "Eva", old_eva);
  std::string three;
  std::map<std::string, std::string> tokens;

  RejoinOfThree() {
    before.say(old_cleo.connection, R"({"type":"call.start","id":1,"to":[")" + old_dan.user +
                                        R"(",")" + old_eva.user + R"("]})");
    const Heard ringing = before.hear(old_cleo.connection, "call.ringing");
    three = ringing.at("/call");
    tokens["Cleo"] = ringing.at("/membership");
    tokens["Eva"] = accept(old_eva);
    tokens["Dan"] = accept(old_dan);
    cleo = join_again(dialogue, "Cleo", old_cleo);
  }
  std::string accept(const Guest& guest) {
    before.forget(guest.connection);
    say_of_call(before, guest, "call.accept", three);
    return before.hear(guest.connection, "call.accepted").at("/membership");
  }
};

TEST_F(RejoinOfThree, GoesOnWhileTwoAreBackAndTakesTheThirdLater) {
  rejoin(dan, tokens["Dan"]);
  rejoin(cleo, tokens["Cleo"]);
  dialogue.pass(minutes(2));
  const Heard last = rejoin(eva, tokens["Eva"]);
  // In the order in which they once joined.
  EXPECT_EQ(last.at("/participants/0/name"), "Cleo");
  EXPECT_EQ(last.at("/participants/1/name"), "Eva");
  EXPECT_EQ(last.at("/participants/2/name"), "Dan");
  say_of_call(dialogue, eva, "call.end", three);
  EXPECT_EQ(dialogue.hear(dan.connection, "call.left").at("/reason"), "hangup");
  EXPECT_EQ(code(eva, tokens["Eva"]), "membership_invalid");  // has left since
  EXPECT_EQ(dialogue.hub().gauges().calls, 1U);
}

TEST_F(RejoinOfThree, TakesNoMoreThanACallHolds) {
  Limits limits;
  limits.participants_max = 2;
  Dialogue small(limits, 6);
  const Guest a = join_again(small, "Cleo", old_cleo);
  const Guest b = join_again(small, "Dan", old_dan);
  const Guest c = join_again(small, "Eva", old_eva);
  say_rejoin(small, a, tokens["Cleo"]);
  say_rejoin(small, b, tokens["Dan"]);
  say_rejoin(small, c, tokens["Eva"]);
  EXPECT_EQ(small.hear(c.connection, "error").at("/code"), "call_full");
}

TEST_F(Rejoin, TheEndOfSoManyCallsIsRemembered) {
  Limits limits;
  limits.ended_restored_calls_max = 1;
  Dialogue small(limits, 6);
  const Guest a = join_again(small, "Ana", old_ana);
  const auto come_and_go = [&](const std::string& token) {
    say_rejoin(small, a, token);
    const Heard answer = small.hear(a.connection);
    say_of_call(small, a, "call.end", answer.at("/call"));
    small.forget(a.connection);
    return answer.type();
  };
  say_of_call(before, old_ana, "call.end", id);
  call(before, old_ana, old_ben);
  const std::string other = before.hear(old_ana.connection, "call.ringing").at("/membership");
  EXPECT_EQ(come_and_go(anas_token), "call.rejoined");
  EXPECT_EQ(come_and_go(anas_token), "error");
  EXPECT_EQ(come_and_go(other), "call.rejoined");
  EXPECT_EQ(come_and_go(anas_token), "call.rejoined");
}

}  // namespace
}  // namespace visavis::signaling
