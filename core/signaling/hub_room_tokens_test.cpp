// Room tokens, as dialogues with two lives of a server: what they bring back, and what they cannot
// do.
#include <gtest/gtest.h>

#include "core/signaling/hub_test_people.h"

namespace visavis::signaling {
namespace {

using testing::accept;
using testing::Dialogue;
using testing::enter;
using testing::enter_with;
using testing::Guest;
using testing::Heard;
using testing::HubTest;
using testing::invite;
using testing::join;
using testing::join_again;
using testing::rejoin;
using testing::say_of_call;
using testing::say_of_room;

constexpr const char* kRoom = "amber-otter";

// In the first life Ana made a room where others must knock, and let Ben and Mallory in. `dialogue`
// is the second life, which knows nothing of it; everybody is online again, and so is Eve.
struct Tokens : HubTest {
  Dialogue before;
  Guest old_ana = join(before, "Ana");
  Guest old_ben = join(before, "Ben");
  Guest old_mallory = join(before, "Mallory");
  Heard anas = enter(before, old_ana, kRoom, R"(,"knock":true)");
  std::string id = anas.at("/call");
  Heard bens = let_in(old_ben);
  Heard mallorys = let_in(old_mallory);
  Guest ana = join_again(dialogue, "Ana", old_ana);
  Guest ben = join_again(dialogue, "Ben", old_ben);
  Guest mallory = join_again(dialogue, "Mallory", old_mallory);
  Guest eve = join(dialogue, "Eve");

  Tokens() : HubTest({}, 2) {}
  Heard let_in(const Guest& guest) {
    enter(before, guest, kRoom);
    const std::string knock = before.hear(old_ana.connection, "room.knocks").at("/knocks/0/knock");
    tell(old_ana, "admit", R"("knock":")" + knock + R"(","admit":true)");
    before.forget(old_ana.connection);
    return enter(before, guest, kRoom);
  }
  // In the first life.
  void tell(const Guest& guest, const std::string& type, const std::string& more) {
    before.say(guest.connection,
               R"({"type":"room.)" + type + R"(","id":8,"call":")" + id + "\"," + more + "}");
  }
  std::string token_after(const Guest& guest) {
    Heard last;
    while (true) {
      const Heard rules = before.hear(guest.connection, "room.rules");
      if (rules.text().empty()) return last.at("/room_token");
      last = rules;
    }
  }
  Heard in(const Guest& guest, const std::string& token) {
    return enter_with(dialogue, guest, kRoom, token);
  }
  Heard in(const Guest& guest) { return enter(dialogue, guest, kRoom); }
  std::string code(const Heard& answer) { return answer.at("/code"); }
};

TEST_F(Tokens, EverybodyInsideHasOneOfTheirOwn) {
  EXPECT_NE(anas.at("/room_token"), "");
  EXPECT_NE(bens.at("/room_token"), "");
  EXPECT_NE(anas.at("/room_token"), bens.at("/room_token"));
  EXPECT_LT(anas.at("/room_token").size(), 2'048U);
}

TEST_F(Tokens, TheCreatorBringsTheRoomBack) {
  const Heard back = in(ana, anas.at("/room_token"));
  EXPECT_EQ(back.type(), "call.accepted");
  EXPECT_EQ(back.at("/knock"), "true");
  EXPECT_EQ(back.at("/hosts"), "[\"" + ana.user + "\"]");
  EXPECT_EQ(in(eve).type(), "room.waiting");
  EXPECT_EQ(dialogue.hub().counters().rooms_restored, 1U);
}

TEST_F(Tokens, WhoWasAdmittedBringsItBackAndIsNoHost) {
  EXPECT_EQ(in(ben, bens.at("/room_token")).at("/knock"), "true");
  EXPECT_EQ(in(mallory, mallorys.at("/room_token")).type(), "call.accepted");
  EXPECT_EQ(in(eve).type(), "room.waiting");
  dialogue.forget(ben.connection);
  const Heard back = in(ana, anas.at("/room_token"));
  EXPECT_EQ(back.type(), "call.accepted");
  EXPECT_EQ(hear(ben, "room.rules").at("/hosts"), "[\"" + ana.user + "\"]");
}

TEST_F(Tokens, AStrangersRoomOfTheNameGoesByTheTokensRulesAndThoseInsideGo) {
  in(eve);
  const Guest fay = join(dialogue, "Fay");
  in(fay);
  dialogue.forget(eve.connection);
  const Heard back = in(ana, anas.at("/room_token"));
  EXPECT_EQ(reason(eve), "room_rules");
  EXPECT_EQ(reason(fay), "room_rules");
  EXPECT_EQ(back.type(), "call.accepted");
  EXPECT_EQ(back.at("/participants/0/name"), "Ana");
  EXPECT_EQ(back.at("/participants/1"), "");
  EXPECT_EQ(in(eve).type(), "room.waiting");
  EXPECT_EQ(hear(ana, "room.knocks").at("/knocks/0/name"), "Eve");
}

// What the holder's browser links to is in its call.accepted; nobody is who went before.
TEST_F(Tokens, StrangersGoBeforeTheHolderComes) {
  in(eve);
  dialogue.forget(eve.connection);
  in(ana, anas.at("/room_token"));
  EXPECT_EQ(dialogue.hear(eve.connection).type(), "call.ended");
  EXPECT_TRUE(dialogue.silent(eve.connection));
}

// One of those inside is removed by the rules, and another does not stay either.
TEST_F(Tokens, NobodyIsGivenATokenOnTheWayOut) {
  tell(old_ana, "remove", R"("participant":")" + mallorys.at("/participant") + "\"");
  const std::string anas_later = token_after(old_ana);
  in(mallory);
  in(eve);
  const Guest fay = join(dialogue, "Fay");
  in(fay);
  for (const Guest& guest : {mallory, eve, fay}) dialogue.forget(guest.connection);
  in(ana, anas_later);
  EXPECT_EQ(reason(mallory), "removed");
  for (const Guest& guest : {eve, fay}) {
    while (true) {
      const Heard heard = dialogue.hear(guest.connection);
      if (heard.type() != "call.left") {
        EXPECT_EQ(heard.at("/reason"), "room_rules");
        break;
      }
    }
    EXPECT_TRUE(dialogue.silent(guest.connection));
    EXPECT_EQ(in(guest).type(), "room.waiting");
  }
}

TEST_F(Tokens, AStrangerIsNotTheCreatorAfterwards) {
  const std::string call = in(eve).at("/call");
  in(ana, anas.at("/room_token"));
  in(eve);
  dialogue.say(eve.connection,
               R"({"type":"room.set","id":2,"call":")" + call + R"(","knock":false})");
  EXPECT_EQ(error(eve), "unknown_call");
}

TEST_F(Tokens, WhereNobodyMustKnockStrangersMayStay) {
  Dialogue other_life({}, 5);
  const Guest old = join_again(other_life, "Ana", old_ana);
  const std::string token = enter(other_life, old, "open-house").at("/room_token");
  dialogue.pass(seconds(10));
  enter(dialogue, eve, "open-house");
  const Heard back = enter_with(dialogue, ana, "open-house", token);
  EXPECT_EQ(back.at("/participants/0/name"), "Eve");
  EXPECT_EQ(back.at("/hosts"), "[\"" + ana.user + "\"]");
}

TEST_F(Tokens, OfTwoRoomsTheEarlierOneWins) {
  before.pass(seconds(1));
  Dialogue third({}, 3);
  third.pass(seconds(60));
  const Guest late_eve = join_again(third, "Eve", eve);
  const std::string eves = enter(third, late_eve, kRoom, R"(,"knock":true)").at("/room_token");
  dialogue.pass(seconds(120));
  EXPECT_EQ(in(ana, anas.at("/room_token")).type(), "call.accepted");
  EXPECT_EQ(in(eve, eves).type(), "room.waiting");
  say_of_room(dialogue, eve, "room.leave", kRoom);
  say_of_call(dialogue, ana, "call.end", hear(ana, "room.knocks").at("/call"));
  EXPECT_EQ(in(eve, eves).type(), "room.waiting");  // it is remembered as Ana's
}

TEST_F(Tokens, OfOneRoomTheLatestRulesWin) {
  before.forget(old_ben.connection);
  tell(old_ana, "remove", R"("participant":")" + mallorys.at("/participant") + "\"");
  const std::string bens_later = token_after(old_ben);
  // Mallory is first, with rules from before her removal, and lets Eve in.
  EXPECT_EQ(in(mallory, mallorys.at("/room_token")).type(), "call.accepted");
  dialogue.forget(mallory.connection);
  EXPECT_EQ(in(eve).type(), "room.waiting");
  const Heard knocks = hear(mallory, "room.knocks");
  dialogue.say(mallory.connection, R"({"type":"room.admit","call":")" + knocks.at("/call") +
                                       R"(","knock":")" + knocks.at("/knocks/0/knock") +
                                       R"(","admit":true})");
  const std::string eves = in(eve).at("/room_token");
  EXPECT_NE(eves, "");
  dialogue.forget(mallory.connection);

  const Heard back = in(ben, bens_later);
  EXPECT_EQ(reason(mallory), "removed");
  EXPECT_EQ(reason(eve), "room_rules");
  EXPECT_EQ(back.at("/participants/1"), "");
  EXPECT_EQ(in(mallory, mallorys.at("/room_token")).at("/reason"), "removed");
  EXPECT_EQ(in(eve, eves).type(), "room.waiting");
}

// A host who was demoted takes the room up as it was before, and counts past its newest revision.
TEST_F(Tokens, NobodyCountsPastTheNewestRules) {
  tell(old_ana, "host", R"("user":")" + old_mallory.user + R"(","host":true)");
  const std::string as_host = token_after(old_mallory);
  tell(old_ana, "host", R"("user":")" + old_mallory.user + R"(","host":false)");
  const std::string anas_later = token_after(old_ana);
  const std::string call = in(mallory, as_host).at("/call");
  for (int i = 0; i < 10; ++i) {
    dialogue.say(mallory.connection, R"({"type":"room.set","call":")" + call + R"(","locked":)" +
                                         (i % 2 == 0 ? "true" : "false") + "}");
  }
  std::string bumped;
  while (true) {
    const Heard rules = hear(mallory, "room.rules");
    if (rules.text().empty()) break;
    bumped = rules.at("/room_token");
  }
  const Heard back = in(ana, anas_later);
  EXPECT_EQ(back.type(), "call.accepted");
  EXPECT_EQ(back.at("/hosts"), "[\"" + ana.user + "\"]");
  dialogue.say(mallory.connection,
               R"({"type":"room.set","id":2,"call":")" + call + R"(","knock":false})");
  EXPECT_EQ(error(mallory), "not_host");
  Dialogue third({}, 3);
  enter_with(third, join_again(third, "Mallory", old_mallory), kRoom, bumped);
  const Heard again = enter_with(third, join_again(third, "Ana", old_ana), kRoom, anas_later);
  EXPECT_EQ(again.at("/hosts"), "[\"" + ana.user + "\"]");
}

TEST_F(Tokens, AnOldTokenChangesNothingInALiveRoom) {
  tell(old_ana, "host", R"("user":")" + old_mallory.user + R"(","host":true)");
  const std::string as_host = token_after(old_mallory);
  tell(old_ana, "host", R"("user":")" + old_mallory.user + R"(","host":false)");
  before.forget(old_mallory.connection);
  say_of_call(before, old_mallory, "call.end", id);
  const Heard back = enter_with(before, old_mallory, kRoom, as_host);
  EXPECT_EQ(back.type(), "call.accepted");
  EXPECT_EQ(back.at("/hosts"), "[\"" + ana.user + "\"]");
}

TEST_F(Tokens, WhoWasRemovedHasNoUseForTheirToken) {
  tell(old_ana, "remove", R"("participant":")" + mallorys.at("/participant") + "\"");
  EXPECT_EQ(enter_with(before, old_mallory, kRoom, mallorys.at("/room_token")).at("/reason"),
            "removed");
  const std::string anas_later = token_after(old_ana);
  in(ana, anas_later);
  EXPECT_EQ(in(mallory, mallorys.at("/room_token")).at("/reason"), "removed");
  EXPECT_EQ(in(ben, bens.at("/room_token")).type(), "call.accepted");  // who was not
}

// Being inside while nobody had to knock says nothing about who may come in.
TEST_F(Tokens, ATokenOfAnOpenRoomDoesNotPassADoor) {
  tell(old_ana, "set", R"("knock":false)");
  const std::string mallorys_open = token_after(old_mallory);
  say_of_call(before, old_mallory, "call.end", id);
  tell(old_ana, "set", R"("knock":true)");
  const std::string anas_later = token_after(old_ana);
  in(ana, anas_later);
  EXPECT_EQ(in(mallory, mallorys_open).type(), "room.waiting");
}

TEST_F(Tokens, ALockedRoomStaysLocked) {
  tell(old_ana, "set", R"("locked":true)");
  const std::string bens_later = token_after(old_ben);
  const std::string anas_later = token_after(old_ana);
  in(eve);
  const Heard refused = in(ben, bens_later);
  EXPECT_EQ(reason(eve), "room_rules");
  EXPECT_EQ(refused.at("/reason"), "locked");
  EXPECT_EQ(in(ana, anas_later).at("/locked"), "true");
}

TEST_F(Tokens, TheHoldersAlone) {
  const Heard refused = in(eve, anas.at("/room_token"));
  EXPECT_EQ(code(refused), "room_token_invalid");
  EXPECT_EQ(refused.at("/message"), "This room token is somebody else's.");
  EXPECT_EQ(refused.at("/id"), "3");
  EXPECT_EQ(dialogue.hub().gauges().rooms, 0U);
}

TEST_F(Tokens, OfThisRoomAlone) {
  EXPECT_EQ(code(enter_with(dialogue, ana, "other", anas.at("/room_token"))), "room_token_invalid");
  EXPECT_EQ(dialogue.hub().gauges().rooms, 0U);
}

TEST_F(Tokens, NothingElseIsARoomToken) {
  EXPECT_EQ(code(in(ana, anas.at("/membership"))), "room_token_invalid");
  EXPECT_EQ(code(in(ana, ana.identity)), "room_token_invalid");
  EXPECT_EQ(code(in(ana, ana.resume)), "room_token_invalid");
  EXPECT_EQ(code(in(ana, "x")), "room_token_invalid");
  EXPECT_EQ(code(in(ana, std::string(2'048, 'x'))), "room_token_invalid");
  EXPECT_EQ(code(in(ana, std::string(2'049, 'x'))), "invalid_field");
  EXPECT_EQ(code(rejoin(dialogue, ana, anas.at("/room_token").substr(0, 512))),
            "membership_invalid");
  const ConnectionId other = dialogue.connect();
  dialogue.say(other, R"({"type":"hello","name":"Ana","identity":")" +
                          anas.at("/room_token").substr(0, 512) + "\"}");
  EXPECT_EQ(dialogue.hear(other).at("/code"), "identity_invalid");
}

TEST_F(Tokens, GoodForAnHourAfterTheHolderWasInside) {
  dialogue.pass_on_wall(minutes(60) - milliseconds(1));
  EXPECT_EQ(in(ben, bens.at("/room_token")).type(), "call.accepted");
  dialogue.pass_on_wall(milliseconds(1));
  EXPECT_EQ(in(mallory, mallorys.at("/room_token")).at("/message"),
            "This room token has expired. Forget it and try again without it.");
}

TEST_F(Tokens, TheHeartbeatRenewsThem) {
  const auto ping = [&](const Guest& guest) {
    before.forget(guest.connection);
    before.say(guest.connection, R"({"type":"ping","received":0})");
    return before.hear(guest.connection, "pong");
  };
  before.pass(milliseconds(59'999));
  EXPECT_EQ(ping(old_ben).at("/calls"), "");
  before.pass(milliseconds(1));
  const Heard pong = ping(old_ben);
  EXPECT_EQ(pong.at("/calls/0/call"), id);
  EXPECT_NE(pong.at("/calls/0/membership"), "");
  EXPECT_EQ(ping(old_ben).at("/calls"), "");
  dialogue.pass_on_wall(minutes(60));
  EXPECT_EQ(code(in(ben, bens.at("/room_token"))), "room_token_invalid");
  EXPECT_EQ(in(ben, pong.at("/calls/0/room_token")).type(), "call.accepted");
  say_of_call(before, old_ben, "call.end", id);
  before.pass(minutes(5));
  EXPECT_EQ(ping(old_ben).at("/calls"), "");
}

TEST_F(Tokens, ALookShowsTheRoomAsTheTokenHasIt) {
  in(eve);
  dialogue.forget(eve.connection);
  dialogue.forget(ana.connection);
  say_of_room(dialogue, ana, "room.look", kRoom,
              R"(,"room_token":")" + anas.at("/room_token") + "\"");
  const Heard state = dialogue.hear(ana.connection);
  EXPECT_EQ(state.at("/knock"), "true");
  EXPECT_EQ(state.at("/count"), "0");
  EXPECT_EQ(reason(eve), "room_rules");
}

TEST_F(Tokens, ALookMakesNoRoom) {
  say_of_room(dialogue, ana, "room.look", kRoom,
              R"(,"room_token":")" + anas.at("/room_token") + "\"");
  EXPECT_EQ(hear(ana, "room.state").at("/count"), "0");
  EXPECT_EQ(dialogue.hub().gauges().rooms, 0U);
}

TEST_F(Tokens, BringingBackCountsOnTheAccountOfWhoDoes) {
  Limits limits;
  limits.rooms_per_person_max = 1;
  Dialogue third(limits, 3);
  const Guest guest = join_again(third, "Ben", old_ben);
  say_of_call(third, guest, "call.end", enter(third, guest, "bens-own").at("/call"));
  EXPECT_EQ(enter_with(third, guest, kRoom, bens.at("/room_token")).type(), "call.accepted");
  Dialogue fourth(limits, 4);
  const Guest busy = join_again(fourth, "Ben", old_ben);
  const Guest phone = join_again(fourth, "Ben", old_ben);
  enter(fourth, phone, "bens-own");
  EXPECT_EQ(code(enter_with(fourth, busy, kRoom, bens.at("/room_token"))), "room_limit");
}

// --- With a membership, over call.rejoin

TEST_F(Tokens, TheCallComesBackWithTheRoomsRules) {
  const Heard back = rejoin(dialogue, ben, bens.at("/membership"), bens.at("/room_token"));
  EXPECT_EQ(back.type(), "call.rejoined");
  EXPECT_EQ(back.at("/call"), id);
  EXPECT_EQ(back.at("/room"), kRoom);
  EXPECT_EQ(back.at("/hosts"), "[\"" + ana.user + "\",\"" + ben.user + "\"]");
  EXPECT_NE(back.at("/room_token"), "");
  dialogue.forget(ben.connection);
  EXPECT_EQ(rejoin(dialogue, ana, anas.at("/membership"), anas.at("/room_token")).at("/hosts"),
            "[\"" + ana.user + "\"]");
  EXPECT_EQ(hear(ben, "room.rules").at("/hosts"), "[\"" + ana.user + "\"]");
}

TEST_F(Tokens, ABadRoomTokenIsToldSoThatTheMembershipCanBeShownAlone) {
  EXPECT_EQ(code(rejoin(dialogue, ben, bens.at("/membership"), anas.at("/room_token"))),
            "room_token_invalid");
  EXPECT_EQ(rejoin(dialogue, ben, bens.at("/membership")).at("/room"), kRoom);
}

TEST_F(Tokens, AStrangersRoomIsPutAsideByWhoComesBack) {
  in(eve);
  dialogue.forget(eve.connection);
  const Heard back = rejoin(dialogue, ben, bens.at("/membership"), bens.at("/room_token"));
  EXPECT_EQ(reason(eve), "room_rules");
  EXPECT_EQ(back.at("/call"), id);
  EXPECT_EQ(back.at("/room"), kRoom);
  EXPECT_EQ(in(eve).type(), "room.waiting");
}

TEST_F(Tokens, WhoWasRemovedDoesNotComeBackByTheirMembership) {
  tell(old_ana, "remove", R"("participant":")" + mallorys.at("/participant") + "\"");
  before.forget(old_ben.connection);
  tell(old_ana, "set", R"("locked":false)");
  const std::string anas_later = token_after(old_ana);
  rejoin(dialogue, ana, anas.at("/membership"), anas_later);
  const Heard refused =
      rejoin(dialogue, mallory, mallorys.at("/membership"), mallorys.at("/room_token"));
  EXPECT_EQ(code(refused), "membership_invalid");
  EXPECT_EQ(refused.at("/message"), "You were removed from this room.");
}

TEST_F(Tokens, AnOlderMembershipDoesNotPassTheDoor) {
  tell(old_ana, "set", R"("locked":true)");
  tell(old_ana, "set", R"("locked":false)");
  const std::string anas_later = token_after(old_ana);
  rejoin(dialogue, ana, anas.at("/membership"), anas_later);
  EXPECT_EQ(rejoin(dialogue, ben, bens.at("/membership")).at("/message"),
            "The room's rules have changed since: come to its door.");
  EXPECT_EQ(rejoin(dialogue, ben, bens.at("/membership"), bens.at("/room_token")).type(),
            "call.rejoined");
}

TEST_F(Tokens, MembershipsAreGoodForTenMinutes) {
  dialogue.pass_on_wall(minutes(10) - milliseconds(1));
  EXPECT_EQ(rejoin(dialogue, ben, bens.at("/membership"), bens.at("/room_token")).type(),
            "call.rejoined");
  dialogue.pass_on_wall(milliseconds(1));
  EXPECT_EQ(rejoin(dialogue, ana, anas.at("/membership"), anas.at("/room_token")).at("/message"),
            "This membership has expired: the call is over.");
}

// A person has two seats, and has been inside more often than that.
TEST_F(Tokens, MembershipsDoNotTakeMoreSeatsThanAPersonHas) {
  std::vector<std::string> memberships = {mallorys.at("/membership")};
  for (int i = 0; i < 2; ++i) {
    const Guest device = join_again(before, "Mallory", old_mallory);
    const Heard inside = enter(before, device, kRoom);
    memberships.push_back(inside.at("/membership"));
    say_of_call(before, device, "call.end", id);
  }
  std::vector<std::string> answers;
  for (const std::string& membership : memberships) {
    const Guest device = join_again(dialogue, "Mallory", old_mallory);
    answers.push_back(rejoin(dialogue, device, membership).type());
  }
  EXPECT_EQ(answers, (std::vector<std::string>{"call.rejoined", "call.rejoined", "error"}));
}

}  // namespace
}  // namespace visavis::signaling
