// How often and by how many one can be rung, as dialogues.
#include <gtest/gtest.h>

#include "core/signaling/hub_test_people.h"

namespace visavis::signaling {
namespace {

using testing::accept;
using testing::call;
using testing::enter;
using testing::Guest;
using testing::Heard;
using testing::HubTest;
using testing::invite;
using testing::join;
using testing::join_again;
using testing::join_from;
using testing::keep_ringing;
using testing::resume;
using testing::ring;
using testing::say_of_call;

struct Rings : HubTest {
  Guest ana = join_from(dialogue, "198.51.100.1", "Ana");
  Guest ben = join_from(dialogue, "198.51.100.2", "Ben");
  Guest cleo = join_from(dialogue, "198.51.100.3", "Cleo");
  Guest dan = join_from(dialogue, "198.51.100.4", "Dan");

  // The answer, whatever it is.
  Heard calls(const Guest& caller, const Guest& callee) {
    dialogue.forget(caller.connection);
    call(dialogue, caller, callee);
    return dialogue.hear(caller.connection);
  }
  std::string call_of(const Guest& caller, const Guest& callee) {
    const Heard ringing = calls(caller, callee);
    EXPECT_EQ(ringing.type(), "call.ringing") << ringing;
    return ringing.at("/call");
  }
  void rings_in_vain(const Guest& caller, const Guest& callee) {
    say_of_call(dialogue, caller, "call.end", call_of(caller, callee));
  }
};

TEST_F(Rings, ThreeCallersRingAndTheFourthFindsBusy) {
  call_of(ana, dan);
  call_of(ben, dan);
  const std::string third = call_of(cleo, dan);
  const Guest eve = join(dialogue, "Eve");
  EXPECT_EQ(calls(eve, dan).at("/reason"), "busy");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(hear(dan, "call.incoming").at("/call").empty(), false);
  say_of_call(dialogue, cleo, "call.end", third);
  call_of(eve, dan);
}

TEST_F(Rings, OnHoweverManyDevicesACallRingsOnce) {
  for (int i = 0; i < 4; ++i) join_again(dialogue, "Dan", dan);
  call_of(ana, dan);
  call_of(ben, dan);
  call_of(cleo, dan);
}

TEST_F(Rings, TwoCallersOfOneAddressLeaveALineFree) {
  const Guest eve = join_from(dialogue, "2001:db8::1", "Eve");
  const Guest eves_friend = join_from(dialogue, "2001:db8::2", "Friend");
  const Guest another = join_from(dialogue, "2001:db8::3", "Another");
  call_of(eve, dan);
  call_of(eves_friend, dan);
  EXPECT_EQ(calls(another, dan).at("/reason"), "busy");
  call_of(ana, dan);
}

TEST_F(Rings, WhoIsWelcomeIsNotKeptOutByOthersAtTheirAddress) {
  const Guest eve = join_from(dialogue, "198.51.100.1", "Eve");
  const Guest eves_friend = join_from(dialogue, "198.51.100.1", "Friend");
  const std::string id = call_of(ana, dan);
  accept(dialogue, dan, id);
  say_of_call(dialogue, dan, "call.end", id);
  call_of(eve, dan);
  call_of(eves_friend, dan);
  call_of(ana, dan);
}

TEST_F(Rings, StrangersKeepNoFriendOut) {
  const std::string id = call_of(ana, dan);
  accept(dialogue, dan, id);
  say_of_call(dialogue, dan, "call.end", id);
  keep_ringing(dialogue, dan);
  EXPECT_EQ(calls(ben, dan).at("/reason"), "busy");
  call_of(ana, dan);
}

TEST_F(Rings, CallingWhoIsInTheCallThatRingsIsNoAnswerToIt) {
  call(dialogue, ana, ben, dan);  // Ana rings both, and Ben accepts
  accept(dialogue, ben, hear(ben, "call.incoming").at("/call"));
  dialogue.forget(dan.connection);
  EXPECT_EQ(calls(dan, ben).type(), "call.ringing");  // not with Ana
}

TEST_F(Rings, TokensGiveAnAddressNoThirdLine) {
  const Guest eve = join_from(dialogue, "198.51.100.1", "Eve");
  const Guest another = join_from(dialogue, "198.51.100.1", "Another");
  const Guest known = join_from(dialogue, "198.51.100.1", "Known");
  call_of(eve, dan);
  call_of(another, dan);
  dialogue.lose(known.connection);
  const Guest back =
      join_from(dialogue, "198.51.100.1", "Known", R"(,"identity":")" + known.identity + '"');
  EXPECT_EQ(calls(back, dan).at("/reason"), "busy");
}

TEST_F(Rings, StrangersTakeNothingFromThoseWhoAreKnownAtTheirAddress) {
  const Guest known = join_again(dialogue, "Ida", join(dialogue, "Ida"));
  for (int i = 0; i < 10; ++i) rings_in_vain(join(dialogue, "A"), dan);
  EXPECT_EQ(calls(join(dialogue, "A"), dan).at("/code"), "rate_limited");
  call_of(known, dan);
}

TEST_F(Rings, TheSameCallerRingsOnceAtATime) {
  const Guest phone = join_again(dialogue, "Ana", ana);
  call_of(ana, dan);
  EXPECT_EQ(calls(phone, dan).at("/reason"), "busy");
}

TEST_F(Rings, WhoIsRungByThreeCallsJoinsAndAcceptsAsTheyLike) {
  keep_ringing(dialogue, dan);
  EXPECT_EQ(enter(dialogue, dan, "a-room").type(), "call.accepted");
  const Guest phone = join_again(dialogue, "Dan", dan);
  EXPECT_EQ(calls(phone, ana).type(), "call.ringing");
}

TEST_F(Rings, WhoIsInACallIsRungAndAnswersAfterEndingTheFirst) {
  const std::string first = call_of(ana, dan);
  accept(dialogue, dan, first);
  const auto [to_ben, to_dan] = ring(dialogue, ben, dan);
  const std::string second = to_dan.at("/call");
  EXPECT_EQ(to_ben.at("/call"), second);
  EXPECT_EQ(accept(dialogue, dan, second).at("/code"), "call_limit");
  EXPECT_EQ(calls(dan, ben).at("/code"), "call_limit");  // glare is accepting, too
  say_of_call(dialogue, dan, "call.end", first);
  EXPECT_EQ(reason(ana), "hangup");
  EXPECT_EQ(accept(dialogue, dan, second).type(), "call.accepted");
  EXPECT_EQ(hear(ben, "call.accepted").at("/call"), second);
}

TEST_F(Rings, WhoIsInACallAsksTheCallerIntoIt) {
  const std::string first = call_of(ana, dan);
  accept(dialogue, dan, first);
  const std::string bens = call_of(ben, dan);
  dialogue.forget(dan.connection);
  invite(dialogue, dan, first, ben.user);
  EXPECT_EQ(hear(dan, "call.ringing").at("/busy"), "");
  EXPECT_EQ(hear(ben, "call.incoming").at("/call"), first);
  EXPECT_EQ(accept(dialogue, ben, first).at("/code"), "call_limit");
  say_of_call(dialogue, ben, "call.end", bens);
  EXPECT_EQ(reason(dan), "cancelled");
  EXPECT_EQ(accept(dialogue, ben, first).at("/participants/2/state"), "joined");
}

TEST_F(Rings, WelcomeTellsOfAllThatRingAndOfWhatWasJoined) {
  const std::string first = call_of(ana, dan);
  accept(dialogue, dan, first);
  const std::string second = call_of(ben, dan);
  const std::string third = call_of(cleo, dan);
  dialogue.lose(dan.connection);
  const Heard welcome = dialogue.hear(resume(dialogue, "Dan", dan));
  EXPECT_EQ(welcome.at("/calls/0/call"), first);
  EXPECT_NE(welcome.at("/calls/0/membership"), "");
  EXPECT_EQ(welcome.at("/calls/1/call"), second);
  EXPECT_EQ(welcome.at("/calls/1/membership"), "");
  EXPECT_EQ(welcome.at("/calls/2/call"), third);
}

TEST_F(Rings, ALateDeviceRingsForAll) {
  call_of(ana, dan);
  call_of(ben, dan);
  const auto phone = dialogue.connect();
  dialogue.say(phone, R"({"type":"hello","name":"Dan","identity":")" + dan.identity + "\"}");
  EXPECT_EQ(dialogue.hear(phone).type(), "welcome");
  EXPECT_EQ(dialogue.hear(phone).at("/participants/0/name"), "Ana");
  EXPECT_EQ(dialogue.hear(phone).at("/participants/0/name"), "Ben");
}

TEST_F(Rings, OneDeviceTalksAndAnotherAnswersTheSecondCall) {
  const Guest phone = join_again(dialogue, "Dan", dan);
  accept(dialogue, dan, call_of(ana, dan));
  const std::string second = call_of(ben, dan);
  say_of_call(dialogue, phone, "call.accept", second);
  EXPECT_EQ(hear(phone, "call.accepted").at("/call"), second);
  const Heard ended = hear(dan, "call.ended");
  EXPECT_EQ(ended.at("/reason"), "answered_elsewhere");
  EXPECT_EQ(ended.at("/call"), second);
  EXPECT_EQ(reason(ana), "");
}

TEST_F(Rings, InACallMeansHavingJoinedOne) {
  dialogue.pass(seconds(1));
  dialogue.forget(cleo.connection);
  call_of(ana, dan);
  dialogue.pass(seconds(1));
  const Heard presence = hear(cleo, "presence");
  EXPECT_EQ(presence.at("/here/0/user"), ana.user);
  EXPECT_EQ(presence.at("/here/1"), "");
}

TEST_F(Rings, WhoDoesNotAnswerIsRungWithGrowingPauses) {
  rings_in_vain(ana, dan);
  rings_in_vain(ana, dan);  // at once
  for (const int pause : {10, 30, 120, 120}) {
    Heard error = calls(ana, dan);
    EXPECT_EQ(error.at("/code"), "rate_limited");
    EXPECT_EQ(error.at("/id"), "1");
    EXPECT_EQ(error.at("/retry_after_ms"), std::to_string(pause * 1'000));
    EXPECT_EQ(error.at("/message"),
              "Dan has not answered. Try again in " + std::to_string(pause) + " seconds.");
    dialogue.pass(seconds(pause) - milliseconds(500));
    error = calls(ana, dan);
    EXPECT_EQ(error.at("/retry_after_ms"), "500");
    EXPECT_EQ(error.at("/message"), "Dan has not answered. Try again in 1 second.");
    call_of(ana, cleo);  // it is between these two
    say_of_call(dialogue, ana, "call.end",
                dialogue.hear(cleo.connection, "call.incoming").at("/call"));
    dialogue.pass(milliseconds(500));
    accept(dialogue, cleo, call_of(ana, cleo));
    say_of_call(dialogue, cleo, "call.end", hear(ana, "call.accepted").at("/call"));
    rings_in_vain(ana, dan);
  }
}

TEST_F(Rings, DecliningMissingAndLeavingAreNoAnswers) {
  say_of_call(dialogue, dan, "call.decline", call_of(ana, dan));
  call_of(ana, dan);
  dialogue.pass(seconds(45));
  EXPECT_EQ(calls(ana, dan).at("/retry_after_ms"), "10000");
  dialogue.pass(seconds(10));
  call_of(ana, dan);
  dialogue.lose(ana.connection, CloseCause::kLeft);  // nor is coming back a way around
  ana = join_again(dialogue, "Ana", ana);
  EXPECT_EQ(calls(ana, dan).at("/retry_after_ms"), "30000");
}

TEST_F(Rings, InvitationsCountAsRings) {
  const std::string id = call_of(ana, ben);
  accept(dialogue, ben, id);
  for (int i = 0; i < 2; ++i) {
    invite(dialogue, ana, id, dan.user);
    say_of_call(dialogue, dan, "call.decline", id);
  }
  dialogue.forget(ana.connection);
  invite(dialogue, ana, id, dan.user);
  const Heard error = dialogue.hear(ana.connection);
  EXPECT_EQ(error.at("/id"), "4");
  EXPECT_EQ(error.at("/retry_after_ms"), "10000");
  invite(dialogue, ben, id, dan.user);  // who has not been refused
  EXPECT_EQ(hear(ben, "call.ringing").at("/busy"), "");
}

TEST_F(Rings, OneOfSeveralInAPauseRefusesTheCallAndNamesThem) {
  rings_in_vain(ana, dan);
  rings_in_vain(ana, dan);
  dialogue.forget(ben.connection);
  dialogue.forget(ana.connection);
  call(dialogue, ana, ben, dan);
  EXPECT_EQ(dialogue.hear(ana.connection).at("/message"),
            "Dan has not answered. Try again in 10 seconds.");
  EXPECT_TRUE(dialogue.silent(ben.connection));
  EXPECT_EQ(dialogue.hub().gauges().calls, 0U);
}

TEST_F(Rings, AnAnswerEndsThePauses) {
  rings_in_vain(ana, dan);
  const std::string id = call_of(ana, dan);
  accept(dialogue, dan, id);
  say_of_call(dialogue, dan, "call.end", id);
  rings_in_vain(ana, dan);
  call_of(ana, dan);
}

TEST_F(Rings, CallingBackEndsThePauses) {
  rings_in_vain(ana, dan);
  rings_in_vain(ana, dan);
  rings_in_vain(dan, ana);
  call_of(ana, dan);
}

TEST_F(Rings, TenMinutesEndThePauses) {
  rings_in_vain(ana, dan);
  rings_in_vain(ana, dan);
  dialogue.pass(seconds(600));
  rings_in_vain(ana, dan);
  call_of(ana, dan);
}

TEST_F(Rings, AnotherDeviceOfTheCalledPersonIsNoSecondRefusal) {
  join_again(dialogue, "Dan", dan);
  join_again(dialogue, "Dan", dan);
  rings_in_vain(ana, dan);
  call_of(ana, dan);  // it was one ring
}

TEST_F(Rings, ADeviceThatGoesWhileOthersRingIsNoRefusal) {
  const Guest phone = join_again(dialogue, "Dan", dan);
  const std::string id = call_of(ana, dan);
  dialogue.lose(phone.connection, CloseCause::kLeft);
  EXPECT_EQ(accept(dialogue, dan, id).type(), "call.accepted");
}

TEST_F(Rings, APersonRingsTenAtOnceAndThenOneInThreeSeconds) {
  for (int i = 0; i < 10; ++i) {
    rings_in_vain(ana, join_from(dialogue, "203.0.113.9", "Somebody"));
  }
  const Heard error = calls(ana, dan);
  EXPECT_EQ(error.at("/code"), "rate_limited");
  EXPECT_TRUE(error.at("/message").starts_with("You are calling too many people. Try again in "));
  EXPECT_NEAR(std::stod(error.at("/retry_after_ms")), 3'000, 2);
  dialogue.pass(milliseconds(3'002));
  rings_in_vain(ana, dan);
  EXPECT_EQ(calls(ana, dan).at("/code"), "rate_limited");
}

TEST_F(Rings, AnAddressRingsSixtyAtOnce) {
  for (int i = 0; i < 60; ++i) {
    rings_in_vain(join(dialogue, "A"), join_from(dialogue, "203.0.113.9", "B"));
  }
  const Guest late = join(dialogue, "A");
  const Heard error = calls(late, dan);
  EXPECT_EQ(error.at("/code"), "rate_limited");
  EXPECT_EQ(error.at("/message"), "Too many calls come from your network. Try again in 1 second.");
  rings_in_vain(ana, dan);  // from elsewhere
}

TEST_F(Rings, NewPeopleOfOneAddressRingSomebodyTenTimesAtOnce) {
  for (int i = 0; i < 10; ++i) rings_in_vain(join(dialogue, "A"), dan);
  const Guest late = join(dialogue, "A");
  const Heard error = calls(late, dan);
  EXPECT_EQ(error.at("/code"), "rate_limited");
  EXPECT_EQ(error.at("/message"),
            "Dan gets too many calls from your network. Try again in 4 seconds.");
  rings_in_vain(late, ana);
  rings_in_vain(ana, dan);
}

TEST_F(Rings, ASessionIsCountedAtTheAddressOfItsLatestConnection) {
  for (int i = 0; i < 10; ++i) {
    rings_in_vain(join_again(dialogue, "A", join(dialogue, "A")), dan);
  }
  dialogue.lose(ana.connection);
  ana.connection = resume(dialogue, "Ana", ana);  // from there
  EXPECT_EQ(calls(ana, dan).at("/code"), "rate_limited");
}

TEST_F(Rings, WhoIsBusyCostsNothing) {
  keep_ringing(dialogue, dan);
  for (int i = 0; i < 30; ++i) EXPECT_EQ(calls(ana, dan).at("/reason"), "busy");
  for (int i = 0; i < 10; ++i) {
    rings_in_vain(ana, join_from(dialogue, "203.0.113.9", "Somebody"));
  }
}

}  // namespace
}  // namespace visavis::signaling
