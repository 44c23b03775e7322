// Calls: starting, answering, leaving (PROTOCOL.md section 6).
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
  const Participant* const own = it->second->find(session);
  if (own == nullptr || own->silent) {
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
    // Whoever only happens to be in it has not called: this would put people into each other's
    // calls.
    if (own->state == ParticipantState::kInvited && own->rung_by == caller && theirs != nullptr) {
      return call;
    }
  }
  return nullptr;
}

// Null, with the error sent, unless the session has joined this call.
Call* Hub::Impl::find_joined_call(Session& session, RequestId id,
                                  const std::optional<CallId>& call_id) {
  Call* const call = find_call(session, id, call_id);
  if (call == nullptr || call->find(session)->state == ParticipantState::kJoined) return call;
  send_error(session, id, ErrorCode::kNotInCall, "Join this call first.");
  return nullptr;
}

// False, with the error sent, when the session has joined as many calls as it may. What rings takes
// no place.
bool Hub::Impl::may_join_call(Session& session, RequestId id) {
  const auto joined = std::count_if(session.calls.begin(), session.calls.end(), [&](Call* call) {
    return call->find(session)->state == ParticipantState::kJoined;
  });
  if (static_cast<std::size_t>(joined) < limits_.calls_per_session_max) return true;
  send_error(session, id, ErrorCode::kCallLimit);
  return false;
}

// False, with the error sent, when there are as many calls as may be, all in all or of this
// address.
bool Hub::Impl::has_place_for_call(Session& session, RequestId id) {
  if (call_shares_.has_place(session.source())) return true;
  send_error(session, id, ErrorCode::kCallLimit,
             "This server, or your network, has as many calls as it may have. Try again later.");
  return false;
}

// Nobody is in it yet. Precondition: there is none of this id.
Call& Hub::Impl::make_call(const CallId& id, bool video, const Source& maker, Instant now) {
  Call& call = *calls_.emplace(id, std::make_unique<Call>()).first->second;
  call.maker = maker;
  call_shares_.add(maker);
  call.id = id;
  call.video = video;
  call.began = now;
  return call;
}

Participant& Hub::Impl::add_participant(Call& call, Session& session) {
  session.calls.push_back(&call);
  Participant& participant = call.participants.emplace_back();
  participant.id = make_random_id<ParticipantId>(random_);
  participant.session = &session;
  return participant;
}

void Hub::Impl::name_caller(Call& call, const Participant& caller) {
  call.caller = caller.id;
  call.caller_name = caller.session->user->name;
  call.caller_address = caller.session->address;
}

// For the log.
void Hub::Impl::note_joined(Call& call, Instant now) {
  const std::size_t inside = call.count(ParticipantState::kJoined);
  call.people_max = std::max(call.people_max, inside);
  if (inside >= 2 && !call.answered_at) call.answered_at = now;
}

void Hub::Impl::join(Call& call, Participant& participant, Instant now) {
  stop_knocking(*participant.session, now);  // told to those inside, not yet to this one
  participant.state = ParticipantState::kJoined;
  participant.order = call.next_order++;
  call.ring_signals.forget(participant.id);
  participant.session->memberships_told = now;
  note_joined(call, now);
  if (call.room != nullptr) remember_admitted(*call.room, participant.session->user->id);
}

void Hub::Impl::handle(Session& session, RequestId id, const CallStart& start, Instant now) {
  if (draining_) return send_error(session, id, ErrorCode::kDraining);
  if (!may_join_call(session, id)) return;
  if (start.to.size() == 1 && start.to.front()) {
    if (Call* glare = find_call_from(session, *start.to.front())) {
      return accept(session, id, *glare, now);
    }
  }
  if (start.to.size() >= limits_.participants_max) {
    return send_error(session, id, ErrorCode::kCallFull);
  }
  if (!has_place_for_call(session, id)) return;
  const auto invitees = collect_invitees(session, id, nullptr, start.to, now);
  if (!invitees) return;
  ++counters_.calls_started;
  const auto call_id = make_random_id<CallId>(random_);
  if (invitees->free.empty()) {
    ++counters_.calls_ended[static_cast<std::size_t>(EndReason::kBusy)];
    reports_.push(CallOver{.id = call_id,
                           .reason = EndReason::kBusy,
                           .video = start.video,
                           .caller = session.user->name,
                           .caller_address = session.address});
    return send(session, encode_call_ended(id, call_id, EndReason::kBusy));
  }
  Call& call = make_call(call_id, start.video, session.source(), now);
  Participant& caller = add_participant(call, session);
  join(call, caller, now);
  name_caller(call, caller);
  ring(call, session, *invitees, now);
  const std::string everybody = participants_of(call);
  for (const Participant& participant : call.participants) {
    if (participant.silent) continue;
    ForReceiver own = for_receiver(call, participant);
    own.participants_json = everybody;
    send(*participant.session, participant.session == &session
                                   ? encode_call_ringing(id, call, participant, own, invitees->busy)
                                   : encode_call_incoming(call, participant, own));
  }
  refresh_in_call(*session.user, now);
}

void Hub::Impl::handle(Session& session, RequestId id, const CallAccept& request, Instant now) {
  Call* call = find_call(session, id, request.call);
  if (call == nullptr) return;
  if (call->find(session)->state == ParticipantState::kJoined) {
    return send_error(session, id, ErrorCode::kNotInCall, "You have joined this call already.");
  }
  if (!may_join_call(session, id)) return;
  accept(session, id, *call, now);
}

void Hub::Impl::accept(Session& session, RequestId id, Call& call, Instant now) {
  Participant& own = *call.find(session);
  if (own.silent) end_silence(call, own);
  if (own.rung_by != UserId{}) ring_guard_.on_answered(own.rung_by, session.user->id, now);
  join(call, own, now);
  const ParticipantId accepted = own.id;
  if (call.count(ParticipantState::kJoined) >= 2) {
    if (!std::exchange(call.answered, true)) ++counters_.calls_answered;
    if (call.room == nullptr) stop_waiting(call);
  }
  remove_participants(
      call,
      [&](const Participant& participant) {
        return participant.state == ParticipantState::kInvited &&
               participant.session->user == session.user;
      },
      {EndReason::kAnsweredElsewhere, nullptr, {}}, now);
  set_ring_deadline(call);
  const bool hosts_changed = note_inside(call);
  const Frame news = encode_call_accepted({}, call, accepted);
  for (const Participant& participant : call.participants) {
    if (participant.session != &session) {
      tell(participant, news);
      continue;
    }
    const ForReceiver only_here = for_receiver(call, participant);
    send(session, encode_call_accepted(id, call, accepted, &only_here));
  }
  if (hosts_changed) tell_rules(*call.room, nullptr, {}, &session);
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

void Hub::Impl::tell(const Participant& participant, Frame frame) {
  if (!participant.silent) send(*participant.session, std::move(frame));
}

// Whether they have joined or ring.
void Hub::Impl::remove_people(Call& call, const std::function<bool(const User&)>& leaving,
                              const Removal& removal, Instant now) {
  remove_participants(
      call, [&](const Participant& participant) { return leaving(*participant.session->user); },
      removal, now);
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

// Hanging up before anybody has accepted is cancelling; in a room nobody needs to accept.
void Hub::Impl::leave(Call& call, Session& session, EndReason reason, RequestId id, Instant now) {
  const bool unanswered = reason == EndReason::kHangup && !call.answered && call.room == nullptr;
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
    tell(participant, encode_call_ended(asked ? removal.id : RequestId{}, call.id, removal.reason));
    drop_from_session(call, *participant.session, now);
    forget_signals_of(call, participant);
    if (call.restored) call.departed.push_back(participant.id);
  }
  if (removal.reason != EndReason::kAnsweredElsewhere) note_unanswered(call, gone, now);
  if (is_over(call)) return end_call(call, removal.reason, now);
  for (const Participant& participant : gone) {
    end_relay(call.id, participant.id);
    const Frame left = encode_call_left(call.id, participant.id, removal.reason);
    for (const Participant& member : call.participants) tell(member, left);
  }
  set_ring_deadline(call);
  // Who hosts a room depends on who is inside. Of somebody who is just coming in, the others are
  // told first that they are there.
  const bool left_from_inside =
      std::any_of(gone.begin(), gone.end(), [](const Participant& participant) {
        return participant.state == ParticipantState::kJoined;
      });
  if (left_from_inside && note_inside(call)) tell_rules(*call.room);
}

// A room goes on with one who has joined, and so does a call whose others may still come back: who
// is the first to come back, and leaves, does not end it for them.
bool Hub::Impl::is_over(const Call& call) const {
  if (call.restore_deadline) return false;
  if (call.count(ParticipantState::kJoined) == 0) return true;
  return call.participants.size() < 2 && call.room == nullptr;
}

// Tells those who are left, and forgets the call.
void Hub::Impl::end_call(Call& call, EndReason reason, Instant now) {
  ++counters_.calls_ended[static_cast<std::size_t>(reason)];
  report_end(call, reason, now);
  end_relay(call.id, std::nullopt);
  ring_deadlines_.clear(call.ring_deadline, call.id);
  stop_waiting(call);
  if (call.restored) remember_ended(call);
  const std::vector<Participant> last = std::exchange(call.participants, {});
  note_unanswered(call, last, now);
  for (const Participant& participant : last) {
    const bool rang = participant.state == ParticipantState::kInvited;
    const bool others_left = reason == EndReason::kHangup || reason == EndReason::kRemoved ||
                             reason == EndReason::kRoomRules;
    const EndReason theirs = rang && others_left ? EndReason::kCancelled : reason;
    tell(participant, encode_call_ended({}, call.id, theirs));
    drop_from_session(call, *participant.session, now);
  }
  if (call.room != nullptr) {
    call.room->call = nullptr;
    forget_room_later(*call.room, now);
  }
  call_shares_.remove(call.maker);
  calls_.erase(CallId(call.id));
}

void Hub::Impl::report_end(const Call& call, EndReason reason, Instant now) {
  if (!reports_.is_on()) return;
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
  reports_.push(std::move(over));
}

void Hub::Impl::drop_from_session(Call& call, Session& session, Instant now) {
  std::erase(session.calls, &call);
  std::erase(session.silent_calls, &call);
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

// Each invitation rings for its own time.
void Hub::Impl::on_ring_timeout(Call& call, Instant now) {
  remove_participants(
      call,
      [now](const Participant& participant) {
        return participant.state == ParticipantState::kInvited && participant.ring_deadline <= now;
      },
      {EndReason::kMissed, nullptr, {}}, now);
}

}  // namespace visavis::signaling
