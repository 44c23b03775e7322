// Somebody on one device who enters rooms, knocks, lets others in, invites friends, talks to
// everybody inside and leaves, at random; and who checks everything they hear.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/sim/device.h"

namespace visavis::sim {

class RoomGuest final : public Device {
 public:
  RoomGuest(Network& network, std::string name) : Device(network, std::move(name)) {}

  void know(const RoomGuest& other) { friends_.push_back(&other); }

  // The call it is in, or "".
  const std::string& inside() const { return call_; }
  // Participants who have joined that call, itself included.
  const std::set<std::string>& roster() const { return roster_; }

  // What those inside know of the room's rules; the same for all.
  const std::string& rules() const { return rules_; }

  struct Deeds {
    std::uint64_t entered = 0;
    std::uint64_t knocked = 0;
    std::uint64_t admitted = 0;
    std::uint64_t refused = 0;
    std::uint64_t rang = 0;
    std::uint64_t rang_inside = 0;  // of these, while it was in another call
    std::uint64_t rejoined = 0;
    std::uint64_t signals = 0;
    std::uint64_t removed = 0;
    std::uint64_t hosted = 0;        // room.rules that answered a host
    std::uint64_t sent_to_door = 0;  // as the room goes by earlier rules again
  };
  const Deeds& deeds() const { return deeds_; }

 private:
  void on_counted(const Heard& heard) override;
  void start_afresh(bool restarted) override;
  void act() override;
  void act_inside();
  void answer(const std::string& call);  // which rings
  void act_outside();
  void on_call_message(const std::string& type, const Heard& heard);
  void on_room_message(const std::string& type, const Heard& heard);
  void on_signal(const Heard& heard);
  void on_fault(const Heard& error);
  void ask(const std::string& text);  // unless something else is on its way
  void enter(std::string_view room);
  void be_inside(const Heard& heard);
  void be_outside();
  void rejoin();
  void host();
  void read_rules(const Heard& heard);
  std::string token_of(const std::string& room) const;
  void read_roster(const Heard& heard);

  std::vector<const RoomGuest*> friends_;

  bool asked_ = false;
  bool rejoining_ = false;
  std::string call_;
  std::string own_participant_;
  std::string membership_;
  std::set<std::string> roster_;        // those who have joined
  std::set<std::string> ringing_here_;  // those at whom this call rings
  std::string rules_;
  std::string room_;
  std::map<std::string, std::string> room_tokens_;  // by room
  std::vector<std::string> knocks_;
  std::set<std::string> ringing_;               // calls
  std::string knocking_;                        // at a room
  std::map<std::string, std::uint64_t> said_;   // signals, by receiver
  std::map<std::string, std::uint64_t> heard_;  // and by sender
  std::set<std::string> emptied_;               // senders who have left

  Deeds deeds_;
};

}  // namespace visavis::sim
