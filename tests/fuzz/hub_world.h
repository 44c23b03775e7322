// A hub in fake time with a few clients, watched: every command it gives is checked against what a
// client may rely on.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/signaling/hub.h"
#include "tests/fuzz/call_book.h"

namespace visavis::fuzz {

// What a session's client knows: the counted messages it was sent, and how many of them it has
// seen.
struct Device {
  std::string resume_token{};
  std::vector<signaling::Frame> counted{};
  std::size_t seen = 0;
  bool verified = true;  // false once it resumed in a way that this model does not follow
  CallBook book;
};

struct Resume {
  std::string session;
  bool reloaded = false;  // without `received`
};

struct Connection {
  std::string session;  // empty before welcome
  std::string user;
  std::optional<Resume> resume;  // asked for by the last hello
};

// Ids and tokens that the server has told somebody, so that messages can name them.
struct Known {
  std::vector<std::string> users;
  std::vector<std::string> calls;
  std::vector<std::string> participants;
  std::vector<std::string> identities;
  std::vector<std::string> memberships;
  std::vector<std::string> knocks;
  std::vector<std::string> room_tokens;
};

class HubWorld {
 public:
  // `had_rooms_with_rules`: in the life before.
  explicit HubWorld(const signaling::Limits& limits, bool had_rooms_with_rules = false);

  void connect(std::uint8_t address);
  void say(std::size_t index, std::string_view text);
  // A hello that resumes a session, from what its client has seen or as a reloaded page.
  void resume(std::size_t index, std::size_t device_index, bool reloaded);
  // Asks to go on with one of a few calls of an earlier epoch, as one of its user's two devices;
  // some of these calls were rooms, two of them of the same name.
  void rejoin(std::size_t index, std::uint8_t call, std::uint8_t device, bool with_token);
  // Shows a room token of an earlier epoch: of one of two rooms of this name, in one of a few
  // states; with some of them this person is its creator, or has been removed.
  void enter_by_token(std::size_t index, std::string_view room, std::uint8_t instance,
                      std::uint8_t state);
  // `lost` of the counted messages never reached the client.
  void close(std::size_t index, signaling::CloseCause cause, std::size_t lost);
  void refuse(std::size_t index, signaling::Unread why);
  void drain_server();
  // Goes to the next timeout, or `duration` further if that comes first.
  void pass(Duration duration);

  // Hears every message as it goes out.
  using Listener =
      std::function<void(signaling::ConnectionId, std::string_view type, simdjson::dom::element)>;
  void listen(Listener listener) { listener_ = std::move(listener); }

  std::size_t connection_count() const { return connections_.size(); }
  // The one that was made last, and where it stands among the others; none where it is closed.
  signaling::ConnectionId last_connection() const {
    return signaling::ConnectionId{connections_made_};
  }
  std::optional<std::size_t> index_of(signaling::ConnectionId connection) const;
  // Of a connection that is welcomed.
  const Connection& connection(signaling::ConnectionId connection) const {
    return connections_.at(connection);
  }
  const Device& device(const std::string& session) const { return devices_.at(session); }
  std::size_t device_index(const std::string& session) const;
  signaling::Gauges gauges() const { return hub_.gauges(); }
  Instant now() const { return now_; }
  // Messages that the hub sent because of the last thing that happened, and their bytes.
  std::size_t messages_sent() const { return messages_sent_; }
  std::size_t bytes_sent() const { return bytes_sent_; }
  std::size_t device_count() const { return devices_.size(); }
  const Known& known() const { return known_; }

 private:
  class FixedRandom final : public Random {
   public:
    void fill(MutableByteView out) override;

   private:
    std::mt19937_64 engine_{1};
  };

  signaling::ConnectionId at(std::size_t index) const;
  std::string sign_room(const signaling::UserId& holder, std::string_view room,
                        std::uint8_t instance, std::uint8_t state) const;
  // Credentials are for calls that go on, and for nobody who has left them.
  signaling::RelayOffer relay_options();
  void on_end_relay(const signaling::EndRelay& end);
  void take_commands();
  void on_text(const signaling::SendText& send);
  void on_welcome(Connection& connection, simdjson::dom::element message);
  void on_counted(Connection& connection, const signaling::Frame& frame, std::string_view type,
                  simdjson::dom::element message);
  void check_state() const;
  void learn(simdjson::dom::element element);

  signaling::Limits limits_;
  bool has_rooms_with_rules_;  // as it was told last
  FixedRandom random_;
  signaling::Hub hub_;
  Instant now_{seconds(1'000)};
  std::uint64_t connections_made_ = 0;
  std::map<signaling::ConnectionId, Connection> connections_;
  std::map<std::string, Device> devices_;  // by session
  Known known_;
  std::set<std::string> relayed_calls_;
  std::set<std::string> ended_relays_;  // CALL, or CALL:PARTICIPANT
  simdjson::dom::parser parser_;
  Listener listener_;
  std::size_t messages_sent_ = 0;
  std::size_t bytes_sent_ = 0;
};

}  // namespace visavis::fuzz
