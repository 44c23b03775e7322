// The inside of the hub: it dispatches what comes in, over parts that own their state: the outbox,
// signatures, ICE offers, relay tests, people. What is still here itself is split over hub.cpp
// (connections, time, dispatch), hub_sessions.cpp (hello, resume), hub_people.cpp (names, blocks),
// hub_calls.cpp, hub_ringing.cpp, hub_signals.cpp, hub_rooms.cpp, hub_doors.cpp, hub_hosts.cpp,
// hub_room_tokens.cpp, hub_rejoin.cpp and hub_relay.cpp.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/address_shares.h"
#include "core/signaling/hub.h"
#include "core/signaling/model/model.h"
#include "core/signaling/parts/calls.h"
#include "core/signaling/parts/deadlines.h"
#include "core/signaling/parts/ice_offers.h"
#include "core/signaling/parts/outbox.h"
#include "core/signaling/parts/payers.h"
#include "core/signaling/parts/people.h"
#include "core/signaling/parts/rejoin.h"
#include "core/signaling/parts/relay_tests.h"
#include "core/signaling/parts/rooms.h"
#include "core/signaling/parts/sessions.h"
#include "core/signaling/parts/signatures.h"
#include "core/signaling/wire/client_message.h"
#include "core/signaling/wire/decode.h"
#include "core/signaling/wire/encode.h"

namespace visavis::signaling {

class Hub::Impl {
 public:
  Impl(HubOptions options, Random& random);

  void on_wall_time(WallTime wall, Instant now);
  void on_connect(ConnectionId connection, const ConnectionOrigin& origin, Instant now);
  void on_message(ConnectionId connection, std::string_view text, Instant now);
  void on_refused_message(ConnectionId connection, Unread why, Instant now);
  void on_close(ConnectionId connection, CloseCause cause, Instant now);
  void on_drain(Instant now);
  void on_timeout(Instant now);
  std::optional<Instant> next_timeout() const;
  std::optional<Command> poll_command() { return outbox_.poll_command(); }
  std::optional<Report> poll_report() { return outbox_.poll_report(); }
  const Counters& counters() const { return counters_; }
  Gauges gauges() const;

 private:
  struct Connection {
    ConnectionId id;
    IpAddress address;
    Reached reached;             // the session's, once it has one
    Session* session = nullptr;  // none before welcome
    Instant hello_deadline{};    // while there is no session
    std::uint32_t messages_before_hello = 0;
  };

  // --- hub.cpp: what comes in and what goes out
  void on_session_message(Session& session, std::string_view text, Instant now);
  bool within_rate(Session& session, const Result<ClientMessage, DecodeError>& decoded,
                   std::size_t bytes, Instant now);
  void on_received(Session& session, std::uint64_t received, RequestId id);
  // Forgets the connection; its session, if any, waits to be resumed.
  void close_connection(Connection& connection, std::uint16_t code, std::string_view reason,
                        Instant now);

  void handle(Session& session, RequestId id, const Hello& hello, Instant now);
  void handle(Session& session, RequestId id, const Ping& ping, Instant now);
  void handle(Session& session, RequestId id, const Ack& ack, Instant now);
  void handle(Session& session, RequestId id, const PeopleSearch& search, Instant now);
  void handle(Session& session, RequestId id, const NameSet& set, Instant now);
  void handle(Session& session, RequestId id, const PeopleBlock& request, Instant now);
  // What is left belongs to one part.
  template <typename Message>
  void handle(Session& session, RequestId id, const Message& message, Instant now);

  // --- hub_sessions.cpp
  void on_message_before_hello(Connection& connection, std::string_view text, Instant now);
  bool pays_hello(Connection& connection, RequestId id, const std::optional<UserId>& known,
                  Instant now);
  void look_before_hello(Connection& connection, RequestId id, const RoomLook& look, Instant now);
  void say_hello(Connection& connection, RequestId id, const Hello& hello, Instant now);
  bool can_resume(Session& session, const ResumeRequest& request, Instant now);
  void resume_session(Connection& connection, Session& session, RequestId id,
                      const ResumeRequest& request, std::string name, Instant now);
  void start_session(Connection& connection, RequestId id, const std::optional<UserId>& known,
                     std::string name, Instant now);
  void attach(Connection& connection, Session& session);
  void detach(Session& session, Duration window, Instant now);
  bool has_place_for_session(const Source& source, const User* person, Instant now);
  void send_welcome(Session& session, RequestId id, bool resumed);
  void end_session(Session& session, EndReason reason, Instant now);

  HubOptions options_;
  const Limits& limits_ = options_.limits;
  Random& random_;
  Counters counters_;
  Outbox outbox_{limits_, counters_, options_.reports};
  Signatures signatures_{limits_, options_.identity_keys, random_};
  IceOffers ice_offers_{options_.relay, options_.ice_servers_json, outbox_};
  RelayTests relay_tests_{limits_, ice_offers_, outbox_, random_};
  Sessions sessions_{limits_, random_};
  People people_{limits_, outbox_};
  AddressBudgets own_addresses_{address_options(limits_)};
  Payers payers_{limits_, options_.addresses != nullptr ? *options_.addresses : own_addresses_};
  // Each of the two keeps a reference to the other, and uses it only once both are there.
  Rooms rooms_{{limits_, random_, counters_, outbox_, signatures_, payers_, calls_},
               options_.had_rooms_with_rules};
  Calls calls_{{limits_, random_, counters_, outbox_, signatures_, ice_offers_, people_, rooms_}};
  Rejoin rejoin_{{limits_, counters_, outbox_, signatures_, ice_offers_, people_, calls_, rooms_}};
  MessageDecoder decoder_;
  bool draining_ = false;

  std::unordered_map<ConnectionId, Connection> connections_;
  Deadlines<ConnectionId> hello_deadlines_;
};

}  // namespace visavis::signaling
