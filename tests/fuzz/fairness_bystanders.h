// Honest people among attackers, in the pure hub: they do a little, well below what they may, read
// everything and acknowledge it. Whatever others do, nothing of it fails, and nobody closes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/hub_world.h"

namespace visavis::fuzz {

class Bystanders {
 public:
  // They arrive, before anybody else.
  explicit Bystanders(HubWorld& world);

  // After each thing that an attacker did: what came is acknowledged as PROTOCOL.md section 3 asks,
  // and everybody is still there.
  void read();
  // Does something each time that enough time has passed since the last.
  void act();
  // Ben's network goes away; he is back at the latest when act() is called after three seconds.
  void lose_ben();

  const std::string& ana() const { return ana_.user; }
  const std::string& ben() const { return ben_.user; }
  const std::string& ida() const { return ida_.user; }
  // Ida's part in the room called "open", which anybody may enter.
  const std::string& ida_participant() const { return ida_participant_; }
  const std::string& open_call() const { return open_call_; }

 private:
  struct Person {
    std::string name;
    signaling::ConnectionId connection{};
    std::string session;
    std::string user;
    std::size_t acknowledged = 0;
    bool away = false;
  };
  struct Heard {
    signaling::ConnectionId connection;
    std::string type;
    std::string call;
    std::string participant;
    std::string room;
    std::string token;
  };

  Person arrive(std::string name);
  void say(Person& person, std::string_view text);
  // The message of this type that has just come to this person; fails where none has.
  Heard expect(const Person& person, std::string_view type, const char* what) const;
  void acknowledge(Person& person);
  void call(Person& caller, Person& callee);
  void enter_own_room();
  void come_back(Person& person);

  HubWorld& world_;
  std::vector<Heard> heard_;  // because of the last thing that was said
  Person ana_;
  Person ben_;
  Person ida_;
  Person vic_;
  std::string open_call_;
  std::string ida_participant_;
  std::string vic_room_token_;
  Instant acted_{};
  Instant lost_{};
  std::uint64_t acts_ = 0;
};

}  // namespace visavis::fuzz
