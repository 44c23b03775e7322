// The first moments after a restart, when rooms are opened only by those who had them before; and
// what a life tells the next one. As dialogues.
#include <gtest/gtest.h>

#include "core/signaling/hub_test_people.h"

namespace visavis::signaling {
namespace {

using testing::Dialogue;
using testing::enter;
using testing::enter_with;
using testing::Guest;
using testing::Heard;
using testing::join;
using testing::join_again;
using testing::rejoin;
using testing::say_of_call;
using testing::say_of_room;

constexpr const char* kRoom = "amber-otter";
using Told = std::vector<bool>;

// In the first life Ana has a room where others must knock. The second has just begun.
struct Opening : ::testing::Test {
  Dialogue before{{}, 1};
  Dialogue dialogue{{}, 2, {}, true};
  Guest old_ana = join(before, "Ana");
  Heard anas = enter(before, old_ana, kRoom, R"(,"knock":true)");
  Guest ana = join_again(dialogue, "Ana", old_ana);
  Guest ben = join(dialogue, "Ben");
  Guest cleo = join(dialogue, "Cleo");

  Heard in(const Guest& guest, std::string_view more = "") {
    return enter(dialogue, guest, kRoom, more);
  }
};

TEST_F(Opening, StrangersWaitUntilTheWindowIsOver) {
  EXPECT_EQ(in(ben).type(), "room.waiting");
  EXPECT_EQ(in(cleo, R"(,"knock":true)").type(), "room.waiting");
  dialogue.pass(milliseconds(29'999));
  EXPECT_EQ(dialogue.hear(ben.connection, "room.admitted").text(), "");
  dialogue.pass(milliseconds(1));
  EXPECT_EQ(dialogue.hear(ben.connection, "room.admitted").at("/room"), kRoom);
  EXPECT_EQ(dialogue.hear(cleo.connection, "room.admitted").at("/room"), kRoom);
  EXPECT_EQ(in(cleo).type(), "call.accepted");
  EXPECT_EQ(in(ben).at("/hosts"), "[\"" + ben.user + "\"]");  // was there first
}

TEST_F(Opening, TheFirstSaysWhetherOthersMustKnock) {
  in(ben, R"(,"knock":true)");
  in(cleo);
  dialogue.pass(seconds(30));
  EXPECT_EQ(dialogue.hear(ben.connection, "room.admitted").at("/room"), kRoom);
  EXPECT_EQ(dialogue.hear(cleo.connection, "room.admitted").text(), "");
  EXPECT_EQ(in(ben).at("/knocks/0/name"), "Cleo");
}

TEST_F(Opening, WhoHasATokenComesInAndTheOthersKnockThere) {
  in(ben);
  const Heard back = enter_with(dialogue, ana, kRoom, anas.at("/room_token"));
  EXPECT_EQ(back.type(), "call.accepted");
  EXPECT_EQ(back.at("/knocks/0/name"), "Ben");
  dialogue.pass(minutes(1));
  EXPECT_EQ(dialogue.hear(ben.connection, "room.admitted").text(), "");
}

TEST_F(Opening, WhoHasAMembershipComesIn) {
  in(ben);
  const Heard back = rejoin(dialogue, ana, anas.at("/membership"));
  EXPECT_EQ(back.at("/room"), kRoom);
  EXPECT_EQ(back.at("/knocks/0/name"), "Ben");
}

TEST_F(Opening, WhoEverWaitsWhereNobodyMustKnockIsLetInByTheOwner) {
  Dialogue other_life({}, 5);
  const Guest old = join_again(other_life, "Ana", old_ana);
  const std::string token = enter(other_life, old, "open-house").at("/room_token");
  EXPECT_EQ(enter(dialogue, ben, "open-house").type(), "room.waiting");
  enter_with(dialogue, ana, "open-house", token);
  EXPECT_EQ(dialogue.hear(ben.connection).type(), "room.admitted");
}

TEST_F(Opening, RoomsWhereNobodyWaitsAreForgotten) {
  in(ben);
  say_of_room(dialogue, ben, "room.leave", kRoom);
  EXPECT_EQ(dialogue.hub().gauges().rooms, 1U);
  dialogue.pass(seconds(30));
  EXPECT_EQ(dialogue.hub().gauges().rooms, 0U);
}

TEST_F(Opening, NobodyOpensACallUnderANameThatMayBeTaken) {
  testing::call(dialogue, ben, cleo);
  const std::string call = dialogue.hear(ben.connection, "call.ringing").at("/call");
  const auto open = [&] {
    dialogue.forget(ben.connection);
    say_of_room(dialogue, ben, "room.open", kRoom, R"(,"call":")" + call + "\"");
    return dialogue.hear(ben.connection);
  };
  dialogue.pass(seconds(10));
  const Heard refused = open();
  EXPECT_EQ(refused.at("/code"), "rate_limited");
  EXPECT_EQ(refused.at("/retry_after_ms"), "20000");
  dialogue.pass(seconds(20));
  EXPECT_EQ(open().type(), "room.opened");
}

TEST(NoOpening, WhereThereWereNoRoomsTheyOpenAtOnce) {
  Dialogue dialogue;
  EXPECT_EQ(enter(dialogue, join(dialogue, "Ana"), kRoom).type(), "call.accepted");
}

// --- What the next life is told.

TEST(RoomsWithRules, AreToldWhenThereIsTheFirst) {
  Dialogue dialogue;
  const Guest ana = join(dialogue, "Ana");
  const Guest ben = join(dialogue, "Ben");
  enter(dialogue, ana, "open-house");
  EXPECT_EQ(dialogue.rooms_with_rules(), Told{});
  enter(dialogue, ben, kRoom, R"(,"knock":true)");
  EXPECT_EQ(dialogue.rooms_with_rules(), Told{true});
}

TEST(RoomsWithRules, AreOverWhenTheirTokensAre) {
  Dialogue dialogue;
  const Guest ana = join(dialogue, "Ana");
  const std::string call = enter(dialogue, ana, kRoom, R"(,"knock":true)").at("/call");
  const auto set = [&](const char* what) {
    dialogue.say(ana.connection,
                 R"({"type":"room.set","call":")" + call + R"(","knock":)" + what + "}");
  };
  for (int i = 0; i < 4; ++i) {  // told once, however often it changes
    set("false");
    set("true");
  }
  set("false");
  dialogue.pass(minutes(59));
  EXPECT_EQ(dialogue.rooms_with_rules(), Told{true});
  dialogue.pass(minutes(1));
  EXPECT_EQ(dialogue.rooms_with_rules(), Told{false});
  set("true");
  EXPECT_EQ(dialogue.rooms_with_rules(), Told{true});
}

TEST(RoomsWithRules, OfTheLastLifeAreKeptInMindAsLong) {
  Dialogue dialogue({}, 2, {}, true);
  EXPECT_EQ(enter(dialogue, join(dialogue, "Ana"), "open-house").type(), "room.waiting");
  dialogue.pass(minutes(59));
  EXPECT_EQ(dialogue.rooms_with_rules(), Told{});
  dialogue.pass(minutes(2));
  EXPECT_EQ(dialogue.rooms_with_rules(), Told{false});
}

}  // namespace
}  // namespace visavis::signaling
