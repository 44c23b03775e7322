// What outlives this server of its rooms: tokens given out and renewed, rules put in force again by
// whoever shows one, and the first moments after a restart (PROTOCOL.md section 12).
#include <algorithm>
#include <utility>

#include "core/signaling/parts/rooms.h"

namespace visavis::signaling {

// False, with the error sent, when there is one and it is of no use here.
bool Rooms::check_token(Session& session, RequestId id, std::string_view room,
                        const std::optional<std::string_view>& text,
                        std::optional<RoomToken>& token) {
  if (!text) return true;
  auto checked = signatures_.check_room_token(session.user->id, room, *text);
  if (checked.token && book_.was_given_up(checked.token->rules.instance)) {
    checked = {{},
               "This room made place for others that you have made. Try again without its token."};
  }
  token = std::move(checked.token);
  if (token) return true;
  outbox_.refuse(session, id, {ErrorCode::kRoomTokenInvalid, checked.problem});
  return false;
}

// The room as the token has it, or as it is where it goes by other or later rules. Null, with the
// error sent, where there are too many.
Room* Rooms::go_by_token(Session& holder, RequestId id, const RoomToken& token, Instant now) {
  Room* room = book_.find(token.room);
  if (room == nullptr) {
    room = make_for(holder, id, token.room);
    if (room == nullptr) return nullptr;
    take_up(*room, token.rules, now);
  } else if (room->unclaimed || takes_precedence(token.rules, room->rules)) {
    put_in_force(*room, token.rules, holder, now);
  }
  admit_by_token(*room, token);
  return room;
}

Room* Rooms::bring_back(std::string_view name, const RoomRules& rules, const Session& holder,
                        Instant now) {
  Room* const room = book_.make(name, holder.user->id, holder.source());
  if (room != nullptr) take_up(*room, rules, now);
  return room;
}

void Rooms::take_up(Room& room, const RoomRules& rules, Instant now) {
  ++counters_.rooms_restored;
  room.rules = rules;
  room.rules.revision = rules.revision.taken_up();
  book_.note_rules(room);
  forget_later(room, now);
}

void Rooms::admit_by_token(Room& room, const RoomToken& token) {
  if (still_admits(token.rules, room.rules) && !room.is_barred(token.holder)) {
    remember_admitted(room, token.holder, token.rules.revision);
  }
}

// Over those by which the room has gone so far. Whoever they do not let stay is gone afterwards.
void Rooms::put_in_force(Room& room, const RoomRules& rules, const Session& holder, Instant now) {
  ++counters_.rooms_restored;
  const bool same = room.rules.instance == rules.instance;
  room.rules = rules;
  room.rules.revision = rules.revision.taken_up();
  room.unclaimed = false;
  room.kept_out.clear();
  room.inside_when_locked.clear();
  std::erase_if(room.admitted, [&](const Admission& other) {
    return !same || !other.shown || !other.shown->led_to(rules.revision) ||
           *other.shown < rules.admits_from || room.is_barred(other.user);
  });
  if (!same) book_.charge(room, holder.user->id, holder.source());
  book_.note_rules(room);
  const auto stays = [&](const UserId& user) {
    return rules.is_host(user) || (!rules.knock && !rules.locked) || room.is_admitted(user);
  };
  room.settling = true;
  if (room.call != nullptr) {
    calls_.remove_people(
        *room.call, [&](const User& user) { return room.is_barred(user.id); },
        {EndReason::kRemoved, nullptr, {}}, now);
  }
  if (room.call != nullptr) {
    calls_.remove_people(
        *room.call, [&](const User& user) { return !stays(user.id); },
        {EndReason::kRoomRules, nullptr, {}}, now);
  }
  room.settling = false;
  if (room.call != nullptr) {
    for (const Participant& participant : room.call->participants) {
      if (rules.locked) room.inside_when_locked.push_back(participant.session->user->id);
    }
    note_inside(*room.call);
    tell_rules(room, nullptr);
  }
  sort_door(room, now);
}

void Rooms::begin_opening(Instant now) {
  if (std::exchange(opening_begun_, true)) return;
  opening_ends_ = now + limits_.resume_window;
}

// Rooms that nobody came back to own are those of whoever waits there first.
void Rooms::end_opening(Instant now) {
  opening_ends_.reset();
  std::vector<Room*> unclaimed;
  book_.for_each([&](Room& room) {
    if (room.unclaimed) unclaimed.push_back(&room);
  });
  for (Room* const room : unclaimed) {
    if (room->knocks.empty()) {
      book_.forget(*room);
    } else {
      claim(*room, now);
    }
  }
}

void Rooms::claim(Room& room, Instant now) {
  const Session& first = *room.knocks.front().session;
  room.rules = new_rules(first.user->id, room.rules.knock);
  room.unclaimed = false;
  book_.charge(room, first.user->id, first.source());
  book_.note_rules(room);
  sort_door(room, now);
}

}  // namespace visavis::signaling
