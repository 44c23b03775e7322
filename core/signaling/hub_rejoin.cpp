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

}  // namespace

std::string Hub::Impl::membership_of(const Call& call, const Participant& participant) const {
  const Room* room = call.room;
  return sign_membership(
      signer_,
      {epoch_, call.id, participant.id, participant.session->user->id, call.caller, call.video,
       participant.order, room == nullptr ? "" : room->name, room != nullptr && room->knock});
}

// Nothing, with the error sent, unless the token is this person's and from another epoch.
std::optional<Membership> Hub::Impl::check_membership(Session& session, RequestId id,
                                                      std::string_view token) {
  auto membership = verify_membership(signer_, token);
  std::string_view problem;
  if (!membership) {
    problem = sentence(ErrorCode::kMembershipInvalid);
  } else if (membership->user != session.user->id) {
    problem = "This membership is somebody else's.";
  } else if (membership->epoch == epoch_) {
    problem = "The server has not restarted since: resume the session instead.";
  }
  if (problem.empty()) return membership;
  send_error(session, id, ErrorCode::kMembershipInvalid, problem);
  return std::nullopt;
}

// Null, with the error sent, when the call cannot take this participant.
Call* Hub::Impl::find_or_restore_call(Session& session, RequestId id, const Membership& membership,
                                      Instant now) {
  const auto refuse_with = [&](ErrorCode code, std::string_view message = {}) {
    send_error(session, id, code, message);
    return nullptr;
  };
  const auto it = calls_.find(membership.call);
  if (it != calls_.end()) {
    Call& call = *it->second;
    const bool left =
        std::count(call.departed.begin(), call.departed.end(), membership.participant) > 0;
    if (!call.restored || left || call.find(membership.participant) != nullptr) {
      return refuse_with(ErrorCode::kMembershipInvalid,
                         left ? "You have left this call since." : "You are back already.");
    }
    const bool has_seat = call.find_if([&](const Participant& other) {
      return other.state == ParticipantState::kInvited && other.session->user == session.user;
    }) != nullptr;
    if (!has_seat && call.seats() >= limits_.participants_max) {
      return refuse_with(ErrorCode::kCallFull, "This call is full.");
    }
    return &call;
  }
  if (std::count(ended_restored_.begin(), ended_restored_.end(), membership.call) > 0) {
    return refuse_with(ErrorCode::kUnknownCall);
  }
  if (!has_place_for_call(session, id)) return nullptr;
  ++counters_.calls_restored;
  Call& call = make_call(membership.call, membership.video);
  call.answered = true;
  call.caller = membership.caller;
  call.restored = true;
  call.next_order =
      static_cast<std::uint16_t>(std::min<int>(membership.order + kJoinsUnknown, UINT16_MAX));
  restore_room(call, membership);
  if (call.room != nullptr) return &call;  // and one is enough
  call.restore_deadline = now + limits_.resume_window;
  restore_deadlines_.set(*call.restore_deadline, call.id);
  return &call;
}

// Unless somebody has made a room of this name before, or there are too many.
void Hub::Impl::restore_room(Call& call, const Membership& membership) {
  if (membership.room.empty() || find_room(membership.room) != nullptr) return;
  Room* const room = make_room(membership.room, std::nullopt, membership.knock);
  if (room != nullptr) give_room(call, *room);
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
  const auto membership = check_membership(session, id, request.membership);
  if (!membership) return;
  if (!may_join_call(session, id)) return;
  Call* const call = find_or_restore_call(session, id, *membership, now);
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
  if (call->count(ParticipantState::kJoined) >= 2) stop_waiting(*call);
  if (call->room != nullptr) remember_admitted(*call->room, session.user->id);
  send(session, encode_call_rejoined(id, *call, own, for_receiver(*call, own)));
  const Frame news = encode_call_accepted({}, *call, own.id);
  for (const Participant& other : call->participants) {
    if (other.session != &session) tell(other, news);
  }
  stop_ringing(*call, *session.user, {EndReason::kAnsweredElsewhere, nullptr, {}}, now);
  refresh_in_call(*session.user, now);
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
