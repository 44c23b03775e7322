// Doors of rooms: who waits there, who is let in, and who is sent away (PROTOCOL.md section 12).
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "core/signaling/parts/rooms.h"

namespace visavis::signaling {
namespace {

std::string try_again_in(std::string_view what, Duration wait) {
  const auto in_seconds = std::chrono::ceil<seconds>(wait).count();
  return std::string(what) + " Try again in " + std::to_string(in_seconds) +
         (in_seconds == 1 ? " second." : " seconds.");
}

}  // namespace

// Only where it matters. Who was admitted first makes place. `shown`: see Admission.
void Rooms::remember_admitted(Room& room, const UserId& user,
                              const std::optional<RoomRevision>& shown) {
  if (!shown && (room.rules.is_host(user) || !room.rules.knock)) return;
  const auto known = std::find_if(room.admitted.begin(), room.admitted.end(),
                                  [&](const Admission& other) { return other.user == user; });
  if (known != room.admitted.end()) {
    if (shown) known->shown = shown;
    return;
  }
  if (room.admitted.size() >= limits_.room_admitted_max) room.admitted.erase(room.admitted.begin());
  room.admitted.push_back({user, shown});
}

// To those inside, if anybody is.
void Rooms::tell_knocks(const Room& room, const Session* asker, RequestId id) {
  if (room.call == nullptr) return;
  const Frame news = encode_room_knocks({}, room);
  for (const Participant& member : room.call->participants) {
    if (member.state != ParticipantState::kJoined) continue;
    outbox_.send(*member.session, member.session == asker ? encode_room_knocks(id, room) : news);
  }
}

void Rooms::knock_at(Session& session, RequestId id, Room& room, Instant now) {
  if (session.knocking == &room) return outbox_.send(session, encode_room_waiting(id, room));
  if (const auto wait = door_limits_.knock({session.user->id, session.source()}, room.name, now)) {
    outbox_.refuse(session, id,
                   {ErrorCode::kRateLimited,
                    try_again_in("You, or others in your network, have knocked too often.", *wait),
                    wait, "knocks_per_minute"});
    return forget_later(room, now);
  }
  if (!take_knock_over(session, room, now)) {
    if (room.knocks.size() >= limits_.knocks_per_room_max && !make_place_at_door(session, room)) {
      return outbox_.refuse(session, id,
                            {ErrorCode::kRateLimited,
                             "Too many people wait at this room's door. Try again in a moment.",
                             {},
                             "knocks_per_room_max"});
    }
    book_.keep(room);
    room.knocks.push_back({make_random_id<KnockId>(random_), &session});
    session.knocking = &room;
    tell_knocks(room);
  }
  outbox_.send(session, encode_room_waiting(id, room));
}

// A person knocks once: what another of their devices, or this one, knocks at is over, or is this
// one's from now on. True where it was at this room; then nothing has changed for those inside.
bool Rooms::take_knock_over(Session& session, Room& room, Instant now) {
  if (Room* const other = session.knocking) {
    stop_knocking(session, now);
    outbox_.send(session, encode_room_refused({}, *other, RoomRefusal::kWithdrawn));
  }
  for (Session* const device : session.user->sessions) {
    Room* const theirs = device->knocking;
    if (device == &session || theirs == nullptr) continue;
    if (theirs != &room) {
      stop_knocking(*device, now);
      outbox_.send(*device, encode_room_refused({}, *theirs, RoomRefusal::kElsewhere));
      continue;
    }
    const auto knock = std::find_if(room.knocks.begin(), room.knocks.end(),
                                    [&](const Knock& other) { return other.session == device; });
    knock->session = &session;
    device->knocking = nullptr;
    session.knocking = &room;
    outbox_.send(*device, encode_room_refused({}, room, RoomRefusal::kElsewhere));
  }
  return session.knocking == &room;
}

// Of those at one place (an IPv4 address, an IPv6 /48) where most wait, whoever came last goes,
// unless the newcomer's would then have as many. At the newcomer's own place, strangers go for who
// is known, likewise. False where all have about the same.
bool Rooms::make_place_at_door(const Session& newcomer, Room& room) {
  const IpAddress place = newcomer.address.site_key();
  std::map<IpAddress, std::size_t> waiting;
  std::array<std::size_t, 2> of_place{};  // strangers, known ones
  for (const Knock& knock : room.knocks) {
    ++waiting[knock.session->address.site_key()];
    if (knock.session->address.site_key() == place) ++of_place.at(knock.session->stranger ? 0 : 1);
  }
  const auto most =
      std::max_element(waiting.begin(), waiting.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most == waiting.end()) return false;
  const bool elsewhere = most->second > waiting[place] + 1;
  const std::size_t own = newcomer.stranger ? 0 : 1;
  if (!elsewhere && of_place.at(1 - own) <= of_place.at(own) + 1) return false;
  const auto last = std::find_if(room.knocks.rbegin(), room.knocks.rend(), [&](const Knock& knock) {
    const Session& other = *knock.session;
    return elsewhere ? other.address.site_key() == most->first
                     : other.address.site_key() == place && other.stranger != newcomer.stranger;
  });
  Session& displaced = *last->session;
  room.knocks.erase(std::next(last).base());
  send_away(room, displaced, {}, RoomRefusal::kCrowded);
  return true;
}

// Precondition: the session is not among the room's knocks any more.
void Rooms::send_away(Room& room, Session& session, RequestId id, RoomRefusal reason) {
  if (session.knocking == &room) session.knocking = nullptr;
  outbox_.send(session, encode_room_refused(id, room, reason));
}

// Does nothing where the session does not knock. It is told nothing.
void Rooms::stop_knocking(Session& session, Instant now) {
  Room* const room = std::exchange(session.knocking, nullptr);
  if (room == nullptr) return;
  std::erase_if(room->knocks, [&](const Knock& knock) { return knock.session == &session; });
  tell_knocks(*room);
  forget_later(*room, now);
}

// After the rules have changed: whoever may enter now is told so, whoever may not even knock goes.
void Rooms::sort_door(Room& room, Instant now) {
  const std::size_t before = room.knocks.size();
  std::vector<Knock> still;
  for (const Knock& knock : std::exchange(room.knocks, {})) {
    Session& guest = *knock.session;
    switch (room.at_door(guest.user->id)) {
      case AtDoor::kKnocks:
        still.push_back(knock);
        break;
      case AtDoor::kEnters:
        guest.knocking = nullptr;
        outbox_.send(guest, encode_room_admitted(room));
        break;
      case AtDoor::kLocked:
        send_away(room, guest, {}, RoomRefusal::kLocked);
        break;
      case AtDoor::kRemoved:
        send_away(room, guest, {}, RoomRefusal::kRemoved);
        break;
    }
  }
  room.knocks = std::move(still);
  if (room.knocks.size() != before) tell_knocks(room);
  forget_later(room, now);
}

void Rooms::handle(Session& session, RequestId id, const RoomAdmit& request, Instant now) {
  Call* const call = calls_.find_joined(session, id, request.call);
  if (call == nullptr) return;
  Room* const room = call->room;
  if (room == nullptr || !request.knock)
    return outbox_.refuse(session, id, {ErrorCode::kUnknownKnock});
  if (!is_acting_host(*room, session.user->id)) {
    return outbox_.refuse(session, id,
                          {ErrorCode::kNotHost, "Only a host of this room lets people in."});
  }
  const auto knock = std::find_if(room->knocks.begin(), room->knocks.end(),
                                  [&](const Knock& other) { return other.id == *request.knock; });
  if (knock == room->knocks.end()) return outbox_.refuse(session, id, {ErrorCode::kUnknownKnock});
  if (request.admit && call->seats() >= limits_.participants_max) {
    return outbox_.refuse(
        session, id,
        {ErrorCode::kCallFull, "This room is full: nobody else fits in until somebody leaves."});
  }
  Session& guest = *knock->session;
  room->knocks.erase(knock);
  guest.knocking = nullptr;
  if (request.admit) {
    let_in_by_host(*room, guest.user->id);
    outbox_.send(guest, encode_room_admitted(*room));
  } else {
    door_limits_.refused({guest.user->id, guest.source()}, room->name, now);
    outbox_.send(guest, encode_room_refused({}, *room, RoomRefusal::kRefused));
  }
  tell_knocks(*room, &session, id);
}

}  // namespace visavis::signaling
