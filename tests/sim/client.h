// Somebody on one device who calls others, answers, talks, hangs up, is called meanwhile and blocks
// at random, and checks everything they hear.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/device.h"

namespace visavis::sim {

class Client final : public Device {
 public:
  Client(Network& network, std::string name) : Device(network, std::move(name)) {}

  void be_called_by(Client& friend_of_mine) { friend_of_mine.callees_.push_back(this); }

  std::uint64_t signals_heard() const { return signals_heard_; }
  std::uint64_t calls_ended() const { return calls_ended_; }
  std::uint64_t rejoins() const { return rejoins_; }
  // Calls that came while it was in another.
  std::uint64_t second_calls() const { return second_calls_; }

 private:
  void on_counted(const Heard& heard) override;
  void start_afresh(bool restarted) override;
  void act() override;
  void join_call(const Heard& heard);
  void leave_call();
  void on_call_error(const Heard& error);
  void on_incoming(const Heard& heard);
  void accept(const std::string& call);
  void act_in_call();
  void act_on_second_call();
  void start_call();

  std::vector<Client*> callees_;

  std::string call_;
  std::string calling_;            // a user; until the server has answered
  std::set<std::string> ringing_;  // calls beside call_
  std::set<std::string> blocked_;  // users, as far as this session knows
  std::string own_participant_;
  std::string other_participant_;
  std::string membership_;
  bool member_ = false;  // of call_, whether the server knows of it or not
  bool joined_ = false;  // and so has the other one: they signal
  std::uint64_t next_to_say_ = 1;
  std::uint64_t next_to_hear_ = 1;
  bool emptied_ = false;  // the other has left, as signals without what they said show
  std::set<std::string> ended_calls_;

  std::uint64_t signals_heard_ = 0;
  std::uint64_t calls_ended_ = 0;
  std::uint64_t rejoins_ = 0;
  std::uint64_t second_calls_ = 0;
};

}  // namespace visavis::sim
