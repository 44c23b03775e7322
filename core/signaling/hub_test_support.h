// A hub in fake time with people talking to it: tests read as dialogues.
#pragma once

#include <simdjson.h>

#include <deque>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/base64url.h"
#include "core/signaling/hub.h"

namespace visavis::signaling::testing {

// Repeatable bytes.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed = 1) : engine_(seed) {}
  void fill(MutableByteView out) override {
    for (auto& byte : out) byte = static_cast<std::uint8_t>(engine_());
  }

 private:
  std::mt19937_64 engine_;
};

// One message that somebody got. Missing fields read as "" so that a failed expectation shows them.
class Heard {
 public:
  Heard() = default;
  explicit Heard(std::string text) : text_(std::move(text)) {}

  const std::string& text() const { return text_; }
  std::string type() const { return at("/type"); }
  // The value at a JSON pointer: strings bare, everything else as JSON.
  std::string at(std::string_view pointer) const {
    simdjson::dom::parser parser;
    simdjson::dom::element element;
    if (parser.parse(text_).at_pointer(pointer).get(element) != simdjson::SUCCESS) return "";
    std::string_view text;
    if (element.get(text) == simdjson::SUCCESS) return std::string(text);
    return simdjson::minify(element);
  }
  friend std::ostream& operator<<(std::ostream& out, const Heard& heard) {
    return out << heard.text_;
  }

 private:
  std::string text_;
};

class Dialogue {
 public:
  // `had_rooms_with_rules`: in the life before this one.
  explicit Dialogue(Limits limits = {}, std::uint64_t seed = 1, RelayOffer relay = {},
                    bool had_rooms_with_rules = false)
      : random_(seed),
        hub_({.limits = limits,
              .identity_keys = {std::string(32, 'k')},
              .relay = std::move(relay),
              .had_rooms_with_rules = had_rooms_with_rules},
             random_) {
    tell_wall_time();
  }

  // Whoever connects from now on has come by this address.
  void be_reached_at(std::string host_and_port, bool over_tls = false) {
    reached_ = {std::move(host_and_port), over_tls};
  }
  ConnectionId connect(std::string_view address = "192.0.2.7") {
    const ConnectionId id{++connections_};
    hub_.on_connect(id,
                    {.address = *IpAddress::parse(address),
                     .reached_at = reached_.at,
                     .over_tls = reached_.over_tls},
                    now_);
    drain();
    return id;
  }
  void say(ConnectionId id, std::string_view text) {
    hub_.on_message(id, text, now_);
    drain();
  }
  void lose(ConnectionId id, CloseCause cause = CloseCause::kLost) {
    hub_.on_close(id, cause, now_);
    drain();
  }
  void refuse(ConnectionId id, Unread why) {
    hub_.on_refused_message(id, why, now_);
    drain();
  }
  void drain_server() {
    hub_.on_drain(now_);
    drain();
  }
  // Lets time pass, with every timer on the way firing when it is due.
  void pass(Duration duration) {
    const Instant end = now_ + duration;
    while (const auto next = hub_.next_timeout()) {
      if (*next > end) break;
      now_ = std::max(now_, *next);
      hub_.on_timeout(now_);
      drain();
    }
    now_ = end;
    tell_wall_time();
  }
  // The wall clock alone goes on, as between two lives of a server.
  void pass_on_wall(Duration duration) {
    wall_ahead_ += duration;
    tell_wall_time();
  }

  // The next message, or an empty Heard.
  Heard hear(ConnectionId id) {
    auto& inbox = inboxes_[id];
    if (inbox.empty()) return {};
    Heard heard(*inbox.front());
    inbox.pop_front();
    return heard;
  }
  // The next message of this type; those before it are dropped.
  Heard hear(ConnectionId id, std::string_view type) {
    while (true) {
      Heard heard = hear(id);
      if (heard.text().empty() || heard.type() == type) return heard;
    }
  }
  void forget(ConnectionId id) { inboxes_[id].clear(); }
  bool silent(ConnectionId id) { return inboxes_[id].empty(); }
  std::optional<std::uint16_t> close_code(ConnectionId id) const {
    const auto it = closed_.find(id);
    if (it == closed_.end()) return std::nullopt;
    return it->second;
  }
  // What of the relay has ended since this was last asked: "CALL" or "CALL:PARTICIPANT", in order.
  std::vector<std::string> ended_relays() { return std::exchange(ended_relays_, {}); }
  // What the next life of the server must know, in the order in which it was told.
  std::vector<bool> rooms_with_rules() { return std::exchange(rooms_with_rules_, {}); }
  Hub& hub() { return hub_; }
  Instant now() const { return now_; }

 private:
  void drain() {
    while (auto command = hub_.poll_command()) {
      if (const auto* send = std::get_if<SendText>(&*command)) {
        inboxes_[send->connection].push_back(send->frame);
      } else if (const auto* close = std::get_if<CloseConnection>(&*command)) {
        closed_[close->connection] = close->code;
      } else if (const auto* rules = std::get_if<RoomsWithRules>(&*command)) {
        rooms_with_rules_.push_back(rules->any);
      } else {
        const auto& end = std::get<EndRelay>(*command);
        ended_relays_.push_back(to_text(end.call) +
                                (end.participant ? ":" + to_text(*end.participant) : ""));
      }
    }
  }

  void tell_wall_time() {
    constexpr std::int64_t kSomeDay = 1'800'000'000'000;
    const auto ms = std::chrono::duration_cast<milliseconds>(now_.time_since_epoch() + wall_ahead_);
    hub_.on_wall_time(WallTime(milliseconds(kSomeDay) + ms), now_);
    drain();
  }

  SeededRandom random_;
  Hub hub_;
  Instant now_{seconds(1000)};
  std::uint64_t connections_ = 0;
  Reached reached_;
  std::vector<std::string> ended_relays_;
  std::vector<bool> rooms_with_rules_;
  Duration wall_ahead_{};
  std::map<ConnectionId, std::deque<Frame>> inboxes_;
  std::map<ConnectionId, std::uint16_t> closed_;
};

}  // namespace visavis::signaling::testing
