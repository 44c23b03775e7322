// Calls: starting, answering, leaving (PROTOCOL.md section 6).
#include "core/signaling/parts/calls.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace visavis::signaling {

// Null, with the error sent, unless the session is part of this call.
Call* Calls::find(Session& session, RequestId id, const std::optional<CallId>& call_id) {
  Call* const call = call_id ? book_.find(*call_id) : nullptr;
  if (call == nullptr) {
    outbox_.refuse(session, id, {ErrorCode::kUnknownCall});
    return nullptr;
  }
  const Participant* const own = call->find(session);
  if (own == nullptr || own->silent) {
    outbox_.refuse(session, id, {ErrorCode::kNotInCall});
    return nullptr;
  }
  return call;
}

// The call by which `caller` rings this session right now, if any.
Call* Calls::find_from(const Session& session, const UserId& caller) {
  for (Call* call : session.calls) {
    const Participant* own = call->find(session);
    const Participant* theirs = call->find_if([&](const Participant& participant) {
      return participant.state == ParticipantState::kJoined &&
             participant.session->user->id == caller;
    });
    // Whoever only happens to be in it has not called: this would put people into each other's
    // calls.
    if (own->state == ParticipantState::kInvited && own->rung_by == caller && theirs != nullptr) {
      return call;
    }
  }
  return nullptr;
}

// Null, with the error sent, unless the session has joined this call.
Call* Calls::find_joined(Session& session, RequestId id, const std::optional<CallId>& call_id) {
  Call* const call = find(session, id, call_id);
  if (call == nullptr || call->find(session)->state == ParticipantState::kJoined) return call;
  outbox_.refuse(session, id, {ErrorCode::kNotInCall, "Join this call first."});
  return nullptr;
}

// False, with the error sent, when the session has joined as many calls as it may. What rings takes
// no place.
bool Calls::may_join(Session& session, RequestId id) {
  const auto joined = std::count_if(session.calls.begin(), session.calls.end(), [&](Call* call) {
    return call->find(session)->state == ParticipantState::kJoined;
  });
  if (static_cast<std::size_t>(joined) < limits_.calls_per_session_max) return true;
  outbox_.refuse(session, id, {ErrorCode::kCallLimit});
  return false;
}

// False, with the error sent, when there are as many calls as may be, all in all or of this
// address.
bool Calls::has_place(Session& session, RequestId id) {
  if (book_.has_place(session.source())) return true;
  outbox_.refuse(
      session, id,
      {ErrorCode::kCallLimit,
       "This server, or your network, has as many calls as it may have. Try again later."});
  return false;
}

Participant& Calls::add_participant(Call& call, Session& session) {
  session.calls.push_back(&call);
  Participant& participant = call.participants.emplace_back();
  participant.id = make_random_id<ParticipantId>(random_);
  participant.session = &session;
  return participant;
}

void Calls::name_caller(Call& call, const Participant& caller) {
  call.caller = caller.id;
  call.caller_name = caller.session->user->name;
  call.caller_address = caller.session->address;
}

// For the log.
void Calls::note_joined(Call& call, Instant now) {
  const std::size_t inside = call.count(ParticipantState::kJoined);
  call.people_max = std::max(call.people_max, inside);
  if (inside >= 2 && !call.answered_at) call.answered_at = now;
}

void Calls::join(Call& call, Participant& participant, Instant now) {
  rooms_.stop_knocking(*participant.session, now);  // told to those inside, not yet to this one
  participant.state = ParticipantState::kJoined;
  participant.order = call.next_order++;
  call.ring_signals.forget(participant.id);
  participant.session->memberships_told = now;
  note_joined(call, now);
  if (call.room != nullptr) rooms_.on_joined(*call.room, participant.session->user->id);
}

void Calls::handle(Session& session, RequestId id, const CallStart& start, Instant now) {
  if (!may_join(session, id)) return;
  if (start.to.size() == 1 && start.to.front()) {
    if (Call* glare = find_from(session, *start.to.front())) {
      return accept(session, id, *glare, now);
    }
  }
  if (start.to.size() >= limits_.participants_max) {
    return outbox_.refuse(session, id, {ErrorCode::kCallFull});
  }
  if (!has_place(session, id)) return;
  const auto invitees = collect_invitees(session, id, nullptr, start.to, now);
  if (!invitees) return;
  ++counters_.calls_started;
  const auto call_id = make_random_id<CallId>(random_);
  if (invitees->free.empty()) {
    ++counters_.calls_ended[static_cast<std::size_t>(EndReason::kBusy)];
    outbox_.report(CallOver{.id = call_id,
                            .reason = EndReason::kBusy,
                            .video = start.video,
                            .caller = session.user->name,
                            .caller_address = session.address});
    return outbox_.send(session, encode_call_ended(id, call_id, EndReason::kBusy));
  }
  Call& call = book_.make(call_id, start.video, session.source(), now);
  Participant& caller = add_participant(call, session);
  join(call, caller, now);
  name_caller(call, caller);
  ring(call, session, *invitees, now);
  const std::string everybody = participants_of(call);
  for (const Participant& participant : call.participants) {
    if (participant.silent) continue;
    ForReceiver own = for_receiver(call, participant);
    own.participants_json = everybody;
    outbox_.send(*participant.session,
                 participant.session == &session
                     ? encode_call_ringing(id, call, participant, own, invitees->busy)
                     : encode_call_incoming(call, participant, own));
  }
  people_.refresh_in_call(*session.user, now);
}

void Calls::handle(Session& session, RequestId id, const CallAccept& request, Instant now) {
  Call* call = find(session, id, request.call);
  if (call == nullptr) return;
  if (call->find(session)->state == ParticipantState::kJoined) {
    return outbox_.refuse(session, id,
                          {ErrorCode::kNotInCall, "You have joined this call already."});
  }
  if (!may_join(session, id)) return;
  accept(session, id, *call, now);
}

void Calls::accept(Session& session, RequestId id, Call& call, Instant now) {
  Participant& own = *call.find(session);
  if (own.silent) end_silence(call, own);
  if (own.rung_by != UserId{}) ring_guard_.on_answered(own.rung_by, session.user->id, now);
  join(call, own, now);
  const ParticipantId accepted = own.id;
  if (call.count(ParticipantState::kJoined) >= 2) {
    if (!std::exchange(call.answered, true)) ++counters_.calls_answered;
    if (call.room == nullptr) book_.stop_waiting(call);
  }
  remove_participants(
      call,
      [&](const Participant& participant) {
        return participant.state == ParticipantState::kInvited &&
               participant.session->user == session.user;
      },
      {EndReason::kAnsweredElsewhere, nullptr, {}}, now);
  book_.set_ring_deadline(call);
  const bool hosts_changed = rooms_.note_inside(call);
  const Frame news = encode_call_accepted({}, call, accepted);
  for (const Participant& participant : call.participants) {
    if (participant.session != &session) {
      outbox_.tell(participant, news);
      continue;
    }
    const ForReceiver only_here = for_receiver(call, participant);
    outbox_.send(session, encode_call_accepted(id, call, accepted, &only_here));
  }
  if (hosts_changed) rooms_.tell_rules(*call.room, &session);
  people_.refresh_in_call(*session.user, now);
}

void Calls::handle(Session& session, RequestId id, const CallDecline& request, Instant now) {
  Call* call = find(session, id, request.call);
  if (call == nullptr) return;
  if (call->find(session)->state == ParticipantState::kJoined) {
    return outbox_.refuse(
        session, id, {ErrorCode::kNotInCall, "You have joined this call: leave it with call.end."});
  }
  stop_ringing(*call, *session.user, {EndReason::kDeclined, &session, id}, now);
}

// Whether they have joined or ring.
void Calls::remove_people(Call& call, const std::function<bool(const User&)>& leaving,
                          const Removal& removal, Instant now) {
  remove_participants(
      call, [&](const Participant& participant) { return leaving(*participant.session->user); },
      removal, now);
}

// On all devices of this person.
void Calls::stop_ringing(Call& call, const User& user, const Removal& removal, Instant now) {
  remove_participants(
      call,
      [&](const Participant& participant) {
        return participant.state == ParticipantState::kInvited &&
               participant.session->user == &user;
      },
      removal, now);
}

void Calls::handle(Session& session, RequestId id, const CallEnd& request, Instant now) {
  Call* call = find(session, id, request.call);
  if (call == nullptr) return;
  if (call->find(session)->state == ParticipantState::kInvited) {
    return outbox_.refuse(
        session, id,
        {ErrorCode::kNotInCall, "You have not joined this call: decline it with call.decline."});
  }
  leave(*call, session, EndReason::kHangup, id, now);
}

// Hanging up before anybody has accepted is cancelling; in a room nobody needs to accept.
void Calls::leave(Call& call, Session& session, EndReason reason, RequestId id, Instant now) {
  const bool unanswered = reason == EndReason::kHangup && !call.answered && call.room == nullptr;
  remove_participants(
      call, [&](const Participant& participant) { return participant.session == &session; },
      {unanswered ? EndReason::kCancelled : reason, &session, id}, now);
}

template <typename Predicate>
void Calls::remove_participants(Call& call, Predicate leaving, const Removal& removal,
                                Instant now) {
  std::vector<Participant> gone;
  std::copy_if(call.participants.begin(), call.participants.end(), std::back_inserter(gone),
               leaving);
  std::erase_if(call.participants, leaving);
  for (const Participant& participant : gone) {
    const bool asked = participant.session == removal.requester;
    outbox_.tell(participant,
                 encode_call_ended(asked ? removal.id : RequestId{}, call.id, removal.reason));
    drop_from_session(call, *participant.session, now);
    forget_signals_of(call, participant);
    if (call.restored) call.departed.push_back(participant.id);
  }
  if (removal.reason != EndReason::kAnsweredElsewhere) note_unanswered(call, gone, now);
  if (is_over(call)) return end(call, removal.reason, now);
  for (const Participant& participant : gone) {
    ice_offers_.end(call.id, participant.id);
    const Frame left = encode_call_left(call.id, participant.id, removal.reason);
    for (const Participant& member : call.participants) outbox_.tell(member, left);
  }
  book_.set_ring_deadline(call);
  // Who hosts a room depends on who is inside. Of somebody who is just coming in, the others are
  // told first that they are there.
  const bool left_from_inside =
      std::any_of(gone.begin(), gone.end(), [](const Participant& participant) {
        return participant.state == ParticipantState::kJoined;
      });
  if (left_from_inside && rooms_.note_inside(call)) rooms_.tell_rules(*call.room, nullptr);
}

// A room goes on with one who has joined, and so does a call whose others may still come back: who
// is the first to come back, and leaves, does not end it for them.
bool Calls::is_over(const Call& call) const {
  if (call.restore_deadline) return false;
  if (call.count(ParticipantState::kJoined) == 0) return true;
  return call.participants.size() < 2 && call.room == nullptr;
}

// Tells those who are left, and forgets the call.
void Calls::end(Call& call, EndReason reason, Instant now) {
  ++counters_.calls_ended[static_cast<std::size_t>(reason)];
  report_end(call, reason, now);
  ice_offers_.end(call.id, std::nullopt);
  const std::vector<Participant> last = std::exchange(call.participants, {});
  note_unanswered(call, last, now);
  for (const Participant& participant : last) {
    const bool rang = participant.state == ParticipantState::kInvited;
    const bool others_left = reason == EndReason::kHangup || reason == EndReason::kRemoved ||
                             reason == EndReason::kRoomRules;
    const EndReason theirs = rang && others_left ? EndReason::kCancelled : reason;
    outbox_.tell(participant, encode_call_ended({}, call.id, theirs));
    drop_from_session(call, *participant.session, now);
  }
  if (call.room != nullptr) {
    call.room->call = nullptr;
    rooms_.on_call_over(*call.room, now);
  }
  book_.erase(call);
}

void Calls::report_end(const Call& call, EndReason reason, Instant now) {
  if (!outbox_.reports()) return;
  CallOver over{.id = call.id,
                .reason = reason,
                .duration = now - call.began,
                .people_max = call.people_max,
                .video = call.video,
                .in_room = call.room != nullptr,
                .restored = call.restored,
                .caller = call.caller_name,
                .caller_address = call.caller_address};
  if (call.answered_at) over.talked = now - *call.answered_at;
  outbox_.report(std::move(over));
}

void Calls::drop_from_session(Call& call, Session& session, Instant now) {
  std::erase(session.calls, &call);
  std::erase(session.silent_calls, &call);
  people_.refresh_in_call(*session.user, now);
}

bool Calls::has_seat(Session& session, RequestId id, const Call& call) {
  const auto own = std::count_if(call.participants.begin(), call.participants.end(),
                                 [&](const Participant& participant) {
                                   return participant.state == ParticipantState::kJoined &&
                                          participant.session->user == session.user;
                                 });
  if (static_cast<std::size_t>(own) >= limits_.seats_per_person_max) {
    outbox_.refuse(
        session, id,
        {ErrorCode::kCallFull,
         "You are in this room on " + std::to_string(own) +
             " devices already, which is as many as it takes. Leave it on one of them first."});
    return false;
  }
  // A host is never kept out of their own room by those who fill it.
  const bool hosts_seat = call.room != nullptr && call.room->rules.is_host(session.user->id);
  if (call.seats() < limits_.participants_max + (hosts_seat ? 1 : 0)) return true;
  outbox_.refuse(session, id,
                 {ErrorCode::kCallFull, "This room is full: it holds at most " +
                                            std::to_string(limits_.participants_max) + " people."});
  return false;
}

Call& Calls::start_empty(bool video, const Session& maker, Instant now) {
  ++counters_.calls_started;
  return book_.make(make_random_id<CallId>(random_), video, maker.source(), now);
}

void Calls::enter(Session& session, RequestId id, Call& call, bool calls, Instant now) {
  const Participant& own = add_participant(call, session);
  if (calls) name_caller(call, own);
  accept(session, id, call, now);
}

ForReceiver Calls::for_receiver(const Call& call, const Participant& participant) const {
  ForReceiver own;
  if (participant.state == ParticipantState::kJoined) {
    own = signatures_.of_joined(call, participant);
  }
  own.ice_servers_json = ice_offers_.for_part(*participant.session, call.id, participant.id,
                                              limits_.relay_credential_lifetime);
  return own;
}

void Calls::handle(Session& session, RequestId id, const CallRelayRequest& request, Instant) {
  Call* const call = find(session, id, request.call);
  if (call == nullptr) return;
  const std::string servers = ice_offers_.for_part(session, call->id, call->find(session)->id,
                                                   limits_.relay_credential_lifetime);
  outbox_.send(session, encode_call_relay(id, call->id, servers));
}

void Calls::leave_all(Session& session, EndReason reason, Instant now) {
  while (!session.calls.empty()) leave(*session.calls.back(), session, reason, {}, now);
  while (!session.silent_calls.empty()) {
    leave(*session.silent_calls.back(), session, reason, {}, now);
  }
}

void Calls::on_timeout(Instant now) {
  while (Call* const call = book_.pop_rung_out(now)) {
    // Each invitation rings for its own time.
    remove_participants(
        *call,
        [now](const Participant& participant) {
          return participant.state == ParticipantState::kInvited &&
                 participant.ring_deadline <= now;
        },
        {EndReason::kMissed, nullptr, {}}, now);
  }
  while (Call* const call = book_.pop_not_returned_to(now)) {
    if (is_over(*call)) end(*call, EndReason::kLost, now);
  }
}

}  // namespace visavis::signaling
