// Rooms: looking, entering, leaving, opening, and what is remembered of them (PROTOCOL.md section
// 12).
#include <algorithm>
#include <utility>

#include "core/signaling/hub_impl.h"

namespace visavis::signaling {

// Null, with the error sent, where there are too many.
Room* Hub::Impl::make_room_for(Session& maker, RequestId id, std::string_view name) {
  Room* const room = rooms_.make(name, maker.user->id, maker.source());
  if (room == nullptr) {
    send_error(maker, id, ErrorCode::kRoomLimit,
               "You or others in your network have made as many rooms as this server keeps for "
               "them. Use one of these, or try again later.");
  }
  return room;
}

RoomRules Hub::Impl::new_rules(const UserId& creator, bool knock, Instant now) {
  RoomRules rules;
  rules.instance = make_random_id<RoomInstance>(random_);
  rules.created = wall_time(now);
  rules.knock = knock;
  rules.creator = creator;
  return rules;
}

// A new one. Just after a restart it is nobody's yet: whose it was may be on their way.
Room* Hub::Impl::open_room(Session& creator, RequestId id, std::string_view name, bool knock,
                           Instant now) {
  Room* const room = make_room_for(creator, id, name);
  if (room == nullptr) return nullptr;
  room->rules = new_rules(creator.user->id, knock, now);
  room->unclaimed = is_opening(now);
  rooms_.note_rules(*room);
  return room;
}

// The call is this room's from now on.
void Hub::Impl::give_room(Call& call, Room& room) {
  rooms_.keep(room);
  room.call = &call;
  call.room = &room;
}

void Hub::Impl::forget_room_later(Room& room, Instant now) {
  if (room.call != nullptr || !room.knocks.empty()) return;
  room.told_stand_in.reset();
  rooms_.forget_later(room, now + limits_.room_memory);
}

void Hub::Impl::notice_rules(Instant now) {
  const auto news = rules_notice_.update(rooms_.any_restricted(), now);
  if (news) commands_.emplace_back(RoomsWithRules{*news});
}

void Hub::Impl::handle(Session& session, RequestId id, const RoomLook& look, Instant now) {
  if (!payers_.pay_look_of(session.address, now)) {
    return send_error(session, id, ErrorCode::kRateLimited,
                      "Too many requests from your network. Wait a moment and try again.",
                      seconds(1), "looks_per_second");
  }
  std::optional<RoomToken> token;
  if (!check_room_token(session, id, look.room, look.room_token, token, now)) return;
  // A look makes no room.
  if (token && rooms_.find(look.room) != nullptr) go_by_token(session, id, *token, now);
  const Room* room = rooms_.find(look.room);
  const bool tells_who = room != nullptr && room->lets_in(session.user->id);
  send(session, encode_room_state(id, look.room, room, tells_who, limits_.participants_max));
}

void Hub::Impl::handle(Session& session, RequestId id, const RoomJoin& request, Instant now) {
  if (draining_) return send_error(session, id, ErrorCode::kDraining);
  std::optional<RoomToken> token;
  if (!check_room_token(session, id, request.room, request.room_token, token, now)) return;
  // Before anything else: whoever the rules do not let stay is gone when the holder comes in.
  if (token && go_by_token(session, id, *token, now) == nullptr) return;
  Room* room = rooms_.find(request.room);
  Call* const call = room == nullptr ? nullptr : room->call;
  const Participant* const own = call == nullptr ? nullptr : call->find(session);
  if (own != nullptr && own->state == ParticipantState::kJoined) {
    return send_error(session, id, ErrorCode::kCallLimit, "You are in this room already.");
  }
  if (!may_join_call(session, id)) return;
  if (own != nullptr) return accept(session, id, *call, now);
  if (call == nullptr && !has_place_for_call(session, id)) return;
  if (room == nullptr) room = open_room(session, id, request.room, request.knock, now);
  if (room == nullptr) return;
  const AtDoor at_door = room->at_door(session.user->id);
  if (at_door == AtDoor::kRemoved) return send_away(*room, session, id, RoomRefusal::kRemoved);
  if (at_door == AtDoor::kLocked) return send_away(*room, session, id, RoomRefusal::kLocked);
  if (call != nullptr && !has_seat(session, id, *call)) return;
  if (at_door == AtDoor::kKnocks) return knock_at(session, id, *room, now);
  enter(session, id, *room, request.video, now);
}

// False, with the error sent, where nobody else fits in, or none of this person's devices.
bool Hub::Impl::has_seat(Session& session, RequestId id, const Call& call) {
  const auto own = std::count_if(call.participants.begin(), call.participants.end(),
                                 [&](const Participant& participant) {
                                   return participant.state == ParticipantState::kJoined &&
                                          participant.session->user == session.user;
                                 });
  if (static_cast<std::size_t>(own) >= limits_.seats_per_person_max) {
    send_error(
        session, id, ErrorCode::kCallFull,
        "You are in this room on " + std::to_string(own) +
            " devices already, which is as many as it takes. Leave it on one of them first.");
    return false;
  }
  // A host is never kept out of their own room by those who fill it.
  const bool hosts_seat = call.room != nullptr && call.room->rules.is_host(session.user->id);
  if (call.seats() < limits_.participants_max + (hosts_seat ? 1 : 0)) return true;
  send_error(session, id, ErrorCode::kCallFull,
             "This room is full: it holds at most " + std::to_string(limits_.participants_max) +
                 " people.");
  return false;
}

Call& Hub::Impl::start_call_in(Room& room, bool video, const Session& maker, Instant now) {
  ++counters_.calls_started;
  Call& call = make_call(make_random_id<CallId>(random_), video, maker.source(), now);
  give_room(call, room);
  return call;
}

void Hub::Impl::enter(Session& session, RequestId id, Room& room, bool video, Instant now) {
  if (const auto wait = door_limits_.enter({session.user->id, session.source()}, now)) {
    send_error(session, id, ErrorCode::kRateLimited,
               "You have entered rooms too often. Wait a moment and try again.", wait,
               "room_entries_per_minute");
    return forget_room_later(room, now);
  }
  const bool first = room.call == nullptr;
  Call& call = first ? start_call_in(room, video, session, now) : *room.call;
  const Participant& own = add_participant(call, session);
  if (first) name_caller(call, own);
  accept(session, id, call, now);
}

void Hub::Impl::handle(Session& session, RequestId id, const RoomLeave& request, Instant now) {
  Room* const room = session.knocking;
  if (room == nullptr || room->name != request.room) {
    return send_error(session, id, ErrorCode::kUnknownKnock, "You do not knock at this room.");
  }
  const Frame refused = encode_room_refused(id, *room, RoomRefusal::kWithdrawn);
  stop_knocking(session, now);
  send(session, refused);
}

void Hub::Impl::handle(Session& session, RequestId id, const RoomOpen& request, Instant now) {
  Call* const call = find_joined_call(session, id, request.call);
  if (call == nullptr) return;
  if (call->room != nullptr) {
    return send_error(session, id, ErrorCode::kRoomTaken, "This call is a room already.");
  }
  if (rooms_.find(request.room) != nullptr) return send_error(session, id, ErrorCode::kRoomTaken);
  if (is_opening(now)) {
    return send_error(session, id, ErrorCode::kRateLimited,
                      "The server has just restarted, and this name may be somebody's. Try again "
                      "in a moment.",
                      *opening_ends_ - now, "resume_window_ms");
  }
  Room* const room = open_room(session, id, request.room, request.knock, now);
  if (room == nullptr) return;
  // Whoever was called does not become the one who may remove the caller.
  const Participant* const caller = call->find(call->caller);
  if (caller != nullptr && caller->state == ParticipantState::kJoined) {
    room->rules.creator = caller->session->user->id;
  }
  give_room(*call, *room);
  for (const Participant& participant : call->participants) {
    remember_admitted(*room, participant.session->user->id);
  }
  for (const Participant& participant : call->participants) {
    if (participant.state != ParticipantState::kJoined) continue;
    const bool asked = participant.session == &session;
    tell(participant,
         encode_room_opened(asked ? id : RequestId{}, *room, *participant.session->user,
                            tokens_for(*call, participant)));
  }
}

}  // namespace visavis::signaling
