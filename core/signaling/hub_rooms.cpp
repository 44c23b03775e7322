// Rooms: looking, entering, knocking, and what is remembered of them (PROTOCOL.md section 12).
#include <algorithm>
#include <utility>

#include "core/signaling/hub_impl.h"

namespace visavis::signaling {

Room* Hub::Impl::find_room(std::string_view name) {
  const auto it = rooms_.find(std::string(name));
  return it == rooms_.end() ? nullptr : it->second.get();
}

// Precondition: there is none of this name. When there are as many as may be, the one that has been
// empty for the longest time makes place; null when somebody is in every one of them.
Room* Hub::Impl::make_room(std::string_view name, std::optional<UserId> creator, bool knock) {
  if (rooms_.size() >= limits_.rooms_max) {
    const auto forgotten = room_deadlines_.pop_due(Instant::max());
    if (!forgotten) return nullptr;
    rooms_.erase(*forgotten);
  }
  auto owned = std::make_unique<Room>();
  owned->name = name;
  owned->creator = creator;
  owned->knock = knock;
  return rooms_.emplace(owned->name, std::move(owned)).first->second.get();
}

// As make_room(); null with the error sent.
Room* Hub::Impl::make_room_for(Session& creator, RequestId id, std::string_view name, bool knock) {
  Room* const room = make_room(name, creator.user->id, knock);
  if (room == nullptr) {
    send_error(creator, id, ErrorCode::kCallLimit,
               "This server keeps as many rooms as it can. Try again later.");
  }
  return room;
}

// The call is this room's from now on.
void Hub::Impl::give_room(Call& call, Room& room) {
  keep_room(room);
  room.call = &call;
  call.room = &room;
}

void Hub::Impl::keep_room(Room& room) {
  if (room.forget_at) room_deadlines_.clear(*room.forget_at, room.name);
  room.forget_at.reset();
}

void Hub::Impl::forget_room_later(Room& room, Instant now) {
  if (room.call != nullptr || !room.knocks.empty()) return;
  room.forget_at = now + limits_.room_memory;
  room_deadlines_.set(*room.forget_at, room.name);
}

// Only where it matters. Who was admitted first makes place.
void Hub::Impl::remember_admitted(Room& room, const UserId& user) {
  if (room.lets_in(user)) return;
  if (room.admitted.size() >= limits_.room_admitted_max) room.admitted.erase(room.admitted.begin());
  room.admitted.push_back(user);
}

// To those inside, if anybody is.
void Hub::Impl::tell_knocks(const Room& room, const Session* asker, RequestId id) {
  if (room.call == nullptr) return;
  const Frame news = encode_room_knocks({}, room);
  for (const Participant& member : room.call->participants) {
    if (member.state != ParticipantState::kJoined) continue;
    send(*member.session, member.session == asker ? encode_room_knocks(id, room) : news);
  }
}

void Hub::Impl::handle(Session& session, RequestId id, const RoomLook& look, Instant) {
  const Room* room = find_room(look.room);
  const bool tells_who = room != nullptr && room->lets_in(session.user->id);
  send(session, encode_room_state(id, look.room, room, tells_who, limits_.participants_max));
}

void Hub::Impl::handle(Session& session, RequestId id, const RoomJoin& request, Instant now) {
  if (draining_) return send_error(session, id, ErrorCode::kDraining);
  Room* room = find_room(request.room);
  Call* const call = room == nullptr ? nullptr : room->call;
  const Participant* const own = call == nullptr ? nullptr : call->find(session);
  if (own != nullptr && own->state == ParticipantState::kJoined) {
    return send_error(session, id, ErrorCode::kCallLimit, "You are in this room already.");
  }
  if (!may_join_call(session, id)) return;
  if (own != nullptr) return accept(session, id, *call, now);
  if (call == nullptr && !has_place_for_call(session, id)) return;
  if (call != nullptr && call->seats() >= limits_.participants_max) {
    return send_error(session, id, ErrorCode::kCallFull,
                      "This room is full: it holds at most " +
                          std::to_string(limits_.participants_max) + " people.");
  }
  if (room == nullptr) room = make_room_for(session, id, request.room, request.knock);
  if (room == nullptr) return;
  if (!room->lets_in(session.user->id)) return knock_at(session, id, *room, now);
  enter(session, id, *room, request.video, now);
}

Call& Hub::Impl::start_call_in(Room& room, bool video) {
  ++counters_.calls_started;
  Call& call = make_call(make_random_id<CallId>(random_), video);
  give_room(call, room);
  return call;
}

void Hub::Impl::enter(Session& session, RequestId id, Room& room, bool video, Instant now) {
  const bool first = room.call == nullptr;
  Call& call = first ? start_call_in(room, video) : *room.call;
  const Participant& own = add_participant(call, session);
  if (first) call.caller = own.id;
  accept(session, id, call, now);
}

void Hub::Impl::knock_at(Session& session, RequestId id, Room& room, Instant now) {
  if (session.knocking != &room) {
    if (room.knocks.size() >= limits_.knocks_per_room_max) {
      return send_error(session, id, ErrorCode::kRateLimited,
                        "Too many people wait at this room's door. Try again in a moment.");
    }
    if (const Room* other = session.knocking) {
      stop_knocking(session, now);
      send(session, encode_room_refused({}, *other, "withdrawn"));
    }
    keep_room(room);
    room.knocks.push_back({make_random_id<KnockId>(random_), &session});
    session.knocking = &room;
    tell_knocks(room);
  }
  send(session, encode_room_waiting(id, room));
}

// Does nothing where the session does not knock. It is told nothing.
void Hub::Impl::stop_knocking(Session& session, Instant now) {
  Room* const room = std::exchange(session.knocking, nullptr);
  if (room == nullptr) return;
  std::erase_if(room->knocks, [&](const Knock& knock) { return knock.session == &session; });
  tell_knocks(*room);
  forget_room_later(*room, now);
}

void Hub::Impl::handle(Session& session, RequestId id, const RoomLeave& request, Instant now) {
  const Room* room = session.knocking;
  if (room == nullptr || room->name != request.room) {
    return send_error(session, id, ErrorCode::kUnknownKnock, "You do not knock at this room.");
  }
  const Frame refused = encode_room_refused(id, *room, "withdrawn");
  stop_knocking(session, now);
  send(session, refused);
}

void Hub::Impl::handle(Session& session, RequestId id, const RoomAdmit& request, Instant) {
  Call* const call = find_joined_call(session, id, request.call);
  if (call == nullptr) return;
  Room* const room = call->room;
  if (room == nullptr || !request.knock) {
    return send_error(session, id, ErrorCode::kUnknownKnock);
  }
  const auto knock = std::find_if(room->knocks.begin(), room->knocks.end(),
                                  [&](const Knock& other) { return other.id == *request.knock; });
  if (knock == room->knocks.end()) return send_error(session, id, ErrorCode::kUnknownKnock);
  if (request.admit && call->seats() >= limits_.participants_max) {
    return send_error(session, id, ErrorCode::kCallFull,
                      "This room is full: nobody else fits in until somebody leaves.");
  }
  Session& guest = *knock->session;
  room->knocks.erase(knock);
  guest.knocking = nullptr;
  if (request.admit) {
    remember_admitted(*room, guest.user->id);
    send(guest, encode_room_admitted(*room));
  } else {
    send(guest, encode_room_refused({}, *room, "refused"));
  }
  tell_knocks(*room, &session, id);
}

void Hub::Impl::handle(Session& session, RequestId id, const RoomOpen& request, Instant) {
  Call* const call = find_joined_call(session, id, request.call);
  if (call == nullptr) return;
  if (call->room != nullptr) {
    return send_error(session, id, ErrorCode::kRoomTaken, "This call is a room already.");
  }
  if (find_room(request.room) != nullptr) return send_error(session, id, ErrorCode::kRoomTaken);
  Room* const room = make_room_for(session, id, request.room, request.knock);
  if (room == nullptr) return;
  give_room(*call, *room);
  stop_waiting(*call);
  for (const Participant& participant : call->participants) {
    remember_admitted(*room, participant.session->user->id);
    if (participant.state != ParticipantState::kJoined) continue;
    const bool asked = participant.session == &session;
    send(*participant.session,
         encode_room_opened(asked ? id : RequestId{}, *room, membership_of(*call, participant)));
  }
}

}  // namespace visavis::signaling
