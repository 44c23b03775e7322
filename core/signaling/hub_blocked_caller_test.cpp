// What a blocked caller hears, compared byte for byte with what a caller hears whom nobody answers:
// the two lives are the same but for the blocking, in hubs with the same random numbers.
#include <gtest/gtest.h>

#include <functional>

#include "core/signaling/hub_test_people.h"

namespace visavis::signaling {
namespace {

using testing::call;
using testing::Dialogue;
using testing::Guest;
using testing::Heard;
using testing::invite;
using testing::join_again;
using testing::join_from;
using testing::resume;
using testing::say_of_call;
using testing::set_blocked;
using testing::signal_to;

struct OneLife : Dialogue {
  Guest ana = join_from(*this, "198.51.100.1", "Ana");
  Guest ben = join_from(*this, "198.51.100.2", "Ben");
  Guest mallory = join_from(*this, "198.51.100.3", "Mallory");
  bool blocked = false;  // Mallory, by Ben
  std::string heard;     // by Mallory and Ana

  explicit OneLife(const Limits& limits) : Dialogue(limits, 7) {}

  void take(std::string_view who, const Guest& guest) {
    while (true) {
      const Heard message = hear(guest.connection);
      if (message.text().empty()) return;
      heard.append(who).append(" ").append(message.text()).append("\n");
    }
  }
  void take_all() {
    take("Mallory", mallory);
    take("Ana", ana);
  }
  Heard last_heard(const Guest& guest, std::string_view type) {
    Heard found;
    const std::string_view who = guest.user == mallory.user ? "Mallory " : "Ana ";
    take_all();
    std::size_t at = 0;
    while (at < heard.size()) {
      const std::size_t end = heard.find('\n', at);
      const std::string line = heard.substr(at, end - at);
      if (line.starts_with(who) && Heard(line.substr(who.size())).type() == type) {
        found = Heard(line.substr(who.size()));
      }
      at = end + 1;
    }
    return found;
  }
  // As a client does with each heartbeat.
  void ben_acknowledges() {
    while (true) {
      const Heard message = hear(ben.connection);
      if (message.text().empty()) break;
      const std::string type = message.type();
      if (type != "presence" && type != "pong" && type != "ack") ++received_by_ben;
    }
    say(ben.connection, R"({"type":"ping","received":)" + std::to_string(received_by_ben) + "}");
  }
  int received_by_ben = 0;
  std::string calls_ben() {
    call(*this, mallory, ben);
    return last_heard(mallory, "call.ringing").at("/call");
  }
  std::string bens_part() {
    return last_heard(mallory, "call.ringing").at("/participants/1/participant");
  }
};

using Life = std::function<void(OneLife&)>;

std::string live(const Life& life, bool blocked, const Limits& limits) {
  OneLife world(limits);
  world.blocked = blocked;
  if (blocked) set_blocked(world, world.ben, world.mallory.user, true);
  life(world);
  world.pass(seconds(60));
  world.take_all();
  return world.heard;
}

// Returns what was heard.
std::string expect_no_difference(const Life& life, const Limits& limits = {}) {
  std::string unanswered = live(life, false, limits);
  EXPECT_EQ(live(life, true, limits), unanswered);
  return unanswered;
}

TEST(BlockedCaller, HearsThatItWasMissed) {
  const std::string heard = expect_no_difference([](OneLife& world) { world.calls_ben(); });
  EXPECT_NE(heard.find("\"missed\""), std::string::npos);
}

TEST(BlockedCaller, CancelsAndCallsAgainWithTheSamePauses) {
  const std::string heard = expect_no_difference([](OneLife& world) {
    for (int round = 0; round < 200; ++round) {
      say_of_call(world, world.mallory, "call.end", world.calls_ben());
      world.pass(milliseconds(1'700));
    }
  });
  EXPECT_NE(heard.find("\"retry_after_ms\":"), std::string::npos);
}

TEST(BlockedCaller, SignalsAndIsRefusedWhatOthersAreRefused) {
  const std::string heard = expect_no_difference([](OneLife& world) {
    const std::string id = world.calls_ben();
    for (int i = 0; i < 20; ++i) signal_to(world, world.mallory, id, world.bens_part());
    signal_to(world, world.mallory, id, "AAAAAAAAAAAA");
    say_of_call(world, world.mallory, "call.relay", id);
    say_of_call(world, world.mallory, "call.accept", id);
    say_of_call(world, world.mallory, "call.decline", id);
    call(world, world.mallory, world.ben);
    invite(world, world.mallory, id, world.ben.user);
  });
  EXPECT_NE(heard.find("\"call.relay\""), std::string::npos);
  EXPECT_NE(heard.find("\"unknown_participant\""), std::string::npos);
}

TEST(BlockedCaller, IsRefusedSignalsJustWhenOthersAre) {
  const std::string heard = expect_no_difference([](OneLife& world) {
    const std::string id = world.calls_ben();
    const std::string part = world.bens_part();
    const std::string data = R"({"x":")" + std::string(2'000, 'x') + "\"}";
    for (int i = 0; i < 40; ++i) {
      signal_to(world, world.mallory, id, part, data);
      world.pass(milliseconds(100));
      if (i % 5 == 4) world.ben_acknowledges();
    }
    world.lose(world.ben.connection);
    for (int i = 0; i < 6; ++i) {
      signal_to(world, world.mallory, id, part, data);
      world.pass(milliseconds(600));
    }
    const std::string large = R"({"x":")" + std::string(60'000, 'x') + "\"}";
    for (int i = 0; i < 3; ++i) signal_to(world, world.mallory, id, part, large);
    for (int i = 0; i < 120; ++i) {
      signal_to(world, world.mallory, id, part);
      world.pass(milliseconds(20));
    }
  });
  EXPECT_NE(heard.find("\"rate_limited\""), std::string::npos);
}

TEST(BlockedCaller, SeesDevicesComeAndGo) {
  const std::string heard = expect_no_difference([](OneLife& world) {
    world.calls_ben();
    world.pass(seconds(5));
    const Guest phone = join_again(world, "Ben", world.ben);
    const Guest tablet = join_again(world, "Ben", world.ben);
    world.pass(seconds(5));
    world.lose(phone.connection, CloseCause::kLeft);
    world.lose(tablet.connection);
    world.pass(seconds(31));
    world.lose(world.ben.connection, CloseCause::kLeft);
  });
  EXPECT_NE(heard.find("\"call.left\""), std::string::npos);
}

TEST(BlockedCaller, SeesAReloadedPageRingOn) {
  expect_no_difference([](OneLife& world) {
    world.calls_ben();
    world.lose(world.ben.connection, CloseCause::kGoingAway);
    world.pass(seconds(3));
    world.ben.connection = resume(world, "Ben", world.ben);
  });
}

TEST(BlockedCaller, LearnsANewNameOfSomebodyBeyondTheList) {
  Limits limits;
  limits.presence_list_max = 1;
  const std::string heard = expect_no_difference(
      [](OneLife& world) {
        world.calls_ben();
        world.say(world.ben.connection, R"({"type":"name.set","name":"Benjamin"})");
        world.pass(seconds(1));
      },
      limits);
  EXPECT_NE(heard.find("Benjamin"), std::string::npos);
}

TEST(BlockedCaller, IsBusyWhenOthersAre) {
  for (const int others : {2, 3}) {
    const std::string heard = expect_no_difference([others](OneLife& world) {
      for (int i = 0; i < others; ++i) {
        call(world, join_from(world, "203.0.113." + std::to_string(i), "Stranger"), world.ben);
      }
      world.calls_ben();
    });
    EXPECT_EQ(heard.find("\"busy\"") != std::string::npos, others == 3);
  }
}

TEST(BlockedCaller, IsBusyWhenOthersWhoAreBlockedRing) {
  const std::string heard = expect_no_difference([](OneLife& world) {
    const Guest twin = join_from(world, "198.51.100.3", "Twin");
    const Guest other = join_from(world, "198.51.100.3", "Other");
    if (world.blocked) {
      set_blocked(world, world.ben, twin.user, true);
      set_blocked(world, world.ben, other.user, true);
    }
    call(world, twin, world.ben);
    call(world, other, world.ben);
    call(world, world.mallory, world.ben);
  });
  EXPECT_NE(heard.find("\"busy\""), std::string::npos);
}

TEST(BlockedCaller, InvitesIntoACallThatGoesOn) {
  const std::string heard = expect_no_difference([](OneLife& world) {
    call(world, world.mallory, world.ana);
    const std::string id = world.last_heard(world.mallory, "call.ringing").at("/call");
    say_of_call(world, world.ana, "call.accept", id);
    invite(world, world.mallory, id, world.ben.user);
    world.pass(seconds(10));
    join_again(world, "Ben", world.ben);
    invite(world, world.mallory, id, world.ben.user);
    const std::string part =
        world.last_heard(world.mallory, "call.ringing").at("/participants/2/participant");
    signal_to(world, world.ana, id, part);
    signal_to(world, world.mallory, id, part);
    world.pass(seconds(60));
    invite(world, world.mallory, id, world.ben.user);
    say_of_call(world, world.ana, "call.end", id);
    say_of_call(world, world.mallory, "call.end", id);
  });
  EXPECT_NE(heard.find("\"missed\""), std::string::npos);
}

TEST(BlockedCaller, LearnsNothingWhenTheOtherIsInACall) {
  expect_no_difference([](OneLife& world) {
    call(world, world.ana, world.ben);
    const std::string id = world.last_heard(world.ana, "call.ringing").at("/call");
    world.calls_ben();
    say_of_call(world, world.ben, "call.accept", id);
    world.pass(seconds(5));
    say_of_call(world, world.ben, "call.end", id);
  });
}

TEST(BlockedCaller, HearsTheSameWhenBlockedWhileItRings) {
  const auto life = [](bool blocked) {
    OneLife world{Limits{}};
    const std::string id = world.calls_ben();
    world.pass(seconds(5));
    if (blocked) set_blocked(world, world.ben, world.mallory.user, true);
    signal_to(world, world.mallory, id, world.bens_part());
    join_again(world, "Ben", world.ben);
    world.pass(seconds(60));
    world.calls_ben();
    world.take_all();
    return world.heard;
  };
  EXPECT_EQ(life(true), life(false));
}

}  // namespace
}  // namespace visavis::signaling
