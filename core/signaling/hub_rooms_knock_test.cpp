// Rooms where others must knock, as dialogues.
#include <gtest/gtest.h>

#include "core/signaling/hub_test_people.h"

namespace visavis::signaling {
namespace {

using testing::call;
using testing::Dialogue;
using testing::enter;
using testing::Guest;
using testing::Heard;
using testing::HubTest;
using testing::invite;
using testing::join;
using testing::join_again;
using testing::join_from;
using testing::resume;
using testing::say_of_call;
using testing::say_of_room;

constexpr const char* kRoom = "amber-otter";

Limits small() {
  Limits limits;
  limits.participants_max = 3;
  limits.knocks_per_room_max = 2;
  limits.room_admitted_max = 3;
  return limits;
}

// Ana has made a room where others must knock, and is inside.
struct Knocking : HubTest {
  Guest ana = join(dialogue, "Ana");
  Guest ben = join(dialogue, "Ben");
  Guest cleo = join(dialogue, "Cleo");
  Guest dan = join(dialogue, "Dan");
  std::string id = in(ana, R"(,"knock":true)").at("/call");

  Knocking() : HubTest(small()) {}
  Heard in(const Guest& guest, std::string_view more = "") {
    return enter(dialogue, guest, kRoom, more);
  }
  // Knocks, is seen by `inside`, and returns the knock.
  std::string knock(const Guest& guest, const Guest& inside) {
    EXPECT_EQ(in(guest).type(), "room.waiting");
    const Heard news = hear(inside, "room.knocks");
    EXPECT_EQ(news.at("/call"), id);
    EXPECT_EQ(news.at("/id"), "");
    std::string last;
    for (int i = 0; !news.at("/knocks/" + std::to_string(i)).empty(); ++i) {
      last = news.at("/knocks/" + std::to_string(i) + "/knock");
    }
    return last;
  }
  void admit(const Guest& inside, const std::string& knock, bool in = true) {
    dialogue.say(inside.connection, R"({"type":"room.admit","id":6,"call":")" + id +
                                        R"(","knock":")" + knock +
                                        (in ? R"(","admit":true})" : R"(","admit":false})"));
  }
  void leave(const Guest& guest) { say_of_call(dialogue, guest, "call.end", id); }
};

TEST_F(Knocking, WhoIsAdmittedEnters) {
  const Heard waiting = in(ben);
  EXPECT_EQ(waiting.type(), "room.waiting");
  EXPECT_EQ(waiting.at("/id"), "3");
  EXPECT_EQ(waiting.at("/room"), kRoom);
  const Heard news = hear(ana, "room.knocks");
  EXPECT_EQ(news.at("/knocks/0/user"), ben.user);
  EXPECT_EQ(news.at("/knocks/0/name"), "Ben");
  admit(ana, news.at("/knocks/0/knock"));
  const Heard answer = hear(ana, "room.knocks");
  EXPECT_EQ(answer.at("/id"), "6");
  EXPECT_EQ(answer.at("/knocks"), "[]");
  const Heard admitted = dialogue.hear(ben.connection);
  EXPECT_EQ(admitted.text(), R"({"type":"room.admitted","room":"amber-otter"})");
  const Heard inside = in(ben, R"(,"knock":false)");
  EXPECT_EQ(inside.at("/call"), id);
  EXPECT_EQ(inside.at("/knock"), "true");
  EXPECT_EQ(hear(ana, "call.accepted").at("/participants/1/name"), "Ben");
}

TEST_F(Knocking, WhoIsRefusedMayKnockAgain) {
  admit(ana, knock(ben, ana), false);
  const Heard refused = dialogue.hear(ben.connection);
  EXPECT_EQ(refused.type(), "room.refused");
  EXPECT_EQ(refused.at("/id"), "");
  EXPECT_EQ(refused.at("/reason"), "refused");
  EXPECT_EQ(hear(ana, "room.knocks").at("/knocks"), "[]");
  EXPECT_EQ(in(ben).type(), "room.waiting");
}

TEST_F(Knocking, EveryoneInsideSeesItAndAHostOpens) {
  admit(ana, knock(ben, ana));
  in(ben);
  const std::string cleos = knock(cleo, ben);
  EXPECT_EQ(hear(ana, "room.knocks").at("/knocks"), "[]");  // of Ben
  EXPECT_EQ(hear(ana, "room.knocks").at("/knocks/0/knock"), cleos);
  admit(ben, cleos);
  EXPECT_EQ(error(ben), "not_host");
  admit(ben, cleos, false);
  EXPECT_EQ(error(ben), "not_host");
  admit(ana, cleos);
  EXPECT_EQ(hear(ana, "room.knocks").at("/id"), "6");
  EXPECT_EQ(hear(ben, "room.knocks").at("/id"), "");
  admit(ana, cleos);
  EXPECT_EQ(error(ana), "unknown_knock");
}

TEST_F(Knocking, NobodyElseOpens) {
  const std::string bens = knock(ben, ana);
  admit(ben, bens);
  EXPECT_EQ(error(ben), "not_in_call");
  invite(dialogue, ana, id, cleo.user);
  admit(cleo, bens);
  EXPECT_EQ(error(cleo), "not_in_call");
  admit(ana, "AAAAAAAAAAAA");
  EXPECT_EQ(error(ana), "unknown_knock");
  admit(ana, "no-such");
  EXPECT_EQ(error(ana), "unknown_knock");
  call(dialogue, dan, ben);
  id = hear(dan, "call.ringing").at("/call");
  admit(dan, bens);
  EXPECT_EQ(error(dan), "unknown_knock");
}

TEST_F(Knocking, LeavingWithdraws) {
  knock(ben, ana);
  say_of_room(dialogue, ben, "room.leave", "other");
  EXPECT_EQ(error(ben), "unknown_knock");
  say_of_room(dialogue, ben, "room.leave", kRoom);
  const Heard refused = hear(ben, "room.refused");
  EXPECT_EQ(refused.at("/id"), "3");
  EXPECT_EQ(refused.at("/reason"), "withdrawn");
  EXPECT_EQ(hear(ana, "room.knocks").at("/knocks"), "[]");
  say_of_room(dialogue, ben, "room.leave", kRoom);
  EXPECT_EQ(error(ben), "unknown_knock");
}

TEST_F(Knocking, TwiceIsOnce) {
  knock(ben, ana);
  EXPECT_EQ(in(ben).type(), "room.waiting");
  EXPECT_EQ(hear(ana, "room.knocks").text(), "");
}

TEST_F(Knocking, APersonKnocksOnceAndTheirOtherDeviceTakesItOver) {
  const Guest bens_phone = join_again(dialogue, "Ben", ben);
  const std::string bens = knock(ben, ana);
  EXPECT_EQ(in(bens_phone).type(), "room.waiting");
  EXPECT_EQ(reason(ben, "room.refused"), "elsewhere");
  EXPECT_TRUE(dialogue.silent(ana.connection));
  admit(ana, bens);
  EXPECT_EQ(hear(ana, "room.knocks").at("/knocks"), "[]");
  EXPECT_EQ(hear(bens_phone, "room.admitted").at("/room"), kRoom);
  EXPECT_EQ(in(ben).type(), "call.accepted");
}

TEST_F(Knocking, APersonKnocksAtOneDoorAtATime) {
  enter(dialogue, dan, "other", R"(,"knock":true)");
  const Guest bens_phone = join_again(dialogue, "Ben", ben);
  knock(ben, ana);
  EXPECT_EQ(enter(dialogue, bens_phone, "other").type(), "room.waiting");
  EXPECT_EQ(reason(ben, "room.refused"), "elsewhere");
  EXPECT_EQ(hear(ana, "room.knocks").at("/knocks"), "[]");
}

TEST_F(Knocking, WhoeverIsRefusedAgainAndAgainWaitsBeforeTheNext) {
  const auto refuse = [&] {
    const std::string bens = knock(ben, ana);
    admit(ana, bens, false);
    dialogue.forget(ana.connection);
  };
  refuse();
  refuse();  // the first pause is none
  const auto wait = [&] { return in(ben).at("/retry_after_ms"); };
  EXPECT_EQ(in(ben).at("/code"), "rate_limited");
  EXPECT_EQ(wait(), "10000");
  dialogue.pass(milliseconds(9'999));
  EXPECT_EQ(wait(), "1");
  dialogue.pass(milliseconds(1));
  refuse();
  EXPECT_EQ(wait(), "30000");
  dialogue.pass(seconds(30));
  refuse();
  EXPECT_EQ(wait(), "120000");
  dialogue.pass(seconds(120));
  refuse();
  EXPECT_EQ(wait(), "120000");
  EXPECT_EQ(enter(dialogue, ben, "other", R"(,"knock":true)").type(), "call.accepted");
}

TEST_F(Knocking, AnotherPersonOfTheAddressWaitsHalfAsLong) {
  for (int i = 0; i < 2; ++i) {
    admit(ana, knock(ben, ana), false);
    dialogue.forget(ana.connection);
  }
  const Heard cleos = in(cleo);
  EXPECT_EQ(cleos.at("/code"), "rate_limited");
  EXPECT_EQ(cleos.at("/retry_after_ms"), "5000");
  EXPECT_EQ(cleos.at("/message"),
            "You, or others in your network, have knocked too often. Try again in 5 seconds.");
  dialogue.pass(seconds(5));
  EXPECT_EQ(in(cleo).type(), "room.waiting");
}

TEST_F(Knocking, RefusalsAreForgottenAfterTenMinutesOrOnceAdmitted) {
  const auto refuse = [&] {
    admit(ana, knock(ben, ana), false);
    dialogue.forget(ana.connection);
  };
  refuse();
  refuse();
  dialogue.pass(minutes(10));
  refuse();
  admit(ana, knock(ben, ana));
  in(ben);
  leave(ben);
  EXPECT_EQ(in(ben).type(), "call.accepted");
}

TEST_F(Knocking, KnockingAndLeavingIsNotFree) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(in(ben).type(), "room.waiting") << i;
    say_of_room(dialogue, ben, "room.leave", kRoom);
  }
  EXPECT_EQ(in(ben).at("/code"), "rate_limited");
  dialogue.pass(seconds(6));
  EXPECT_EQ(in(ben).type(), "room.waiting");
}

TEST_F(Knocking, AnAddressThatFillsTheDoorMakesPlaceForOthers) {
  knock(ben, ana);
  knock(cleo, ana);
  const ConnectionId far = dialogue.connect("198.51.100.9");
  dialogue.say(far, R"({"type":"hello","name":"Eve"})");
  const Guest eve{far, dialogue.hear(far, "welcome").at("/user"), "", ""};
  EXPECT_EQ(in(eve).type(), "room.waiting");
  EXPECT_EQ(reason(cleo, "room.refused"), "crowded");
  const Heard knocks = hear(ana, "room.knocks");
  EXPECT_EQ(knocks.at("/knocks/0/name"), "Ben");
  EXPECT_EQ(knocks.at("/knocks/1/name"), "Eve");
  EXPECT_EQ(in(dan).at("/code"), "rate_limited");  // it would have most again
}

TEST_F(Knocking, GuestsInviteNobodyPastTheDoor) {
  admit(ana, knock(ben, ana));
  in(ben);
  invite(dialogue, ben, id, cleo.user);
  EXPECT_EQ(error(ben), "not_host");
  EXPECT_TRUE(dialogue.silent(cleo.connection));
  EXPECT_EQ(in(cleo).type(), "room.waiting");
}

TEST_F(Knocking, ASessionKnocksAtOneDoor) {
  enter(dialogue, dan, "other", R"(,"knock":true)");
  knock(ben, ana);
  say_of_room(dialogue, ben, "room.join", "other");
  EXPECT_EQ(hear(ben, "room.refused").at("/room"), kRoom);
  EXPECT_EQ(hear(ben, "room.waiting").at("/room"), "other");
  EXPECT_EQ(hear(ana, "room.knocks").at("/knocks"), "[]");
}

TEST_F(Knocking, WhoKnocksCanBeCalledAndStopsByAccepting) {
  knock(ben, ana);
  call(dialogue, dan, ben);
  const std::string other = hear(ben, "call.incoming").at("/call");
  EXPECT_TRUE(dialogue.silent(ana.connection));
  say_of_call(dialogue, ben, "call.accept", other);
  EXPECT_EQ(hear(ana, "room.knocks").at("/knocks"), "[]");
}

TEST_F(Knocking, WhoIsLostKnocksUntilTheSessionIsOver) {
  knock(ben, ana);
  dialogue.lose(ben.connection);
  dialogue.pass(milliseconds(29'999));
  EXPECT_EQ(hear(ana, "room.knocks").text(), "");
  dialogue.pass(milliseconds(1));
  EXPECT_EQ(hear(ana, "room.knocks").at("/knocks"), "[]");
}

TEST_F(Knocking, AResumedSessionHearsThatItWasAdmitted) {
  const std::string bens = knock(ben, ana);
  dialogue.lose(ben.connection);
  admit(ana, bens);
  const ConnectionId again = resume(dialogue, "Ben", ben, 1);
  EXPECT_EQ(dialogue.hear(again, "room.admitted").at("/room"), kRoom);
}

TEST_F(Knocking, AReloadedPageKnocksNoMore) {
  knock(ben, ana);
  dialogue.lose(ben.connection, CloseCause::kGoingAway);
  resume(dialogue, "Ben", ben);
  EXPECT_EQ(hear(ana, "room.knocks").at("/knocks"), "[]");
}

TEST_F(Knocking, OnlySoManyKnock) {
  knock(ben, ana);
  knock(cleo, ana);
  EXPECT_EQ(in(dan).at("/code"), "rate_limited");
}

TEST_F(Knocking, AFullRoomLetsNobodyKnockOrIn) {
  const std::string bens = knock(ben, ana);
  invite(dialogue, ana, id, cleo.user + "\",\"" + dan.user);
  const Guest eve = join(dialogue, "Eve");
  EXPECT_EQ(in(eve).at("/code"), "call_full");
  admit(ana, bens);
  EXPECT_EQ(error(ana), "call_full");
  admit(ana, bens, false);
  EXPECT_EQ(reason(ben, "room.refused"), "refused");
}

TEST_F(Knocking, BeingAdmittedKeepsNoSeat) {
  admit(ana, knock(ben, ana));
  invite(dialogue, ana, id, cleo.user + "\",\"" + dan.user);
  EXPECT_EQ(in(ben).at("/code"), "call_full");
  say_of_call(dialogue, cleo, "call.decline", id);
  EXPECT_EQ(in(ben).at("/call"), id);
}

TEST_F(Knocking, WhoWasInsideComesBackOnAnyDevice) {
  admit(ana, knock(ben, ana));
  in(ben);
  leave(ben);
  EXPECT_EQ(in(join_again(dialogue, "Ben", ben)).type(), "call.accepted");
}

TEST_F(Knocking, WhoWasInvitedNeedsNotKnock) {
  invite(dialogue, ana, id, ben.user);
  dialogue.pass(seconds(45));
  EXPECT_EQ(in(ben).type(), "call.accepted");
}

TEST_F(Knocking, OnlySoManyAreRememberedAndTheCreatorAlways) {
  const Guest eve = join(dialogue, "Eve");
  for (const Guest& guest : {ben, cleo, dan, eve}) {
    admit(ana, knock(guest, ana));
    dialogue.forget(ana.connection);
  }
  leave(ana);
  EXPECT_EQ(in(ben).type(), "room.waiting");
  EXPECT_EQ(in(cleo).type(), "call.accepted");
  EXPECT_EQ(in(dan).type(), "call.accepted");
  EXPECT_EQ(in(ana).type(), "call.accepted");
}

TEST_F(Knocking, LooksTellHowManyButNotWho) {
  const auto look = [&](const Guest& guest) {
    dialogue.forget(guest.connection);
    say_of_room(dialogue, guest, "room.look", kRoom);
    return dialogue.hear(guest.connection);
  };
  const Heard outside = look(ben);
  EXPECT_EQ(outside.at("/knock"), "true");
  EXPECT_EQ(outside.at("/count"), "1");
  EXPECT_EQ(outside.at("/participants"), "[]");
  EXPECT_EQ(look(join_again(dialogue, "Ana", ana)).at("/participants/0/name"), "Ana");
  admit(ana, knock(ben, ana));
  EXPECT_EQ(look(ben).at("/participants/0/name"), "Ana");
  const ConnectionId stranger = dialogue.connect();
  dialogue.say(stranger, R"({"type":"room.look","room":"amber-otter"})");
  EXPECT_EQ(dialogue.hear(stranger).at("/participants"), "[]");
}

TEST_F(Knocking, PeopleWaitWhileNobodyIsInside) {
  leave(ana);
  EXPECT_EQ(in(ben, R"(,"knock":false)").type(), "room.waiting");
  dialogue.pass(minutes(90));  // longer than an empty room is remembered
  const Heard back = in(ana);
  EXPECT_EQ(back.type(), "call.accepted");
  EXPECT_EQ(back.at("/knock"), "true");
  EXPECT_EQ(back.at("/knocks/0/user"), ben.user);
  id = back.at("/call");
  admit(ana, back.at("/knocks/0/knock"));
  EXPECT_EQ(hear(ben, "room.admitted").at("/room"), kRoom);
}

TEST_F(Knocking, WhenTheLastWhoKnocksHasGoneTheRoomIsForgotten) {
  leave(ana);
  in(ben);
  dialogue.pass(minutes(90));
  say_of_room(dialogue, ben, "room.leave", kRoom);
  dialogue.pass(minutes(60) - milliseconds(1));
  EXPECT_EQ(dialogue.hub().gauges().rooms, 1U);
  dialogue.pass(milliseconds(1));
  EXPECT_EQ(dialogue.hub().gauges().rooms, 0U);
  EXPECT_EQ(in(ben).type(), "call.accepted");
}

TEST_F(Knocking, WelcomeTellsWhoKnocks) {
  knock(ben, ana);
  dialogue.lose(ana.connection);
  const Heard welcome = dialogue.hear(resume(dialogue, "Ana", ana));
  EXPECT_EQ(welcome.at("/calls/0/knocks/0/name"), "Ben");
}

TEST_F(Knocking, OpeningAdmitsThoseWhoAreThere) {
  call(dialogue, ben, cleo);
  const std::string other = hear(ben, "call.ringing").at("/call");
  say_of_room(dialogue, ben, "room.open", "other", R"(,"knock":true,"call":")" + other + "\"");
  EXPECT_EQ(hear(ben, "room.opened").at("/knock"), "true");
  say_of_call(dialogue, cleo, "call.decline", other);
  EXPECT_EQ(reason(ben, "call.left"), "declined");
  EXPECT_EQ(enter(dialogue, cleo, "other").type(), "call.accepted");
  EXPECT_EQ(enter(dialogue, dan, "other").type(), "room.waiting");
}

TEST(AtADoor, NetworksOfOneSiteDoNotFillIt) {
  Dialogue dialogue;
  const Guest ana = join_from(dialogue, "203.0.113.9", "Ana");
  EXPECT_EQ(enter(dialogue, ana, kRoom, R"(,"knock":true)").type(), "call.accepted");
  for (int network = 0; network < 16; ++network) {
    const std::string address = "2001:db8:9:" + std::to_string(network) + "::1";
    enter(dialogue, join_from(dialogue, address, "Mallory"), kRoom);
  }
  EXPECT_EQ(enter(dialogue, join(dialogue, "Ida"), kRoom).type(), "room.waiting");
}

TEST(AtADoor, StrangersTakeNothingFromThoseWhoAreKnownAtTheirAddress) {
  Limits limits;
  limits.address_knocks_per_minute = 2;
  Dialogue dialogue(limits);
  const Guest ana = join_from(dialogue, "203.0.113.9", "Ana");
  const Guest known = join_again(dialogue, "Ida", join(dialogue, "Ida"));
  EXPECT_EQ(enter(dialogue, ana, kRoom, R"(,"knock":true)").type(), "call.accepted");
  for (const char* answer : {"room.waiting", "room.waiting", "error"}) {
    EXPECT_EQ(enter(dialogue, join(dialogue, "Mallory"), kRoom).type(), answer);
  }
  EXPECT_EQ(enter(dialogue, known, kRoom).type(), "room.waiting");
}

}  // namespace
}  // namespace visavis::signaling
