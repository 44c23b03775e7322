// What outlives this server of its rooms: tokens given out and renewed, rules put in force again by
// whoever shows one, and the first moments after a restart (PROTOCOL.md section 12).
#include <algorithm>
#include <utility>

#include "core/signaling/hub_impl.h"

namespace visavis::signaling {

// Both tokens of one who has joined.
ForReceiver Hub::Impl::tokens_for(const Call& call, const Participant& participant) const {
  ForReceiver own{{}, membership_of(call, participant), {}};
  if (call.room != nullptr && call.room->rules.complete) {
    own.room_token = sign_room_token(
        signer_, {call.room->name, call.room->rules, participant.session->user->id,
                  wall_time(now_) + std::chrono::floor<milliseconds>(limits_.room_memory)});
  }
  return own;
}

// Nothing while those that the session has are young.
std::vector<RenewedCall> Hub::Impl::renew_tokens(Session& session, Instant now) {
  std::vector<RenewedCall> renewed;
  const auto age = now - session.memberships_told;
  if (session.calls.empty() || age < limits_.room_token_renewal) return renewed;
  for (Call* const call : session.calls) {
    const Participant& own = *call->find(session);
    if (own.state != ParticipantState::kJoined) continue;
    if (call->room == nullptr && age < limits_.membership_renewal) continue;
    ForReceiver tokens = tokens_for(*call, own);
    renewed.push_back({call->id, std::move(tokens.membership), std::move(tokens.room_token)});
  }
  if (!renewed.empty()) session.memberships_told = now;
  return renewed;
}

// False, with the error sent, when there is one and it is of no use here.
bool Hub::Impl::check_room_token(Session& session, RequestId id, std::string_view room,
                                 const std::optional<std::string_view>& text,
                                 std::optional<RoomToken>& token, Instant now) {
  if (!text) return true;
  token = verify_room_token(signer_, *text);
  std::string_view problem;
  if (!token) {
    problem = sentence(ErrorCode::kRoomTokenInvalid);
  } else if (token->holder != session.user->id) {
    problem = "This room token is somebody else's.";
  } else if (token->room != room) {
    problem = "This room token is another room's.";
  } else if (rooms_.was_given_up(token->rules.instance)) {
    problem = "This room made place for others that you have made. Try again without its token.";
  } else if (token->expires <= wall_time(now)) {
    problem = "This room token has expired. Forget it and try again without it.";
  }
  if (problem.empty()) return true;
  token.reset();
  send_error(session, id, ErrorCode::kRoomTokenInvalid, problem);
  return false;
}

// The room as the token has it, or as it is where it goes by other or later rules. Null, with the
// error sent, where there are too many.
Room* Hub::Impl::go_by_token(Session& holder, RequestId id, const RoomToken& token, Instant now) {
  Room* room = rooms_.find(token.room);
  if (room == nullptr) {
    room = make_room_for(holder, id, token.room);
    if (room == nullptr) return nullptr;
    bring_back(*room, token.rules, now);
  } else if (room->unclaimed || takes_precedence(token.rules, room->rules)) {
    put_in_force(*room, token.rules, holder, now);
  }
  admit_by_token(*room, token);
  return room;
}

// A room that this server has forgotten, or never knew.
void Hub::Impl::bring_back(Room& room, const RoomRules& rules, Instant now) {
  ++counters_.rooms_restored;
  room.rules = rules;
  room.rules.revision = rules.revision.taken_up();
  rooms_.note_rules(room);
  forget_room_later(room, now);
}

void Hub::Impl::admit_by_token(Room& room, const RoomToken& token) {
  if (still_admits(token.rules, room.rules) && !room.is_barred(token.holder)) {
    remember_admitted(room, token.holder, token.rules.revision);
  }
}

// Over those by which the room has gone so far. Whoever they do not let stay is gone afterwards.
void Hub::Impl::put_in_force(Room& room, const RoomRules& rules, const Session& holder,
                             Instant now) {
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
  if (!same) rooms_.charge(room, holder.user->id, holder.source());
  rooms_.note_rules(room);
  const auto stays = [&](const UserId& user) {
    return rules.is_host(user) || (!rules.knock && !rules.locked) || room.is_admitted(user);
  };
  room.settling = true;
  if (room.call != nullptr) {
    remove_people(
        *room.call, [&](const User& user) { return room.is_barred(user.id); },
        {EndReason::kRemoved, nullptr, {}}, now);
  }
  if (room.call != nullptr) {
    remove_people(
        *room.call, [&](const User& user) { return !stays(user.id); },
        {EndReason::kRoomRules, nullptr, {}}, now);
  }
  room.settling = false;
  if (room.call != nullptr) {
    for (const Participant& participant : room.call->participants) {
      if (rules.locked) room.inside_when_locked.push_back(participant.session->user->id);
    }
    note_inside(*room.call);
    tell_rules(room);
  }
  sort_door(room, now);
}

void Hub::Impl::begin_opening(Instant now) {
  if (std::exchange(opening_begun_, true)) return;
  opening_ends_ = now + limits_.resume_window;
}

// Rooms that nobody came back to own are those of whoever waits there first.
void Hub::Impl::end_opening(Instant now) {
  opening_ends_.reset();
  std::vector<Room*> unclaimed;
  rooms_.for_each([&](Room& room) {
    if (room.unclaimed) unclaimed.push_back(&room);
  });
  for (Room* const room : unclaimed) {
    if (room->knocks.empty()) {
      rooms_.forget(*room);
    } else {
      claim(*room, now);
    }
  }
}

void Hub::Impl::claim(Room& room, Instant now) {
  const Session& first = *room.knocks.front().session;
  room.rules = new_rules(first.user->id, room.rules.knock, now);
  room.unclaimed = false;
  rooms_.charge(room, first.user->id, first.source());
  rooms_.note_rules(room);
  sort_door(room, now);
}

}  // namespace visavis::signaling
