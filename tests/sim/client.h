// A client of the protocol as PROTOCOL.md describes it, with a life of its own: it calls, answers,
// talks, hangs up and loses its socket at random. It checks everything it hears.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "tests/sim/network.h"

namespace visavis::sim {

class Client {
 public:
  Client(Network& network, std::string name);

  void start() { connect(); }
  void stop();  // leaves for good
  void be_called_by(Client& friend_of_mine) { friend_of_mine.callee_ = this; }

  const std::string& user() const { return user_; }
  bool online() const { return welcomed_; }
  std::uint64_t signals_heard() const { return signals_heard_; }
  std::uint64_t resumes() const { return resumes_; }
  std::uint64_t fresh_starts() const { return fresh_starts_; }
  std::uint64_t calls_ended() const { return calls_ended_; }
  std::uint64_t rejoins() const { return rejoins_; }

 private:
  using Heard = signaling::testing::Heard;

  void connect();
  void on_message(const std::string& text);
  void on_welcome(const Heard& welcome);
  void on_counted(const Heard& heard);
  void on_error(const Heard& error);
  void join_call(const Heard& heard);
  void leave_call();
  void start_afresh(const std::string& epoch);
  void on_call_error(const Heard& error);
  void say_counted(std::string text);
  void forget_session();
  void lose_socket_soon();
  void lose_socket();
  void act();  // one step of its life, again and again
  std::string hello() const;

  Network& network_;
  std::string name_;
  Client* callee_ = nullptr;
  std::shared_ptr<Socket> socket_;
  bool stopped_ = false;
  bool welcomed_ = false;

  std::string user_;
  std::string identity_;
  std::string resume_token_;
  std::uint64_t received_ = 0;
  std::uint64_t sent_ = 0;
  std::deque<std::string> unacknowledged_;  // the last of them is number sent_

  std::string call_;
  std::string own_participant_;
  std::string other_participant_;
  std::string epoch_;
  std::string membership_;
  bool member_ = false;  // of call_, whether the server knows of it or not
  bool joined_ = false;  // and so has the other one: they signal
  std::uint64_t next_to_say_ = 1;
  std::uint64_t next_to_hear_ = 1;
  std::set<std::string> ended_calls_;

  std::uint64_t signals_heard_ = 0;
  std::uint64_t resumes_ = 0;
  std::uint64_t fresh_starts_ = 0;
  std::uint64_t calls_ended_ = 0;
  std::uint64_t rejoins_ = 0;
};

}  // namespace visavis::sim
