// The inside of the hub. Split over hub.cpp (connections, time, dispatch), hub_sessions.cpp (hello,
// resume), hub_people.cpp (presence, names, search), hub_calls.cpp, hub_ringing.cpp,
// hub_blocks.cpp, hub_rooms.cpp, hub_doors.cpp, hub_hosts.cpp, hub_room_tokens.cpp, hub_rejoin.cpp
// and hub_relay.cpp.
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
#include "core/base/report_queue.h"
#include "core/signaling/hub.h"
#include "core/signaling/model/model.h"
#include "core/signaling/model/people_index.h"
#include "core/signaling/model/rules_notice.h"
#include "core/signaling/parts/address_sessions.h"
#include "core/signaling/parts/deadlines.h"
#include "core/signaling/parts/door_limits.h"
#include "core/signaling/parts/payers.h"
#include "core/signaling/parts/presence.h"
#include "core/signaling/parts/ring_guard.h"
#include "core/signaling/parts/room_book.h"
#include "core/signaling/tokens/identity.h"
#include "core/signaling/tokens/membership.h"
#include "core/signaling/tokens/room_token.h"
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
  std::optional<Command> poll_command();
  std::optional<Report> poll_report();
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
  WallTime wall_time(Instant now) const;
  void on_session_message(Session& session, std::string_view text, Instant now);
  bool within_rate(Session& session, const Result<ClientMessage, DecodeError>& decoded,
                   std::size_t bytes, Instant now);
  void count_received(Session& session, std::size_t bytes);
  void acknowledge_if_due(Session& session);
  void on_received(Session& session, std::uint64_t received, RequestId id);
  void send_uncounted(ConnectionId connection, Frame frame);
  // Counted, kept for replay. `causer`: whose share of it this is, where that is somebody else.
  void send(Session& session, Frame frame, ReplayBuffer::Causer causer = 0);
  // `limit`: which one was reached, for the log.
  void send_error(Session& session, RequestId id, ErrorCode code, std::string_view message = {},
                  std::optional<Duration> retry_after = {}, std::string_view limit = {});
  void refuse(ConnectionId connection, RequestId id, ErrorCode code, std::string_view message = {},
              std::optional<Duration> retry_after = {}, std::string_view limit = {});
  // Forgets the connection; its session, if any, waits to be resumed.
  void close_connection(Connection& connection, std::uint16_t code, std::string_view reason,
                        Instant now);

  void handle(Session& session, RequestId id, const Hello& hello, Instant now);
  void handle(Session& session, RequestId id, const Ping& ping, Instant now);
  void handle(Session& session, RequestId id, const Ack& ack, Instant now);
  void handle(Session& session, RequestId id, const PeopleSearch& search, Instant now);
  void handle(Session& session, RequestId id, const NameSet& set, Instant now);
  void handle(Session& session, RequestId id, const PeopleBlock& request, Instant now);
  void handle(Session& session, RequestId id, const CallStart& start, Instant now);
  void handle(Session& session, RequestId id, const CallInvite& invite, Instant now);
  void handle(Session& session, RequestId id, const CallAccept& accept, Instant now);
  void handle(Session& session, RequestId id, const CallDecline& decline, Instant now);
  void handle(Session& session, RequestId id, const CallEnd& end, Instant now);
  void handle(Session& session, RequestId id, const CallRelayRequest& request, Instant now);
  void handle(Session& session, RequestId id, const CallRejoin& request, Instant now);
  void handle(Session& session, RequestId id, const RoomLook& look, Instant now);
  void handle(Session& session, RequestId id, const RoomJoin& request, Instant now);
  void handle(Session& session, RequestId id, const RoomLeave& request, Instant now);
  void handle(Session& session, RequestId id, const RoomAdmit& request, Instant now);
  void handle(Session& session, RequestId id, const RoomOpen& request, Instant now);
  void handle(Session& session, RequestId id, const RoomRemove& request, Instant now);
  void handle(Session& session, RequestId id, const RoomSet& request, Instant now);
  void handle(Session& session, RequestId id, const RoomHost& request, Instant now);
  void handle(Session& session, RequestId id, const RelayTestRequest& request, Instant now);
  void handle(Session& session, RequestId id, const SignalOut& signal, Instant now);

  // --- hub_sessions.cpp
  void on_message_before_hello(Connection& connection, std::string_view text, Instant now);
  bool pays_hello(Connection& connection, RequestId id, const std::optional<UserId>& known,
                  Instant now);
  void look_before_hello(Connection& connection, RequestId id, const RoomLook& look, Instant now);
  void say_hello(Connection& connection, RequestId id, const Hello& hello, Instant now);
  Session* find_by_token(std::string_view resume_token);
  bool can_resume(Session& session, const ResumeRequest& request, Instant now);
  void resume_session(Connection& connection, Session& session, RequestId id,
                      const ResumeRequest& request, std::string name, Instant now);
  void start_session(Connection& connection, RequestId id, const std::optional<UserId>& known,
                     std::string name, Instant now);
  User& find_or_make_user(const UserId& id, std::string name, const IpAddress& address,
                          Instant now);
  void attach(Connection& connection, Session& session);
  void detach(Session& session, Duration window, Instant now);
  void stop_waiting_to_be_resumed(Session& session);
  bool has_place_for_session(const Source& source, const User* person, Instant now);
  void send_welcome(Session& session, RequestId id, bool resumed);
  void end_session(Session& session, EndReason reason, Instant now);

  // --- hub_people.cpp
  User* find_user(const UserId& id);
  void appear(User& user, std::string name, Instant now);
  void disappear(User& user, Instant now);
  void rename(User& user, std::string name, Session* asker, RequestId id, Instant now);
  void flush_presence(Instant now);
  void tell_presence(const Call& call, const User& user, const Frame& frame);

  // --- hub_calls.cpp
  Call* find_call(Session& session, RequestId id, const std::optional<CallId>& call);
  Call* find_joined_call(Session& session, RequestId id, const std::optional<CallId>& call);
  Call* find_call_from(const Session& session, const UserId& caller);
  bool may_join_call(Session& session, RequestId id);
  bool has_place_for_call(Session& session, RequestId id);
  Call& make_call(const CallId& id, bool video, const Source& maker, Instant now);
  Participant& add_participant(Call& call, Session& session);  // not joined yet
  void name_caller(Call& call, const Participant& caller);
  void note_joined(Call& call, Instant now);
  void join(Call& call, Participant& participant, Instant now);
  void accept(Session& session, RequestId id, Call& call, Instant now);
  void leave(Call& call, Session& session, EndReason reason, RequestId id, Instant now);
  struct Removal {
    EndReason reason;
    const Session* requester = nullptr;  // its call.ended carries `id`
    RequestId id;
  };
  template <typename Predicate>
  void remove_participants(Call& call, Predicate leaving, const Removal& removal, Instant now);
  void remove_people(Call& call, const std::function<bool(const User&)>& leaving,
                     const Removal& removal, Instant now);
  void tell(const Participant& participant, Frame frame);  // unless it is silent
  void stop_ringing(Call& call, const User& user, const Removal& removal, Instant now);
  bool is_over(const Call& call) const;
  void report_end(const Call& call, EndReason reason, Instant now);
  void end_call(Call& call, EndReason reason, Instant now);
  void drop_from_session(Call& call, Session& session, Instant now);
  void refresh_in_call(User& user, Instant now);
  void on_ring_timeout(Call& call, Instant now);

  // --- hub_signals.cpp
  bool may_signal(Session& session, RequestId id, Call& call, const Participant& from,
                  const Participant& to, std::size_t bytes, Instant now);
  void forget_signals_of(Call& call, const Participant& gone);

  // --- hub_ringing.cpp
  bool is_busy(const User& user, const Session& caller, Instant now) const;
  struct Invitees {
    std::vector<User*> free;
    std::vector<UserId> busy;
    // Of the busy ones: the call rings at them in silence, and from now on is heard.
    std::vector<User*> heard_now;
  };
  std::optional<Invitees> collect_invitees(Session& session, RequestId id, Call* call,
                                           const std::vector<std::optional<UserId>>& to,
                                           Instant now);
  bool may_ring(Session& session, RequestId id, const std::vector<User*>& people, Instant now);
  void ring(Call& call, const Session& inviter, const Invitees& invitees, Instant now);
  Participant& add_invited(Call& call, Session& device, const Participant& like);
  void make_heard(Call& call, const Session& inviter, const User& user, Instant now);
  void end_silence(Call& call, Participant& participant);
  void note_unanswered(const Call& call, const std::vector<Participant>& gone, Instant now);
  void set_ring_deadline(Call& call);
  void ring_late_device(Session& session);

  // --- hub_blocks.cpp
  void silence(const User& user, const UserId& blocked);

  // --- hub_rooms.cpp
  Room* make_room_for(Session& maker, RequestId id, std::string_view name);
  RoomRules new_rules(const UserId& creator, bool knock, Instant now);
  Room* open_room(Session& creator, RequestId id, std::string_view name, bool knock, Instant now);
  void give_room(Call& call, Room& room);
  Call& start_call_in(Room& room, bool video, const Session& maker, Instant now);
  bool has_seat(Session& session, RequestId id, const Call& call);
  void enter(Session& session, RequestId id, Room& room, bool video, Instant now);
  void forget_room_later(Room& room, Instant now);  // unless somebody is there
  void notice_rules(Instant now);

  // --- hub_doors.cpp
  void knock_at(Session& session, RequestId id, Room& room, Instant now);
  bool take_knock_over(Session& session, Room& room, Instant now);
  bool make_place_at_door(const Session& newcomer, Room& room);
  void stop_knocking(Session& session, Instant now);
  void send_away(Room& room, Session& session, RequestId id, RoomRefusal reason);
  void remember_admitted(Room& room, const UserId& user,
                         const std::optional<RoomRevision>& shown = {});
  void sort_door(Room& room, Instant now);
  void tell_knocks(const Room& room, const Session* asker = nullptr, RequestId id = {});

  // --- hub_hosts.cpp
  std::optional<UserId> stand_in_of(const Room& room) const;
  bool is_acting_host(const Room& room, const UserId& user) const;
  Call* find_hosted_call(Session& session, RequestId id, const std::optional<CallId>& call,
                         Instant now);
  template <typename Change>
  void change_rules(Room& room, Change change);
  void keep_out(Room& room, const User& user, bool for_good);
  bool note_inside(Call& call);
  void tell_rules(Room& room, const Session* asker = nullptr, RequestId id = {},
                  const Session* except = nullptr);
  bool may_invite(Session& session, RequestId id, const Call& call,
                  const std::vector<std::optional<UserId>>& to);
  void let_in_invited(Room& room, const UserId& user);
  void let_in_by_host(Room& room, const UserId& user);

  // --- hub_room_tokens.cpp
  ForReceiver tokens_for(const Call& call, const Participant& participant) const;
  std::vector<RenewedCall> renew_tokens(Session& session, Instant now);
  bool check_room_token(Session& session, RequestId id, std::string_view room,
                        const std::optional<std::string_view>& text,
                        std::optional<RoomToken>& token, Instant now);
  Room* go_by_token(Session& holder, RequestId id, const RoomToken& token, Instant now);
  void bring_back(Room& room, const RoomRules& rules, Instant now);
  void put_in_force(Room& room, const RoomRules& rules, const Session& holder, Instant now);
  void admit_by_token(Room& room, const RoomToken& token);
  bool is_opening(Instant now) const { return opening_ends_ && now < *opening_ends_; }
  void begin_opening(Instant now);
  void end_opening(Instant now);
  void claim(Room& room, Instant now);

  // --- hub_rejoin.cpp
  std::string membership_of(const Call& call, const Participant& participant) const;
  std::optional<Membership> check_membership(Session& session, RequestId id, std::string_view token,
                                             Instant now);
  struct Return {
    const Membership& membership;
    const std::optional<RoomToken>& token;
    const RoomRules& rules() const { return token ? token->rules : membership.room->rules; }
  };
  bool settle_room(Session& session, RequestId id, const Return& back, Instant now);
  Call* find_or_restore_call(Session& session, RequestId id, const Return& back, Instant now);
  void restore_room(Call& call, const Session& session, const Return& back, Instant now);
  void be_known_again(Room& room, const Return& back);
  void take_invitation_back(Call& call, Session& session);
  void stop_waiting(Call& call);
  void remember_ended(const Call& call);

  // --- hub_relay.cpp
  ForReceiver for_receiver(const Call& call, const Participant& participant) const;
  std::string ice_servers_for(const Session& session, const CallId& call,
                              const ParticipantId& participant, Duration lifetime) const;
  void end_relay(const CallId& call, std::optional<ParticipantId> participant);
  void end_relay_test(const Session& session);

  // A session's call with itself, which is no Call: nobody rings and nothing is signaled.
  struct RelayTest {
    CallId call;
    Source source;  // of the session
    Instant started;
    Instant deadline;
  };

  HubOptions options_;
  const Limits& limits_ = options_.limits;
  Random& random_;
  EpochId epoch_;
  TokenSigner signer_;
  MessageDecoder decoder_;
  AddressBudgets own_addresses_{address_options(limits_)};
  Payers payers_{limits_, options_.addresses != nullptr ? *options_.addresses : own_addresses_};
  Instant now_{};  // of what is handled
  bool draining_ = false;
  WallTime wall_{};  // as it was at wall_told_
  Instant wall_told_{};

  std::unordered_map<ConnectionId, Connection> connections_;
  std::unordered_map<SessionId, std::unique_ptr<Session>> sessions_;
  std::unordered_map<UserId, std::unique_ptr<User>> users_;
  std::unordered_map<CallId, std::unique_ptr<Call>> calls_;
  RoomBook rooms_{limits_};
  DoorLimits door_limits_{limits_};
  RulesNotice rules_notice_;
  // While rooms are opened only by those who had them before (HubOptions::had_rooms_with_rules).
  std::optional<Instant> opening_ends_;
  bool opening_begun_ = false;
  // Restored and ended, oldest first: they do not come back a second time.
  std::deque<CallId> ended_restored_;
  std::unordered_map<SessionId, RelayTest> relay_tests_;
  AddressShares call_shares_{limits_.calls_max, limits_.calls_per_address_max};
  AddressShares relay_test_shares_{limits_.relay_tests_max, limits_.relay_tests_per_address_max};
  Presence presence_{limits_};
  AddressSessions address_sessions_{limits_};
  PeopleIndex people_index_;
  LookAlikes look_alikes_;
  RingGuard ring_guard_{limits_};

  Deadlines<ConnectionId> hello_deadlines_;
  Deadlines<SessionId> resume_deadlines_;
  Deadlines<CallId> ring_deadlines_;
  Deadlines<CallId> restore_deadlines_;
  Deadlines<SessionId> relay_test_deadlines_;

  std::deque<Command> commands_;
  ReportQueue<Report> reports_;
  Counters counters_;
  std::size_t replay_bytes_ = 0;
};

}  // namespace visavis::signaling
