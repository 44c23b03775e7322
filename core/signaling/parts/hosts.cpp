// Hosts of rooms: who they are, and what they do: removing people, knocking, locking, and naming
// other hosts (PROTOCOL.md section 12).
#include <algorithm>
#include <utility>

#include "core/signaling/parts/rooms.h"

namespace visavis::signaling {
namespace {

template <typename Visit>
void for_each_joined(const Call& call, Visit visit) {
  for (const Participant& participant : call.participants) {
    if (participant.state == ParticipantState::kJoined) visit(participant);
  }
}

}  // namespace

// Whoever has been inside longest, where no host is inside.
std::optional<UserId> Rooms::stand_in_of(const Room& room) const {
  if (room.call == nullptr) return std::nullopt;
  const Participant* longest = nullptr;
  bool hosted = false;
  for_each_joined(*room.call, [&](const Participant& participant) {
    hosted = hosted || room.rules.is_host(participant.session->user->id);
    if (longest == nullptr || participant.order < longest->order) longest = &participant;
  });
  if (hosted || longest == nullptr) return std::nullopt;
  return longest->session->user->id;
}

bool Rooms::is_acting_host(const Room& room, const UserId& user) const {
  return room.rules.is_host(user) || stand_in_of(room) == user;
}

// Null, with the error sent, unless the session is in this room as one of its hosts and may change
// its rules now.
Call* Rooms::find_hosted_call(Session& session, RequestId id, const std::optional<CallId>& call_id,
                              Instant now) {
  Call* const call = calls_.find_joined(session, id, call_id);
  if (call == nullptr) return nullptr;
  if (call->room == nullptr) {
    outbox_.refuse(session, id, {ErrorCode::kNotHost, "This call is no room: it has no hosts."});
    return nullptr;
  }
  if (!is_acting_host(*call->room, session.user->id)) {
    outbox_.refuse(session, id, {ErrorCode::kNotHost});
    return nullptr;
  }
  const Rate rate{limits_.room_changes_per_second, limits_.room_changes_burst};
  TokenBucket& changes =
      call->room->changes.use(session.user->id, [&] { return TokenBucket(rate, now); });
  if (!changes.take(rate, now)) {
    outbox_.refuse(session, id,
                   {ErrorCode::kRateLimited,
                    "You change this room's rules too often. Wait a moment and try again.",
                    changes.until(rate, now), "room_changes_per_second"});
    return nullptr;
  }
  return call;
}

// One more revision. Those who are inside are known from now on.
template <typename Change>
void Rooms::change_rules(Room& room, Change change) {
  const bool knocked = room.rules.knock;
  const bool was_locked = room.rules.locked;
  change(room.rules);
  room.rules.revision = room.rules.revision.next();
  if (!room.rules.locked || !was_locked) room.inside_when_locked.clear();
  if (room.call != nullptr) {
    for_each_joined(*room.call, [&](const Participant& participant) {
      const UserId& user = participant.session->user->id;
      if (room.rules.knock && !knocked) remember_admitted(room, user);
      if (room.rules.locked && !was_locked) room.inside_when_locked.push_back(user);
    });
  }
  book_.note_rules(room);
}

// True where those inside must be told who hosts them now.
bool Rooms::note_inside(Call& call) {
  if (call.room == nullptr) return false;
  Room& room = *call.room;
  if (room.settling) return false;
  const auto stand_in = stand_in_of(room);
  bool changed = std::exchange(room.told_stand_in, stand_in) != stand_in;
  if (!stand_in && !room.kept_out.empty()) {
    room.kept_out.clear();  // a host is here to decide
    changed = true;
  }
  return changed;
}

void Rooms::tell_rules(Room& room, const Session* except) { tell_rules(room, nullptr, {}, except); }

// To everybody inside but `except`, with tokens of these rules.
void Rooms::tell_rules(Room& room, const Session* asker, RequestId id, const Session* except) {
  if (room.call == nullptr) return;
  for_each_joined(*room.call, [&](const Participant& participant) {
    if (participant.session == except) return;
    const bool asked = participant.session == asker;
    outbox_.send(*participant.session,
                 encode_room_rules(asked ? id : RequestId{}, room, *participant.session->user,
                                   signatures_.of_joined(*room.call, participant)));
  });
}

// Not `for_good`: until a host comes, who finds them at the door.
void Rooms::keep_out(Room& room, const User& user, bool for_good) {
  change_rules(room, [&](RoomRules& rules) {
    rules.knock = true;  // whoever becomes another person must knock
    if (for_good) rules.remove(user.id, limits_.room_removed_max);
  });
  if (!for_good) {
    if (room.kept_out.size() >= limits_.room_removed_max)
      room.kept_out.erase(room.kept_out.begin());
    room.kept_out.push_back(user.id);
  }
  std::erase_if(room.admitted, [&](const Admission& other) { return other.user == user.id; });
  std::erase(room.inside_when_locked, user.id);
  room.removed_names[user.id] = user.name;
  std::erase_if(room.removed_names,
                [&](const auto& entry) { return !room.is_barred(entry.first); });
}

void Rooms::handle(Session& session, RequestId id, const RoomRemove& request, Instant now) {
  Call* const call = find_hosted_call(session, id, request.call, now);
  if (call == nullptr) return;
  const Participant* target = request.participant ? call->find(*request.participant) : nullptr;
  if (target == nullptr) return outbox_.refuse(session, id, {ErrorCode::kUnknownParticipant});
  const User& user = *target->session->user;
  Room& room = *call->room;
  if (&user == session.user) {
    return outbox_.refuse(
        session, id,
        {ErrorCode::kInvalidField, "You cannot remove yourself: leave with call.end."});
  }
  if (room.rules.is_host(user.id) && session.user->id != room.rules.creator) {
    return outbox_.refuse(session, id,
                          {ErrorCode::kNotHost, "Only the room's creator removes hosts."});
  }
  keep_out(room, user, room.rules.is_host(session.user->id));
  sort_door(room, now);
  const UserId removed = user.id;
  calls_.remove_people(
      *call, [&](const User& other) { return other.id == removed; },
      {EndReason::kRemoved, nullptr, {}}, now);
  tell_rules(room, &session, id);
}

void Rooms::handle(Session& session, RequestId id, const RoomSet& request, Instant now) {
  Call* const call = find_hosted_call(session, id, request.call, now);
  if (call == nullptr) return;
  Room& room = *call->room;
  const bool knock = request.knock.value_or(room.rules.knock);
  const bool locked = request.locked.value_or(room.rules.locked);
  if (knock == room.rules.knock && locked == room.rules.locked) {
    outbox_.send(session, encode_room_rules(id, room, *session.user,
                                            signatures_.of_joined(*call, *call->find(session))));
    return;
  }
  change_rules(room, [&](RoomRules& rules) {
    rules.knock = knock;
    rules.locked = locked;
  });
  tell_rules(room, &session, id);
  sort_door(room, now);
}

void Rooms::handle(Session& session, RequestId id, const RoomHost& request, Instant now) {
  Call* const call = find_hosted_call(session, id, request.call, now);
  if (call == nullptr) return;
  Room& room = *call->room;
  if (session.user->id != room.rules.creator) {
    return outbox_.refuse(session, id,
                          {ErrorCode::kNotHost, "Only the room's creator names hosts."});
  }
  if (!request.user) return outbox_.refuse(session, id, {ErrorCode::kUnknownUser});
  const UserId user = *request.user;
  if (user == room.rules.creator) {
    return outbox_.refuse(session, id, {ErrorCode::kInvalidField, "The creator is a host always."});
  }
  const bool is_inside = call->find_if([&](const Participant& participant) {
    return participant.state == ParticipantState::kJoined && participant.session->user->id == user;
  }) != nullptr;
  const bool was_host = room.rules.is_host(user);
  if (request.host && !is_inside && !was_host) {
    return outbox_.refuse(session, id,
                          {ErrorCode::kUnknownUser, "Nobody with this id is in this room."});
  }
  if (request.host && !was_host && room.rules.hosts.size() >= limits_.room_hosts_max) {
    return outbox_.refuse(
        session, id,
        {ErrorCode::kInvalidField, "A room has at most " + std::to_string(limits_.room_hosts_max) +
                                       " hosts beside its creator."});
  }
  if (request.host != was_host) {
    change_rules(room, [&](RoomRules& rules) {
      if (request.host) {
        rules.hosts.push_back(user);
      } else {
        std::erase(rules.hosts, user);
      }
    });
    // Whoever is a host no more has been inside, and need not knock.
    if (!request.host) remember_admitted(room, user);
    if (!request.host && room.rules.locked && is_inside) room.inside_when_locked.push_back(user);
  }
  note_inside(*call);
  tell_rules(room, &session, id);
}

// False, with the error sent, where only hosts let people in.
bool Rooms::may_invite(Session& session, RequestId id, const Call& call,
                       const std::vector<std::optional<UserId>>& to) {
  if (call.room == nullptr) return true;
  const Room& room = *call.room;
  if ((room.rules.knock || room.rules.locked) && !is_acting_host(room, session.user->id)) {
    outbox_.refuse(
        session, id,
        {ErrorCode::kNotHost, "Only a host invites people into a room where others must knock."});
    return false;
  }
  const bool names_removed = std::any_of(
      to.begin(), to.end(), [&](const auto& user) { return user && room.rules.is_removed(*user); });
  if (!names_removed || room.rules.is_host(session.user->id)) return true;
  outbox_.refuse(
      session, id,
      {ErrorCode::kNotHost,
       "Somebody you invite was removed from this room: only a host asks them in again."});
  return false;
}

// May enter, also where a host had removed them.
void Rooms::let_in_invited(Room& room, const UserId& user) {
  std::erase(room.kept_out, user);
  if (room.rules.is_removed(user)) {
    change_rules(room, [&](RoomRules& rules) { rules.take_back(user); });
    tell_rules(room, nullptr);
  }
  let_in_by_host(room, user);
}

// In a room that was taken up from a token, whose later revisions others may hold, that is a
// change: the token that this person is given must not pass for one of the way before.
void Rooms::let_in_by_host(Room& room, const UserId& user) {
  if (room.rules.knock && room.rules.complete && room.rules.revision.is_just_taken_up()) {
    change_rules(room, [](RoomRules&) {});
    tell_rules(room, nullptr);
  }
  remember_admitted(room, user);
  door_limits_.admitted(user, room.name);
}

}  // namespace visavis::signaling
