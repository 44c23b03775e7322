// A relay of two loops, its clients' packets on the way, and a model that watches every one of
// them.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "core/turn/server.h"
#include "core/turn/test_support.h"
#include "tests/sim/event_queue.h"
#include "tests/sim/relay_model.h"

namespace visavis::sim {

inline constexpr unsigned kRelayLoops = 2;

// A STUN message that has come back to a client.
using OnResponse = std::function<void(const turn::testing::Heard&)>;

class RelayNetwork {
 public:
  explicit RelayNetwork(std::uint64_t seed);

  // The loop of a client is its port's parity: the kernel keeps a client with one of them.
  void request(const Spoken& meant, std::vector<std::uint8_t> packet, OnResponse on_response);
  void data(const turn::FiveTuple& client, std::uint16_t channel, const std::string& call);
  void data(const turn::FiveTuple& client, const TransportAddress& peer, const std::string& call);
  // What is sent next arrives then, whatever the network is like.
  void next_arrives_at(Instant when) { arrival_ = when; }
  // One of the deadlines that the relay has for this client, the microsecond before or after it.
  // Null: none is to come.
  std::optional<Instant> some_edge(const turn::FiveTuple& client);
  void end_call(const std::string& call, const std::optional<std::string>& participant);

  // Runs until `end`, with timers firing when they ask to, or a little later.
  void run_until(Instant end);
  // Nothing is left of what there was.
  void expect_empty() const;

  EventQueue& events() { return events_; }
  turn::Clock clock() const;
  std::uint64_t pick(std::uint64_t from, std::uint64_t to) {
    return std::uniform_int_distribution<std::uint64_t>(from, to)(chance_);
  }
  turn::Counters total() const;
  std::uint64_t delivered() const { return delivered_; }
  std::uint64_t refused() const { return refused_; }

 private:
  struct Loop {
    Loop(turn::ServerOptions options, Random& random)
        : model(options.limits), server(std::move(options), random) {}
    RelayModel model;
    turn::Server server;
  };

  static turn::ServerOptions options(unsigned loop);
  Loop& loop_of(const turn::FiveTuple& client) { return *loops_[client.client.port % kRelayLoops]; }
  // Lost, doubled, late, out of order; or at a time that is given.
  void carry(const std::function<void()>& arrival);
  void on_request(const Spoken& meant, const std::vector<std::uint8_t>& packet,
                  const OnResponse& on_response);
  void on_data(const turn::FiveTuple& client, const std::vector<std::uint8_t>& packet,
               const std::string& call, const std::optional<RelayModel::Way>& expected);
  void on_hairpin(Loop& loop, const turn::Hairpin& hairpin, const RelayModel::Way& way);
  void check_arrival(Loop& loop, const turn::Forward& forward, const RelayModel::Way& way);
  std::vector<turn::Command> drain(Loop& loop);
  void fire_timers();
  std::optional<Instant> next_timer() const;

  turn::testing::SeededRandom random_bytes_;
  std::mt19937_64 chance_;
  EventQueue events_;
  std::optional<Instant> arrival_;
  std::array<std::unique_ptr<Loop>, kRelayLoops> loops_;
  std::uint64_t delivered_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace visavis::sim
