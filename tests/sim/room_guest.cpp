#include "tests/sim/room_guest.h"

#include <fmt/format.h>

#include <iterator>

namespace visavis::sim {
namespace {

constexpr std::string_view kOpenRoom = "open-house";
constexpr std::string_view kRoomWithDoor = "closed-door";

}  // namespace

// One request at a time: what is told in between is about what was true before.
void RoomGuest::ask(const std::string& text) {
  if (asked_) return;
  asked_ = true;
  say_counted(text);
}

void RoomGuest::enter(std::string_view room) {
  ask(fmt::format(R"({{"type":"room.join","id":1,"room":"{}","knock":{}{}}})", room,
                  room == kRoomWithDoor, token_of(std::string(room))));
}

std::string RoomGuest::token_of(const std::string& room) const {
  const auto token = room_tokens_.find(room);
  return token == room_tokens_.end() ? "" : fmt::format(R"(,"room_token":"{}")", token->second);
}

// Only a server that has restarted forgets a call that goes on.
void RoomGuest::start_afresh(bool restarted) {
  asked_ = false;
  ringing_.clear();
  knocking_.clear();
  rejoining_ = restarted && !call_.empty();
  if (!rejoining_) return be_outside();
  rejoin();
}

void RoomGuest::rejoin() {
  ask(fmt::format(R"({{"type":"call.rejoin","id":2,"membership":"{}"{}}})", membership_,
                  token_of(room_)));
}

// A call that comes back without its room tells no rules.
void RoomGuest::read_rules(const Heard& heard) {
  room_ = heard.at("/room");
  rules_ = room_ + heard.at("/knock") + heard.at("/locked") + heard.at("/hosts");
  if (!heard.at("/room_token").empty()) room_tokens_[room_] = heard.at("/room_token");
  if (!heard.at("/membership").empty()) membership_ = heard.at("/membership");
  EXPECT_EQ(heard.at("/removed").find("\"" + user() + "\""), std::string::npos) << heard;
}

void RoomGuest::be_outside() {
  call_.clear();
  roster_.clear();
  ringing_here_.clear();
  knocks_.clear();
  rules_.clear();
  rejoining_ = false;
}

void RoomGuest::be_inside(const Heard& heard) {
  call_ = heard.at("/call");
  own_participant_ = heard.at("/participant");
  read_rules(heard);
  ringing_.erase(call_);
  knocking_.clear();
  said_.clear();
  heard_.clear();
  emptied_.clear();
  knocks_.clear();
  for (int i = 0;; ++i) {
    const std::string knock = heard.at(fmt::format("/knocks/{}/knock", i));
    if (knock.empty()) break;
    knocks_.push_back(knock);
  }
  read_roster(heard);
  EXPECT_TRUE(roster_.contains(own_participant_)) << heard;
}

void RoomGuest::read_roster(const Heard& heard) {
  roster_.clear();
  ringing_here_.clear();
  for (int i = 0;; ++i) {
    const std::string at = fmt::format("/participants/{}", i);
    if (heard.at(at).empty()) return;
    auto& those = heard.at(at + "/state") == "joined" ? roster_ : ringing_here_;
    those.insert(heard.at(at + "/participant"));
  }
}

void RoomGuest::on_counted(const Heard& heard) {
  const std::string type = heard.type();
  if (!heard.at("/id").empty()) asked_ = false;
  if (type == "error") return on_fault(heard);
  if (type == "signal") return on_signal(heard);
  if (type.starts_with("room.")) return on_room_message(type, heard);
  on_call_message(type, heard);
}

void RoomGuest::on_call_message(const std::string& type, const Heard& heard) {
  const std::string call = heard.at("/call");
  if (type == "call.incoming") {
    EXPECT_TRUE(call != call_ || rejoining_) << name() << " rings for where it is: " << heard;
    EXPECT_TRUE(ringing_.insert(call).second) << name() << " rings twice: " << heard;
    EXPECT_LE(ringing_.size(), signaling::Limits{}.rings_per_person_max) << name();
    ++deeds_.rang;
    if (!call_.empty()) ++deeds_.rang_inside;
    return;
  }
  if (type == "call.rejoined") {
    EXPECT_EQ(call, call_);
    EXPECT_EQ(heard.at("/participant"), own_participant_);
    rejoining_ = false;
    ++deeds_.rejoined;
    return be_inside(heard);
  }
  if (type == "call.accepted" && !heard.at("/membership").empty()) {
    EXPECT_TRUE(call_.empty()) << name() << " enters twice: " << heard;
    ++deeds_.entered;
    return be_inside(heard);
  }
  EXPECT_TRUE(call == call_ || ringing_.contains(call)) << name() << heard;
  if (type == "call.ended") {
    if (heard.at("/reason") == "removed") ++deeds_.removed;
    if (heard.at("/reason") == "room_rules") ++deeds_.sent_to_door;
    if (ringing_.erase(call) == 0) be_outside();
    return;
  }
  if (call != call_ || rejoining_) return;
  if (type == "call.left") {
    roster_.erase(heard.at("/participant"));
    ringing_here_.erase(heard.at("/participant"));
  } else {
    read_roster(heard);
  }
}

void RoomGuest::on_room_message(const std::string& type, const Heard& heard) {
  if (type == "room.waiting") {
    knocking_ = heard.at("/room");
    ++deeds_.knocked;
  } else if (type == "room.admitted" || type == "room.refused") {
    const std::string reason = heard.at("/reason");
    const bool at_once = !heard.at("/id").empty() && (reason == "removed" || reason == "locked");
    EXPECT_TRUE(at_once || heard.at("/room") == knocking_) << name() << heard;
    knocking_.clear();
    if (type == "room.refused") {
      ++deeds_.refused;
    } else {
      ++deeds_.admitted;
      enter(heard.at("/room"));
    }
  } else if (type == "room.rules") {
    if (heard.at("/call") != call_ || rejoining_) return;
    if (!heard.at("/id").empty()) ++deeds_.hosted;
    read_rules(heard);
  } else if (type == "room.knocks") {
    EXPECT_EQ(heard.at("/call"), call_) << name();
    knocks_.clear();
    for (int i = 0; !heard.at(fmt::format("/knocks/{}", i)).empty(); ++i) {
      knocks_.push_back(heard.at(fmt::format("/knocks/{}/knock", i)));
    }
  }
}

void RoomGuest::on_signal(const Heard& heard) {
  const std::string from = heard.at("/from");
  EXPECT_EQ(heard.at("/call"), call_) << name();
  // Somebody whom this call rings at may not know yet that they have been put out of it before, and
  // goes on as whom they were: their numbers are not those of whom they will be.
  if (ringing_here_.contains(from)) return;
  EXPECT_TRUE(roster_.contains(from)) << name() << " hears a stranger: " << heard;
  const std::string number = heard.at("/data/n");
  // Of who has left while we were away, nothing is kept but that something was said.
  if (number.empty()) {
    EXPECT_EQ(heard.at("/data"), "{}") << name() << heard;
    emptied_.insert(from);
    return;
  }
  EXPECT_FALSE(emptied_.contains(from)) << name() << " hears of who has left: " << heard;
  EXPECT_EQ(number, std::to_string(++heard_[from])) << name() << " lost or doubled";
  ++deeds_.signals;
}

// Whoever asks about what has just changed is told so; anything else is a fault.
void RoomGuest::on_fault(const Heard& error) {
  static const std::set<std::string> kLate = {
      "unknown_call", "not_in_call",        "unknown_participant", "unknown_knock", "call_limit",
      "call_full",    "unknown_user",       "invalid_field",       "rate_limited",  "not_host",
      "room_limit",   "membership_invalid", "room_token_invalid"};
  const std::string code = error.at("/code");
  EXPECT_TRUE(kLate.contains(code)) << name() << error;
  if (code == "room_token_invalid") room_tokens_.clear();  // it has expired
  if (error.at("/id") != "2") return;
  if (code == "room_token_invalid") return rejoin();
  EXPECT_TRUE(code == "unknown_call" || code == "call_full" || code == "membership_invalid")
      << name() << " may not go on" << error;
  be_outside();
}

void RoomGuest::act() {
  if (asked_) return;
  if (!ringing_.empty() && network().pick(0, 3) != 0) {
    answer(*ringing_.begin());
  } else if (call_.empty()) {
    act_outside();
  } else {
    act_inside();
  }
}

// From inside another call it is refused, or that one ended first; both come to the same here.
void RoomGuest::answer(const std::string& call) {
  const auto chance = network().pick(0, 5);
  if (chance < 2) {
    ask(fmt::format(R"({{"type":"call.decline","id":3,"call":"{}"}})", call));
  } else if (call_.empty() || chance == 2) {
    ask(fmt::format(R"({{"type":"call.accept","id":3,"call":"{}"}})", call));
  } else if (chance == 3) {
    ask(fmt::format(R"({{"type":"call.end","id":6,"call":"{}"}})", call_));
  }
}

void RoomGuest::act_outside() {
  const auto chance = network().pick(0, 9);
  const std::string_view room = network().pick(0, 1) == 0 ? kOpenRoom : kRoomWithDoor;
  if (!knocking_.empty()) {
    if (chance == 0) ask(fmt::format(R"({{"type":"room.leave","id":4,"room":"{}"}})", knocking_));
  } else if (chance == 0) {
    ask(fmt::format(R"({{"type":"room.look","id":5,"room":"{}"}})", room));
  } else if (chance < 4) {
    enter(room);
  }
}

// Or tries to: most are no hosts.
void RoomGuest::host() {
  const auto chance = network().pick(0, 5);
  if (chance == 0) {
    for (const std::string& other : roster_) {
      if (other == own_participant_) continue;
      return ask(fmt::format(R"({{"type":"room.remove","id":9,"call":"{}","participant":"{}"}})",
                             call_, other));
    }
  } else if (chance == 1) {
    const RoomGuest& other =
        *friends_[static_cast<std::size_t>(network().pick(0, std::ssize(friends_) - 1))];
    if (other.user().empty()) return;
    ask(fmt::format(R"({{"type":"room.host","id":9,"call":"{}","user":"{}","host":{}}})", call_,
                    other.user(), network().pick(0, 2) != 0));
  } else {
    ask(fmt::format(R"({{"type":"room.set","id":9,"call":"{}","knock":{},"locked":{}}})", call_,
                    network().pick(0, 1) == 0, network().pick(0, 5) == 0));
  }
}

void RoomGuest::act_inside() {
  const auto chance = network().pick(0, 59);
  if (chance == 0) {
    ask(fmt::format(R"({{"type":"call.end","id":6,"call":"{}"}})", call_));
  } else if (!knocks_.empty() && chance < 20) {
    ask(fmt::format(R"({{"type":"room.admit","id":7,"call":"{}","knock":"{}","admit":{}}})", call_,
                    knocks_.front(), network().pick(0, 2) != 0));
  } else if (chance == 58) {
    host();
  } else if (chance < 24) {
    const RoomGuest& other =
        *friends_[static_cast<std::size_t>(network().pick(0, std::ssize(friends_) - 1))];
    if (other.user().empty()) return;
    ask(fmt::format(R"({{"type":"call.invite","id":8,"call":"{}","to":["{}"]}})", call_,
                    other.user()));
  } else {
    for (const std::string& to : roster_) {
      if (to == own_participant_) continue;
      say_counted(fmt::format(R"({{"type":"signal","call":"{}","to":"{}","data":{{"n":{}}}}})",
                              call_, to, ++said_[to]));
    }
  }
}

}  // namespace visavis::sim
