// Hosts of rooms, as dialogues: removing, locking, knocking, naming hosts, and standing in for
// them.
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
using testing::say_of_call;
using testing::say_of_room;

constexpr const char* kRoom = "amber-otter";

// Ana has made a room; Ben and Cleo are inside, too.
struct Hosting : HubTest {
  Guest ana = join(dialogue, "Ana");
  Guest ben = join(dialogue, "Ben");
  Guest cleo = join(dialogue, "Cleo");
  Guest dan = join(dialogue, "Dan");
  std::string id = in(ana).at("/call");
  std::string bens_part = in(ben).at("/participant");
  std::string cleos_part = in(cleo).at("/participant");

  Hosting() { forget_all(); }
  void forget_all() {
    for (const Guest& guest : {ana, ben, cleo, dan}) dialogue.forget(guest.connection);
  }
  Heard in(const Guest& guest, std::string_view more = "") {
    return enter(dialogue, guest, kRoom, more);
  }
  void say(const Guest& guest, const std::string& type, const std::string& more) {
    dialogue.say(guest.connection,
                 R"({"type":"room.)" + type + R"(","id":8,"call":")" + id + "\"," + more + "}");
  }
  void remove(const Guest& host, const std::string& participant) {
    say(host, "remove", R"("participant":")" + participant + "\"");
  }
  void set(const Guest& host, const std::string& what) { say(host, "set", what); }
  void name_host(const Guest& creator, const Guest& guest, bool host = true) {
    say(creator, "host", R"("user":")" + guest.user + R"(","host":)" + (host ? "true" : "false"));
  }
  void leave(const Guest& guest) { say_of_call(dialogue, guest, "call.end", id); }
  std::string hosts(std::initializer_list<Guest> guests) {
    std::string list;
    for (const Guest& guest : guests) list += (list.empty() ? "\"" : ",\"") + guest.user + "\"";
    return "[" + list + "]";
  }
};

TEST_F(Hosting, NewcomersAreToldTheRules) {
  const Heard inside = in(dan);
  EXPECT_EQ(inside.at("/locked"), "false");
  EXPECT_EQ(inside.at("/hosts"), hosts({ana}));
  EXPECT_EQ(inside.at("/removed"), "");  // for hosts
  EXPECT_NE(inside.at("/room_token"), "");
  EXPECT_EQ(hear(ana, "call.accepted").at("/hosts"), "");
}

TEST_F(Hosting, WhoIsRemovedIsOut) {
  remove(ana, bens_part);
  EXPECT_EQ(reason(ben), "removed");
  const Heard left = hear(cleo, "call.left");
  EXPECT_EQ(left.at("/participant"), bens_part);
  EXPECT_EQ(left.at("/reason"), "removed");
  const Heard answer = hear(ana, "room.rules");
  EXPECT_EQ(answer.at("/id"), "8");
  EXPECT_EQ(answer.at("/call"), id);
  EXPECT_EQ(answer.at("/room"), kRoom);
  EXPECT_EQ(answer.at("/knock"), "true");
  EXPECT_EQ(answer.at("/locked"), "false");
  EXPECT_EQ(answer.at("/hosts"), hosts({ana}));
  EXPECT_EQ(answer.at("/removed"), R"([{"user":")" + ben.user + R"(","name":"Ben"}])");
  EXPECT_NE(answer.at("/room_token"), "");
  EXPECT_NE(answer.at("/membership"), "");
  const Heard news = hear(cleo, "room.rules");
  EXPECT_EQ(news.at("/id"), "");
  EXPECT_EQ(news.at("/knock"), "true");
  EXPECT_EQ(news.at("/removed"), "");
  EXPECT_NE(news.at("/room_token"), answer.at("/room_token"));
}

TEST_F(Hosting, WhoIsRemovedNeitherEntersNorKnocksOnAnyDevice) {
  remove(ana, bens_part);
  for (const Guest& device : {ben, join_again(dialogue, "Ben", ben)}) {
    const Heard refused = in(device);
    EXPECT_EQ(refused.type(), "room.refused");
    EXPECT_EQ(refused.at("/id"), "3");
    EXPECT_EQ(refused.at("/reason"), "removed");
  }
  forget_all();
  EXPECT_EQ(in(join(dialogue, "Ben")).type(), "room.waiting");  // as another person
}

TEST_F(Hosting, AllDevicesOfWhoIsRemovedAreOut) {
  const Guest bens_phone = join_again(dialogue, "Ben", ben);
  in(bens_phone);
  remove(ana, bens_part);
  EXPECT_EQ(reason(ben), "removed");
  EXPECT_EQ(reason(bens_phone), "removed");
}

TEST_F(Hosting, ThoseWhoStayNeedNotKnock) {
  remove(ana, bens_part);
  leave(cleo);
  EXPECT_EQ(in(cleo).type(), "call.accepted");
}

TEST_F(Hosting, AnInvitedPersonCanBeRemoved) {
  invite(dialogue, ana, id, dan.user);
  remove(ana, hear(dan, "call.incoming").at("/participant"));
  EXPECT_EQ(reason(dan), "removed");
}

TEST_F(Hosting, GuestsRemoveNobodyAndSetNothing) {
  remove(ben, cleos_part);
  EXPECT_EQ(error(ben), "not_host");
  set(ben, R"("locked":true)");
  EXPECT_EQ(error(ben), "not_host");
  name_host(ben, ben);
  EXPECT_EQ(error(ben), "not_host");
  EXPECT_TRUE(dialogue.silent(cleo.connection));
  remove(dan, cleos_part);
  EXPECT_EQ(error(dan), "not_in_call");
}

TEST_F(Hosting, NobodyRemovesThemselvesOrWhoIsNotThere) {
  const std::string anas_part = in(dan).at("/participants/0/participant");
  remove(ana, anas_part);
  EXPECT_EQ(error(ana), "invalid_field");
  remove(ana, "no-such");
  EXPECT_EQ(error(ana), "unknown_participant");
}

TEST_F(Hosting, ACallWithoutANameHasNoHosts) {
  leave(ana);
  forget_all();
  call(dialogue, ana, dan);
  id = hear(ana, "call.ringing").at("/call");
  set(ana, R"("locked":true)");
  EXPECT_EQ(error(ana), "not_host");
}

TEST_F(Hosting, HostsAreNamedByTheCreatorAlone) {
  name_host(ana, ben);
  EXPECT_EQ(hear(ana, "room.rules").at("/hosts"), hosts({ana, ben}));
  EXPECT_EQ(hear(cleo, "room.rules").at("/hosts"), hosts({ana, ben}));
  name_host(ben, cleo);
  EXPECT_EQ(error(ben), "not_host");
  remove(ben, cleos_part);
  EXPECT_EQ(reason(cleo), "removed");
  EXPECT_EQ(hear(ben, "room.rules").at("/removed/0/name"), "Cleo");
  name_host(ana, ben, false);
  EXPECT_EQ(hear(ben, "room.rules").at("/hosts"), hosts({ana}));
  set(ben, R"("locked":true)");
  EXPECT_EQ(error(ben), "not_host");
}

TEST_F(Hosting, OnlyTheCreatorRemovesHosts) {
  name_host(ana, ben);
  name_host(ana, cleo);
  remove(ben, cleos_part);
  EXPECT_EQ(error(ben), "not_host");
  const std::string anas_part = in(dan).at("/participants/0/participant");
  remove(ben, anas_part);
  EXPECT_EQ(error(ben), "not_host");
  forget_all();
  remove(ana, cleos_part);
  EXPECT_EQ(reason(cleo), "removed");
  EXPECT_EQ(hear(ana, "room.rules").at("/hosts"), hosts({ana, ben}));
}

TEST_F(Hosting, OnlyWhoIsInsideBecomesHost) {
  name_host(ana, dan);
  EXPECT_EQ(error(ana), "unknown_user");
  name_host(ana, ana);
  EXPECT_EQ(error(ana), "invalid_field");
  name_host(ana, ben);
  leave(ben);
  name_host(ana, ben, false);  // taking it back always works
  forget_all();
  name_host(ana, ben);
  EXPECT_EQ(error(ana), "unknown_user");
}

TEST_F(Hosting, AHostEntersWithoutKnocking) {
  name_host(ana, ben);
  leave(ben);
  set(ana, R"("knock":true,"locked":true)");
  EXPECT_EQ(in(ben).type(), "call.accepted");
}

TEST_F(Hosting, NobodyNewEntersALockedRoomOrKnocks) {
  set(ana, R"("knock":true)");
  EXPECT_EQ(in(dan).type(), "room.waiting");
  set(ana, R"("locked":true)");
  EXPECT_EQ(reason(dan, "room.refused"), "locked");
  const Heard refused = in(dan);
  EXPECT_EQ(refused.at("/reason"), "locked");
  EXPECT_EQ(refused.at("/id"), "3");
  dialogue.forget(dan.connection);
  say_of_room(dialogue, dan, "room.look", kRoom);
  const Heard state = hear(dan, "room.state");
  EXPECT_EQ(state.at("/locked"), "true");
  EXPECT_EQ(state.at("/participants"), "[]");
  set(ana, R"("locked":false)");
  EXPECT_EQ(in(dan).type(), "room.waiting");
}

TEST_F(Hosting, WhoWasInsideWhenItWasLockedComesBack) {
  set(ana, R"("locked":true)");
  leave(ben);
  EXPECT_EQ(in(join_again(dialogue, "Ben", ben)).type(), "call.accepted");
}

TEST_F(Hosting, WhoWasInsideOnlyBeforeItWasLockedDoesNot) {
  leave(ben);
  set(ana, R"("locked":true)");
  EXPECT_EQ(in(ben).at("/reason"), "locked");
}

TEST_F(Hosting, OnlyHostsInviteIntoALockedRoom) {
  set(ana, R"("locked":true)");
  invite(dialogue, ben, id, dan.user);
  EXPECT_EQ(error(ben), "not_host");
  invite(dialogue, ana, id, dan.user);
  EXPECT_EQ(accept(dialogue, dan, id).type(), "call.accepted");
}

TEST_F(Hosting, OpeningTheDoorLetsInWhoWaits) {
  set(ana, R"("knock":true)");
  in(dan);
  set(ana, R"("knock":false)");
  EXPECT_EQ(hear(dan, "room.admitted").at("/room"), kRoom);
  EXPECT_EQ(in(dan).type(), "call.accepted");
}

TEST_F(Hosting, WhatIsSetAlreadyIsNoNewsToOthers) {
  set(ana, R"("knock":false)");
  EXPECT_EQ(hear(ana, "room.rules").at("/id"), "8");
  EXPECT_TRUE(dialogue.silent(ben.connection));
}

TEST_F(Hosting, RulesDoNotChangeAllTheTime) {
  for (int i = 0; i < 20; ++i) set(ana, i % 2 == 0 ? R"("locked":true)" : R"("locked":false)");
  EXPECT_EQ(error(ana), "");
  set(ana, R"("locked":true)");
  const Heard refused = hear(ana, "error");
  EXPECT_EQ(refused.at("/code"), "rate_limited");
  EXPECT_NE(refused.at("/retry_after_ms"), "");
}

TEST_F(Hosting, AHostAsksInAgainWhoWasRemoved) {
  name_host(ana, cleo);
  remove(ana, bens_part);
  forget_all();
  invite(dialogue, cleo, id, ben.user);
  EXPECT_EQ(hear(cleo, "room.rules").at("/removed"), "[]");
  EXPECT_EQ(accept(dialogue, ben, id).type(), "call.accepted");
  leave(ben);
  EXPECT_EQ(in(ben).type(), "call.accepted");
}

TEST_F(Hosting, AGuestAsksNobodyInAgainWhoWasRemoved) {
  remove(ana, bens_part);
  set(ana, R"("knock":false)");
  forget_all();
  invite(dialogue, cleo, id, ben.user);
  EXPECT_EQ(error(cleo), "not_host");
  EXPECT_TRUE(dialogue.silent(ben.connection));
}

// --- Whoever has been inside longest, while no host is.

TEST_F(Hosting, WhoHasBeenInsideLongestStandsIn) {
  set(ana, R"("knock":true)");
  forget_all();
  leave(ana);
  EXPECT_EQ(hear(cleo, "room.rules").at("/hosts"), hosts({ana, ben}));
  EXPECT_EQ(in(dan).type(), "room.waiting");
  const std::string knock = hear(ben, "room.knocks").at("/knocks/0/knock");
  const auto admit = [&](const Guest& guest) {
    say(guest, "admit", R"("knock":")" + knock + R"(","admit":true)");
  };
  admit(cleo);
  EXPECT_EQ(error(cleo), "not_host");
  admit(ben);
  EXPECT_EQ(hear(dan, "room.admitted").at("/room"), kRoom);
  leave(ben);
  EXPECT_EQ(hear(cleo, "room.rules").at("/hosts"), hosts({ana, cleo}));
}

TEST_F(Hosting, NobodyStandsInWhileAHostIsThere) {
  name_host(ana, cleo);
  forget_all();
  leave(ana);
  set(ben, R"("locked":true)");
  EXPECT_EQ(error(ben), "not_host");
  set(cleo, R"("locked":true)");
  EXPECT_EQ(hear(cleo, "room.rules").at("/hosts"), hosts({ana, cleo}));
}

TEST_F(Hosting, TheCreatorWhoComesBackHostsAgain) {
  leave(ana);
  forget_all();
  const Heard back = in(ana);
  EXPECT_EQ(back.at("/hosts"), hosts({ana}));
  EXPECT_EQ(back.at("/removed"), "[]");
  EXPECT_EQ(hear(ben, "room.rules").at("/hosts"), hosts({ana}));
  set(ben, R"("locked":true)");
  EXPECT_EQ(error(ben), "not_host");
}

TEST_F(Hosting, WhoStandsInNamesNoHosts) {
  leave(ana);
  name_host(ben, cleo);
  EXPECT_EQ(error(ben), "not_host");
}

// Somebody who waited until everybody else had gone has no lasting say.
TEST_F(Hosting, WhomAStandInRemovedIsAtTheDoorOnceAHostIsThere) {
  leave(ana);
  remove(ben, cleos_part);
  EXPECT_EQ(reason(cleo), "removed");
  EXPECT_EQ(in(cleo).at("/reason"), "removed");
  EXPECT_EQ(in(ana).type(), "call.accepted");
  EXPECT_EQ(in(cleo).type(), "room.waiting");
}

TEST_F(Hosting, AHostLostOnTheWayIsAHostUntilTheSessionIsOver) {
  dialogue.lose(ana.connection);
  set(ben, R"("locked":true)");
  EXPECT_EQ(error(ben), "not_host");
  dialogue.pass(seconds(30));
  forget_all();
  set(ben, R"("locked":true)");
  EXPECT_EQ(hear(ben, "room.rules").at("/locked"), "true");
}

TEST_F(Hosting, WelcomeTellsTheRules) {
  set(ana, R"("locked":true)");
  dialogue.lose(ana.connection);
  const Heard welcome = dialogue.hear(resume(dialogue, "Ana", ana));
  EXPECT_EQ(welcome.at("/calls/0/locked"), "true");
  EXPECT_EQ(welcome.at("/calls/0/hosts"), hosts({ana}));
  EXPECT_NE(welcome.at("/calls/0/room_token"), "");
}

TEST_F(Hosting, WhoOpensARoomIsItsHost) {
  leave(ana);
  forget_all();
  call(dialogue, ana, dan);
  id = hear(ana, "call.ringing").at("/call");
  accept(dialogue, dan, id);
  say_of_room(dialogue, ana, "room.open", "other", R"(,"call":")" + id + "\"");
  const Heard opened = hear(dan, "room.opened");
  EXPECT_EQ(opened.at("/hosts"), hosts({ana}));
  EXPECT_EQ(opened.at("/locked"), "false");
  EXPECT_NE(opened.at("/room_token"), "");
  set(dan, R"("locked":true)");
  EXPECT_EQ(error(dan), "not_host");
}

TEST_F(Hosting, AHostWhoSpendsTheirChangesLeavesTheOthersTheirs) {
  name_host(ana, ben);
  forget_all();
  std::string code;
  for (int i = 0; i < 100 && code.empty(); ++i) {
    set(ben, i % 2 == 0 ? R"("knock":true)" : R"("knock":false)");
    code = hear(ben, "error").at("/code");
  }
  EXPECT_EQ(code, "rate_limited");
  forget_all();
  remove(ana, bens_part);
  EXPECT_EQ(reason(ben), "removed");
}

}  // namespace
}  // namespace visavis::signaling
