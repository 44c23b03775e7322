// Presence, renaming and search, as dialogues.
#include <gtest/gtest.h>

#include "core/signaling/hub_test_people.h"

namespace visavis::signaling {
namespace {

using testing::call;
using testing::Dialogue;
using testing::Guest;
using testing::Heard;
using testing::join;
using testing::join_again;
using testing::resume;

TEST(HubPeople, ChangesOfAShortTimeComeTogether) {
  Dialogue dialogue;
  const Guest ana = join(dialogue, "Ana");
  dialogue.pass(seconds(1));
  dialogue.forget(ana.connection);
  const Guest ben = join(dialogue, "Ben");
  dialogue.pass(milliseconds(60));
  const Guest cleo = join(dialogue, "Cleo");
  EXPECT_TRUE(dialogue.silent(ana.connection));
  dialogue.pass(milliseconds(40));
  const Heard presence = dialogue.hear(ana.connection);
  EXPECT_EQ(presence.type(), "presence");
  EXPECT_NE(presence.at("/here").find(ben.user), std::string::npos);
  EXPECT_NE(presence.at("/here").find(cleo.user), std::string::npos);
  EXPECT_EQ(presence.at("/people_total"), "3");
  EXPECT_TRUE(dialogue.silent(ana.connection));
}

TEST(HubPeople, ANewcomerLearnsOfEverybodyWithinTheInterval) {
  Dialogue dialogue;
  const Guest ana = join(dialogue, "Ana");
  dialogue.pass(seconds(1));
  const auto ben = dialogue.connect();
  dialogue.say(ben, R"({"type":"hello","name":"Ben"})");
  EXPECT_NE(dialogue.hear(ben).at("/people").find(ana.user), std::string::npos);
}

TEST(HubPeople, TwoDevicesAreOneEntryUntilBothAreGone) {
  Dialogue dialogue;
  const Guest watcher = join(dialogue, "Watcher");
  const Guest phone = join(dialogue, "Ana");
  const Guest laptop = join_again(dialogue, "Ana", phone);
  dialogue.pass(seconds(1));
  dialogue.forget(watcher.connection);
  dialogue.lose(phone.connection, CloseCause::kLeft);
  dialogue.pass(seconds(1));
  EXPECT_TRUE(dialogue.silent(watcher.connection));
  dialogue.lose(laptop.connection, CloseCause::kLeft);
  dialogue.pass(seconds(1));
  EXPECT_EQ(dialogue.hear(watcher.connection).at("/gone/0"), phone.user);
}

TEST(HubPeople, BeyondTheCapOnlySearchFindsThemUntilThereIsRoom) {
  Limits limits;
  limits.presence_list_max = 2;
  Dialogue dialogue(limits);
  const Guest ana = join(dialogue, "Ana");
  const Guest ben = join(dialogue, "Ben");
  dialogue.pass(seconds(1));
  dialogue.forget(ana.connection);
  const Guest zoe = join(dialogue, "Zoë Ångström");
  dialogue.pass(seconds(1));
  EXPECT_TRUE(dialogue.silent(ana.connection));
  dialogue.say(ana.connection, R"({"type":"people.search","id":4,"query":"ANG zoe"})");
  const Heard found = dialogue.hear(ana.connection);
  EXPECT_EQ(found.at("/id"), "4");
  EXPECT_EQ(found.at("/people/0/user"), zoe.user);
  EXPECT_EQ(found.at("/more"), "false");
  dialogue.lose(ben.connection, CloseCause::kLeft);
  dialogue.pass(seconds(1));
  const Heard presence = dialogue.hear(ana.connection);
  EXPECT_EQ(presence.at("/gone/0"), ben.user);
  EXPECT_EQ(presence.at("/here/0/user"), zoe.user);
}

TEST(HubPeople, CallPartnersHearOfAnUnlistedPerson) {
  Limits limits;
  limits.presence_list_max = 1;
  Dialogue dialogue(limits);
  const Guest ana = join(dialogue, "Ana");
  const Guest ben = join(dialogue, "Ben");
  call(dialogue, ana, ben);
  dialogue.pass(seconds(1));
  dialogue.forget(ana.connection);
  dialogue.say(ben.connection, R"({"type":"name.set","name":"Benjamin"})");
  dialogue.pass(seconds(1));
  EXPECT_EQ(dialogue.hear(ana.connection).at("/here/0/name"), "Benjamin");
}

TEST(HubPeople, SearchTellsWhenThereAreMore) {
  Limits limits;
  limits.search_results_max = 2;
  Dialogue dialogue(limits);
  const Guest ana = join(dialogue, "Ana");
  for (const char* name : {"Bo 3", "Bo 1", "Bo 2"}) join(dialogue, name);
  dialogue.say(ana.connection, R"({"type":"people.search","query":"bo"})");
  const Heard found = dialogue.hear(ana.connection, "people.found");
  EXPECT_EQ(found.at("/people/0/name"), "Bo 1");
  EXPECT_EQ(found.at("/people/1/name"), "Bo 2");
  EXPECT_EQ(found.at("/people/2"), "");
  EXPECT_EQ(found.at("/more"), "true");
}

TEST(HubPeople, RenamingReachesAllDevicesAndTheList) {
  Dialogue dialogue;
  const Guest ben = join(dialogue, "Ben");
  const Guest phone = join(dialogue, "Ana");
  const Guest laptop = join_again(dialogue, "Ana", phone);
  dialogue.pass(seconds(1));
  for (const auto* guest : {&ben, &phone, &laptop}) dialogue.forget(guest->connection);
  dialogue.say(phone.connection, R"({"type":"name.set","id":3,"name":"Ana \"B\" \\"})");
  const Heard own = dialogue.hear(phone.connection, "name.changed");
  EXPECT_EQ(own.at("/id"), "3");
  EXPECT_EQ(own.at("/name"), R"(Ana "B" \)");
  const Heard other = dialogue.hear(laptop.connection, "name.changed");
  EXPECT_EQ(other.at("/id"), "");
  dialogue.pass(seconds(1));
  EXPECT_EQ(dialogue.hear(ben.connection).at("/here/0/name"), R"(Ana "B" \)");
}

TEST(HubPeople, ANameNeedsSomethingToRead) {
  Dialogue dialogue;
  const Guest ana = join(dialogue, "Ana");
  dialogue.say(ana.connection, R"({"type":"name.set","id":3,"name":"\u3164\u2800"})");
  const Heard error = dialogue.hear(ana.connection);
  EXPECT_EQ(error.at("/code"), "invalid_field");
  EXPECT_EQ(error.at("/message"), "name needs a letter or a digit that can be seen.");
  const auto stranger = dialogue.connect();
  dialogue.say(stranger, R"({"type":"hello","id":1,"name":"\ud83d\ude00"})");
  EXPECT_EQ(dialogue.hear(stranger).at("/message"),
            "name needs a letter or a digit that can be seen.");
}

TEST(HubPeople, ALookAlikeIsMarkedForTheOthers) {
  Dialogue dialogue;
  const Guest watcher = join(dialogue, "Watcher");
  const Guest ana = join(dialogue, "Ana");
  dialogue.pass(seconds(1));
  dialogue.forget(watcher.connection);
  const Guest mallory = join(dialogue, "\u0410na");
  dialogue.pass(seconds(1));
  const Heard presence = dialogue.hear(watcher.connection);
  EXPECT_EQ(presence.at("/here/0/user"), mallory.user);
  EXPECT_EQ(presence.at("/here/0/confusable"), "true");

  dialogue.say(watcher.connection, R"({"type":"people.search","query":"\u0430na"})");
  const Heard found = dialogue.hear(watcher.connection);
  EXPECT_EQ(found.at("/people/0/confusable"), "true");
  call(dialogue, mallory, watcher);
  const Heard incoming = dialogue.hear(watcher.connection, "call.incoming");
  EXPECT_EQ(incoming.at("/participants/0/user"), mallory.user);
  EXPECT_EQ(incoming.at("/participants/0/confusable"), "true");
  EXPECT_EQ(incoming.at("/participants/1/confusable"), "");
  dialogue.pass(seconds(1));
  dialogue.forget(watcher.connection);

  dialogue.lose(ana.connection, CloseCause::kLeft);  // the name is free: the mark goes
  dialogue.pass(seconds(11));
  const Heard free = dialogue.hear(watcher.connection, "presence");
  EXPECT_EQ(free.at("/gone/0"), ana.user);
  EXPECT_EQ(free.at("/here/0/user"), mallory.user);
  EXPECT_EQ(free.at("/here/0/confusable"), "");
}

TEST(HubPeople, ALookAlikeIsMarkedInRooms) {
  Dialogue dialogue;
  const Guest ana = join(dialogue, "Ana");
  const Guest ben = join(dialogue, "Ben");
  const Guest mallory = join(dialogue, "ana");
  testing::enter(dialogue, ben, "den", R"(,"knock":true)");
  testing::enter(dialogue, mallory, "den");
  EXPECT_EQ(dialogue.hear(ben.connection, "room.knocks").at("/knocks/0/confusable"), "true");
  testing::enter(dialogue, mallory, "loft");
  testing::say_of_room(dialogue, ana, "room.look", "loft");
  EXPECT_EQ(dialogue.hear(ana.connection, "room.state").at("/participants/0/confusable"), "true");
}

TEST(HubPeople, RenamingToSomebodysNameIsMarkedToo) {
  Dialogue dialogue;
  const Guest mallory = join(dialogue, "Mallory");
  const Guest ana = join(dialogue, "Ana");
  dialogue.pass(seconds(1));
  dialogue.forget(ana.connection);
  dialogue.say(mallory.connection, R"({"type":"name.set","name":"ANA"})");
  dialogue.pass(seconds(1));
  const Heard presence = dialogue.hear(ana.connection);
  EXPECT_EQ(presence.at("/here/0/user"), mallory.user);
  EXPECT_EQ(presence.at("/here/0/confusable"), "true");
  EXPECT_EQ(presence.at("/here/1"), "");
}

TEST(HubPeople, PresenceIsNotReplayed) {
  Dialogue dialogue;
  const Guest ana = join(dialogue, "Ana");
  dialogue.lose(ana.connection);
  const Guest ben = join(dialogue, "Ben");
  dialogue.pass(seconds(1));
  const ConnectionId back = resume(dialogue, "Ana", ana, 0);
  EXPECT_NE(dialogue.hear(back).at("/people").find(ben.user), std::string::npos);
  EXPECT_TRUE(dialogue.silent(back));
}

TEST(HubPeople, WhoAcknowledgesNoResultsSearchesNoMore) {
  Limits limits;
  limits.search_share_bytes = 1'000;
  Dialogue dialogue(limits);
  const Guest ana = join(dialogue, "Ana");
  for (int i = 0; i < 20; ++i) join(dialogue, "Ben");
  const auto search = [&] {
    dialogue.forget(ana.connection);
    dialogue.say(ana.connection, R"({"type":"people.search","id":1,"query":"be"})");
    return dialogue.hear(ana.connection).type();
  };
  EXPECT_EQ(search(), "people.found");
  EXPECT_EQ(search(), "error");
  EXPECT_LT(dialogue.hub().gauges().replay_bytes, 4'000U);
  dialogue.say(ana.connection, R"({"type":"ack","received":2})");
  EXPECT_EQ(search(), "people.found");
}

}  // namespace
}  // namespace visavis::signaling
