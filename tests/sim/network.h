// Sockets between simulated clients and one hub: every message takes its time, order is kept, and a
// cut loses what is under way. The hub may learn of a cut long after the client, as in life.
#pragma once

#include <functional>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/signaling/hub.h"
#include "core/signaling/hub_test_support.h"
#include "tests/sim/event_queue.h"

namespace visavis::sim {

using signaling::CloseCause;
using signaling::ConnectionId;
using signaling::Hub;

// The client's end of a socket.
struct Socket {
  ConnectionId id;
  std::uint64_t life = 0;  // of the server that it leads to
  bool open = true;
  Instant last_up{};    // when the latest message towards the hub arrives
  Instant last_down{};  // and towards the client
  std::function<void(const std::string&)> on_message;
  std::function<void(int)> on_close;
};

class Network {
 public:
  Network(std::uint64_t seed, signaling::Limits limits)
      : random_bytes_(seed), chance_(seed), limits_(limits), hub_(make_hub()) {}

  EventQueue& events() { return events_; }
  Hub& hub() { return *hub_; }
  std::mt19937_64& chance() { return chance_; }
  // For which somebody has credentials, and which the relay still serves.
  const std::set<std::string>& relayed_calls() const { return relayed_calls_; }
  std::int64_t pick(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(chance_);
  }

  std::shared_ptr<Socket> open() {
    auto socket = std::make_shared<Socket>();
    socket->id = ConnectionId{++opened_};
    socket->life = life_;
    sockets_[socket->id] = socket;
    const Duration connecting = delay();
    socket->last_up = events_.now() + connecting;  // nothing that is sent overtakes it
    events_.after(connecting, [this, socket] {
      if (socket->life != life_) return;
      hub_->on_connect(
          socket->id,
          {.address = *IpAddress::parse("192.0.2.1"), .reached_at = "calls.example.org:443"},
          events_.now());
      drain();
    });
    return socket;
  }

  void send(const std::shared_ptr<Socket>& socket, std::string text) {
    if (!socket->open) return;
    socket->last_up = std::max(socket->last_up, events_.now() + delay());
    events_.after(socket->last_up - events_.now(), [this, socket, text = std::move(text)] {
      if (!socket->open) return;  // lost with the socket
      hub_->on_message(socket->id, text, events_.now());
      drain();
    });
  }

  // The client's side is dead at once; the hub hears of it after `hub_notices`.
  void cut(const std::shared_ptr<Socket>& socket, CloseCause cause, Duration hub_notices) {
    socket->open = false;
    events_.after(hub_notices, [this, socket, cause] {
      if (socket->life != life_) return;
      sockets_.erase(socket->id);
      hub_->on_close(socket->id, cause, events_.now());
      drain();
    });
  }

  // The server dies with everything it knew but its keys, and is back at once.
  void restart() {
    ++life_;
    hub_ = make_hub();
    relayed_calls_.clear();
    for (const auto& [id, socket] : std::exchange(sockets_, {})) {
      if (std::exchange(socket->open, false)) socket->on_close(1006);
    }
  }

  // Runs until `end`, with the hub's timer firing when it asks to.
  void run_until(Instant end) {
    while (true) {
      const auto timer = hub_->next_timeout();
      const auto event = events_.next();
      const bool timer_first = timer && (!event || *timer <= *event);
      const auto next = timer_first ? timer : event;
      if (!next || *next > end) break;
      if (timer_first) {
        events_.advance_to(*timer);
        hub_->on_timeout(events_.now());
        drain();
      } else {
        events_.run_next();
      }
    }
    events_.advance_to(end);
  }

 private:
  signaling::RelayOffer relay_options() {
    signaling::RelayOffer relay;
    relay.issue_credential = [this](auto call, auto participant, Duration) {
      relayed_calls_.emplace(call);
      return signaling::RelayCredential{std::string(participant), "secret"};
    };
    return relay;
  }
  std::unique_ptr<Hub> make_hub() {
    return std::make_unique<Hub>(
        signaling::HubOptions{.limits = limits_,
                              .identity_keys = {std::string(32, 'k')},
                              .relay = relay_options(),
                              .had_rooms_with_rules = has_rooms_with_rules_},
        random_bytes_);
  }
  Duration delay() { return microseconds(pick(500, 80'000)); }

  void drain() {
    while (auto command = hub_->poll_command()) {
      if (auto* send = std::get_if<signaling::SendText>(&*command)) {
        deliver(send->connection,
                [frame = send->frame](Socket& socket) { socket.on_message(*frame); });
      } else if (auto* close = std::get_if<signaling::CloseConnection>(&*command)) {
        deliver(close->connection, [code = close->code](Socket& socket) {
          socket.open = false;
          socket.on_close(code);
        });
      } else if (const auto* rooms = std::get_if<signaling::RoomsWithRules>(&*command)) {
        has_rooms_with_rules_ = rooms->any;
      } else {
        const auto& end = std::get<signaling::EndRelay>(*command);
        if (!end.participant) relayed_calls_.erase(to_text(end.call));
      }
    }
  }

  void deliver(ConnectionId id, std::function<void(Socket&)> action) {
    const auto it = sockets_.find(id);
    if (it == sockets_.end()) return;
    const auto socket = it->second;
    socket->last_down = std::max(socket->last_down, events_.now() + delay());
    events_.after(socket->last_down - events_.now(), [socket, action = std::move(action)] {
      if (socket->open) action(*socket);
    });
  }

  signaling::testing::SeededRandom random_bytes_;
  std::mt19937_64 chance_;
  EventQueue events_;
  signaling::Limits limits_;
  bool has_rooms_with_rules_ = false;  // as the hub told; outside of this, a file
  std::unique_ptr<Hub> hub_;
  std::uint64_t life_ = 0;
  std::uint64_t opened_ = 0;
  std::set<std::string> relayed_calls_;
  std::unordered_map<ConnectionId, std::shared_ptr<Socket>> sockets_;
};

}  // namespace visavis::sim
