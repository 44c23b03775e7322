// Blocking, as dialogues. What a blocked caller hears is compared, byte for byte, with what a
// caller hears whom nobody answers: the two lives are the same but for the blocking, in hubs with
// the same random numbers.
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
using testing::join_again;
using testing::join_from;
using testing::keep_ringing;
using testing::resume;
using testing::ring;
using testing::say_of_call;
using testing::set_blocked;
using testing::signal_to;

struct Blocking : HubTest {
  Guest ana = join_from(dialogue, "198.51.100.1", "Ana");
  Guest ben = join_from(dialogue, "198.51.100.2", "Ben");
  Guest mallory = join_from(dialogue, "198.51.100.3", "Mallory");

  void block(const Guest& by, const Guest& whom) { set_blocked(dialogue, by, whom.user, true); }
  void unblock(const Guest& by, const Guest& whom) { set_blocked(dialogue, by, whom.user, false); }
  std::string call_of(const Guest& caller, const Guest& callee) {
    dialogue.forget(caller.connection);
    call(dialogue, caller, callee);
    const Heard ringing = dialogue.hear(caller.connection);
    EXPECT_EQ(ringing.type(), "call.ringing") << ringing;
    return ringing.at("/call");
  }
  // Nothing but presence.
  bool heard_nothing(const Guest& guest) {
    while (true) {
      const Heard heard = dialogue.hear(guest.connection);
      if (heard.text().empty()) return true;
      if (heard.type() != "presence") return false;
    }
  }
};

TEST_F(Blocking, AllDevicesLearnWhoIsBlocked) {
  const Guest phone = join_again(dialogue, "Ben", ben);
  block(ben, mallory);
  const Heard answer = hear(ben, "people.blocks");
  EXPECT_EQ(answer.at("/id"), "6");
  EXPECT_EQ(answer.at("/blocked"), "[\"" + mallory.user + "\"]");
  const Heard news = hear(phone, "people.blocks");
  EXPECT_EQ(news.at("/id"), "");
  EXPECT_EQ(news.at("/blocked"), answer.at("/blocked"));
  block(phone, ana);
  EXPECT_EQ(hear(ben, "people.blocks").at("/blocked"),
            "[\"" + mallory.user + "\",\"" + ana.user + "\"]");
  unblock(ben, mallory);
  EXPECT_EQ(hear(ben, "people.blocks").at("/blocked"), "[\"" + ana.user + "\"]");
  unblock(ben, ana);
  EXPECT_EQ(hear(ben, "people.blocks").at("/blocked"), "[]");
}

TEST_F(Blocking, NobodyElseLearnsOfIt) {
  dialogue.pass(seconds(1));
  dialogue.forget(mallory.connection);
  dialogue.forget(ana.connection);
  block(ben, mallory);
  dialogue.pass(seconds(1));
  EXPECT_TRUE(dialogue.silent(mallory.connection));
  EXPECT_TRUE(dialogue.silent(ana.connection));
}

TEST_F(Blocking, WelcomeTellsWhoIsBlocked) {
  block(ben, mallory);
  const auto phone = dialogue.connect();
  dialogue.say(phone, R"({"type":"hello","name":"Ben","identity":")" + ben.identity + "\"}");
  EXPECT_EQ(dialogue.hear(phone).at("/blocked"), "[\"" + mallory.user + "\"]");
  dialogue.lose(ben.connection);
  EXPECT_EQ(dialogue.hear(resume(dialogue, "Ben", ben)).at("/blocked/0"), mallory.user);
  unblock({phone, {}, {}, {}}, mallory);
  dialogue.lose(phone);
  const auto back = dialogue.connect();
  dialogue.say(back, R"({"type":"hello","name":"Ben","identity":")" + ben.identity + "\"}");
  EXPECT_EQ(dialogue.hear(back).at("/blocked"), "");
}

TEST_F(Blocking, ItIsForgottenWithTheLastSession) {
  block(ben, mallory);
  dialogue.lose(ben.connection, CloseCause::kLeft);
  const Guest again = join_again(dialogue, "Ben", ben);
  EXPECT_EQ(ring(dialogue, mallory, again).second.type(), "call.incoming");
}

TEST_F(Blocking, TheOldestOfTooManyGoes) {
  for (int i = 0; i < 64; ++i) {
    std::string user = "AAAAAAAAAAAAAAAAAAAA00";
    user[18] = static_cast<char>('A' + i / 16);
    user[19] = static_cast<char>('A' + i % 16);
    user[20] = 'A';
    user[21] = 'A';
    set_blocked(dialogue, ben, i == 0 ? mallory.user : user, true);
    dialogue.pass(milliseconds(20));
  }
  dialogue.forget(ben.connection);
  call_of(mallory, ben);
  EXPECT_TRUE(heard_nothing(ben));
  block(ben, ana);
  const Heard news = hear(ben, "people.blocks");
  EXPECT_EQ(news.at("/blocked/63"), ana.user);
  EXPECT_EQ(news.at("/blocked/64"), "");
  EXPECT_EQ(news.text().find(mallory.user), std::string::npos);
}

TEST_F(Blocking, OneselfAndNonsenseCannotBeBlocked) {
  block(ben, ben);
  EXPECT_EQ(hear(ben, "error").at("/message"), "You cannot block yourself.");
  set_blocked(dialogue, ben, "nobody", true);
  EXPECT_EQ(error(ben), "unknown_user");
}

TEST_F(Blocking, ABlockedCallerRingsAtNobody) {
  const Guest phone = join_again(dialogue, "Ben", ben);
  block(ben, mallory);
  dialogue.forget(ben.connection);
  dialogue.forget(phone.connection);
  const std::string id = call_of(mallory, ben);
  const Guest tablet = join_again(dialogue, "Ben", ben);
  dialogue.pass(seconds(44));
  EXPECT_EQ(reason(mallory), "");
  dialogue.pass(seconds(1));
  EXPECT_EQ(reason(mallory), "missed");
  for (const auto* device : std::initializer_list<const Guest*>{&ben, &phone, &tablet})
    EXPECT_TRUE(heard_nothing(*device));
  EXPECT_EQ(dialogue.hub().gauges().calls, 0U);
}

TEST_F(Blocking, ABlockedCallerTakesNobodysPlace) {
  block(ben, mallory);
  const Guest mallorys_friend = join_from(dialogue, "198.51.100.3", "Mallory");
  const Guest another = join_from(dialogue, "198.51.100.4", "Mallory");
  block(ben, mallorys_friend);
  block(ben, another);
  for (const auto* caller :
       std::initializer_list<const Guest*>{&mallory, &mallorys_friend, &another})
    call_of(*caller, ben);
  dialogue.forget(ben.connection);
  keep_ringing(dialogue, ben);
}

TEST_F(Blocking, WhoIsBlockedLearnsNothingByTheIdOfTheCall) {
  block(ben, mallory);
  const std::string id = call_of(mallory, ben);
  dialogue.forget(ben.connection);
  for (const char* type : {"call.accept", "call.decline", "call.end", "call.relay"}) {
    say_of_call(dialogue, ben, type, id);
    EXPECT_EQ(error(ben), "not_in_call") << type;
  }
  dialogue.lose(ben.connection);
  EXPECT_EQ(dialogue.hear(resume(dialogue, "Ben", ben)).at("/calls"), "[]");
}

TEST_F(Blocking, BlockingWhatRingsEndsItHereAndItRingsOnThere) {
  const Guest phone = join_again(dialogue, "Ben", ben);
  const std::string id = call_of(mallory, ben);
  const std::string anas_call = call_of(ana, ben);
  dialogue.forget(ben.connection);
  dialogue.forget(phone.connection);
  dialogue.forget(mallory.connection);
  block(phone, mallory);
  for (const auto* device : std::initializer_list<const Guest*>{&ben, &phone}) {
    const Heard ended = hear(*device, "call.ended");
    EXPECT_EQ(ended.at("/reason"), "declined");
    EXPECT_EQ(ended.at("/call"), id);
    EXPECT_EQ(ended.at("/id"), "");
    EXPECT_EQ(reason(*device), "");  // Ana's rings on
  }
  EXPECT_TRUE(heard_nothing(mallory));
  dialogue.pass(seconds(45));
  EXPECT_EQ(reason(mallory), "missed");
  EXPECT_EQ(hear(ben, "call.ended").at("/call"), anas_call);
}

TEST_F(Blocking, BlockingWhoeverInvitedLeavesTheOthersOfTheCallAlone) {
  const std::string id = call_of(mallory, ana);
  accept(dialogue, ana, id);
  invite(dialogue, mallory, id, ben.user);
  dialogue.forget(ana.connection);
  dialogue.forget(mallory.connection);
  block(ben, mallory);
  EXPECT_EQ(reason(ben), "declined");
  EXPECT_TRUE(heard_nothing(ana));
  EXPECT_TRUE(heard_nothing(mallory));
  dialogue.pass(seconds(45));
  EXPECT_EQ(reason(ana, "call.left"), "missed");
  EXPECT_EQ(reason(mallory, "call.left"), "missed");
}

TEST_F(Blocking, ACallThatOneIsInGoesOn) {
  const std::string id = call_of(mallory, ben);
  accept(dialogue, ben, id);
  block(ben, mallory);
  EXPECT_EQ(reason(ben), "");
  signal_to(dialogue, mallory, id, hear(mallory, "call.accepted").at("/participant"));
  EXPECT_EQ(hear(ben, "signal").at("/call"), id);
}

TEST_F(Blocking, UnblockedCallersRingAgain) {
  block(ben, mallory);
  say_of_call(dialogue, mallory, "call.end", call_of(mallory, ben));
  unblock(ben, mallory);
  EXPECT_EQ(ring(dialogue, mallory, ben).second.type(), "call.incoming");
}

TEST_F(Blocking, WhoeverBlocksMayCallWhoIsBlocked) {
  block(ben, mallory);
  const auto [to_ben, to_mallory] = ring(dialogue, ben, mallory);
  EXPECT_EQ(accept(dialogue, mallory, to_mallory.at("/call")).type(), "call.accepted");
  EXPECT_EQ(hear(ben, "call.accepted").at("/call"), to_ben.at("/call"));
}

TEST_F(Blocking, ASilentRingIsNoGlare) {
  block(ben, mallory);
  const std::string mallorys = call_of(mallory, ben);
  const std::string bens = call_of(ben, mallory);
  EXPECT_NE(bens, mallorys);
  EXPECT_EQ(hear(mallory, "call.incoming").at("/call"), bens);
}

TEST_F(Blocking, WhoIsNotBlockedMakesASilentRingHeard) {
  block(ben, mallory);
  const std::string id = call_of(mallory, ana);
  const std::string anas_part = accept(dialogue, ana, id).at("/participant");
  dialogue.forget(ben.connection);
  invite(dialogue, mallory, id, ben.user);
  EXPECT_TRUE(heard_nothing(ben));
  invite(dialogue, ana, id, ben.user);
  // Ana sees what she would have seen: it rings there already.
  EXPECT_EQ(hear(ana, "call.ringing").at("/busy"), "");
  EXPECT_EQ(hear(ana, "call.ringing").at("/busy"), "[\"" + ben.user + "\"]");
  const Heard incoming = hear(ben, "call.incoming");
  EXPECT_EQ(incoming.at("/call"), id);
  EXPECT_EQ(incoming.at("/from"), anas_part);
  dialogue.forget(mallory.connection);
  EXPECT_EQ(accept(dialogue, ben, id).at("/participants/2/state"), "joined");
  EXPECT_EQ(hear(mallory, "call.accepted").at("/participant"), incoming.at("/participant"));
}

TEST_F(Blocking, WhoMadeItHeardCanBeBlockedAsWell) {
  block(ben, mallory);
  const std::string id = call_of(mallory, ana);
  accept(dialogue, ana, id);
  invite(dialogue, mallory, id, ben.user);
  invite(dialogue, ana, id, ben.user);
  EXPECT_EQ(hear(ben, "call.incoming").at("/call"), id);
  block(ben, ana);
  EXPECT_EQ(reason(ben), "declined");
}

TEST_F(Blocking, ARoomIsEnteredAllTheSame) {
  block(ben, mallory);
  const std::string id = enter(dialogue, mallory, "a-room").at("/call");
  invite(dialogue, mallory, id, ben.user);
  const Heard ringing = hear(mallory, "call.ringing");
  dialogue.forget(ben.connection);
  const Heard inside = enter(dialogue, ben, "a-room");
  EXPECT_EQ(inside.at("/participant"), ringing.at("/participants/1/participant"));
  EXPECT_EQ(hear(mallory, "call.accepted").at("/participant"), inside.at("/participant"));
  dialogue.lose(ben.connection);
  EXPECT_EQ(dialogue.hear(resume(dialogue, "Ben", ben)).at("/calls/0/call"), id);
}

TEST_F(Blocking, ABlockedPersonKnocksAsEver) {
  block(ben, mallory);
  const std::string id = enter(dialogue, ben, "a-room", R"(,"knock":true)").at("/call");
  EXPECT_EQ(enter(dialogue, mallory, "a-room").type(), "room.waiting");
  EXPECT_EQ(hear(ben, "room.knocks").at("/knocks/0/user"), mallory.user);
}

}  // namespace
}  // namespace visavis::signaling
