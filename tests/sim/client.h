// Somebody on one device who calls one other, answers, talks and hangs up at random, and checks
// everything they hear.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "tests/sim/device.h"

namespace visavis::sim {

class Client final : public Device {
 public:
  Client(Network& network, std::string name) : Device(network, std::move(name)) {}

  void be_called_by(Client& friend_of_mine) { friend_of_mine.callee_ = this; }

  std::uint64_t signals_heard() const { return signals_heard_; }
  std::uint64_t calls_ended() const { return calls_ended_; }
  std::uint64_t rejoins() const { return rejoins_; }

 private:
  void on_counted(const Heard& heard) override;
  void start_afresh(bool restarted) override;
  void act() override;
  void join_call(const Heard& heard);
  void leave_call();
  void on_call_error(const Heard& error);

  Client* callee_ = nullptr;

  std::string call_;
  std::string own_participant_;
  std::string other_participant_;
  std::string membership_;
  bool member_ = false;  // of call_, whether the server knows of it or not
  bool joined_ = false;  // and so has the other one: they signal
  std::uint64_t next_to_say_ = 1;
  std::uint64_t next_to_hear_ = 1;
  std::set<std::string> ended_calls_;

  std::uint64_t signals_heard_ = 0;
  std::uint64_t calls_ended_ = 0;
  std::uint64_t rejoins_ = 0;
};

}  // namespace visavis::sim
