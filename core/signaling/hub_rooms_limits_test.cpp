// How many rooms there may be, and how often one may look at them, as dialogues.
#include <gtest/gtest.h>

#include "core/signaling/hub_test_people.h"

namespace visavis::signaling {
namespace {

using testing::call;
using testing::Dialogue;
using testing::enter;
using testing::Guest;
using testing::Heard;
using testing::join;
using testing::join_again;
using testing::join_from;
using testing::say_of_call;
using testing::say_of_room;

TEST(RoomLimits, LooksBeforeHelloTakeFromTheAddressesHellos) {
  Limits limits;
  limits.hellos_burst = 2;
  limits.hellos_per_second = 1;
  Dialogue dialogue(limits);
  const ConnectionId one = dialogue.connect();
  const ConnectionId two = dialogue.connect();
  dialogue.say(one, R"({"type":"room.look","room":"amber-otter"})");
  dialogue.say(two, R"({"type":"room.look","room":"amber-otter"})");
  dialogue.forget(one);
  dialogue.say(one, R"({"type":"room.look","id":5,"room":"amber-otter"})");
  EXPECT_EQ(dialogue.hear(one).at("/code"), "rate_limited");
  dialogue.say(two, R"({"type":"hello","name":"Eve"})");
  dialogue.hear(two, "room.state");
  EXPECT_EQ(dialogue.hear(two).at("/code"), "rate_limited");
  dialogue.pass(seconds(1));
  dialogue.say(two, R"({"type":"hello","name":"Eve"})");
  EXPECT_EQ(dialogue.hear(two).type(), "welcome");
}

TEST(RoomLimits, NamesCannotBeTriedQuickly) {
  Limits limits;
  limits.messages_burst = 10;
  limits.messages_per_second = 1;
  Dialogue dialogue(limits);
  const Guest ana = join(dialogue, "Ana");
  say_of_room(dialogue, ana, "room.look", "one");
  say_of_room(dialogue, ana, "room.join", "two");
  say_of_room(dialogue, ana, "room.look", "three");
  EXPECT_EQ(dialogue.hear(ana.connection).type(), "room.state");
  EXPECT_EQ(dialogue.hear(ana.connection).type(), "call.accepted");
  EXPECT_EQ(dialogue.hear(ana.connection).at("/code"), "rate_limited");
}

TEST(RoomLimits, APersonAndAnAddressHaveSoManyRooms) {
  Limits limits;
  limits.rooms_per_person_max = 2;
  limits.rooms_per_address_max = 3;
  Dialogue dialogue(limits);
  const Guest ana = join(dialogue, "Ana");
  const Guest anas_phone = join_again(dialogue, "Ana", ana);
  const Guest ben = join(dialogue, "Ben");
  const Guest cleo = join(dialogue, "Cleo");
  const auto make = [&](const Guest& guest, const char* room) {
    const Heard answer = enter(dialogue, guest, room, R"(,"knock":true)");
    if (answer.type() != "call.accepted") return answer.at("/code");
    say_of_call(dialogue, guest, "call.end", answer.at("/call"));
    dialogue.pass(seconds(1));
    return answer.type();
  };
  EXPECT_EQ(make(ana, "one"), "call.accepted");
  EXPECT_EQ(make(ben, "two"), "call.accepted");
  EXPECT_EQ(make(ben, "three"), "call.accepted");
  EXPECT_EQ(make(cleo, "four"), "room_limit");    // three of this address
  EXPECT_EQ(make(ana, "four"), "call.accepted");  // in place of hers
  EXPECT_EQ(dialogue.hub().gauges().rooms, 3U);
  EXPECT_EQ(make(anas_phone, "five"), "call.accepted");  // who is known has a share of their own
  EXPECT_EQ(enter(dialogue, cleo, "two").type(), "room.waiting");
}

TEST(RoomLimits, FewAddressesCannotHaveAllRooms) {
  Limits limits;
  limits.rooms_max = 1'000;
  limits.rooms_per_address_max = 100;
  Dialogue dialogue(limits);
  for (int i = 0; i < 40; ++i) {
    const std::string address = "203.0.113." + std::to_string(i);
    for (int j = 0; j < 100; ++j) {
      const Guest mallory = join_from(dialogue, address, "Mallory");
      enter(dialogue, mallory, "room-" + std::to_string(i) + "-" + std::to_string(j));
    }
  }
  EXPECT_GT(dialogue.hub().gauges().rooms, 900U);
  EXPECT_EQ(enter(dialogue, join(dialogue, "Ana"), "our-own").type(), "call.accepted");
}

TEST(RoomLimits, FewAddressesCannotHaveAllCalls) {
  Limits limits;
  limits.calls_max = 500;
  limits.calls_per_address_max = 50;
  Dialogue dialogue(limits);
  for (int i = 0; i < 40; ++i) {
    const std::string address = "203.0.113." + std::to_string(i);
    for (int j = 0; j < 50; ++j) {
      const Guest mallory = join_from(dialogue, address, "Mallory");
      enter(dialogue, mallory, "room-" + std::to_string(i) + "-" + std::to_string(j));
    }
  }
  EXPECT_GT(dialogue.hub().gauges().calls, 450U);
  EXPECT_EQ(enter(dialogue, join(dialogue, "Ana"), "our-own").type(), "call.accepted");
}

TEST(RoomLimits, WhoIsInsideHoldsTheirRoomOpen) {
  Limits limits;
  limits.rooms_per_person_max = 1;
  Dialogue dialogue(limits);
  const Guest ana = join(dialogue, "Ana");
  const Guest anas_phone = join_again(dialogue, "Ana", ana);
  enter(dialogue, ana, "one");
  EXPECT_EQ(enter(dialogue, anas_phone, "two").at("/code"), "room_limit");
}

TEST(RoomLimits, ARoomIsACall) {
  Limits limits;
  limits.calls_max = 1;
  Dialogue dialogue(limits);
  const Guest ana = join(dialogue, "Ana");
  const Guest ben = join(dialogue, "Ben");
  EXPECT_EQ(enter(dialogue, ana, "one").type(), "call.accepted");
  EXPECT_EQ(enter(dialogue, ben, "two").at("/code"), "call_limit");
  EXPECT_EQ(enter(dialogue, ben, "one").type(), "call.accepted");
  EXPECT_EQ(dialogue.hub().gauges().rooms, 1U);
}

}  // namespace
}  // namespace visavis::signaling
