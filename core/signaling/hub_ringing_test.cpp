// Inviting into a call that goes on, as dialogues.
#include <gtest/gtest.h>

#include "core/signaling/hub_test_people.h"

namespace visavis::signaling {
namespace {

using testing::accept;
using testing::call;
using testing::Dialogue;
using testing::Guest;
using testing::Heard;
using testing::HubTest;
using testing::invite;
using testing::join;
using testing::join_again;
using testing::keep_ringing;
using testing::resume;
using testing::ring;
using testing::say_of_call;

Limits four_seats() {
  Limits limits;
  limits.participants_max = 4;
  return limits;
}

// Ana and Ben talk.
struct Inviting : HubTest {
  Guest ana = join(dialogue, "Ana");
  Guest ben = join(dialogue, "Ben");
  Guest cleo = join(dialogue, "Cleo");
  Guest dan = join(dialogue, "Dan");
  std::string id;
  std::string anas_part;
  std::string bens_part;

  Inviting() : HubTest(four_seats()) {
    const Heard ringing = ring(dialogue, ana, ben).first;
    id = ringing.at("/call");
    anas_part = ringing.at("/participant");
    bens_part = accept(dialogue, ben, id).at("/participant");
    dialogue.forget(ana.connection);
  }
  // The error's code.
  std::string refused(const Guest& guest, std::string_view users) {
    dialogue.forget(guest.connection);
    invite(dialogue, guest, id, users);
    const Heard answer = dialogue.hear(guest.connection);
    EXPECT_EQ(answer.at("/id"), "4") << answer;
    return answer.at("/code");
  }
};

TEST_F(Inviting, AThirdPersonJoins) {
  invite(dialogue, ben, id, cleo.user);
  const Heard ringing = hear(ben, "call.ringing");
  EXPECT_EQ(ringing.at("/id"), "4");
  EXPECT_EQ(ringing.at("/participant"), bens_part);
  EXPECT_EQ(ringing.at("/from"), anas_part);
  EXPECT_EQ(ringing.at("/participants/2/name"), "Cleo");
  EXPECT_EQ(ringing.at("/participants/2/state"), "invited");
  EXPECT_EQ(ringing.at("/busy"), "");
  const Heard news = hear(ana, "call.ringing");
  EXPECT_EQ(news.at("/id"), "");
  EXPECT_EQ(news.at("/participant"), anas_part);
  const Heard incoming = hear(cleo, "call.incoming");
  EXPECT_EQ(incoming.at("/from"), bens_part);
  EXPECT_EQ(incoming.at("/participant"), ringing.at("/participants/2/participant"));
  EXPECT_EQ(incoming.at("/room"), "");
  say_of_call(dialogue, cleo, "call.accept", id);
  EXPECT_EQ(hear(cleo, "call.accepted").at("/participants/2/state"), "joined");
  EXPECT_EQ(hear(ana, "call.accepted").at("/participant"), incoming.at("/participant"));
  EXPECT_EQ(hear(ben, "call.accepted").at("/participant"), incoming.at("/participant"));
  say_of_call(dialogue, ana, "call.end", id);
  EXPECT_EQ(reason(ben, "call.left"), "hangup");
  EXPECT_EQ(reason(cleo, "call.left"), "hangup");
  EXPECT_EQ(dialogue.hub().gauges().calls, 1U);
  EXPECT_EQ(dialogue.hub().counters().calls_answered, 1U);
}

TEST_F(Inviting, EachInvitationRingsForItsOwnTime) {
  invite(dialogue, ana, id, cleo.user);
  dialogue.pass(seconds(30));
  invite(dialogue, ben, id, dan.user);
  const Guest dans_phone = join_again(dialogue, "Dan", dan);
  EXPECT_EQ(hear(dans_phone, "call.incoming").at("/from"), bens_part);
  dialogue.pass(seconds(15) - milliseconds(1));
  EXPECT_EQ(reason(cleo), "");
  dialogue.pass(milliseconds(1));
  EXPECT_EQ(reason(cleo), "missed");
  EXPECT_EQ(reason(ana, "call.left"), "missed");
  dialogue.pass(seconds(30) - milliseconds(1));
  EXPECT_EQ(reason(dan), "");
  dialogue.pass(milliseconds(1));
  EXPECT_EQ(reason(dan), "missed");
  EXPECT_EQ(reason(dans_phone), "missed");
  EXPECT_EQ(dialogue.hub().gauges().calls, 1U);
  EXPECT_EQ(reason(ben), "");
}

TEST_F(Inviting, WhoDeclinesCanBeInvitedAgain) {
  invite(dialogue, ana, id, cleo.user);
  say_of_call(dialogue, cleo, "call.decline", id);
  EXPECT_EQ(reason(cleo), "declined");
  EXPECT_EQ(reason(ana, "call.left"), "declined");
  EXPECT_EQ(reason(ben, "call.left"), "declined");
  dialogue.forget(cleo.connection);
  invite(dialogue, ana, id, cleo.user);
  EXPECT_EQ(hear(cleo, "call.incoming").at("/call"), id);
}

TEST_F(Inviting, TheCallerMayAskMoreBeforeAnybodyHasAnswered) {
  const Guest eve = join(dialogue, "Eve");
  call(dialogue, dan, eve);
  id = hear(dan, "call.ringing").at("/call");
  dialogue.pass(seconds(20));
  invite(dialogue, dan, id, cleo.user);
  dialogue.pass(seconds(25));
  EXPECT_EQ(reason(eve), "missed");
  EXPECT_EQ(reason(dan, "call.left"), "missed");
  dialogue.pass(seconds(20));
  EXPECT_EQ(reason(cleo), "missed");
  EXPECT_EQ(reason(dan), "missed");
}

TEST_F(Inviting, WhoIsLeftAloneWaitsForWhoRings) {
  invite(dialogue, ana, id, cleo.user);
  say_of_call(dialogue, ana, "call.end", id);
  EXPECT_EQ(reason(ben, "call.left"), "hangup");
  say_of_call(dialogue, cleo, "call.accept", id);
  EXPECT_EQ(hear(ben, "call.accepted").at("/participants/1/name"), "Cleo");
  invite(dialogue, ben, id, dan.user);
  say_of_call(dialogue, cleo, "call.end", id);
  dialogue.pass(seconds(45));
  EXPECT_EQ(reason(ben), "missed");
  EXPECT_EQ(dialogue.hub().gauges().calls, 0U);
}

TEST_F(Inviting, WhoIsBusyIsNamed) {
  keep_ringing(dialogue, dan);
  invite(dialogue, ana, id, dan.user + "\",\"" + cleo.user);
  const Heard ringing = hear(ana, "call.ringing");
  EXPECT_EQ(ringing.at("/busy"), "[\"" + dan.user + "\"]");
  EXPECT_EQ(ringing.at("/participants/2/name"), "Cleo");
  EXPECT_EQ(ringing.at("/participants/3"), "");
  dialogue.forget(ben.connection);
  // Who rings here already, too; then nothing has happened for the others.
  invite(dialogue, ana, id, cleo.user);
  EXPECT_EQ(hear(ana, "call.ringing").at("/busy"), "[\"" + cleo.user + "\"]");
  EXPECT_TRUE(dialogue.silent(ben.connection));
}

TEST_F(Inviting, WhoRingsIsNotInvitedTwiceWhereMoreCallsAreAllowed) {
  Limits limits;
  limits.calls_per_session_max = 3;
  Dialogue many{limits};
  const Guest eva = join(many, "Eva");
  const Guest finn = join(many, "Finn");
  call(many, eva, finn);
  const std::string eva_calls = many.hear(eva.connection, "call.ringing").at("/call");
  invite(many, eva, eva_calls, finn.user);
  const Heard ringing = many.hear(eva.connection, "call.ringing");
  EXPECT_EQ(ringing.at("/busy"), "[\"" + finn.user + "\"]");
  EXPECT_EQ(ringing.at("/participants/2"), "");
}

TEST_F(Inviting, WhatCannotBe) {
  EXPECT_EQ(refused(ana, "AAAAAAAAAAAAAAAAAAAAAA"), "unknown_user");
  EXPECT_EQ(refused(ana, ana.user), "invalid_field");
  dialogue.forget(ana.connection);
  invite(dialogue, ana, id, ben.user);
  EXPECT_EQ(hear(ana, "error").at("/message"), "Ben is in this call already.");
  EXPECT_EQ(refused(dan, cleo.user), "not_in_call");
  invite(dialogue, ana, id, cleo.user);
  EXPECT_EQ(refused(cleo, dan.user), "not_in_call");
  const std::string running = std::exchange(id, "AAAAAAAAAAAAAAAA");
  EXPECT_EQ(refused(ana, dan.user), "unknown_call");
  id = running;
  const Guest eve = join(dialogue, "Eve");
  EXPECT_EQ(refused(ana, dan.user + "\",\"" + eve.user), "call_full");
  invite(dialogue, ana, id, dan.user);
  EXPECT_EQ(refused(ana, eve.user), "call_full");
}

TEST_F(Inviting, CallingWhoInvitesIsAccepting) {
  invite(dialogue, ana, id, cleo.user);
  call(dialogue, cleo, ana);
  EXPECT_EQ(hear(cleo, "call.accepted").at("/call"), id);
}

TEST_F(Inviting, WelcomeTellsWhoInvited) {
  invite(dialogue, ben, id, cleo.user);
  dialogue.lose(cleo.connection);
  const Heard welcome = dialogue.hear(resume(dialogue, "Cleo", cleo));
  EXPECT_EQ(welcome.at("/calls/0/from"), bens_part);
  EXPECT_EQ(welcome.at("/calls/0/membership"), "");
}

}  // namespace
}  // namespace visavis::signaling
