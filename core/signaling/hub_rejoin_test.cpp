// Calls that outlive a restart of the server, as dialogues with two lives of it.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "core/signaling/hub_test_people.h"

namespace visavis::signaling {
namespace {

using testing::accept;
using testing::call;
using testing::Dialogue;
using testing::Guest;
using testing::Heard;
using testing::join;
using testing::join_again;
using testing::rejoin;
using testing::RestartTest;
using testing::resume;
using testing::ring;
using testing::say_of_call;
using testing::signal_to;
using Ended = std::vector<std::string>;

RelayOffer relay() {
  RelayOffer options;
  options.turn_urls = {"turn:calls.example.org"};
  options.issue_credential = [](std::string_view call, std::string_view participant, Duration) {
    return RelayCredential{std::string(call).append(":").append(participant), "secret"};
  };
  return options;
}

// In the first life Ana has called Ben, and they talk; in the second everybody is online again.
struct Rejoin : RestartTest {
  std::string id;
  std::string anas_token;
  std::string bens_token;
  std::string anas_part;
  std::string bens_part;

  Rejoin() : RestartTest(relay()) {
    const auto [ringing, incoming] = ring(before, old_ana, old_ben);
    id = ringing.at("/call");
    anas_part = ringing.at("/participant");
    anas_token = ringing.at("/membership");
    bens_part = incoming.at("/participant");
    bens_token = accept(before, old_ben, id).at("/membership");
    EXPECT_EQ(incoming.at("/membership"), "");
    EXPECT_EQ(before.hear(old_ana.connection, "call.accepted").at("/membership"), "");
  }
  void both_back() {
    rejoin(dialogue, ana, anas_token);
    rejoin(dialogue, ben, bens_token);
    dialogue.forget(ana.connection);
  }
  // The error's code.
  std::string refused(const Guest& guest, const std::string& token) {
    const Heard answer = rejoin(dialogue, guest, token);
    EXPECT_EQ(answer.at("/id"), "7") << answer;
    return answer.at("/code");
  }
};

TEST_F(Rejoin, TheCallIsTheSameAsBefore) {
  const Heard first = rejoin(dialogue, ana, anas_token);
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

  const Heard second = rejoin(dialogue, ben, bens_token);
  EXPECT_EQ(second.at("/participant"), bens_part);
  EXPECT_EQ(second.at("/from"), anas_part);
  EXPECT_EQ(second.at("/participants/0/participant"), anas_part);
  EXPECT_EQ(second.at("/participants/1/participant"), bens_part);
  const Heard news = hear(ana, "call.accepted");
  EXPECT_EQ(news.at("/id"), "");
  EXPECT_EQ(news.at("/participant"), bens_part);
  EXPECT_EQ(news.at("/participants/1/name"), "Ben");
  EXPECT_EQ(news.at("/ice_servers"), "");
  EXPECT_EQ(news.at("/membership"), "");

  signal_to(dialogue, ana, id, bens_part);
  EXPECT_EQ(hear(ben, "signal").at("/from"), anas_part);
  EXPECT_EQ(dialogue.hub().counters().calls_restored, 1U);
  EXPECT_EQ(dialogue.hub().gauges().calls, 1U);
  dialogue.pass(minutes(5));
  EXPECT_EQ(reason(ana), "");
  say_of_call(dialogue, ben, "call.end", id);
  EXPECT_EQ(reason(ana), "hangup");
  EXPECT_EQ(dialogue.ended_relays(), Ended{id});
}

TEST_F(Rejoin, WhoJoinedEarlierIsFirstWhoeverComesBackFirst) {
  rejoin(dialogue, ben, bens_token);
  const Heard second = rejoin(dialogue, ana, anas_token);
  EXPECT_EQ(second.at("/participants/0/participant"), anas_part);
  EXPECT_EQ(second.at("/participants/1/participant"), bens_part);
  const Heard news = hear(ben, "call.accepted");
  EXPECT_EQ(news.at("/participant"), anas_part);
  EXPECT_EQ(news.at("/participants/0/participant"), anas_part);
}

TEST_F(Rejoin, OthersSeeThemInACall) {
  dialogue.pass(seconds(1));
  dialogue.forget(cleo.connection);
  both_back();
  dialogue.pass(seconds(1));
  const Heard presence = hear(cleo, "presence");
  EXPECT_EQ(presence.at("/here/0/in_call"), "true");
  EXPECT_EQ(presence.at("/here/1/in_call"), "true");
  EXPECT_EQ(ring(dialogue, cleo, ana).second.at("/participants/0/name"), "Cleo");
}

TEST_F(Rejoin, WhoWaitsAloneIsToldAfterTheWindow) {
  rejoin(dialogue, ana, anas_token);
  signal_to(dialogue, ana, id, bens_part);
  EXPECT_EQ(error(ana), "unknown_participant");
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
  rejoin(dialogue, ana, anas_token);
  say_of_call(dialogue, ana, "call.end", id);
  EXPECT_EQ(reason(ana), "hangup");
  dialogue.pass(minutes(1));
  EXPECT_EQ(reason(ana), "");
}

TEST_F(Rejoin, TheEndIsFinal) {
  both_back();
  say_of_call(dialogue, ana, "call.end", id);
  EXPECT_EQ(refused(ana, anas_token), "unknown_call");
  EXPECT_EQ(refused(ben, bens_token), "unknown_call");
  EXPECT_EQ(dialogue.hub().gauges().calls, 0U);
}

TEST_F(Rejoin, NoOtherTokenIsTaken) {
  EXPECT_EQ(refused(cleo, anas_token), "membership_invalid");
  EXPECT_EQ(refused(ana, anas_token + "A"), "membership_invalid");
  EXPECT_EQ(refused(ana, old_ana.identity), "membership_invalid");
  const Heard back = rejoin(dialogue, ana, anas_token);
  EXPECT_EQ(refused(ana, anas_token), "call_limit");  // in it already
  say_of_call(dialogue, ana, "call.end", id);
  EXPECT_EQ(refused(ana, back.at("/membership")), "membership_invalid");  // of this life
  Dialogue elsewhere({}, 3);
  const Guest stranger = join(elsewhere, "Ana");
  EXPECT_EQ(rejoin(elsewhere, stranger, anas_token).at("/code"), "membership_invalid");
}

TEST_F(Rejoin, AnotherTabCannotTakeThePartOver) {
  rejoin(dialogue, ana, anas_token);
  const Guest tab = join_again(dialogue, "Ana", old_ana);
  EXPECT_EQ(refused(tab, anas_token), "membership_invalid");
  EXPECT_TRUE(dialogue.silent(ana.connection));
  rejoin(dialogue, ben, bens_token);
  EXPECT_EQ(hear(ana, "call.accepted").at("/participant"), bens_part);
}

TEST_F(Rejoin, OneCallPerSessionAsEver) {
  call(dialogue, ana, cleo);
  EXPECT_EQ(refused(ana, anas_token), "call_limit");
  EXPECT_EQ(dialogue.hub().counters().calls_restored, 0U);
}

TEST_F(Rejoin, WhatRangOnTheWayBackRingsOn) {
  const Guest phone = join_again(dialogue, "Ana", old_ana);
  const std::string cleos_call = ring(dialogue, cleo, ana).first.at("/call");
  dialogue.forget(phone.connection);
  EXPECT_EQ(rejoin(dialogue, ana, anas_token).at("/call"), id);
  EXPECT_EQ(reason(cleo), "");
  EXPECT_TRUE(dialogue.silent(phone.connection));
  EXPECT_EQ(accept(dialogue, ana, cleos_call).at("/code"), "call_limit");
  EXPECT_EQ(accept(dialogue, phone, cleos_call).at("/call"), cleos_call);
  EXPECT_EQ(reason(ana), "answered_elsewhere");
  rejoin(dialogue, ben, bens_token);
  EXPECT_EQ(hear(ana, "call.accepted").at("/participant"), bens_part);
}

TEST_F(Rejoin, AReloadedPageStillHasItsCall) {
  both_back();
  dialogue.lose(ben.connection, CloseCause::kGoingAway);
  const Heard welcome = dialogue.hear(resume(dialogue, "Ben", ben));
  EXPECT_EQ(welcome.at("/calls/0/participant"), bens_part);
  EXPECT_NE(welcome.at("/calls/0/membership"), "");
}

TEST_F(Rejoin, ItGoesOnOverASecondRestart) {
  const std::string anas = rejoin(dialogue, ana, anas_token).at("/membership");
  const std::string bens = rejoin(dialogue, ben, bens_token).at("/membership");
  Dialogue third({}, 4);
  const Guest ana_again = join_again(third, "Ana", old_ana);
  const Guest ben_again = join_again(third, "Ben", old_ben);
  rejoin(third, ben_again, bens);
  EXPECT_EQ(rejoin(third, ana_again, anas).at("/participants/1/participant"), bens_part);
  // Nor does an older token stop being one.
  Dialogue fourth({}, 5);
  const Guest late = join_again(fourth, "Ana", old_ana);
  EXPECT_EQ(rejoin(fourth, late, anas_token).at("/participant"), anas_part);
}

TEST_F(Rejoin, AServerThatLeavesOrIsFullRestoresNothing) {
  Limits limits;
  limits.calls_max = 1;
  Dialogue small(limits, 2);
  const Guest a = join_again(small, "Ana", old_ana);
  call(small, join(small, "Dan"), join(small, "Eva"));
  EXPECT_EQ(rejoin(small, a, anas_token).at("/code"), "call_limit");
  dialogue.drain_server();
  const Guest late = join_again(dialogue, "Ana", old_ana);
  EXPECT_EQ(refused(late, anas_token), "draining");
}

TEST_F(Rejoin, RestoredCallsDoNotMeet) {
  const Guest old_cleo = join(before, "Cleo");
  const Guest old_dan = join(before, "Dan");
  const Heard ringing = ring(before, old_cleo, old_dan).first;
  const Heard accepted = accept(before, old_dan, ringing.at("/call"));
  const Guest new_cleo = join_again(dialogue, "Cleo", old_cleo);
  const Guest dan = join_again(dialogue, "Dan", old_dan);
  rejoin(dialogue, ana, anas_token);
  rejoin(dialogue, dan, accepted.at("/membership"));
  rejoin(dialogue, ben, bens_token);
  const Heard last = rejoin(dialogue, new_cleo, ringing.at("/membership"));
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
    call(before, old_cleo, old_dan, old_eva);
    const Heard ringing = before.hear(old_cleo.connection, "call.ringing");
    three = ringing.at("/call");
    tokens["Cleo"] = ringing.at("/membership");
    tokens["Eva"] = accept(before, old_eva, three).at("/membership");
    tokens["Dan"] = accept(before, old_dan, three).at("/membership");
    cleo = join_again(dialogue, "Cleo", old_cleo);
  }
};

TEST_F(RejoinOfThree, GoesOnWhileTwoAreBackAndTakesTheThirdLater) {
  rejoin(dialogue, dan, tokens["Dan"]);
  rejoin(dialogue, cleo, tokens["Cleo"]);
  dialogue.pass(minutes(2));
  const Heard last = rejoin(dialogue, eva, tokens["Eva"]);
  // In the order in which they once joined.
  EXPECT_EQ(last.at("/participants/0/name"), "Cleo");
  EXPECT_EQ(last.at("/participants/1/name"), "Eva");
  EXPECT_EQ(last.at("/participants/2/name"), "Dan");
  say_of_call(dialogue, eva, "call.end", three);
  EXPECT_EQ(reason(dan, "call.left"), "hangup");
  EXPECT_EQ(refused(eva, tokens["Eva"]), "membership_invalid");  // has left since
  EXPECT_EQ(dialogue.hub().gauges().calls, 1U);
}

TEST_F(RejoinOfThree, TakesNoMoreThanACallHolds) {
  Limits limits;
  limits.participants_max = 2;
  Dialogue small(limits, 6);
  const Guest a = join_again(small, "Cleo", old_cleo);
  const Guest b = join_again(small, "Dan", old_dan);
  const Guest c = join_again(small, "Eva", old_eva);
  rejoin(small, a, tokens["Cleo"]);
  rejoin(small, b, tokens["Dan"]);
  EXPECT_EQ(rejoin(small, c, tokens["Eva"]).at("/code"), "call_full");
}

TEST_F(Rejoin, WhoeverIsFirstToComeBackAndLeavesDoesNotEndItForTheOthers) {
  EXPECT_EQ(rejoin(dialogue, ana, anas_token).type(), "call.rejoined");
  say_of_call(dialogue, ana, "call.end", id);
  EXPECT_EQ(hear(ana, "call.ended").at("/reason"), "hangup");
  EXPECT_EQ(rejoin(dialogue, ben, bens_token).type(), "call.rejoined");
  dialogue.pass(Limits().resume_window);
  EXPECT_EQ(reason(ben), "lost");  // nobody else came
}

TEST_F(Rejoin, TheEndOfSoManyCallsIsRemembered) {
  Limits limits;
  limits.ended_restored_calls_max = 1;
  Dialogue small(limits, 6);
  const Guest a = join_again(small, "Ana", old_ana);
  const auto come_and_go = [&](const std::string& token) {
    const Heard answer = rejoin(small, a, token);
    say_of_call(small, a, "call.end", answer.at("/call"));
    small.pass(Limits().resume_window);  // until then it waits for the others
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
