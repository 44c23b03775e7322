// Calls of an earlier epoch that go on: whoever was in one comes back with a membership token, and
// with the first of them the hub knows the call again (PROTOCOL.md section 6).
#include "core/signaling/parts/rejoin.h"

#include <algorithm>
#include <utility>

namespace visavis::signaling {
namespace {

// Whoever joins a restored call for the first time comes after all who may still come back. How
// many have joined in its earlier life nobody knows; it was fewer than this.
constexpr int kJoinsUnknown = 1'024;

}  // namespace

// Nothing, with the error sent, unless the token is good for this person.
std::optional<Membership> Rejoin::check_membership(Session& session, RequestId id,
                                                   std::string_view token) {
  auto checked = signatures_.check_membership(session.user->id, token);
  if (!checked.token) {
    outbox_.refuse(session, id, {ErrorCode::kMembershipInvalid, checked.problem});
  }
  return std::move(checked.token);
}

// Brings the room of this name to what is shown, where that is earlier or newer. False, with the
// error sent, when the room does not let this person come back.
bool Rejoin::settle_room(Session& session, RequestId id, const Return& back, Instant now) {
  if (!back.membership.room) return true;
  Room* const room = rooms_.find(back.membership.room->name);
  if (room == nullptr) return true;  // restore_room() will make it
  const RoomRules& shown = back.rules();
  if (room->unclaimed || takes_precedence(shown, room->rules)) {
    const bool other = room->rules.instance != shown.instance;
    rooms_.put_in_force(*room, shown, session, now);
    // Those who may stay come again, into the call that the room had before them.
    if (other && room->call != nullptr) {
      calls_.remove_people(
          *room->call, [](const User&) { return true; }, {EndReason::kRoomRules, nullptr, {}}, now);
    }
  }
  if (room->rules.instance != shown.instance) return true;  // the call goes on without a name
  const UserId& user = session.user->id;
  const RoomRules& then = back.membership.room->rules;
  std::string_view problem;
  if (room->is_barred(user)) {
    problem = "You were removed from this room.";
  } else if (!room->lets_in(user) && then.revision < room->rules.revision &&
             !(back.token && still_admits(back.token->rules, room->rules))) {
    problem = "The room's rules have changed since: come to its door.";
  }
  if (problem.empty()) return true;
  outbox_.refuse(session, id, {ErrorCode::kMembershipInvalid, problem});
  return false;
}

// Null, with the error sent, when the call cannot take this participant.
Call* Rejoin::find_or_restore_call(Session& session, RequestId id, const Return& back,
                                   Instant now) {
  const Membership& membership = back.membership;
  Call* call = calls_.book().find(membership.call);
  // Somebody was here first whose membership is from before the call became a room.
  if (call != nullptr && call->restored && call->room == nullptr && membership.room &&
      !call->lost_its_room) {
    calls_.end(*call, EndReason::kRoomRules, now);
    calls_.book().forget_ended(membership.call);
    call = nullptr;
  }
  if (call == nullptr) return restore_call(session, id, back, now);
  return takes_back(session, id, *call, membership) ? call : nullptr;
}

// False, with the error sent, where this call does not.
bool Rejoin::takes_back(Session& session, RequestId id, Call& call, const Membership& membership) {
  std::string_view problem;
  if (!membership.room && call.room != nullptr && !call.room->lets_in(session.user->id)) {
    problem = "This call has become a room since: come to its door.";
  } else if (std::count(call.departed.begin(), call.departed.end(), membership.participant) > 0) {
    problem = "You have left this call since.";
  } else if (!call.restored || call.find(membership.participant) != nullptr) {
    problem = "You are back already.";
  }
  if (!problem.empty()) {
    outbox_.refuse(session, id, {ErrorCode::kMembershipInvalid, problem});
    return false;
  }
  const bool is_invited = call.find_if([&](const Participant& other) {
    return other.state == ParticipantState::kInvited && other.session->user == session.user;
  }) != nullptr;
  return is_invited || calls_.has_seat(session, id, call);
}

// Null, with the error sent, where there is no place for it, or it has ended since.
Call* Rejoin::restore_call(Session& session, RequestId id, const Return& back, Instant now) {
  const Membership& membership = back.membership;
  if (calls_.book().has_ended(membership.call)) {
    outbox_.refuse(session, id, {ErrorCode::kUnknownCall});
    return nullptr;
  }
  if (!calls_.has_place(session, id)) return nullptr;
  ++counters_.calls_restored;
  Call& call = calls_.book().make(membership.call, membership.video, session.source(), now);
  call.answered = true;
  call.caller = membership.caller;
  call.restored = true;
  call.next_order =
      static_cast<std::uint16_t>(std::min<int>(membership.order + kJoinsUnknown, UINT16_MAX));
  restore_room(call, session, back, now);
  call.lost_its_room = membership.room && call.room == nullptr;
  calls_.book().wait_for_others(call, now + limits_.resume_window);
  return &call;
}

// Unless the room of this name is another, or has another call by now, or there are too many.
void Rejoin::restore_room(Call& call, const Session& session, const Return& back, Instant now) {
  if (!back.membership.room) return;
  const std::string& name = back.membership.room->name;
  Room* room = rooms_.find(name);
  if (room == nullptr) room = rooms_.bring_back(name, back.rules(), session, now);
  if (room == nullptr) return;
  if (room->rules.instance == back.rules().instance && room->call == nullptr) {
    rooms_.give(call, *room);
  }
}

// Of a device that rings for the very call that it comes back to: it stops without a word, since it
// is told that it is back.
void Rejoin::take_invitation_back(Call& call, Session& session) {
  const Participant* const invited = call.find(session);
  if (invited == nullptr) return;
  const ParticipantId id = invited->id;
  std::erase_if(call.participants, [&](const Participant& other) { return other.id == id; });
  std::erase(session.calls, &call);
  std::erase(session.silent_calls, &call);
  call.departed.push_back(id);
  ice_offers_.end(call.id, id);
  const Frame left = encode_call_left(call.id, id, EndReason::kAnsweredElsewhere);
  for (const Participant& other : call.participants) outbox_.tell(other, left);
}

void Rejoin::handle(Session& session, RequestId id, const CallRejoin& request, Instant now) {
  const auto membership = check_membership(session, id, request.membership);
  if (!membership) return;
  std::optional<RoomToken> token;
  if (membership->room &&
      !rooms_.check_token(session, id, membership->room->name, request.room_token, token)) {
    return;
  }
  if (!calls_.may_join(session, id)) return;
  const Return back{*membership, token};
  if (!settle_room(session, id, back, now)) return;
  Call* const call = find_or_restore_call(session, id, back, now);
  if (call == nullptr) return;
  take_invitation_back(*call, session);
  rooms_.stop_knocking(session, now);
  session.calls.push_back(call);
  const auto place =
      std::find_if(call->participants.begin(), call->participants.end(),
                   [&](const Participant& other) { return other.order > membership->order; });
  const Participant own =
      *call->participants.insert(place, Participant{.id = membership->participant,
                                                    .session = &session,
                                                    .state = ParticipantState::kJoined,
                                                    .order = membership->order});
  const bool enough = call->room == nullptr && call->count(ParticipantState::kJoined) >= 2;
  if (enough) calls_.book().stop_waiting(*call);
  calls_.note_joined(*call, now);
  session.memberships_told = now;
  if (call->room != nullptr) be_known_again(*call->room, back);
  const bool hosts_changed = rooms_.note_inside(*call);
  outbox_.send(session, encode_call_rejoined(id, *call, own, calls_.for_receiver(*call, own)));
  const Frame news = encode_call_accepted({}, *call, own.id);
  for (const Participant& other : call->participants) {
    if (other.session != &session) outbox_.tell(other, news);
  }
  if (hosts_changed) rooms_.tell_rules(*call->room, &session);
  calls_.stop_ringing(*call, *session.user, {EndReason::kAnsweredElsewhere, nullptr, {}}, now);
  people_.refresh_in_call(*session.user, now);
}

// They need not knock afterwards, and may come back when it is locked.
void Rejoin::be_known_again(Room& room, const Return& back) {
  const UserId& user = back.membership.user;
  std::optional<RoomRevision> shown;
  if (back.token && still_admits(back.token->rules, room.rules)) {
    shown = back.token->rules.revision;
  }
  rooms_.remember_admitted(room, user, shown);
  if (room.rules.locked && !room.lets_in(user)) room.inside_when_locked.push_back(user);
}

}  // namespace visavis::signaling
