// Calls of an earlier epoch that go on: whoever was in one comes back with a membership token, and
// with the first of them the hub knows the call again (PROTOCOL.md section 6).
#include <algorithm>
#include <utility>

#include "core/signaling/hub_impl.h"

namespace visavis::signaling {
namespace {

// Whoever joins a restored call for the first time comes after all who may still come back. How
// many have joined in its earlier life nobody knows; it was fewer than this.
constexpr int kJoinsUnknown = 1'024;

// What a membership tells of a room; nothing where there is none.
std::optional<MembershipRoom> in_brief(const Room* room) {
  if (room == nullptr) return std::nullopt;
  MembershipRoom brief;
  brief.name = room->name;
  brief.rules.instance = room->rules.instance;
  brief.rules.created = room->rules.created;
  brief.rules.revision = room->rules.revision;
  brief.rules.knock = room->rules.knock;
  brief.rules.locked = room->rules.locked;
  brief.rules.creator = room->rules.creator;
  brief.rules.complete = false;
  return brief;
}

}  // namespace

std::string Hub::Impl::membership_of(const Call& call, const Participant& participant) const {
  return sign_membership(
      signer_, {epoch_, call.id, participant.id, participant.session->user->id, call.caller,
                call.video, participant.order,
                wall_time(now_) + std::chrono::floor<milliseconds>(limits_.membership_lifetime),
                in_brief(call.room)});
}

// Nothing, with the error sent, unless the token is this person's, from another epoch and still
// good.
std::optional<Membership> Hub::Impl::check_membership(Session& session, RequestId id,
                                                      std::string_view token, Instant now) {
  auto membership = verify_membership(signer_, token);
  std::string_view problem;
  if (!membership) {
    problem = sentence(ErrorCode::kMembershipInvalid);
  } else if (membership->user != session.user->id) {
    problem = "This membership is somebody else's.";
  } else if (membership->epoch == epoch_) {
    problem = "The server has not restarted since: resume the session instead.";
  } else if (membership->expires <= wall_time(now)) {
    problem = "This membership has expired: the call is over.";
  }
  if (problem.empty()) return membership;
  send_error(session, id, ErrorCode::kMembershipInvalid, problem);
  return std::nullopt;
}

// Brings the room of this name to what is shown, where that is earlier or newer. False, with the
// error sent, when the room does not let this person come back.
bool Hub::Impl::settle_room(Session& session, RequestId id, const Return& back, Instant now) {
  if (!back.membership.room) return true;
  Room* const room = rooms_.find(back.membership.room->name);
  if (room == nullptr) return true;  // restore_room() will make it
  const RoomRules& shown = back.rules();
  if (room->unclaimed || takes_precedence(shown, room->rules)) {
    const bool other = room->rules.instance != shown.instance;
    put_in_force(*room, shown, session, now);
    // Those who may stay come again, into the call that the room had before them.
    if (other && room->call != nullptr) {
      remove_people(
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
  send_error(session, id, ErrorCode::kMembershipInvalid, problem);
  return false;
}

// Null, with the error sent, when the call cannot take this participant.
Call* Hub::Impl::find_or_restore_call(Session& session, RequestId id, const Return& back,
                                      Instant now) {
  const Membership& membership = back.membership;
  const auto refuse_with = [&](ErrorCode code, std::string_view message = {}) {
    send_error(session, id, code, message);
    return nullptr;
  };
  auto it = calls_.find(membership.call);
  // Somebody was here first whose membership is from before the call became a room.
  if (it != calls_.end() && it->second->restored && it->second->room == nullptr &&
      membership.room && !it->second->lost_its_room) {
    end_call(*it->second, EndReason::kRoomRules, now);
    std::erase(ended_restored_, membership.call);
    it = calls_.find(membership.call);
  }
  if (it != calls_.end()) {
    Call& call = *it->second;
    if (!membership.room && call.room != nullptr && !call.room->lets_in(session.user->id)) {
      return refuse_with(ErrorCode::kMembershipInvalid,
                         "This call has become a room since: come to its door.");
    }
    const bool left =
        std::count(call.departed.begin(), call.departed.end(), membership.participant) > 0;
    if (!call.restored || left || call.find(membership.participant) != nullptr) {
      return refuse_with(ErrorCode::kMembershipInvalid,
                         left ? "You have left this call since." : "You are back already.");
    }
    const bool is_invited = call.find_if([&](const Participant& other) {
      return other.state == ParticipantState::kInvited && other.session->user == session.user;
    }) != nullptr;
    if (!is_invited && !has_seat(session, id, call)) return nullptr;
    return &call;
  }
  if (std::count(ended_restored_.begin(), ended_restored_.end(), membership.call) > 0) {
    return refuse_with(ErrorCode::kUnknownCall);
  }
  if (!has_place_for_call(session, id)) return nullptr;
  ++counters_.calls_restored;
  Call& call = make_call(membership.call, membership.video, session.source(), now);
  call.answered = true;
  call.caller = membership.caller;
  call.restored = true;
  call.next_order =
      static_cast<std::uint16_t>(std::min<int>(membership.order + kJoinsUnknown, UINT16_MAX));
  restore_room(call, session, back, now);
  call.lost_its_room = membership.room && call.room == nullptr;
  call.restore_deadline = now + limits_.resume_window;
  restore_deadlines_.set(*call.restore_deadline, call.id);
  return &call;
}

// Unless the room of this name is another, or has another call by now, or there are too many.
void Hub::Impl::restore_room(Call& call, const Session& session, const Return& back, Instant now) {
  if (!back.membership.room) return;
  const std::string& name = back.membership.room->name;
  Room* room = rooms_.find(name);
  if (room == nullptr) {
    room = rooms_.make(name, session.user->id, session.source());
    if (room == nullptr) return;
    bring_back(*room, back.rules(), now);
  }
  if (room->rules.instance == back.rules().instance && room->call == nullptr) {
    give_room(call, *room);
  }
}

// Of a device that rings for the very call that it comes back to: it stops without a word, since it
// is told that it is back.
void Hub::Impl::take_invitation_back(Call& call, Session& session) {
  const Participant* const invited = call.find(session);
  if (invited == nullptr) return;
  const ParticipantId id = invited->id;
  std::erase_if(call.participants, [&](const Participant& other) { return other.id == id; });
  std::erase(session.calls, &call);
  std::erase(session.silent_calls, &call);
  call.departed.push_back(id);
  end_relay(call.id, id);
  const Frame left = encode_call_left(call.id, id, EndReason::kAnsweredElsewhere);
  for (const Participant& other : call.participants) tell(other, left);
}

void Hub::Impl::handle(Session& session, RequestId id, const CallRejoin& request, Instant now) {
  if (draining_) return send_error(session, id, ErrorCode::kDraining);
  const auto membership = check_membership(session, id, request.membership, now);
  if (!membership) return;
  std::optional<RoomToken> token;
  if (membership->room &&
      !check_room_token(session, id, membership->room->name, request.room_token, token, now)) {
    return;
  }
  if (!may_join_call(session, id)) return;
  const Return back{*membership, token};
  if (!settle_room(session, id, back, now)) return;
  Call* const call = find_or_restore_call(session, id, back, now);
  if (call == nullptr) return;
  take_invitation_back(*call, session);
  stop_knocking(session, now);
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
  if (enough) stop_waiting(*call);
  note_joined(*call, now);
  session.memberships_told = now;
  if (call->room != nullptr) be_known_again(*call->room, back);
  const bool hosts_changed = note_inside(*call);
  send(session, encode_call_rejoined(id, *call, own, for_receiver(*call, own)));
  const Frame news = encode_call_accepted({}, *call, own.id);
  for (const Participant& other : call->participants) {
    if (other.session != &session) tell(other, news);
  }
  if (hosts_changed) tell_rules(*call->room, nullptr, {}, &session);
  stop_ringing(*call, *session.user, {EndReason::kAnsweredElsewhere, nullptr, {}}, now);
  refresh_in_call(*session.user, now);
}

// They need not knock afterwards, and may come back when it is locked.
void Hub::Impl::be_known_again(Room& room, const Return& back) {
  const UserId& user = back.membership.user;
  std::optional<RoomRevision> shown;
  if (back.token && still_admits(back.token->rules, room.rules)) {
    shown = back.token->rules.revision;
  }
  remember_admitted(room, user, shown);
  if (room.rules.locked && !room.lets_in(user)) room.inside_when_locked.push_back(user);
}

void Hub::Impl::stop_waiting(Call& call) {
  if (call.restore_deadline) restore_deadlines_.clear(*call.restore_deadline, call.id);
  call.restore_deadline.reset();
}

void Hub::Impl::remember_ended(const Call& call) {
  if (ended_restored_.size() >= limits_.ended_restored_calls_max) ended_restored_.pop_front();
  ended_restored_.push_back(call.id);
}

}  // namespace visavis::signaling
