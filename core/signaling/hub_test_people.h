// People who talk to a hub in fake time: what they say, and the fixtures in which they meet.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/signaling/hub_test_support.h"

namespace visavis::signaling::testing {

// Somebody on one device, welcomed.
struct Guest {
  ConnectionId connection;
  std::string user;
  std::string identity;
  std::string resume;
};

// Joins and drops what came with it. `extra` is put into the hello, e.g. R"(,"identity":"…")".
inline Guest join_from(Dialogue& dialogue, std::string_view address, std::string_view name,
                       std::string_view extra = "") {
  Guest guest;
  guest.connection = dialogue.connect(address);
  dialogue.say(guest.connection, std::string(R"({"type":"hello","name":")") + std::string(name) +
                                     "\"" + std::string(extra) + "}");
  const Heard welcome = dialogue.hear(guest.connection, "welcome");
  guest.user = welcome.at("/user");
  guest.identity = welcome.at("/identity");
  guest.resume = welcome.at("/resume/token");
  return guest;
}

// All of them from one address.
inline Guest join(Dialogue& dialogue, std::string_view name, std::string_view extra = "") {
  return join_from(dialogue, "192.0.2.7", name, extra);
}

inline Guest join_again(Dialogue& dialogue, std::string_view name, const Guest& same) {
  return join(dialogue, name, R"(,"identity":")" + same.identity + "\"");
}

// Says hello on another connection, with the session's token. `received` is put into it; a page
// that was reloaded has none.
inline ConnectionId resume(Dialogue& dialogue, std::string_view name, const Guest& guest,
                           std::optional<int> received = std::nullopt) {
  const ConnectionId back = dialogue.connect();
  const std::string count = received ? R"(,"received":)" + std::to_string(*received) : "";
  dialogue.say(back, R"({"type":"hello","name":")" + std::string(name) +
                         R"(","resume":{"token":")" + guest.resume + "\"" + count + "}}");
  return back;
}

template <typename... Guests>
void call(Dialogue& dialogue, const Guest& caller, const Guest& callee, const Guests&... more) {
  std::string users = callee.user;
  ((users += "\",\"" + more.user), ...);
  dialogue.say(caller.connection, R"({"type":"call.start","id":1,"to":[")" + users + R"("]})");
}

inline void say_of_call(Dialogue& dialogue, const Guest& guest, std::string_view type,
                        const std::string& call_id, int id = 2) {
  dialogue.say(guest.connection, R"({"type":")" + std::string(type) + R"(","id":)" +
                                     std::to_string(id) + R"(,"call":")" + call_id + R"("})");
}

// What both hear when one calls the other: the caller first.
inline std::pair<Heard, Heard> ring(Dialogue& dialogue, const Guest& caller, const Guest& callee) {
  call(dialogue, caller, callee);
  return {dialogue.hear(caller.connection, "call.ringing"),
          dialogue.hear(callee.connection, "call.incoming")};
}

// Strangers of three networks ring at somebody: as many as may. Returns them; what came of it is
// dropped.
inline std::vector<Guest> keep_ringing(Dialogue& dialogue, const Guest& guest) {
  std::vector<Guest> strangers;
  for (const char* address : {"203.0.113.1", "203.0.113.2", "203.0.113.3"}) {
    strangers.push_back(join_from(dialogue, address, "Stranger"));
    call(dialogue, strangers.back(), guest);
    EXPECT_EQ(dialogue.hear(strangers.back().connection, "call.ringing").at("/busy"), "");
  }
  dialogue.forget(guest.connection);
  return strangers;
}

// Accepts and returns the answer, whatever it is.
inline Heard accept(Dialogue& dialogue, const Guest& guest, const std::string& call_id) {
  dialogue.forget(guest.connection);
  say_of_call(dialogue, guest, "call.accept", call_id);
  return dialogue.hear(guest.connection);
}

inline void invite(Dialogue& dialogue, const Guest& guest, const std::string& call_id,
                   std::string_view users) {
  dialogue.say(guest.connection, R"({"type":"call.invite","id":4,"call":")" + call_id +
                                     R"(","to":[")" + std::string(users) + R"("]})");
}

// Comes back to a call of an earlier life, and returns the answer, whatever it is.
inline Heard rejoin(Dialogue& dialogue, const Guest& guest, const std::string& membership,
                    const std::string& room_token = "") {
  dialogue.forget(guest.connection);
  dialogue.say(guest.connection,
               R"({"type":"call.rejoin","id":7,"membership":")" + membership + "\"" +
                   (room_token.empty() ? "" : R"(,"room_token":")" + room_token + "\"") + "}");
  return dialogue.hear(guest.connection);
}

// `data` is JSON.
inline void signal_to(Dialogue& dialogue, const Guest& from, const std::string& call_id,
                      const std::string& participant, std::string_view data = R"({"x":1})") {
  dialogue.say(from.connection, R"({"type":"signal","id":9,"call":")" + call_id + R"(","to":")" +
                                    participant + R"(","data":)" + std::string(data) + "}");
}

// `more` is put into the message, e.g. R"(,"knock":true)".
inline void say_of_room(Dialogue& dialogue, const Guest& guest, std::string_view type,
                        std::string_view room, std::string_view more = "") {
  dialogue.say(guest.connection, R"({"type":")" + std::string(type) + R"(","id":3,"room":")" +
                                     std::string(room) + "\"" + std::string(more) + "}");
}

inline void set_blocked(Dialogue& dialogue, const Guest& guest, const std::string& user,
                        bool blocked) {
  dialogue.say(guest.connection, R"({"type":"people.block","id":6,"user":")" + user +
                                     R"(","blocked":)" + (blocked ? "true}" : "false}"));
}

// Enters the room and returns the answer, whatever it is.
inline Heard enter(Dialogue& dialogue, const Guest& guest, std::string_view room,
                   std::string_view more = "") {
  dialogue.forget(guest.connection);
  say_of_room(dialogue, guest, "room.join", room, more);
  return dialogue.hear(guest.connection);
}

// Enters the room with a token of it, and returns the answer, whatever it is.
inline Heard enter_with(Dialogue& dialogue, const Guest& guest, std::string_view room,
                        const std::string& token, std::string_view more = "") {
  return enter(dialogue, guest, room, R"(,"room_token":")" + token + "\"" + std::string(more));
}

// A hub of its own for each test, and who is asked most often.
struct HubTest : ::testing::Test {
  Dialogue dialogue;

  explicit HubTest(Limits limits = {}, std::uint64_t seed = 1, RelayOffer relay = {})
      : dialogue(limits, seed, std::move(relay)) {}

  Heard hear(const Guest& guest, std::string_view type) {
    return dialogue.hear(guest.connection, type);
  }
  std::string reason(const Guest& guest, std::string_view type = "call.ended") {
    return hear(guest, type).at("/reason");
  }
  std::string error(const Guest& guest) { return hear(guest, "error").at("/code"); }
};

// `dialogue` is the second life of a server. Ana and Ben were online in the first one as well.
struct RestartTest : HubTest {
  Dialogue before;
  Guest old_ana = join(before, "Ana");
  Guest old_ben = join(before, "Ben");
  Guest cleo = join(dialogue, "Cleo");
  Guest ana = join_again(dialogue, "Ana", old_ana);
  Guest ben = join_again(dialogue, "Ben", old_ben);

  explicit RestartTest(const RelayOffer& relay = {})
      : HubTest({}, 2, relay), before({}, 1, relay) {}
};

}  // namespace visavis::signaling::testing
