// Calls, as dialogues.
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
using testing::join_from;
using testing::keep_ringing;
using testing::resume;
using testing::ring;
using testing::say_of_call;
using testing::signal_to;

struct TwoPeople : HubTest {
  Guest ana = join(dialogue, "Ana");
  Guest ben = join(dialogue, "Ben");

  // Ana calls Ben; both messages are taken. Returns the call's id.
  std::string ring_ben() {
    std::tie(ringing, incoming) = ring(dialogue, ana, ben);
    return ringing.at("/call");
  }
  std::string talk() {
    const std::string id = ring_ben();
    accept(dialogue, ben, id);
    hear(ana, "call.accepted");
    return id;
  }
  std::uint64_t ended(EndReason why) {
    return dialogue.hub().counters().calls_ended[static_cast<std::size_t>(why)];
  }

  Heard ringing;
  Heard incoming;
};

TEST_F(TwoPeople, RingAcceptTalkHangUp) {
  const std::string id = ring_ben();
  EXPECT_EQ(ringing.at("/id"), "1");
  EXPECT_EQ(ringing.at("/participants/0/participant"), ringing.at("/participant"));
  EXPECT_EQ(ringing.at("/participants/0/state"), "joined");
  EXPECT_EQ(ringing.at("/participants/1/name"), "Ben");
  EXPECT_EQ(ringing.at("/participants/1/state"), "invited");
  EXPECT_EQ(incoming.at("/call"), id);
  EXPECT_EQ(incoming.at("/from"), ringing.at("/participant"));
  EXPECT_EQ(incoming.at("/participant"), ringing.at("/participants/1/participant"));
  EXPECT_EQ(incoming.at("/video"), "true");

  say_of_call(dialogue, ben, "call.accept", id, 5);
  const Heard to_ben = hear(ben, "call.accepted");
  const Heard to_ana = hear(ana, "call.accepted");
  EXPECT_EQ(to_ben.at("/id"), "5");
  EXPECT_EQ(to_ana.at("/id"), "");
  EXPECT_EQ(to_ana.at("/participant"), incoming.at("/participant"));
  EXPECT_EQ(to_ana.at("/participants/1/state"), "joined");

  say_of_call(dialogue, ana, "call.end", id, 6);
  const Heard ended_for_ana = hear(ana, "call.ended");
  EXPECT_EQ(ended_for_ana.at("/id"), "6");
  EXPECT_EQ(ended_for_ana.at("/reason"), "hangup");
  EXPECT_EQ(reason(ben), "hangup");
  EXPECT_EQ(dialogue.hub().gauges().calls, 0U);
  EXPECT_EQ(ended(EndReason::kHangup), 1U);
}

TEST_F(TwoPeople, Decline) {
  say_of_call(dialogue, ben, "call.decline", ring_ben(), 5);
  EXPECT_EQ(reason(ana), "declined");
  EXPECT_EQ(hear(ben, "call.ended").at("/id"), "5");
}

TEST_F(TwoPeople, Cancel) {
  say_of_call(dialogue, ana, "call.end", ring_ben());
  EXPECT_EQ(reason(ana), "cancelled");
  EXPECT_EQ(reason(ben), "cancelled");
}

TEST_F(TwoPeople, MissedAfter45Seconds) {
  ring_ben();
  dialogue.pass(milliseconds(44'999));
  EXPECT_EQ(reason(ana), "");
  dialogue.pass(milliseconds(1));
  EXPECT_EQ(reason(ana), "missed");
  EXPECT_EQ(reason(ben), "missed");
  EXPECT_EQ(ended(EndReason::kMissed), 1U);
}

TEST_F(TwoPeople, AnAnsweredCallIsNotMissed) {
  talk();
  dialogue.pass(seconds(60));
  EXPECT_EQ(dialogue.hub().gauges().calls, 1U);
}

TEST_F(TwoPeople, WhoeverCallsAndWhoeverIsCalledCanBeRung) {
  const Guest cleo = join_from(dialogue, "198.51.100.1", "Cleo");
  const Guest dan = join_from(dialogue, "198.51.100.2", "Dan");
  const std::string id = ring_ben();
  for (const auto* target : {&ana, &ben}) {
    const auto [to_cleo, to_target] = ring(dialogue, cleo, *target);
    EXPECT_EQ(to_target.at("/from"), to_cleo.at("/participant"));
    EXPECT_NE(to_target.at("/call"), id);
    say_of_call(dialogue, cleo, "call.end", to_cleo.at("/call"));
    EXPECT_EQ(reason(*target), "cancelled");
  }
  EXPECT_EQ(accept(dialogue, ben, id).at("/call"), id);
  for (const auto* target : {&ana, &ben}) {
    const Heard incoming_too = ring(dialogue, dan, *target).second;
    EXPECT_EQ(incoming_too.at("/participants/0/name"), "Dan");
    say_of_call(dialogue, *target, "call.decline", incoming_too.at("/call"));
    EXPECT_EQ(reason(dan), "declined");
  }
}

TEST_F(TwoPeople, OthersSeeWhoIsInACall) {
  const Guest cleo = join(dialogue, "Cleo");
  dialogue.pass(seconds(1));
  dialogue.forget(cleo.connection);
  const std::string id = talk();
  dialogue.pass(seconds(1));
  const Heard busy = hear(cleo, "presence");
  EXPECT_EQ(busy.at("/here/0/in_call"), "true");
  EXPECT_EQ(busy.at("/here/1/in_call"), "true");
  say_of_call(dialogue, ben, "call.end", id);
  dialogue.pass(seconds(1));
  const Heard free = hear(cleo, "presence");
  EXPECT_EQ(free.at("/here/0/in_call"), "");
  EXPECT_EQ(free.at("/here/1/in_call"), "");
}

TEST_F(TwoPeople, GlareBecomesOneCall) {
  const std::string id = ring_ben();
  dialogue.say(ben.connection, R"({"type":"call.start","id":8,"to":[")" + ana.user + R"("]})");
  const Heard accepted = hear(ben, "call.accepted");
  EXPECT_EQ(accepted.at("/id"), "8");
  EXPECT_EQ(accepted.at("/call"), id);
  EXPECT_EQ(hear(ana, "call.accepted").at("/call"), id);
  EXPECT_EQ(dialogue.hub().gauges().calls, 1U);
}

TEST_F(TwoPeople, AnsweredElsewhere) {
  const Guest phone = join_again(dialogue, "Ben", ben);
  const std::string id = ring_ben();
  EXPECT_EQ(hear(phone, "call.incoming").at("/call"), id);
  say_of_call(dialogue, phone, "call.accept", id);
  EXPECT_EQ(reason(ben), "answered_elsewhere");
  const Heard accepted = hear(ana, "call.accepted");
  EXPECT_EQ(accepted.at("/participants/2"), "");  // the other device is out of the call
  say_of_call(dialogue, ben, "call.accept", id);
  EXPECT_EQ(error(ben), "not_in_call");
}

TEST_F(TwoPeople, DecliningOnOneDeviceDeclinesOnAll) {
  const Guest phone = join_again(dialogue, "Ben", ben);
  say_of_call(dialogue, phone, "call.decline", ring_ben());
  EXPECT_EQ(reason(ben), "declined");
  EXPECT_EQ(reason(phone), "declined");
  EXPECT_EQ(reason(ana), "declined");
}

TEST_F(TwoPeople, ADeviceThatComesLateRingsToo) {
  const std::string id = ring_ben();
  const auto phone = dialogue.connect();
  dialogue.say(phone, R"({"type":"hello","name":"Ben","identity":")" + ben.identity + "\"}");
  EXPECT_EQ(dialogue.hear(phone).type(), "welcome");
  EXPECT_EQ(dialogue.hear(phone).at("/call"), id);
  EXPECT_EQ(hear(ana, "call.ringing").at("/participants/2/name"), "Ben");
}

TEST_F(TwoPeople, AReloadedPageLearnsOfItsRing) {
  const std::string id = ring_ben();
  dialogue.lose(ben.connection, CloseCause::kGoingAway);
  const Heard welcome = dialogue.hear(resume(dialogue, "Ben", ben));
  EXPECT_EQ(welcome.at("/calls/0/call"), id);
  EXPECT_EQ(welcome.at("/calls/0/participant"), incoming.at("/participant"));
  EXPECT_EQ(welcome.at("/calls/0/participants/1/state"), "invited");
}

TEST_F(TwoPeople, ALostSocketKeepsTheCallUntilTheWindowIsOver) {
  const std::string id = talk();
  dialogue.lose(ben.connection);
  dialogue.pass(seconds(29));
  EXPECT_EQ(reason(ana), "");
  dialogue.pass(seconds(2));
  EXPECT_EQ(reason(ana), "lost");
}

TEST_F(TwoPeople, LeavingForGoodHangsUpOrCancels) {
  talk();
  dialogue.lose(ben.connection, CloseCause::kLeft);
  EXPECT_EQ(reason(ana), "hangup");
  const Guest cleo = join(dialogue, "Cleo");
  call(dialogue, ana, cleo);
  dialogue.lose(ana.connection, CloseCause::kLeft);
  EXPECT_EQ(reason(cleo), "cancelled");
}

TEST_F(TwoPeople, SignalsPassUnreadAndAreStampedWithTheirSender) {
  const std::string id = ring_ben();
  const std::string data = R"({"x":[1, 2 ],"from":"somebody else","sdp":"v=0\r\n\u00e9"})";
  const auto signal = [&](const Guest& from, const std::string& to) {
    signal_to(dialogue, from, id, to, data);
  };
  signal(ana, incoming.at("/participant"));
  const Heard heard = hear(ben, "signal");
  EXPECT_EQ(heard.at("/from"), ringing.at("/participant"));
  EXPECT_NE(heard.text().find("\"data\":" + data), std::string::npos);
  signal(ben, incoming.at("/from"));
  EXPECT_EQ(hear(ana, "signal").at("/from"), incoming.at("/participant"));
  signal(ana, "nobody");
  EXPECT_EQ(error(ana), "unknown_participant");
  signal(ana, ringing.at("/participant"));
  EXPECT_EQ(error(ana), "unknown_participant");
}

TEST_F(TwoPeople, StrangersCannotSignalAcceptOrEnd) {
  const std::string id = ring_ben();
  const Guest cleo = join(dialogue, "Cleo");
  for (const char* type : {"call.accept", "call.decline", "call.end"}) {
    say_of_call(dialogue, cleo, type, id);
    EXPECT_EQ(error(cleo), "not_in_call") << type;
  }
  signal_to(dialogue, cleo, id, incoming.at("/participant"));
  EXPECT_EQ(error(cleo), "not_in_call");
  EXPECT_EQ(dialogue.hub().gauges().calls, 1U);
}

TEST_F(TwoPeople, WrongTurnsAreRefused) {
  const std::string id = ring_ben();
  say_of_call(dialogue, ben, "call.end", id);
  EXPECT_EQ(error(ben), "not_in_call");
  say_of_call(dialogue, ana, "call.decline", id);
  EXPECT_EQ(error(ana), "not_in_call");
  say_of_call(dialogue, ana, "call.accept", id);
  EXPECT_EQ(error(ana), "not_in_call");
  say_of_call(dialogue, ana, "call.accept", "AAAAAAAAAAAAAAAA");
  EXPECT_EQ(error(ana), "unknown_call");
  call(dialogue, ana, ben);
  EXPECT_EQ(error(ana), "call_limit");
  const Guest cleo = join(dialogue, "Cleo");
  call(dialogue, cleo, cleo);
  EXPECT_EQ(error(cleo), "invalid_field");
  dialogue.say(cleo.connection, R"({"type":"call.start","to":["AAAAAAAAAAAAAAAAAAAAAA"]})");
  EXPECT_EQ(error(cleo), "unknown_user");
}

struct FourPeople : TwoPeople {
  Guest cleo = join(dialogue, "Cleo");
  Guest dan = join(dialogue, "Dan");

  // Ana calls all the others at once.
  std::string ring_all() {
    call(dialogue, ana, ben, cleo, dan);
    ringing = hear(ana, "call.ringing");
    return ringing.at("/call");
  }
};

TEST_F(FourPeople, ACallGoesOnWhileTwoAreLeft) {
  const std::string id = ring_all();
  say_of_call(dialogue, ben, "call.accept", id);
  say_of_call(dialogue, cleo, "call.accept", id);
  say_of_call(dialogue, dan, "call.decline", id);
  EXPECT_EQ(reason(ana, "call.left"), "declined");
  EXPECT_EQ(reason(ana), "");
  say_of_call(dialogue, ana, "call.end", id);
  EXPECT_EQ(reason(ben, "call.left"), "declined");
  const Heard left = hear(ben, "call.left");
  EXPECT_EQ(left.at("/participant"), ringing.at("/participant"));
  EXPECT_EQ(left.at("/reason"), "hangup");
  say_of_call(dialogue, cleo, "call.end", id);
  EXPECT_EQ(reason(ben), "hangup");
  EXPECT_EQ(dialogue.hub().gauges().calls, 0U);
}

TEST_F(FourPeople, TheRingOfTheOthersEndsWhenNobodyWhoJoinedIsLeft) {
  const std::string id = ring_all();
  say_of_call(dialogue, ben, "call.accept", id);
  say_of_call(dialogue, ana, "call.end", id);
  EXPECT_EQ(reason(cleo), "");  // Ben is still there
  say_of_call(dialogue, ben, "call.end", id);
  EXPECT_EQ(reason(cleo), "cancelled");
  EXPECT_EQ(reason(dan), "cancelled");
}

TEST_F(FourPeople, BusyPeopleAreNamedAndTheOthersRing) {
  keep_ringing(dialogue, dan);
  ring_all();
  EXPECT_EQ(ringing.at("/busy/0"), dan.user);
  EXPECT_EQ(ringing.at("/participants/2/name"), "Cleo");
  EXPECT_EQ(ringing.at("/participants/3"), "");
}

TEST_F(FourPeople, MoreThanACallHoldsIsRefused) {
  Limits limits;
  limits.participants_max = 3;
  Dialogue small(limits);
  const Guest a = join(small, "A");
  const Guest b = join(small, "B");
  const Guest c = join(small, "C");
  const Guest d = join(small, "D");
  call(small, a, b, c, d);
  EXPECT_EQ(small.hear(a.connection, "error").at("/code"), "call_full");
}

TEST_F(FourPeople, InvitedPeopleCannotSignalEachOther) {
  const std::string id = ring_all();
  const Heard to_cleo = hear(cleo, "call.incoming");
  signal_to(dialogue, ben, id, to_cleo.at("/participant"));
  EXPECT_EQ(error(ben), "not_in_call");
}

}  // namespace
}  // namespace visavis::signaling
