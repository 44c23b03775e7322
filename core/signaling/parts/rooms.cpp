// Rooms: looking, entering, leaving, opening, and what is remembered of them (PROTOCOL.md section
// 12).
#include "core/signaling/parts/rooms.h"

#include <algorithm>
#include <utility>

namespace visavis::signaling {

Rooms::Rooms(const RoomParts& parts, bool had_rules)
    : limits_(parts.limits),
      random_(parts.random),
      counters_(parts.counters),
      outbox_(parts.outbox),
      signatures_(parts.signatures),
      payers_(parts.payers),
      calls_(parts.calls),
      book_(parts.limits),
      door_limits_(parts.limits),
      rules_notice_(had_rules, std::max<Duration>(parts.limits.room_memory, minutes(1))),
      opening_begun_(!had_rules) {}

// Null, with the error sent, where there are too many.
Room* Rooms::make_for(Session& maker, RequestId id, std::string_view name) {
  Room* const room = book_.make(name, maker.user->id, maker.source());
  if (room == nullptr) {
    outbox_.refuse(
        maker, id,
        {ErrorCode::kRoomLimit,
         "You or others in your network have made as many rooms as this server keeps for "
         "them. Use one of these, or try again later."});
  }
  return room;
}

RoomRules Rooms::new_rules(const UserId& creator, bool knock) {
  RoomRules rules;
  rules.instance = make_random_id<RoomInstance>(random_);
  rules.created = signatures_.wall_time();
  rules.knock = knock;
  rules.creator = creator;
  return rules;
}

// A new one. Just after a restart it is nobody's yet: whose it was may be on their way.
Room* Rooms::open(Session& creator, RequestId id, std::string_view name, bool knock, Instant now) {
  Room* const room = make_for(creator, id, name);
  if (room == nullptr) return nullptr;
  room->rules = new_rules(creator.user->id, knock);
  room->unclaimed = is_opening(now);
  book_.note_rules(*room);
  return room;
}

// The call is this room's from now on.
void Rooms::give(Call& call, Room& room) {
  book_.keep(room);
  room.call = &call;
  call.room = &room;
}

void Rooms::forget_later(Room& room, Instant now) {
  if (room.call != nullptr || !room.knocks.empty()) return;
  room.told_stand_in.reset();
  book_.forget_later(room, now + limits_.room_memory);
}

Frame Rooms::state_for_stranger(RequestId id, std::string_view name) {
  const Room* const room = find(name);
  const bool tells_who = room != nullptr && !room->rules.knock && !room->rules.locked;
  return encode_room_state(id, name, room, tells_who, limits_.participants_max);
}

std::optional<Instant> Rooms::next_timeout() const {
  std::optional<Instant> next;
  for (const auto& candidate : {book_.next(), opening_ends_, rules_notice_.next()}) {
    if (candidate && (!next || *candidate < *next)) next = candidate;
  }
  return next;
}

void Rooms::on_timeout(Instant now) {
  if (opening_ends_ && *opening_ends_ <= now) end_opening(now);
  book_.forget_due(now);
}

void Rooms::notice_rules(Instant now) {
  const auto news = rules_notice_.update(book_.any_restricted(), now);
  if (news) outbox_.push(RoomsWithRules{*news});
}

void Rooms::handle(Session& session, RequestId id, const RoomLook& look, Instant now) {
  if (!payers_.pay_look_of(session.address, now)) {
    return outbox_.refuse(session, id,
                          {ErrorCode::kRateLimited,
                           "Too many requests from your network. Wait a moment and try again.",
                           seconds(1), "looks_per_second"});
  }
  std::optional<RoomToken> token;
  if (!check_token(session, id, look.room, look.room_token, token)) return;
  // A look makes no room.
  if (token && book_.find(look.room) != nullptr) go_by_token(session, id, *token, now);
  const Room* room = book_.find(look.room);
  const bool tells_who = room != nullptr && room->lets_in(session.user->id);
  outbox_.send(session,
               encode_room_state(id, look.room, room, tells_who, limits_.participants_max));
}

void Rooms::handle(Session& session, RequestId id, const RoomJoin& request, Instant now) {
  std::optional<RoomToken> token;
  if (!check_token(session, id, request.room, request.room_token, token)) return;
  // Before anything else: whoever the rules do not let stay is gone when the holder comes in.
  if (token && go_by_token(session, id, *token, now) == nullptr) return;
  Room* room = book_.find(request.room);
  Call* const call = room == nullptr ? nullptr : room->call;
  const Participant* const own = call == nullptr ? nullptr : call->find(session);
  if (own != nullptr && own->state == ParticipantState::kJoined) {
    return outbox_.refuse(session, id, {ErrorCode::kCallLimit, "You are in this room already."});
  }
  if (!calls_.may_join(session, id)) return;
  if (own != nullptr) return calls_.accept(session, id, *call, now);
  if (call == nullptr && !calls_.has_place(session, id)) return;
  if (room == nullptr) room = open(session, id, request.room, request.knock, now);
  if (room == nullptr) return;
  const AtDoor at_door = room->at_door(session.user->id);
  if (at_door == AtDoor::kRemoved) return send_away(*room, session, id, RoomRefusal::kRemoved);
  if (at_door == AtDoor::kLocked) return send_away(*room, session, id, RoomRefusal::kLocked);
  if (call != nullptr && !calls_.has_seat(session, id, *call)) return;
  if (at_door == AtDoor::kKnocks) return knock_at(session, id, *room, now);
  enter(session, id, *room, request.video, now);
}

void Rooms::enter(Session& session, RequestId id, Room& room, bool video, Instant now) {
  if (const auto wait = door_limits_.enter({session.user->id, session.source()}, now)) {
    outbox_.refuse(
        session, id,
        {ErrorCode::kRateLimited, "You have entered rooms too often. Wait a moment and try again.",
         wait, "room_entries_per_minute"});
    return forget_later(room, now);
  }
  const bool first = room.call == nullptr;
  if (first) give(calls_.start_empty(video, session, now), room);
  calls_.enter(session, id, *room.call, first, now);
}

void Rooms::handle(Session& session, RequestId id, const RoomLeave& request, Instant now) {
  Room* const room = session.knocking;
  if (room == nullptr || room->name != request.room) {
    return outbox_.refuse(session, id,
                          {ErrorCode::kUnknownKnock, "You do not knock at this room."});
  }
  const Frame refused = encode_room_refused(id, *room, RoomRefusal::kWithdrawn);
  stop_knocking(session, now);
  outbox_.send(session, refused);
}

void Rooms::handle(Session& session, RequestId id, const RoomOpen& request, Instant now) {
  Call* const call = calls_.find_joined(session, id, request.call);
  if (call == nullptr) return;
  if (call->room != nullptr) {
    return outbox_.refuse(session, id, {ErrorCode::kRoomTaken, "This call is a room already."});
  }
  if (book_.find(request.room) != nullptr)
    return outbox_.refuse(session, id, {ErrorCode::kRoomTaken});
  if (is_opening(now)) {
    return outbox_.refuse(
        session, id,
        {ErrorCode::kRateLimited,
         "The server has just restarted, and this name may be somebody's. Try again "
         "in a moment.",
         *opening_ends_ - now, "resume_window_ms"});
  }
  Room* const room = open(session, id, request.room, request.knock, now);
  if (room == nullptr) return;
  // Whoever was called does not become the one who may remove the caller.
  const Participant* const caller = call->find(call->caller);
  if (caller != nullptr && caller->state == ParticipantState::kJoined) {
    room->rules.creator = caller->session->user->id;
  }
  give(*call, *room);
  for (const Participant& participant : call->participants) {
    remember_admitted(*room, participant.session->user->id);
  }
  for (const Participant& participant : call->participants) {
    if (participant.state != ParticipantState::kJoined) continue;
    const bool asked = participant.session == &session;
    outbox_.tell(participant,
                 encode_room_opened(asked ? id : RequestId{}, *room, *participant.session->user,
                                    signatures_.of_joined(*call, participant)));
  }
}

}  // namespace visavis::signaling
