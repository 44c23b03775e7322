// Calls: ringing, answering, leaving, and the signals between participants (PROTOCOL.md sections 6
// and 7).
#include <algorithm>
#include <iterator>
#include <utility>

#include "core/signaling/hub_impl.h"

namespace visavis::signaling {

// Null, with the error sent, unless the session is part of this call.
Call* Hub::Impl::find_call(Session& session, RequestId id, const std::optional<CallId>& call_id) {
  const auto it = call_id ? calls_.find(*call_id) : calls_.end();
  if (it == calls_.end()) {
    send_error(session, id, ErrorCode::kUnknownCall);
    return nullptr;
  }
  if (it->second->find(session) == nullptr) {
    send_error(session, id, ErrorCode::kNotInCall);
    return nullptr;
  }
  return it->second.get();
}

// The call by which `caller` rings this session right now, if any.
Call* Hub::Impl::find_call_from(const Session& session, const UserId& caller) {
  for (Call* call : session.calls) {
    const Participant* own = call->find(session);
    const Participant* theirs = call->find_if([&](const Participant& participant) {
      return participant.state == ParticipantState::kJoined &&
             participant.session->user->id == caller;
    });
    if (own->state == ParticipantState::kInvited && theirs != nullptr) return call;
  }
  return nullptr;
}

bool Hub::Impl::is_busy(const User& user) const {
  return std::any_of(user.sessions.begin(), user.sessions.end(), [this](const Session* session) {
    return session->calls.size() >= limits_.calls_per_session_max;
  });
}

// False, with the error sent, when somebody cannot be called at all.
bool Hub::Impl::collect_invitees(Session& session, RequestId id, const CallStart& start,
                                 std::vector<User*>& free, std::vector<UserId>& busy) {
  for (const auto& user_id : start.to) {
    User* user = user_id ? find_user(*user_id) : nullptr;
    if (user == nullptr) {
      send_error(session, id, ErrorCode::kUnknownUser);
      return false;
    }
    if (user == session.user) {
      send_error(session, id, ErrorCode::kInvalidField, "You cannot call yourself.");
      return false;
    }
    if (is_busy(*user)) {
      busy.push_back(user->id);
    } else {
      free.push_back(user);
    }
  }
  return true;
}

Participant& Hub::Impl::add_participant(Call& call, Session& session, ParticipantState state) {
  session.calls.push_back(&call);
  return call.participants.emplace_back(
      Participant{make_random_id<ParticipantId>(random_), &session, state});
}

void Hub::Impl::join(Call& call, Participant& participant) {
  participant.state = ParticipantState::kJoined;
  participant.order = call.next_order++;
}

void Hub::Impl::handle(Session& session, RequestId id, const CallStart& start, Instant now) {
  if (draining_) return send_error(session, id, ErrorCode::kDraining);
  if (start.to.size() == 1 && start.to.front()) {
    if (Call* glare = find_call_from(session, *start.to.front())) {
      return accept(session, id, *glare, now);
    }
  }
  if (session.calls.size() >= limits_.calls_per_session_max) {
    return send_error(session, id, ErrorCode::kCallLimit);
  }
  if (start.to.size() >= limits_.participants_max) {
    return send_error(session, id, ErrorCode::kCallFull);
  }
  if (calls_.size() >= limits_.calls_max) {
    return send_error(session, id, ErrorCode::kCallLimit,
                      "This server carries as many calls as it can. Try again later.");
  }
  std::vector<User*> free;
  std::vector<UserId> busy;
  if (!collect_invitees(session, id, start, free, busy)) return;
  ++counters_.calls_started;
  const auto call_id = make_random_id<CallId>(random_);
  if (free.empty()) {
    ++counters_.calls_ended[static_cast<std::size_t>(EndReason::kBusy)];
    return send(session, encode_call_ended(id, call_id, EndReason::kBusy));
  }
  Call& call = *calls_.emplace(call_id, std::make_unique<Call>()).first->second;
  call.id = call_id;
  call.video = start.video;
  Participant& caller = add_participant(call, session, ParticipantState::kInvited);
  join(call, caller);
  call.caller = caller.id;
  for (const User* user : free) {
    for (Session* device : user->sessions)
      add_participant(call, *device, ParticipantState::kInvited);
  }
  call.ring_deadline = now + limits_.ring_timeout;
  ring_deadlines_.set(call.ring_deadline, call.id);
  for (const Participant& participant : call.participants) {
    const ForReceiver own = for_receiver(call, participant);
    send(*participant.session, participant.session == &session
                                   ? encode_call_ringing(id, call, participant, own, busy)
                                   : encode_call_incoming(call, participant, own));
  }
  refresh_in_call(*session.user, now);
}

// A device that comes online while its person is being called rings as well.
void Hub::Impl::ring_late_device(Session& session) {
  std::vector<Call*> ringing;
  for (const Session* other : session.user->sessions) {
    if (other == &session) continue;
    for (Call* call : other->calls) {
      const bool invited = call->find(*other)->state == ParticipantState::kInvited;
      if (invited && std::find(ringing.begin(), ringing.end(), call) == ringing.end()) {
        ringing.push_back(call);
      }
    }
  }
  for (Call* call : ringing) {
    const Participant late = add_participant(*call, session, ParticipantState::kInvited);
    send(session, encode_call_incoming(*call, late, for_receiver(*call, late)));
    for (const Participant& member : call->participants) {
      if (member.state == ParticipantState::kJoined) {
        const ForReceiver own = for_receiver(*call, member);
        send(*member.session, encode_call_ringing({}, *call, member, own, {}));
      }
    }
  }
}

void Hub::Impl::handle(Session& session, RequestId id, const CallAccept& request, Instant now) {
  Call* call = find_call(session, id, request.call);
  if (call == nullptr) return;
  if (call->find(session)->state == ParticipantState::kJoined) {
    return send_error(session, id, ErrorCode::kNotInCall, "You have joined this call already.");
  }
  accept(session, id, *call, now);
}

void Hub::Impl::accept(Session& session, RequestId id, Call& call, Instant now) {
  Participant& own = *call.find(session);
  join(call, own);
  const ParticipantId accepted = own.id;
  if (!std::exchange(call.answered, true)) ++counters_.calls_answered;
  remove_participants(
      call,
      [&](const Participant& participant) {
        return participant.session->user == session.user && participant.session != &session;
      },
      {EndReason::kAnsweredElsewhere, nullptr, {}}, now);
  if (call.count(ParticipantState::kInvited) == 0)
    ring_deadlines_.clear(call.ring_deadline, call.id);
  const Frame news = encode_call_accepted({}, call, accepted);
  for (const Participant& participant : call.participants) {
    if (participant.session != &session) {
      send(*participant.session, news);
      continue;
    }
    const ForReceiver only_here = for_receiver(call, participant);
    send(session, encode_call_accepted(id, call, accepted, &only_here));
  }
  refresh_in_call(*session.user, now);
}

void Hub::Impl::handle(Session& session, RequestId id, const CallDecline& request, Instant now) {
  Call* call = find_call(session, id, request.call);
  if (call == nullptr) return;
  if (call->find(session)->state == ParticipantState::kJoined) {
    return send_error(session, id, ErrorCode::kNotInCall,
                      "You have joined this call: leave it with call.end.");
  }
  stop_ringing(*call, *session.user, {EndReason::kDeclined, &session, id}, now);
}

// On all devices of this person.
void Hub::Impl::stop_ringing(Call& call, const User& user, const Removal& removal, Instant now) {
  remove_participants(
      call,
      [&](const Participant& participant) {
        return participant.state == ParticipantState::kInvited &&
               participant.session->user == &user;
      },
      removal, now);
}

void Hub::Impl::handle(Session& session, RequestId id, const CallEnd& request, Instant now) {
  Call* call = find_call(session, id, request.call);
  if (call == nullptr) return;
  if (call->find(session)->state == ParticipantState::kInvited) {
    return send_error(session, id, ErrorCode::kNotInCall,
                      "You have not joined this call: decline it with call.decline.");
  }
  leave(*call, session, EndReason::kHangup, id, now);
}

// Hanging up before anybody has accepted is cancelling.
void Hub::Impl::leave(Call& call, Session& session, EndReason reason, RequestId id, Instant now) {
  const bool unanswered = reason == EndReason::kHangup && !call.answered;
  remove_participants(
      call, [&](const Participant& participant) { return participant.session == &session; },
      {unanswered ? EndReason::kCancelled : reason, &session, id}, now);
}

template <typename Predicate>
void Hub::Impl::remove_participants(Call& call, Predicate leaving, const Removal& removal,
                                    Instant now) {
  std::vector<Participant> gone;
  std::copy_if(call.participants.begin(), call.participants.end(), std::back_inserter(gone),
               leaving);
  std::erase_if(call.participants, leaving);
  for (const Participant& participant : gone) {
    const bool asked = participant.session == removal.requester;
    send(*participant.session,
         encode_call_ended(asked ? removal.id : RequestId{}, call.id, removal.reason));
    drop_from_session(call, *participant.session, now);
    if (call.restored) call.departed.push_back(participant.id);
  }
  if (call.participants.size() < 2 || call.count(ParticipantState::kJoined) == 0) {
    return end_call(call, removal.reason, now);
  }
  for (const Participant& participant : gone) {
    end_relay(call.id, participant.id);
    const Frame left = encode_call_left(call.id, participant.id, removal.reason);
    for (const Participant& member : call.participants) send(*member.session, left);
  }
  if (call.count(ParticipantState::kInvited) == 0)
    ring_deadlines_.clear(call.ring_deadline, call.id);
}

// Tells those who are left, and forgets the call.
void Hub::Impl::end_call(Call& call, EndReason reason, Instant now) {
  ++counters_.calls_ended[static_cast<std::size_t>(reason)];
  end_relay(call.id, std::nullopt);
  ring_deadlines_.clear(call.ring_deadline, call.id);
  stop_waiting(call);
  if (call.restored) remember_ended(call);
  for (const Participant& participant : call.participants) {
    const bool rang = participant.state == ParticipantState::kInvited;
    const EndReason theirs = rang && reason == EndReason::kHangup ? EndReason::kCancelled : reason;
    send(*participant.session, encode_call_ended({}, call.id, theirs));
    drop_from_session(call, *participant.session, now);
  }
  calls_.erase(CallId(call.id));
}

void Hub::Impl::drop_from_session(Call& call, Session& session, Instant now) {
  std::erase(session.calls, &call);
  refresh_in_call(*session.user, now);
}

void Hub::Impl::refresh_in_call(User& user, Instant now) {
  const bool in_call =
      std::any_of(user.sessions.begin(), user.sessions.end(), [](const Session* session) {
        return std::any_of(session->calls.begin(), session->calls.end(), [session](Call* call) {
          const Participant* own = call->find(*session);
          return own != nullptr && own->state == ParticipantState::kJoined;
        });
      });
  if (std::exchange(user.in_call, in_call) != in_call) presence_.update(user, now);
}

void Hub::Impl::on_ring_timeout(Call& call, Instant now) {
  remove_participants(
      call,
      [](const Participant& participant) {
        return participant.state == ParticipantState::kInvited;
      },
      {EndReason::kMissed, nullptr, {}}, now);
}

void Hub::Impl::handle(Session& session, RequestId id, const Signal& signal, Instant) {
  Call* call = find_call(session, id, signal.call);
  if (call == nullptr) return;
  const Participant& from = *call->find(session);
  const Participant* to = signal.to ? call->find(*signal.to) : nullptr;
  if (to == nullptr || to == &from) return send_error(session, id, ErrorCode::kUnknownParticipant);
  if (from.state == ParticipantState::kInvited && to->state == ParticipantState::kInvited) {
    return send_error(session, id, ErrorCode::kNotInCall,
                      "Signals need at least one of the two to have joined.");
  }
  ++counters_.signals_forwarded;
  send(*to->session, encode_signal(call->id, from.id, signal.data_json));
}

}  // namespace visavis::signaling
