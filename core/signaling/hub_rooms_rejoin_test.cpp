// Rooms, and invitations, across a restart of the server: dialogues with two lives of it.
#include <gtest/gtest.h>

#include "core/signaling/hub_test_people.h"

namespace visavis::signaling {
namespace {

using testing::accept;
using testing::Dialogue;
using testing::enter;
using testing::Guest;
using testing::Heard;
using testing::invite;
using testing::join_again;
using testing::rejoin;
using testing::RestartTest;
using testing::ring;
using testing::say_of_call;
using testing::say_of_room;

constexpr const char* kRoom = "amber-otter";

// In the first life Ana and Ben are in a room where others must knock; in the second everybody is
// online again.
struct RoomRejoin : RestartTest {
  std::string id;
  std::string anas_token;
  std::string bens_token;

  RoomRejoin() {
    const Heard first = enter(before, old_ana, kRoom, R"(,"knock":true)");
    id = first.at("/call");
    anas_token = first.at("/membership");
    invite(before, old_ana, id, old_ben.user);
    bens_token = accept(before, old_ben, id).at("/membership");
  }
};

TEST_F(RoomRejoin, TheLinkLeadsToTheSameCall) {
  const Heard back = rejoin(dialogue, ana, anas_token);
  EXPECT_EQ(back.type(), "call.rejoined");
  EXPECT_EQ(back.at("/room"), kRoom);
  EXPECT_EQ(back.at("/knock"), "true");
  EXPECT_EQ(back.at("/knocks"), "[]");
  EXPECT_EQ(enter(dialogue, cleo, kRoom).type(), "room.waiting");
  const std::string knock = hear(ana, "room.knocks").at("/knocks/0/knock");
  dialogue.say(ana.connection, R"({"type":"room.admit","call":")" + id + R"(","knock":")" + knock +
                                   R"(","admit":true})");
  EXPECT_EQ(enter(dialogue, cleo, kRoom).at("/call"), id);
}

TEST_F(RoomRejoin, OneIsEnough) {
  rejoin(dialogue, ana, anas_token);
  dialogue.pass(minutes(5));
  EXPECT_EQ(hear(ana, "call.ended").text(), "");
  EXPECT_EQ(rejoin(dialogue, ben, bens_token).at("/participants/0/name"), "Ana");
  EXPECT_EQ(dialogue.hub().gauges().calls, 1U);
}

TEST_F(RoomRejoin, WhoRejoinsNeedsNotKnockAfterwards) {
  rejoin(dialogue, ana, anas_token);
  rejoin(dialogue, ben, bens_token);
  say_of_call(dialogue, ben, "call.end", id);
  EXPECT_EQ(enter(dialogue, ben, kRoom).at("/call"), id);
}

TEST_F(RoomRejoin, TheNextRestartFindsTheRoomToo) {
  const std::string token = rejoin(dialogue, ana, anas_token).at("/membership");
  Dialogue third{{}, 3};
  const Guest again = join_again(third, "Ana", old_ana);
  EXPECT_EQ(rejoin(third, again, token).at("/room"), kRoom);
}

TEST_F(RoomRejoin, ARoomMadeBeforeKeepsItsName) {
  const std::string other = enter(dialogue, cleo, kRoom).at("/call");
  const Heard back = rejoin(dialogue, ana, anas_token);
  EXPECT_EQ(back.at("/call"), id);
  EXPECT_EQ(back.at("/room"), "");
  EXPECT_NE(other, id);
  dialogue.pass(seconds(30));
  EXPECT_EQ(reason(ana), "lost");
  EXPECT_EQ(enter(dialogue, ana, kRoom).at("/call"), other);
}

TEST_F(RoomRejoin, WhoIsNewComesAfterThoseWhoWereThere) {
  rejoin(dialogue, ana, anas_token);
  invite(dialogue, ana, id, cleo.user);
  const std::string cleos_token = accept(dialogue, cleo, id).at("/membership");
  const Heard bens = rejoin(dialogue, ben, bens_token);
  EXPECT_EQ(bens.at("/participants/1/name"), "Ben");
  EXPECT_EQ(bens.at("/participants/2/name"), "Cleo");

  Dialogue third{{}, 3};
  const auto back = [&](const char* name, const Guest& guest, const std::string& token) {
    return rejoin(third, join_again(third, name, guest), token);
  };
  back("Cleo", cleo, cleos_token);
  EXPECT_EQ(back("Ben", ben, bens.at("/membership")).at("/participants/0/name"), "Ben");
}

TEST_F(RoomRejoin, WhoRingsForTheCallTheyComeBackToIsBackOnce) {
  const Guest bens_phone = join_again(dialogue, "Ben", ben);
  rejoin(dialogue, ana, anas_token);
  invite(dialogue, ana, id, ben.user);
  hear(ana, "call.ringing");
  const Heard back = rejoin(dialogue, ben, bens_token);
  EXPECT_EQ(back.type(), "call.rejoined");
  EXPECT_EQ(reason(ana, "call.left"), "answered_elsewhere");
  EXPECT_EQ(hear(ana, "call.accepted").at("/participant"), back.at("/participant"));
  EXPECT_EQ(reason(bens_phone), "answered_elsewhere");
  dialogue.forget(ana.connection);
  say_of_room(dialogue, cleo, "room.look", kRoom);
  EXPECT_EQ(hear(cleo, "room.state").at("/count"), "2");
  dialogue.pass(minutes(1));
  EXPECT_EQ(hear(ben, "call.ended").text(), "");
}

// Of a call without a name: who is back first asks somebody in while the others are missing.
struct CallRejoin : RestartTest {
  std::string id;
  std::string bens_token;

  CallRejoin() {
    const Heard ringing = ring(before, old_ana, old_ben).first;
    id = ringing.at("/call");
    bens_token = accept(before, old_ben, id).at("/membership");
    rejoin(dialogue, ana, ringing.at("/membership"));
    invite(dialogue, ana, id, cleo.user);
  }
};

TEST_F(CallRejoin, WhoDeclinesDoesNotEndTheWaiting) {
  say_of_call(dialogue, cleo, "call.decline", id);
  dialogue.pass(seconds(30) - milliseconds(1));
  EXPECT_EQ(reason(ana), "");
  dialogue.pass(milliseconds(1));
  EXPECT_EQ(reason(ana), "lost");
}

TEST_F(CallRejoin, WhoRingsIsWaitedForBeyondIt) {
  dialogue.pass(seconds(40));
  EXPECT_EQ(reason(ana), "");
  dialogue.pass(seconds(5));
  EXPECT_EQ(reason(ana), "missed");
  EXPECT_EQ(dialogue.hub().gauges().calls, 0U);
}

TEST_F(CallRejoin, WhoAcceptsIsTheSecond) {
  say_of_call(dialogue, cleo, "call.accept", id);
  dialogue.pass(minutes(2));
  EXPECT_EQ(reason(ana), "");
}

TEST_F(CallRejoin, OpenedItIsARoomAndGoesOnAlone) {
  say_of_call(dialogue, cleo, "call.decline", id);
  say_of_room(dialogue, ana, "room.open", kRoom, R"(,"call":")" + id + "\"");
  dialogue.pass(minutes(2));
  EXPECT_EQ(reason(ana), "");
  EXPECT_EQ(rejoin(dialogue, ben, bens_token).at("/room"), kRoom);
}

// In the first life Ana and Ben talk, Ana makes a room of it where others must knock, and removes
// Ben, who keeps what he was given before.
struct RoomOfACall : RestartTest {
  std::string id = ring(before, old_ana, old_ben).first.at("/call");
  std::string bens_token = accept(before, old_ben, id).at("/membership");
  std::string anas_token;

  RoomOfACall() {
    before.forget(old_ana.connection);
    say_of_room(before, old_ana, "room.open", kRoom, R"(,"knock":true,"call":")" + id + "\"");
    anas_token = before.hear(old_ana.connection, "room.opened").at("/membership");
    before.forget(old_ana.connection);
    before.say(old_ana.connection, R"({"type":"room.remove","id":8,"call":")" + id +
                                       R"(","user":")" + old_ben.user + R"("})");
    const Heard rules = before.hear(old_ana.connection, "room.rules");
    if (!rules.at("/membership").empty()) anas_token = rules.at("/membership");
  }
};

TEST_F(RoomOfACall, WhoWasRemovedDoesNotComeBackWithAnEarlierMembership) {
  EXPECT_EQ(rejoin(dialogue, ana, anas_token).at("/room"), kRoom);
  EXPECT_EQ(rejoin(dialogue, ben, bens_token).at("/code"), "membership_invalid");
}

TEST_F(RoomOfACall, WhoComesBackBeforeTheRoomDoesGivesWayToIt) {
  EXPECT_EQ(rejoin(dialogue, ben, bens_token).type(), "call.rejoined");
  EXPECT_EQ(rejoin(dialogue, ana, anas_token).at("/room"), kRoom);
  EXPECT_EQ(hear(ben, "call.ended").at("/reason"), "room_rules");
  EXPECT_EQ(rejoin(dialogue, ben, bens_token).at("/code"), "membership_invalid");
}

}  // namespace
}  // namespace visavis::signaling
