// Rooms and their doors.
#include <fmt/format.h>

#include <memory>

#include "bench/cost/cases.h"

namespace visavis::bench {
namespace {

using namespace signaling;  // NOLINT: only this file

std::string of_room(std::string_view type, std::string_view room, std::string_view more = "") {
  return fmt::format(R"({{"type":"{}","id":3,"room":"{}"{}}})", type, room, more);
}

// A room with knocking, with as many inside as it holds but one, and as many at its door as there
// is place for but one. Names are as long as they can be.
struct Door {
  World& world;
  std::string name = std::string(60, 'r') + std::to_string(1000 + rooms++);
  std::vector<Device> inside;
  std::vector<Device> waiting;
  Device guest;
  std::string call;

  explicit Door(World& w) : world(w), guest(w.join(long_name())) {
    inside.push_back(w.join(long_name()));
    call = field(w.ask(inside[0], of_room("room.join", name, R"(,"knock":true)"), "call.accepted"),
                 "call");
    while (inside.size() + 1 < w.limits().participants_max) {
      world.pass(seconds(20));
      inside.push_back(w.join(long_name()));
      w.ask(inside.back(), of_room("room.join", name), "room.waiting");
      admit(true);
      w.ask(inside.back(), of_room("room.join", name), "call.accepted");
    }
    while (waiting.size() + 1 < w.limits().knocks_per_room_max) {
      world.pass(seconds(20));
      waiting.push_back(w.join(long_name()));
      w.ask(waiting.back(), of_room("room.join", name), "room.waiting");
    }
  }
  // The last one at the door.
  std::string last_knock() const {
    const std::string& news = world.heard(inside[0].connection).front();
    const std::size_t at = news.rfind("\"knock\":\"");
    return field(std::string_view(news).substr(at), "knock");
  }
  std::string admitting(std::string_view knock, bool admit) const {
    return fmt::format(R"({{"type":"room.admit","id":4,"call":"{}","knock":"{}","admit":{}}})",
                       call, knock, admit);
  }
  void admit(bool admit) { world.ask(inside[0], admitting(last_knock(), admit), "room.knocks"); }
  void knock() { world.ask(guest, of_room("room.join", name), "room.waiting"); }
  void withdraw() { world.say(guest, of_room("room.leave", name)); }

  static inline int rooms = 0;
};

}  // namespace

void add_cases(Cases& cases, World& world, Of<RoomLook>) {
  const auto door = std::make_shared<Door>(world);
  cases.push_back(
      {"room.look", "at a room of 5, by one of them",
       [=] { return Case::Message{door->inside[0].connection, of_room("room.look", door->name)}; },
       "room.state"});
  const auto stranger = std::make_shared<Device>();
  cases.push_back({"room.look", "before hello",
                   [=, &world] {
                     stranger->connection = world.connect();
                     return Case::Message{stranger->connection, of_room("room.look", door->name)};
                   },
                   "room.state", [=, &world] { world.leave(*stranger); }});
}

void add_cases(Cases& cases, World& world, Of<RoomJoin>) {
  const auto door = std::make_shared<Door>(world);
  cases.push_back(
      {"room.join", "the 16th at the door of 5",
       [=] { return Case::Message{door->guest.connection, of_room("room.join", door->name)}; },
       "room.waiting", [=] { door->withdraw(); }});
  cases.push_back({"room.join", "the 6th inside, 15 at the door",
                   [=] {
                     // Once admitted, one need not knock again.
                     door->guest = door->world.join(long_name());
                     door->knock();
                     door->admit(true);
                     return Case::Message{door->guest.connection, of_room("room.join", door->name)};
                   },
                   "call.accepted",
                   [=, &world] {
                     world.ask(
                         door->guest,
                         fmt::format(R"({{"type":"call.end","id":5,"call":"{}"}})", door->call),
                         "call.ended");
                     world.leave(door->guest);
                   }});
  const auto maker = std::make_shared<Device>(world.join("Ana"));
  const auto made = std::make_shared<int>(0);
  cases.push_back({"room.join", "a new room, of 10,000",
                   [=] {
                     return Case::Message{
                         maker->connection,
                         of_room("room.join", fmt::format("new-{}", ++*made), R"(,"knock":true)")};
                   },
                   "call.accepted",
                   [=, &world] {
                     const std::string call = field(world.heard(maker->connection).front(), "call");
                     world.ask(*maker,
                               fmt::format(R"({{"type":"call.end","id":5,"call":"{}"}})", call),
                               "call.ended");
                   }});
}

void add_cases(Cases& cases, World& world, Of<RoomLeave>) {
  const auto door = std::make_shared<Door>(world);
  cases.push_back({"room.leave", "one of 16 at the door of 5",
                   [=] {
                     door->knock();
                     return Case::Message{door->guest.connection,
                                          of_room("room.leave", door->name)};
                   },
                   "room.refused"});
}

void add_cases(Cases& cases, World& world, Of<RoomAdmit>) {
  const auto door = std::make_shared<Door>(world);
  cases.push_back({"room.admit", "refuses one of 16 at the door of 5",
                   [=] {
                     door->guest = door->world.join(long_name());
                     door->knock();
                     return Case::Message{door->inside[0].connection,
                                          door->admitting(door->last_knock(), false)};
                   },
                   "room.knocks", [=, &world] { world.leave(door->guest); }});
}

void add_cases(Cases& cases, World& world, Of<RoomOpen>) {
  const auto people = std::make_shared<std::vector<Person>>(world.people(long_name(), 6, 1));
  const auto call = std::make_shared<std::string>();
  const auto made = std::make_shared<int>(0);
  cases.push_back(
      {"room.open", "of a call of 6",
       [=, &world] {
         std::string to;
         for (std::size_t i = 1; i < people->size(); ++i) {
           to += fmt::format("{}\"{}\"", i > 1 ? "," : "", (*people)[i].first().user);
         }
         *call = field(world.ask((*people)[0].first(),
                                 fmt::format(R"({{"type":"call.start","id":1,"to":[{}]}})", to),
                                 "call.ringing"),
                       "call");
         for (std::size_t i = 1; i < people->size(); ++i) {
           world.ask((*people)[i].first(),
                     fmt::format(R"({{"type":"call.accept","id":2,"call":"{}"}})", *call),
                     "call.accepted");
         }
         return Case::Message{
             (*people)[0].first().connection,
             fmt::format(
                 R"({{"type":"room.open","id":3,"call":"{}","room":"open-{}","knock":true}})",
                 *call, ++*made)};
       },
       "room.opened",
       [=, &world] {
         for (const Person& person : *people) {
           world.ask(person.first(),
                     fmt::format(R"({{"type":"call.end","id":4,"call":"{}"}})", *call),
                     "call.ended");
         }
       }});
}

void add_cases(Cases& cases, World& world, Of<RoomRemove>) {
  const auto door = std::make_shared<Door>(world);
  cases.push_back(
      {"room.remove", "one of 6, 15 at the door",
       [=, &world] {
         door->guest = world.join(long_name());
         door->knock();
         door->admit(true);
         const std::string inside =
             world.ask(door->guest, of_room("room.join", door->name), "call.accepted");
         return Case::Message{
             door->inside[0].connection,
             fmt::format(R"({{"type":"room.remove","id":6,"call":"{}","participant":"{}"}})",
                         door->call, field(inside, "participant"))};
       },
       "room.rules", [=, &world] { world.leave(door->guest); }});
}

void add_cases(Cases& cases, World& world, Of<RoomSet>) {
  const auto door = std::make_shared<Door>(world);
  const auto locking = [door](bool locked) {
    return fmt::format(R"({{"type":"room.set","id":6,"call":"{}","locked":{}}})", door->call,
                       locked);
  };
  cases.push_back({"room.set", "locks a room of 5, with 16 at the door",
                   [=, &world] {
                     world.ask(door->inside[0], locking(false), "room.rules");
                     for (const Device& one : door->waiting) {
                       world.ask(one, of_room("room.join", door->name), "room.waiting");
                     }
                     door->knock();
                     return Case::Message{door->inside[0].connection, locking(true)};
                   },
                   "room.rules"});
}

void add_cases(Cases& cases, World& world, Of<RoomHost>) {
  const auto door = std::make_shared<Door>(world);
  const auto naming = [door](bool host) {
    return fmt::format(R"({{"type":"room.host","id":6,"call":"{}","user":"{}","host":{}}})",
                       door->call, door->inside[1].user, host);
  };
  cases.push_back({"room.host", "one of 5, 15 at the door",
                   [=] { return Case::Message{door->inside[0].connection, naming(true)}; },
                   "room.rules",
                   [=, &world] { world.ask(door->inside[0], naming(false), "room.rules"); }});
}

}  // namespace visavis::bench
