// Signals, and that nobody is cut off or closed for what another sends.
#include <gtest/gtest.h>

#include "core/signaling/hub_test_people.h"

namespace visavis::signaling {
namespace {

using testing::accept;
using testing::Guest;
using testing::Heard;
using testing::HubTest;
using testing::join;
using testing::resume;
using testing::ring;
using testing::say_of_call;
using testing::signal_to;

std::string data_of(std::size_t bytes) { return R"({"x":")" + std::string(bytes, 'x') + "\"}"; }

struct Signals : HubTest {
  Guest ana = join(dialogue, "Ana");
  Guest ben = join(dialogue, "Ben");

  std::string ring_ben() {
    const auto [ringing, incoming] = ring(dialogue, ana, ben);
    anas = ringing.at("/participant");
    bens = incoming.at("/participant");
    return ringing.at("/call");
  }
  std::string talk() {
    const std::string id = ring_ben();
    accept(dialogue, ben, id);
    hear(ana, "call.accepted");
    return id;
  }
  void forget_all() {
    dialogue.forget(ana.connection);
    dialogue.forget(ben.connection);
  }
  void acknowledge(const Guest& guest, int received) {
    dialogue.say(guest.connection, R"({"type":"ack","received":)" + std::to_string(received) + "}");
  }

  std::string anas;
  std::string bens;
};

TEST_F(Signals, AStrangerWhoFloodsWhileItRingsIsRefusedAndThenOut) {
  const std::string id = ring_ben();
  for (int i = 1; i <= 64; ++i) {
    signal_to(dialogue, ana, id, bens);
    hear(ben, "signal");
    acknowledge(ben, i);
  }
  forget_all();
  signal_to(dialogue, ana, id, bens);
  EXPECT_EQ(error(ana), "rate_limited");
  EXPECT_EQ(dialogue.hear(ben.connection).type(), "");
  for (int i = 0; i < 64; ++i) signal_to(dialogue, ana, id, bens);
  EXPECT_EQ(reason(ana), "rate_limited");
  EXPECT_EQ(reason(ben), "rate_limited");
  EXPECT_EQ(dialogue.close_code(ben.connection), std::nullopt);
  EXPECT_EQ(dialogue.close_code(ana.connection), std::nullopt);
}

TEST_F(Signals, WhatIsNotAcknowledgedTakesNoMoreThanTheSendersShare) {
  const std::string id = ring_ben();
  dialogue.lose(ben.connection);
  for (int i = 0; i < 20; ++i) signal_to(dialogue, ana, id, bens, data_of(4'096));
  EXPECT_EQ(error(ana), "rate_limited");
  EXPECT_LT(dialogue.hub().gauges().replay_bytes, 40'000U);
  // Ben was away for a moment, and has lost nothing.
  const ConnectionId back = resume(dialogue, "Ben", ben, 1);
  EXPECT_EQ(dialogue.hear(back).at("/resume/resumed"), "true");
}

TEST_F(Signals, InACallASenderHasAShareAndItComesBackWithTheAcknowledgement) {
  const std::string id = talk();
  forget_all();
  for (int i = 0; i < 6; ++i) signal_to(dialogue, ana, id, bens, data_of(10'000));
  for (int i = 0; i < 6; ++i) EXPECT_EQ(hear(ben, "signal").type(), "signal");
  signal_to(dialogue, ana, id, bens, data_of(10'000));
  EXPECT_EQ(error(ana), "rate_limited");
  acknowledge(ben, 8);
  dialogue.forget(ben.connection);
  signal_to(dialogue, ana, id, bens, data_of(10'000));
  EXPECT_EQ(hear(ben, "signal").type(), "signal");
}

TEST_F(Signals, GoingOnAtAFullShareEndsNothingSinceTheReceiverMayBeAway) {
  const std::string id = talk();
  dialogue.lose(ben.connection);
  for (int i = 0; i < 40; ++i) signal_to(dialogue, ana, id, bens, data_of(10'000));
  EXPECT_EQ(error(ana), "rate_limited");
  EXPECT_EQ(reason(ana), "");
  EXPECT_EQ(dialogue.close_code(ana.connection), std::nullopt);
}

TEST_F(Signals, WhatOneHasSaidInAnotherCallStays) {
  testing::say_of_room(dialogue, ben, "room.join", "the-room");
  const Heard inside = hear(ben, "call.accepted");
  const std::string rings = ring_ben();
  testing::invite(dialogue, ben, inside.at("/call"), ana.user);
  const int received = 3;  // Ben: that he is in, Ana's call, and that it rings at her
  dialogue.lose(ben.connection);
  signal_to(dialogue, ana, rings, bens, R"({"x":1})");
  signal_to(dialogue, ana, inside.at("/call"), inside.at("/participant"), R"({"x":2})");
  say_of_call(dialogue, ana, "call.end", rings);
  const ConnectionId back = resume(dialogue, "Ben", ben, received);
  EXPECT_EQ(dialogue.hear(back, "signal").at("/data"), "{}");
  EXPECT_EQ(dialogue.hear(back, "signal").at("/data"), R"({"x":2})");
}

TEST_F(Signals, OneAfterTheOtherTheyFillNobodysBuffer) {
  // Each comes into the room, sends what they may to somebody who is away, and goes.
  testing::say_of_room(dialogue, ben, "room.join", "the-room");
  bens = hear(ben, "call.accepted").at("/participant");
  dialogue.lose(ben.connection);
  for (int i = 0; i < 50; ++i) {
    const Guest mallory = join(dialogue, "Mallory");
    const std::string id = testing::enter(dialogue, mallory, "the-room").at("/call");
    for (int j = 0; j < 6; ++j) signal_to(dialogue, mallory, id, bens, data_of(10'000));
    say_of_call(dialogue, mallory, "call.end", id);
    dialogue.lose(mallory.connection, CloseCause::kLeft);
  }
  EXPECT_LT(dialogue.hub().gauges().replay_bytes, 200'000U);
  const ConnectionId back = resume(dialogue, "Ben", ben, 1);
  EXPECT_EQ(dialogue.hear(back).at("/resume/resumed"), "true");
}

}  // namespace
}  // namespace visavis::signaling
