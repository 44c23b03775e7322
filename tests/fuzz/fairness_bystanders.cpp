#include "tests/fuzz/fairness_bystanders.h"

#include <algorithm>

#include "tests/fuzz/require.h"

namespace visavis::fuzz {
namespace {

using namespace signaling;  // NOLINT: only this file

// Of everybody honest; attackers have others.
constexpr std::uint8_t kHonestAddress = 200;
constexpr std::size_t kAckMessages = 8;
constexpr Duration kActInterval = seconds(2);

std::string text_at(simdjson::dom::element message, std::string_view pointer) {
  std::string_view text;
  if (message.at_pointer(pointer).get(text) != simdjson::SUCCESS) return {};
  return std::string(text);
}

std::string of_call(std::string_view type, const std::string& call) {
  return R"({"type":")" + std::string(type) + R"(","id":2,"call":")" + call + "\"}";
}

}  // namespace

Bystanders::Bystanders(HubWorld& world) : world_(world) {
  world_.listen([this](ConnectionId connection, std::string_view type, auto message) {
    heard_.push_back({connection, std::string(type), text_at(message, "/call"),
                      text_at(message, "/participant"), text_at(message, "/room"),
                      text_at(message, "/room_token")});
    const auto is = [connection](const Person& person) {
      return !person.away && person.connection == connection;
    };
    if (type == "error" && (is(ana_) || is(ben_) || is(ida_) || is(vic_))) {
      require(false, ("nobody honest is refused: " + text_at(message, "/code")).c_str());
    }
  });
  ana_ = arrive("Ana");
  ben_ = arrive("Ben");
  ida_ = arrive("Ida");
  vic_ = arrive("Vic");
  say(ida_, R"({"type":"room.join","id":1,"room":"open"})");
  const Heard inside = expect(ida_, "call.accepted", "Ida enters");
  open_call_ = inside.call;
  ida_participant_ = inside.participant;
  say(vic_, R"({"type":"room.join","id":1,"room":"own","knock":true})");
  const Heard own = expect(vic_, "call.accepted", "Vic makes a room");
  vic_room_token_ = own.token;
  say(vic_, of_call("call.end", own.call));
  acted_ = world_.now();
}

Bystanders::Person Bystanders::arrive(std::string name) {
  Person person{.name = std::move(name), .session = {}, .user = {}};
  world_.connect(kHonestAddress);
  person.connection = world_.last_connection();
  say(person, R"({"type":"hello","name":")" + person.name + "\"}");
  expect(person, "welcome", "the honest come in");
  const Connection& connection = world_.connection(person.connection);
  person.session = connection.session;
  person.user = connection.user;
  return person;
}

void Bystanders::say(Person& person, std::string_view text) {
  const auto index = world_.index_of(person.connection);
  require(index.has_value(), "nobody honest is closed");
  heard_.clear();
  world_.say(*index, text);
}

Bystanders::Heard Bystanders::expect(const Person& person, std::string_view type,
                                     const char* what) const {
  const auto found = std::find_if(heard_.begin(), heard_.end(), [&](const Heard& one) {
    return one.connection == person.connection && one.type == type;
  });
  require(found != heard_.end(), what);
  return *found;
}

void Bystanders::read() {
  for (Person* person : {&ana_, &ben_, &ida_, &vic_}) {
    if (person->away) continue;
    require(world_.index_of(person->connection).has_value(), "nobody honest is closed");
    const Device& device = world_.device(person->session);
    std::size_t bytes = 0;
    for (std::size_t i = person->acknowledged; i < device.seen; ++i) {
      bytes += device.counted[i]->size();
    }
    if (device.seen - person->acknowledged >= 32 || bytes >= 8'192) acknowledge(*person);
  }
}

void Bystanders::acknowledge(Person& person) {
  person.acknowledged = world_.device(person.session).seen;
  say(person, R"({"type":"ack","received":)" + std::to_string(person.acknowledged) + "}");
}

void Bystanders::lose_ben() {
  if (ben_.away) return;
  ben_.away = true;
  lost_ = world_.now();
  // Some of what came last never reached him.
  const std::size_t lost = world_.device(ben_.session).seen - ben_.acknowledged;
  world_.close(*world_.index_of(ben_.connection), CloseCause::kLost,
               std::min<std::size_t>(lost, kAckMessages));
}

void Bystanders::come_back(Person& person) {
  world_.connect(kHonestAddress);
  const ConnectionId connection = world_.last_connection();
  heard_.clear();
  world_.resume(*world_.index_of(connection), world_.device_index(person.session), false);
  person.connection = connection;
  person.away = false;
  expect(person, "welcome", "who lost the network comes back");
  require(world_.connection(connection).session == person.session,
          "what others sent does not cost anybody's session");
}

void Bystanders::act() {
  if (ben_.away && world_.now() - lost_ >= seconds(3)) come_back(ben_);
  if (world_.now() - acted_ < kActInterval) return;
  acted_ = world_.now();
  ++acts_;
  for (Person* person : {&ana_, &ida_, &vic_}) {
    person->acknowledged = world_.device(person->session).seen;
    say(*person, R"({"type":"ping","received":)" + std::to_string(person->acknowledged) + "}");
    expect(*person, "pong", "a ping is answered");
  }
  if (ben_.away) return;
  if (acts_ % 2 == 0) {
    call(ana_, ben_);
  } else {
    call(ben_, ana_);
  }
  if (acts_ % 4 == 0) enter_own_room();
}

void Bystanders::call(Person& caller, Person& callee) {
  say(caller, R"({"type":"call.start","id":1,"to":[")" + callee.user + "\"]}");
  const Heard ringing = expect(caller, "call.ringing", "a call rings");
  const Heard incoming = expect(callee, "call.incoming", "a call is heard");
  say(callee, of_call("call.accept", ringing.call));
  expect(callee, "call.accepted", "a call is accepted");
  expect(caller, "call.accepted", "who called hears that it was accepted");
  const auto signal = [&](Person& from, const Person& to, const std::string& participant) {
    say(from, R"({"type":"signal","call":")" + ringing.call + R"(","to":")" + participant +
                  R"(","data":{"sdp":")" + std::string(4'000, 'x') + "\"}}");
    expect(to, "signal", "a signal arrives");
  };
  signal(caller, callee, incoming.participant);
  signal(callee, caller, ringing.participant);
  say(caller, of_call("call.end", ringing.call));
  expect(callee, "call.ended", "a call ends");
  for (Person* person : {&caller, &callee}) acknowledge(*person);
}

void Bystanders::enter_own_room() {
  const std::string token =
      vic_room_token_.empty() ? "" : R"(,"room_token":")" + vic_room_token_ + "\"";
  say(vic_, R"({"type":"room.join","id":1,"room":"own","knock":true)" + token + "}");
  const Heard inside = expect(vic_, "call.accepted", "one's own room lets one in");
  if (!inside.token.empty()) vic_room_token_ = inside.token;
  say(vic_, of_call("call.end", inside.call));
}

}  // namespace visavis::fuzz
