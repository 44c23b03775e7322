// Rooms without knocking, as dialogues: looking, entering, leaving, being remembered.
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
using testing::resume;
using testing::ring;
using testing::say_of_call;
using testing::say_of_room;
using testing::signal_to;

constexpr const char* kRoom = "amber-otter";

Limits three_seats() {
  Limits limits;
  limits.participants_max = 3;
  limits.rooms_max = 2;
  return limits;
}

struct Rooms : HubTest {
  Guest ana = join(dialogue, "Ana");
  Guest ben = join(dialogue, "Ben");
  Guest cleo = join(dialogue, "Cleo");
  Guest dan = join(dialogue, "Dan");

  Rooms() : HubTest(three_seats()) {}
  Heard in(const Guest& guest, std::string_view room = kRoom, std::string_view more = "") {
    return enter(dialogue, guest, room, more);
  }
  Heard look(const Guest& guest, std::string_view room = kRoom) {
    dialogue.forget(guest.connection);
    say_of_room(dialogue, guest, "room.look", room);
    return dialogue.hear(guest.connection);
  }
  void leave(const Guest& guest, const std::string& id) {
    say_of_call(dialogue, guest, "call.end", id);
  }
};

TEST_F(Rooms, TheFirstMakesItTheOthersJoin) {
  const Heard first = in(ana);
  EXPECT_EQ(first.type(), "call.accepted");
  EXPECT_EQ(first.at("/id"), "3");
  EXPECT_EQ(first.at("/room"), kRoom);
  EXPECT_EQ(first.at("/knock"), "false");
  EXPECT_EQ(first.at("/knocks"), "[]");
  EXPECT_EQ(first.at("/participants/0/participant"), first.at("/participant"));
  EXPECT_EQ(first.at("/participants/0/state"), "joined");
  EXPECT_EQ(first.at("/participants/1"), "");
  EXPECT_NE(first.at("/membership"), "");
  EXPECT_EQ(first.at("/ice_servers"), "[]");

  const Heard second = in(ben);
  EXPECT_EQ(second.at("/call"), first.at("/call"));
  EXPECT_EQ(second.at("/participants/0/name"), "Ana");
  EXPECT_EQ(second.at("/participants/1/participant"), second.at("/participant"));
  const Heard news = dialogue.hear(ana.connection);
  EXPECT_EQ(news.type(), "call.accepted");
  EXPECT_EQ(news.at("/id"), "");
  EXPECT_EQ(news.at("/participant"), second.at("/participant"));
  EXPECT_EQ(news.at("/participants/1/state"), "joined");
  for (const char* own : {"/room", "/knock", "/knocks", "/membership", "/ice_servers"}) {
    EXPECT_EQ(news.at(own), "") << own;
  }
  EXPECT_EQ(dialogue.hub().gauges().calls, 1U);
  EXPECT_EQ(dialogue.hub().gauges().rooms, 1U);
  EXPECT_EQ(dialogue.hub().counters().calls_started, 1U);
  EXPECT_EQ(dialogue.hub().counters().calls_answered, 1U);
}

TEST_F(Rooms, SignalsPassAndOthersSeeWhoIsInACall) {
  dialogue.pass(seconds(1));
  dialogue.forget(dan.connection);
  const std::string id = in(ana).at("/call");
  dialogue.pass(seconds(1));
  EXPECT_EQ(hear(dan, "presence").at("/here/0/in_call"), "true");
  const std::string to = in(ben).at("/participants/0/participant");
  signal_to(dialogue, ben, id, to);
  EXPECT_EQ(hear(ana, "signal").at("/data"), R"({"x":1})");
  EXPECT_EQ(ring(dialogue, dan, ana).second.at("/participants/0/name"), "Dan");
}

TEST_F(Rooms, GoesOnWithOneAndEndsWithTheLast) {
  const std::string id = in(ana).at("/call");
  in(ben);
  leave(ana, id);
  EXPECT_EQ(reason(ana), "hangup");
  EXPECT_EQ(reason(ben, "call.left"), "hangup");
  EXPECT_EQ(in(ana).at("/call"), id);
  leave(ana, id);
  dialogue.pass(minutes(10));
  EXPECT_EQ(look(dan).at("/count"), "1");
  leave(ben, id);
  EXPECT_EQ(reason(ben), "hangup");
  EXPECT_EQ(dialogue.hub().gauges().calls, 0U);
  EXPECT_NE(in(cleo).at("/call"), id);
}

TEST_F(Rooms, WhoIsLostLeavesItToTheOthers) {
  in(ana);
  in(ben);
  dialogue.lose(ana.connection);
  dialogue.pass(milliseconds(29'999));
  EXPECT_EQ(reason(ben, "call.left"), "");
  dialogue.pass(milliseconds(1));
  EXPECT_EQ(reason(ben, "call.left"), "lost");
  EXPECT_EQ(look(ben).at("/participants/0/name"), "Ben");
}

TEST_F(Rooms, ALookTellsWhoIsInside) {
  const Heard nobody = look(dan);
  EXPECT_EQ(nobody.type(), "room.state");
  EXPECT_EQ(nobody.at("/id"), "3");
  EXPECT_EQ(nobody.at("/room"), kRoom);
  EXPECT_EQ(nobody.at("/count"), "0");
  EXPECT_EQ(nobody.at("/participants_max"), "3");
  in(ana);
  in(ben);
  const Heard two = look(dan);
  EXPECT_EQ(two.at("/count"), "2");
  EXPECT_EQ(two.at("/knock"), "false");
  EXPECT_EQ(two.at("/participants"), R"([{"user":")" + ana.user + R"(","name":"Ana"},{"user":")" +
                                         ben.user + R"(","name":"Ben"}])");
}

TEST_F(Rooms, ARoomThatIsNotThereLooksLikeAnEmptyOne) {
  const std::string before = look(dan).text();
  leave(ana, in(ana).at("/call"));
  EXPECT_EQ(dialogue.hub().gauges().rooms, 1U);
  EXPECT_EQ(look(dan).text(), before);
}

TEST_F(Rooms, ALookBeforeHelloIsAnsweredAndNotCounted) {
  in(ana);
  const ConnectionId stranger = dialogue.connect("192.0.2.9");
  dialogue.say(stranger, R"({"type":"room.look","id":8,"room":"amber-otter"})");
  const Heard state = dialogue.hear(stranger);
  EXPECT_EQ(state.type(), "room.state");
  EXPECT_EQ(state.at("/id"), "8");
  EXPECT_EQ(state.at("/participants/0/name"), "Ana");
  dialogue.say(stranger, R"({"type":"hello","name":"Eve"})");
  EXPECT_EQ(dialogue.hear(stranger, "welcome").at("/resume/received"), "0");
  dialogue.say(stranger, R"({"type":"ping","received":0})");
  EXPECT_EQ(dialogue.hear(stranger, "pong").at("/received"), "0");
}

TEST_F(Rooms, LooksBeforeHelloAreFew) {
  const ConnectionId stranger = dialogue.connect("192.0.2.9");
  for (int i = 0; i < 10; ++i) {
    dialogue.say(stranger, R"({"type":"room.look","room":"amber-otter"})");
    EXPECT_EQ(dialogue.hear(stranger).type(), "room.state");
  }
  dialogue.say(stranger, R"({"type":"room.look","room":"amber-otter"})");
  EXPECT_EQ(dialogue.hear(stranger).at("/code"), "rate_limited");
  EXPECT_EQ(dialogue.close_code(stranger), 1008);
}

TEST_F(Rooms, ItIsFullAtItsSeats) {
  in(ana);
  in(ben);
  const std::string id = in(cleo).at("/call");
  const Heard full = in(dan);
  EXPECT_EQ(full.at("/code"), "call_full");
  EXPECT_EQ(full.at("/message"), "This room is full: it holds at most 3 people.");
  leave(cleo, id);
  EXPECT_EQ(in(dan).at("/participants/2/name"), "Dan");
}

TEST_F(Rooms, AnInvitationKeepsOneSeatForAllDevicesOfAPerson) {
  const Guest cleos_phone = join_again(dialogue, "Cleo", cleo);
  const std::string id = in(ana).at("/call");
  invite(dialogue, ana, id, cleo.user);
  in(ben);
  EXPECT_EQ(in(dan).at("/code"), "call_full");
  dialogue.forget(cleos_phone.connection);  // it rang, and Ben came
  say_of_room(dialogue, cleos_phone, "room.join", kRoom);
  const Heard accepted = hear(cleos_phone, "call.accepted");
  EXPECT_EQ(accepted.at("/participants/1/user"), cleo.user);
  EXPECT_EQ(accepted.at("/participants/2/user"), ben.user);
  EXPECT_EQ(reason(cleo), "answered_elsewhere");
}

TEST_F(Rooms, EachDeviceInsideTakesASeat) {
  const Guest anas_phone = join_again(dialogue, "Ana", ana);
  in(ana);
  EXPECT_EQ(in(anas_phone).at("/participants/1/user"), ana.user);
  EXPECT_TRUE(in(ben).at("/code").empty());
  EXPECT_EQ(in(dan).at("/code"), "call_full");
}

TEST_F(Rooms, EnteringAndLeavingIsNotFree) {
  in(ana);
  for (int i = 0; i < 30; ++i) {
    const Heard inside = in(ben);
    EXPECT_EQ(inside.type(), "call.accepted") << i;
    leave(ben, inside.at("/call"));
    dialogue.pass(milliseconds(10));
  }
  const Heard refused = in(ben);
  EXPECT_EQ(refused.at("/code"), "rate_limited");
  EXPECT_NE(refused.at("/retry_after_ms"), "");
  dialogue.pass(seconds(2));
  EXPECT_EQ(in(ben).type(), "call.accepted");
}

TEST_F(Rooms, APersonHasTwoSeats) {
  in(ana);
  in(join_again(dialogue, "Ana", ana));
  const Heard third = in(join_again(dialogue, "Ana", ana));
  EXPECT_EQ(third.at("/code"), "call_full");
  EXPECT_EQ(third.at("/message"),
            "You are in this room on 2 devices already, which is as many as it takes. Leave it on "
            "one of them first.");
  EXPECT_EQ(in(ben).type(), "call.accepted");
}

TEST_F(Rooms, WhoeverIsInACallEntersNoRoom) {
  in(ana);
  EXPECT_EQ(in(ana).at("/message"), "You are in this room already.");
  EXPECT_EQ(in(ana, "other").at("/code"), "call_limit");
  call(dialogue, ana, ben);
  EXPECT_EQ(dialogue.hear(ana.connection).at("/code"), "call_limit");
  EXPECT_EQ(dialogue.hub().gauges().rooms, 1U);
}

TEST_F(Rooms, WhoeverIsBeingCalledEntersAsTheyLike) {
  const std::string rings = ring(dialogue, ben, cleo).first.at("/call");
  EXPECT_EQ(in(cleo).type(), "call.accepted");
  EXPECT_EQ(accept(dialogue, cleo, rings).at("/code"), "call_limit");
  EXPECT_EQ(reason(ben), "");
  say_of_call(dialogue, cleo, "call.decline", rings);
  EXPECT_EQ(reason(ben), "declined");
}

TEST_F(Rooms, WhoeverRingsForTheRoomAcceptsByEntering) {
  const std::string id = in(ana).at("/call");
  invite(dialogue, ana, id, ben.user);
  const std::string part = hear(ben, "call.incoming").at("/participant");
  const Heard accepted = in(ben);
  EXPECT_EQ(accepted.at("/id"), "3");
  EXPECT_EQ(accepted.at("/room"), kRoom);
  EXPECT_EQ(accepted.at("/participant"), part);
  dialogue.pass(minutes(1));
  EXPECT_EQ(reason(ben), "");
}

TEST_F(Rooms, InvitedOnesHearOfItsEnd) {
  const std::string id = in(ana).at("/call");
  invite(dialogue, ana, id, ben.user);
  const Heard incoming = hear(ben, "call.incoming");
  EXPECT_EQ(incoming.at("/room"), kRoom);
  EXPECT_EQ(incoming.at("/knock"), "false");
  EXPECT_EQ(incoming.at("/knocks"), "");
  leave(ana, id);
  EXPECT_EQ(reason(ana), "hangup");
  EXPECT_EQ(reason(ben), "cancelled");
}

TEST_F(Rooms, OneWhoIsAloneSurvivesAMissedAndADeclinedInvitation) {
  const std::string id = in(ana).at("/call");
  invite(dialogue, ana, id, ben.user + "\",\"" + cleo.user);
  say_of_call(dialogue, ben, "call.decline", id);
  EXPECT_EQ(reason(ana, "call.left"), "declined");
  dialogue.pass(seconds(45));
  EXPECT_EQ(reason(ana, "call.left"), "missed");
  EXPECT_EQ(reason(cleo), "missed");
  EXPECT_EQ(look(dan).at("/participants/0/name"), "Ana");
}

TEST_F(Rooms, WelcomeTellsTheRoom) {
  in(ana, kRoom, R"(,"knock":true)");
  dialogue.lose(ana.connection, CloseCause::kGoingAway);
  dialogue.lose(resume(dialogue, "Ana", ana));
  const Heard welcome = dialogue.hear(resume(dialogue, "Ana", ana, 0));
  EXPECT_EQ(welcome.at("/calls/0/room"), kRoom);
  EXPECT_EQ(welcome.at("/calls/0/knock"), "true");
  EXPECT_EQ(welcome.at("/calls/0/knocks"), "[]");
}

TEST_F(Rooms, OpeningNamesACallThatGoesOn) {
  call(dialogue, ana, ben);
  const std::string id = hear(ana, "call.ringing").at("/call");
  const std::string of_call = R"(,"call":")" + id + "\"";
  say_of_room(dialogue, ben, "room.open", kRoom, of_call);
  EXPECT_EQ(error(ben), "not_in_call");
  const std::string before = accept(dialogue, ben, id).at("/membership");
  say_of_room(dialogue, ben, "room.open", kRoom, of_call);
  const Heard opened = hear(ben, "room.opened");
  EXPECT_EQ(opened.at("/id"), "3");
  EXPECT_EQ(opened.at("/call"), id);
  EXPECT_EQ(opened.at("/room"), kRoom);
  EXPECT_EQ(opened.at("/knock"), "false");
  EXPECT_NE(opened.at("/membership"), before);
  const Heard news = hear(ana, "room.opened");
  EXPECT_EQ(news.at("/id"), "");
  EXPECT_NE(news.at("/membership"), opened.at("/membership"));

  EXPECT_EQ(in(cleo).at("/call"), id);
  say_of_room(dialogue, ana, "room.open", "other", of_call);
  EXPECT_EQ(hear(ana, "error").at("/message"), "This call is a room already.");
  leave(ana, id);
  leave(ben, id);
  EXPECT_EQ(reason(cleo), "");
}

TEST_F(Rooms, AnOpenedRoomHasAFreeName) {
  in(cleo);
  call(dialogue, ana, ben);
  const std::string id = hear(ana, "call.ringing").at("/call");
  say_of_room(dialogue, ana, "room.open", kRoom, R"(,"call":")" + id + "\"");
  EXPECT_EQ(error(ana), "room_taken");
  say_of_room(dialogue, dan, "room.open", "other", R"(,"call":")" + id + "\"");
  EXPECT_EQ(error(dan), "not_in_call");
}

TEST_F(Rooms, OnesOwnThatIsEmptyForLongestMakesPlaceAndNobodyElses) {
  const auto visit = [&](const Guest& guest, const char* room) {
    leave(guest, in(guest, room, R"(,"knock":true)").at("/call"));
    dialogue.pass(seconds(1));
  };
  visit(ana, "one");
  visit(ben, "two");
  EXPECT_EQ(in(cleo, "three").at("/code"), "room_limit");
  EXPECT_EQ(in(cleo, "one").type(), "room.waiting");
  say_of_room(dialogue, cleo, "room.leave", "one");
  EXPECT_EQ(in(ben, "three").type(), "call.accepted");
  EXPECT_EQ(dialogue.hub().gauges().rooms, 2U);
  EXPECT_EQ(in(cleo, "two").at("/code"), "room_limit");  // it is not there any more
  EXPECT_EQ(in(cleo, "one").type(), "room.waiting");
}

TEST_F(Rooms, AnEmptyOneIsForgottenAfterAnHour) {
  leave(ana, in(ana).at("/call"));
  dialogue.pass(minutes(59));
  leave(ben, in(ben).at("/call"));
  dialogue.pass(minutes(60) - milliseconds(1));
  EXPECT_EQ(dialogue.hub().gauges().rooms, 1U);
  dialogue.pass(milliseconds(1));
  EXPECT_EQ(dialogue.hub().gauges().rooms, 0U);
}

TEST_F(Rooms, NobodyEntersAServerThatLeaves) {
  dialogue.drain_server();
  const Guest late = join(dialogue, "Late");
  EXPECT_EQ(in(late).at("/code"), "draining");
}

}  // namespace
}  // namespace visavis::signaling
