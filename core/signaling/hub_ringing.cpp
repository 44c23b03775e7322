// Who rings: people who are called or invited, on all their devices, each for the time of their
// invitation (PROTOCOL.md section 6).
#include <algorithm>
#include <utility>

#include "core/signaling/hub_impl.h"

namespace visavis::signaling {

bool Hub::Impl::is_busy(const User& user) const {
  return std::any_of(user.sessions.begin(), user.sessions.end(), [this](const Session* session) {
    return session->calls.size() >= limits_.calls_per_session_max;
  });
}

// Nothing, with the error sent, when somebody cannot be called at all. Null `call`: a new one.
std::optional<Hub::Impl::Invitees> Hub::Impl::collect_invitees(
    Session& session, RequestId id, Call* call, const std::vector<std::optional<UserId>>& to) {
  const auto refuse_with = [&](ErrorCode code, std::string_view message = {}) {
    send_error(session, id, code, message);
    return std::nullopt;
  };
  Invitees invitees;
  for (const auto& user_id : to) {
    User* const user = user_id ? find_user(*user_id) : nullptr;
    if (user == nullptr) return refuse_with(ErrorCode::kUnknownUser);
    if (user == session.user) {
      return refuse_with(ErrorCode::kInvalidField, "You cannot call yourself.");
    }
    const auto is_in = [&](ParticipantState state) {
      return call != nullptr && call->find_if([&](const Participant& participant) {
        return participant.state == state && participant.session->user == user;
      }) != nullptr;
    };
    if (is_in(ParticipantState::kJoined)) {
      return refuse_with(ErrorCode::kInvalidField, user->name + " is in this call already.");
    }
    if (is_in(ParticipantState::kInvited) || is_busy(*user)) {
      invitees.busy.push_back(user->id);
    } else {
      invitees.free.push_back(user);
    }
  }
  return invitees;
}

void Hub::Impl::add_invited(Call& call, Session& device, const ParticipantId& inviter,
                            Instant deadline) {
  Participant& participant = add_participant(call, device);
  participant.inviter = inviter;
  participant.ring_deadline = deadline;
}

// After who is invited has changed.
void Hub::Impl::set_ring_deadline(Call& call) {
  ring_deadlines_.clear(call.ring_deadline, call.id);
  call.ring_deadline = Instant::max();
  for (const Participant& participant : call.participants) {
    if (participant.state == ParticipantState::kInvited) {
      call.ring_deadline = std::min(call.ring_deadline, participant.ring_deadline);
    }
  }
  if (call.ring_deadline != Instant::max()) ring_deadlines_.set(call.ring_deadline, call.id);
}

void Hub::Impl::handle(Session& session, RequestId id, const CallInvite& request, Instant now) {
  Call* const call = find_joined_call(session, id, request.call);
  if (call == nullptr) return;
  const auto invitees = collect_invitees(session, id, call, request.to);
  if (!invitees) return;
  if (call->seats() + invitees->free.size() > limits_.participants_max) {
    return send_error(session, id, ErrorCode::kCallFull,
                      "This call is full: it holds at most " +
                          std::to_string(limits_.participants_max) + " people.");
  }
  const ParticipantId inviter = call->find(session)->id;
  const std::size_t before = call->participants.size();
  for (const User* user : invitees->free) {
    if (call->room != nullptr) remember_admitted(*call->room, user->id);
    for (Session* device : user->sessions) {
      add_invited(*call, *device, inviter, now + limits_.ring_timeout);
    }
  }
  set_ring_deadline(*call);
  for (std::size_t i = 0; i < call->participants.size(); ++i) {
    const Participant& participant = call->participants[i];
    const bool told = participant.state == ParticipantState::kJoined || i >= before;
    if (!told) continue;
    const ForReceiver own = for_receiver(*call, participant);
    if (participant.session == &session) {
      send(session, encode_call_ringing(id, *call, participant, own, invitees->busy));
    } else if (i >= before) {
      send(*participant.session, encode_call_incoming(*call, participant, own));
    } else if (!invitees->free.empty()) {
      send(*participant.session, encode_call_ringing({}, *call, participant, own, {}));
    }
  }
}

// A device that comes online while its person is being called rings as well, for as long as the
// others.
void Hub::Impl::ring_late_device(Session& session) {
  std::vector<std::pair<Call*, Participant>> ringing;  // each call with one of the others' parts
  for (const Session* other : session.user->sessions) {
    if (other == &session) continue;
    for (Call* call : other->calls) {
      const Participant& theirs = *call->find(*other);
      const bool known = std::any_of(ringing.begin(), ringing.end(),
                                     [call](const auto& entry) { return entry.first == call; });
      if (theirs.state == ParticipantState::kInvited && !known) ringing.emplace_back(call, theirs);
    }
  }
  for (const auto& [call, theirs] : ringing) {
    add_invited(*call, session, theirs.inviter, theirs.ring_deadline);
    const Participant& late = call->participants.back();
    send(session, encode_call_incoming(*call, late, for_receiver(*call, late)));
    for (const Participant& member : call->participants) {
      if (member.state == ParticipantState::kJoined) {
        const ForReceiver own = for_receiver(*call, member);
        send(*member.session, encode_call_ringing({}, *call, member, own, {}));
      }
    }
  }
}

}  // namespace visavis::signaling
