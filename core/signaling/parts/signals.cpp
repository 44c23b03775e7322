// Signals between the participants of a call, and how much of them one may send (PROTOCOL.md
// section 7).
#include <algorithm>

#include "core/signaling/parts/calls.h"

namespace visavis::signaling {
namespace {

bool rings(const Participant& participant) {
  return participant.state == ParticipantState::kInvited;
}

// How much of one sender may wait for a receiver to acknowledge it. All who may signal to somebody
// at the same time stay together below three quarters of the buffer, whatever the configuration
// says; the rest is for what the hub itself tells.
std::size_t share_of_sender(const Limits& limits, bool ringing) {
  const std::size_t for_each_kind = limits.replay_bytes_max * 3 / 8;
  const std::size_t others = limits.participants_max - 1;
  const std::size_t rings = limits.rings_per_person_max + limits.rings_welcome_max;
  return ringing ? std::min(limits.ring_signal_share_bytes, for_each_kind / (rings * others))
                 : std::min(limits.signal_share_bytes,
                            for_each_kind / (limits.calls_per_session_max * others));
}

}  // namespace

void Calls::handle(Session& session, RequestId id, const SignalOut& signal, Instant now) {
  Call* call = find(session, id, signal.call);
  if (call == nullptr) return;
  const Participant& from = *call->find(session);
  Participant* to = signal.to ? call->find(*signal.to) : nullptr;
  if (to == nullptr || to == &from)
    return outbox_.refuse(session, id, {ErrorCode::kUnknownParticipant});
  if (rings(from) && rings(*to)) {
    return outbox_.refuse(
        session, id,
        {ErrorCode::kNotInCall, "Signals need at least one of the two to have joined."});
  }
  Frame frame = encode_signal(call->id, from.id, signal.data);
  if (!may_signal(session, id, *call, from, *to, frame->size(), now)) return;
  if (to->silent) {
    return to->unheard.take(from.id, frame->size(), to->session->connection.has_value(),
                            limits_.call_heartbeat_interval, now);
  }
  ++counters_.signals_forwarded;
  outbox_.send(*to->session, std::move(frame), from.causer());
}

// False with the error sent; `from` may have left the call by then.
bool Calls::may_signal(Session& session, RequestId id, Call& call, const Participant& from,
                       const Participant& to, std::size_t bytes, Instant now) {
  const bool ringing = rings(from) || rings(to);
  // Not the sender's fault alone: the receiver may be away. So going on at it ends nothing.
  const std::size_t unheard = to.silent
                                  ? to.unheard.waiting(from.id, to.session->connection.has_value(),
                                                       limits_.call_heartbeat_interval, now)
                                  : 0;
  if (to.session->replay.bytes_of(from.causer()) + unheard + bytes >
      share_of_sender(limits_, ringing)) {
    outbox_.refuse(session, id,
                   {ErrorCode::kRateLimited,
                    "This participant has not yet taken what you have sent. Send it again later.",
                    {},
                    ringing ? "ring_signal_share_bytes" : "signal_share_bytes"});
    return false;
  }
  if (!ringing) return true;
  const auto answer = call.ring_signals.count(from.id, to.id, bytes, limits_);
  if (answer == RingSignals::Answer::kPasses) return true;
  outbox_.refuse(session, id,
                 {ErrorCode::kRateLimited,
                  "Wait until the call is answered: this is more than a call needs while it rings.",
                  {},
                  "ring_signals_max"});
  if (answer == RingSignals::Answer::kGoesOn) {
    leave(call, session, EndReason::kRateLimited, {}, now);
  }
  return false;
}

// Whoever is gone needs no connection any more: what of theirs waits to be acknowledged takes no
// room from others. The frames keep their numbers.
void Calls::forget_signals_of(Call& call, const Participant& gone) {
  call.ring_signals.forget(gone.id);
  Frame instead;
  for (const Participant& other : call.participants) {
    if (other.session->replay.bytes_of(gone.causer()) == 0) continue;
    if (!instead) instead = encode_signal(call.id, gone.id, "{}");
    outbox_.replace_all_of(*other.session, gone.causer(), instead);
  }
}

}  // namespace visavis::signaling
