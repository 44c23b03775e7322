// A session of the protocol as PROTOCOL.md describes it, over sockets that it loses at random: it
// says hello, counts, resumes and replays. What it talks about is for whoever derives from it.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "tests/sim/network.h"

namespace visavis::sim {

class Device {
 public:
  virtual ~Device() = default;

  void start() { connect(); }
  void stop();       // leaves for good
  void calm_down();  // acts no more, and keeps its socket

  const std::string& user() const { return user_; }
  bool online() const { return welcomed_; }
  std::uint64_t resumes() const { return resumes_; }
  std::uint64_t fresh_starts() const { return fresh_starts_; }

 protected:
  using Heard = signaling::testing::Heard;

  Device(Network& network, std::string name);

  virtual void on_counted(const Heard& heard) = 0;
  // A session that knows nothing of earlier ones. `restarted`: the server does not, either.
  virtual void start_afresh(bool restarted) = 0;
  virtual void act() = 0;  // one step of its life, again and again; only while it has a session

  void say_counted(std::string text);
  const std::string& name() const { return name_; }
  Network& network() { return network_; }
  // Messages that the server has not acknowledged.
  std::size_t waiting() const { return unacknowledged_.size(); }

 private:
  void connect();
  void on_message(const std::string& text);
  void on_welcome(const Heard& welcome);
  void on_error(const Heard& error);
  void forget_session();
  void lose_socket_soon();
  void lose_socket();
  void act_soon();
  std::string hello() const;

  Network& network_;
  std::string name_;
  std::shared_ptr<Socket> socket_;
  bool stopped_ = false;
  bool calm_ = false;
  bool welcomed_ = false;

  std::string user_;
  std::string identity_;
  std::string resume_token_;
  std::string epoch_;
  std::uint64_t received_ = 0;
  std::uint64_t sent_ = 0;
  std::deque<std::string> unacknowledged_;  // the last of them is number sent_

  std::uint64_t resumes_ = 0;
  std::uint64_t fresh_starts_ = 0;
};

}  // namespace visavis::sim
