// Rooms: their doors, their hosts, and the tokens by which their rules outlive this server
// (PROTOCOL.md section 12).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/signaling/model/limits.h"
#include "core/signaling/model/model.h"
#include "core/signaling/model/rules_notice.h"
#include "core/signaling/parts/calls.h"
#include "core/signaling/parts/counters.h"
#include "core/signaling/parts/door_limits.h"
#include "core/signaling/parts/outbox.h"
#include "core/signaling/parts/payers.h"
#include "core/signaling/parts/room_book.h"
#include "core/signaling/parts/signatures.h"
#include "core/signaling/wire/client_message.h"

namespace visavis::signaling {

// What rooms are made of; all must outlive them.
struct RoomParts {
  const Limits& limits;
  Random& random;
  Counters& counters;
  Outbox& outbox;
  const Signatures& signatures;
  Payers& payers;
  Calls& calls;
};

class Rooms final : public CallRooms {
 public:
  // `had_rules`: as HubOptions::had_rooms_with_rules.
  Rooms(const RoomParts& parts, bool had_rules);

  void handle(Session& session, RequestId id, const RoomLook& look, Instant now);
  void handle(Session& session, RequestId id, const RoomJoin& request, Instant now);
  void handle(Session& session, RequestId id, const RoomLeave& request, Instant now);
  void handle(Session& session, RequestId id, const RoomAdmit& request, Instant now);
  void handle(Session& session, RequestId id, const RoomOpen& request, Instant now);
  void handle(Session& session, RequestId id, const RoomRemove& request, Instant now);
  void handle(Session& session, RequestId id, const RoomSet& request, Instant now);
  void handle(Session& session, RequestId id, const RoomHost& request, Instant now);

  std::size_t size() const { return book_.size(); }
  // Null: there is none of this name.
  Room* find(std::string_view name) { return book_.find(name); }
  // What somebody who has not said hello is told of this room.
  Frame state_for_stranger(RequestId id, std::string_view name);

  // --- CallRooms
  void stop_knocking(Session& session, Instant now) override;
  void on_joined(Room& room, const UserId& user) override { remember_admitted(room, user); }
  bool note_inside(Call& call) override;
  void tell_rules(Room& room, const Session* except) override;
  void on_call_over(Room& room, Instant now) override { forget_later(room, now); }
  bool may_invite(Session& session, RequestId id, const Call& call,
                  const std::vector<std::optional<UserId>>& to) override;
  void let_in_invited(Room& room, const UserId& user) override;

  // --- For those who come back after a restart
  // False, with the error sent, when there is a token and it is of no use here.
  bool check_token(Session& session, RequestId id, std::string_view room,
                   const std::optional<std::string_view>& text, std::optional<RoomToken>& token);
  // Over those by which the room has gone so far. Whoever they do not let stay is gone afterwards.
  void put_in_force(Room& room, const RoomRules& rules, const Session& holder, Instant now);
  // A room that this server has forgotten, or never knew. Null where there are too many.
  Room* bring_back(std::string_view name, const RoomRules& rules, const Session& holder,
                   Instant now);
  // The call is this room's from now on.
  void give(Call& call, Room& room);
  // Only where it matters. Who was admitted first makes place. `shown`: see Admission.
  void remember_admitted(Room& room, const UserId& user,
                         const std::optional<RoomRevision>& shown = {});

  // The first thing has happened in this life of the server.
  void begin_opening(Instant now);
  // Tells the shell when there are rooms with rules, or none any more.
  void notice_rules(Instant now);
  std::optional<Instant> next_timeout() const;
  void on_timeout(Instant now);

 private:
  // --- rooms.cpp
  Room* make_for(Session& maker, RequestId id, std::string_view name);
  RoomRules new_rules(const UserId& creator, bool knock);
  Room* open(Session& creator, RequestId id, std::string_view name, bool knock, Instant now);
  void enter(Session& session, RequestId id, Room& room, bool video, Instant now);
  void forget_later(Room& room, Instant now);  // unless somebody is there

  // --- doors.cpp
  void knock_at(Session& session, RequestId id, Room& room, Instant now);
  bool take_knock_over(Session& session, Room& room, Instant now);
  bool make_place_at_door(const Session& newcomer, Room& room);
  void send_away(Room& room, Session& session, RequestId id, RoomRefusal reason);
  void sort_door(Room& room, Instant now);
  void tell_knocks(const Room& room, const Session* asker = nullptr, RequestId id = {});

  // --- hosts.cpp
  std::optional<UserId> stand_in_of(const Room& room) const;
  bool is_acting_host(const Room& room, const UserId& user) const;
  Call* find_hosted_call(Session& session, RequestId id, const std::optional<CallId>& call,
                         Instant now);
  template <typename Change>
  void change_rules(Room& room, Change change);
  void keep_out(Room& room, const User& user, bool for_good);
  void tell_rules(Room& room, const Session* asker, RequestId id, const Session* except = nullptr);
  void let_in_by_host(Room& room, const UserId& user);

  // --- room_tokens.cpp
  Room* go_by_token(Session& holder, RequestId id, const RoomToken& token, Instant now);
  void take_up(Room& room, const RoomRules& rules, Instant now);
  void admit_by_token(Room& room, const RoomToken& token);
  bool is_opening(Instant now) const { return opening_ends_ && now < *opening_ends_; }
  void end_opening(Instant now);
  void claim(Room& room, Instant now);

  const Limits& limits_;
  Random& random_;
  Counters& counters_;
  Outbox& outbox_;
  const Signatures& signatures_;
  Payers& payers_;
  Calls& calls_;
  RoomBook book_;
  DoorLimits door_limits_;
  RulesNotice rules_notice_;
  // While rooms are opened only by those who had them before.
  std::optional<Instant> opening_ends_;
  bool opening_begun_;
};

}  // namespace visavis::signaling
