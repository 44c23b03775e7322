// Who rings: people who are called or invited, on all their devices, each for the time of their
// invitation (PROTOCOL.md section 6).
#include <algorithm>
#include <utility>

#include "core/signaling/parts/calls.h"

namespace visavis::signaling {
namespace {

std::string in_words(Duration duration) {
  const auto count = std::chrono::ceil<seconds>(duration).count();
  return std::to_string(count) + (count == 1 ? " second" : " seconds");
}

// `callee` is the name of whom it concerns.
std::string why_not(const RingGuard::Refusal& refusal, const std::string& callee) {
  std::string again = " Try again in " + in_words(refusal.retry_after) + ".";
  switch (refusal.reason) {
    case RingGuard::Reason::kNotAnswered:
      return callee + " has not answered." + again;
    case RingGuard::Reason::kCaller:
      return "You are calling too many people." + again;
    case RingGuard::Reason::kAddress:
      return "Too many calls come from your network." + again;
    case RingGuard::Reason::kAddressAtOnePerson:
      return callee + " gets too many calls from your network." + again;
  }
  return again;
}

// Empty: pauses after rings that nobody answered are no limit of the configuration.
std::string_view limit_of(RingGuard::Reason reason) {
  switch (reason) {
    case RingGuard::Reason::kNotAnswered:
      break;
    case RingGuard::Reason::kCaller:
      return "rings_per_minute";
    case RingGuard::Reason::kAddress:
      return "address_rings_per_minute";
    case RingGuard::Reason::kAddressAtOnePerson:
      return "address_callee_rings_per_minute";
  }
  return {};
}

RingGuard::Caller as_caller(const Session& session) { return {session.user->id, session.source()}; }

}  // namespace

// Whether so many calls ring at this person that the caller's would be one too many. Rings in
// silence take nobody's place but that of others who are blocked: these must see what they would
// see if all were heard.
bool Calls::is_busy(const User& user, const Session& caller, Instant now) const {
  const bool blocked = user.blocks.contains(caller.user->id);
  const IpAddress address = caller.address.limit_key();
  std::vector<const Call*> ringing;
  std::size_t from_address = 0;
  for (const Session* session : user.sessions) {
    for (const auto* calls : {&session->calls, &session->silent_calls}) {
      for (Call* call : *calls) {
        const Participant& own = *call->find(*session);
        if (own.state != ParticipantState::kInvited) continue;
        if (own.rung_by == caller.user->id) return true;  // rings here once
        if (own.silent && !blocked) continue;
        if (std::count(ringing.begin(), ringing.end(), call) > 0) continue;
        ringing.push_back(call);
        if (own.rung_from == address) ++from_address;
      }
    }
  }
  if (ring_guard_.is_welcome(caller.user->id, user.id, now)) {
    return ringing.size() >= limits_.rings_per_person_max + limits_.rings_welcome_max;
  }
  return ringing.size() >= limits_.rings_per_person_max ||
         from_address >= limits_.rings_per_person_from_address_max;
}

// Nothing, with the error sent, when somebody cannot be called at all. Null `call`: a new one.
std::optional<Calls::Invitees> Calls::collect_invitees(Session& session, RequestId id, Call* call,
                                                       const std::vector<std::optional<UserId>>& to,
                                                       Instant now) {
  const auto refuse_with = [&](ErrorCode code, std::string_view message = {}) {
    outbox_.refuse(session, id, {code, message});
    return std::nullopt;
  };
  Invitees invitees;
  for (const auto& user_id : to) {
    User* const user = user_id ? people_.find(*user_id) : nullptr;
    if (user == nullptr) return refuse_with(ErrorCode::kUnknownUser);
    if (user == session.user) {
      return refuse_with(ErrorCode::kInvalidField, "You cannot call yourself.");
    }
    const auto part = [&](ParticipantState state) -> const Participant* {
      return call == nullptr ? nullptr : call->find_if([&](const Participant& participant) {
        return participant.state == state && participant.session->user == user;
      });
    };
    if (part(ParticipantState::kJoined) != nullptr) {
      return refuse_with(ErrorCode::kInvalidField, user->name + " is in this call already.");
    }
    const Participant* const invited = part(ParticipantState::kInvited);
    const bool busy = is_busy(*user, session, now);
    if (invited == nullptr && !busy) {
      invitees.free.push_back(user);
      continue;
    }
    invitees.busy.push_back(user->id);
    const bool unheard =
        invited != nullptr && invited->silent && !user->blocks.contains(session.user->id);
    if (unheard && !busy) invitees.heard_now.push_back(user);
  }
  if (!may_ring(session, id, invitees.free, now)) return std::nullopt;
  return invitees;
}

// False, with the error sent, when the session's person must wait before they ring these people.
bool Calls::may_ring(Session& session, RequestId id, const std::vector<User*>& people,
                     Instant now) {
  std::vector<UserId> ids;
  ids.reserve(people.size());
  for (const User* user : people) ids.push_back(user->id);
  const auto refusal = ring_guard_.check(as_caller(session), ids, now);
  if (!refusal) return true;
  const User* const callee = people_.find(refusal->callee);
  outbox_.refuse(session, id,
                 {ErrorCode::kRateLimited, why_not(*refusal, callee == nullptr ? "" : callee->name),
                  refusal->retry_after, limit_of(refusal->reason)});
  return false;
}

// All devices of all who are free; they are not told yet. Precondition: may_ring().
void Calls::ring(Call& call, const Session& inviter, const Invitees& invitees, Instant now) {
  const ParticipantId inviter_part = call.find(inviter)->id;
  std::vector<UserId> ids;
  for (const User* user : invitees.free) {
    ids.push_back(user->id);
    Participant like;
    like.inviter = inviter_part;
    like.ring_deadline = now + limits_.ring_timeout;
    like.rung_by = inviter.user->id;
    like.rung_from = inviter.address.limit_key();
    like.silent = user->blocks.contains(inviter.user->id);
    for (Session* device : user->sessions) add_invited(call, *device, like);
  }
  ring_guard_.on_ring(as_caller(inviter), ids, now);
  book_.set_ring_deadline(call);
}

// With the invitation of `like`, which may be another device's.
Participant& Calls::add_invited(Call& call, Session& device, const Participant& like) {
  Participant& participant = add_participant(call, device);
  participant.inviter = like.inviter;
  participant.ring_deadline = like.ring_deadline;
  participant.rung_by = like.rung_by;
  participant.rung_from = like.rung_from;
  if (like.silent) {
    participant.silent = true;
    device.calls.pop_back();
    device.silent_calls.push_back(&call);
  }
  return participant;
}

void Calls::end_silence(Call& call, Participant& participant) {
  participant.silent = false;
  std::erase(participant.session->silent_calls, &call);
  participant.session->calls.push_back(&call);
}

// What rings in silence is heard once somebody who is not blocked asks for the same person. Those
// who see it ring see no difference.
void Calls::make_heard(Call& call, const Session& inviter, const User& user, Instant now) {
  const RingGuard::Caller caller = as_caller(inviter);
  const std::vector<UserId> callee{user.id};
  if (ring_guard_.check(caller, callee, now)) return;
  ring_guard_.on_ring(caller, callee, now);
  const ParticipantId inviter_part = call.find(inviter)->id;
  for (Participant& participant : call.participants) {
    if (participant.session->user != &user || !participant.silent) continue;
    end_silence(call, participant);
    participant.inviter = inviter_part;
    outbox_.send(*participant.session,
                 encode_call_incoming(call, participant, for_receiver(call, participant)));
  }
}

// Of those who have just left the call: whoever it rang at, and does no more on any device.
void Calls::note_unanswered(const Call& call, const std::vector<Participant>& gone, Instant now) {
  std::vector<const User*> noted;
  for (const Participant& participant : gone) {
    const User* const user = participant.session->user;
    if (participant.state != ParticipantState::kInvited || participant.rung_by == UserId{} ||
        std::count(noted.begin(), noted.end(), user) > 0) {
      continue;
    }
    noted.push_back(user);
    const bool still_there =
        std::any_of(call.participants.begin(), call.participants.end(),
                    [user](const Participant& other) { return other.session->user == user; });
    if (!still_there) ring_guard_.on_unanswered(participant.rung_by, user->id, now);
  }
}

void Calls::handle(Session& session, RequestId id, const CallInvite& request, Instant now) {
  Call* const call = find_joined(session, id, request.call);
  if (call == nullptr || !rooms_.may_invite(session, id, *call, request.to)) return;
  const auto invitees = collect_invitees(session, id, call, request.to, now);
  if (!invitees) return;
  if (call->seats() + invitees->free.size() > limits_.participants_max) {
    return outbox_.refuse(
        session, id,
        {ErrorCode::kCallFull, "This call is full: it holds at most " +
                                   std::to_string(limits_.participants_max) + " people."});
  }
  const std::size_t before = call->participants.size();
  if (call->room != nullptr) {
    for (const User* user : invitees->free) rooms_.let_in_invited(*call->room, user->id);
  }
  ring(*call, session, *invitees, now);
  for (const User* user : invitees->heard_now) make_heard(*call, session, *user, now);
  const std::string everybody = participants_of(*call);
  for (std::size_t i = 0; i < call->participants.size(); ++i) {
    const Participant& participant = call->participants[i];
    const bool told =
        participant.state == ParticipantState::kJoined || (i >= before && !participant.silent);
    if (!told) continue;
    ForReceiver own = for_receiver(*call, participant);
    own.participants_json = everybody;
    if (participant.session == &session) {
      outbox_.send(session, encode_call_ringing(id, *call, participant, own, invitees->busy));
    } else if (i >= before) {
      outbox_.send(*participant.session, encode_call_incoming(*call, participant, own));
    } else if (!invitees->free.empty()) {
      outbox_.send(*participant.session, encode_call_ringing({}, *call, participant, own, {}));
    }
  }
}

void Calls::silence(const User& user, const UserId& blocked) {
  for (Session* device : user.sessions) {
    for (Call* call : std::vector<Call*>(device->calls)) {
      Participant& own = *call->find(*device);
      if (own.state != ParticipantState::kInvited) continue;
      const Participant* const inviter = call->find(own.inviter);
      if (own.rung_by != blocked && (inviter == nullptr || inviter->session->user->id != blocked)) {
        continue;
      }
      outbox_.send(*device, encode_call_ended({}, call->id, EndReason::kDeclined));
      own.silent = true;
      std::erase(device->calls, call);
      device->silent_calls.push_back(call);
    }
  }
}

void Calls::ring_late_device(Session& session) {
  std::vector<std::pair<Call*, Participant>> ringing;  // each call with one of the others' parts
  for (const Session* other : session.user->sessions) {
    if (other == &session) continue;
    for (const auto* calls : {&other->calls, &other->silent_calls}) {
      for (Call* call : *calls) {
        const Participant& theirs = *call->find(*other);
        const bool known = std::any_of(ringing.begin(), ringing.end(),
                                       [call](const auto& entry) { return entry.first == call; });
        if (theirs.state == ParticipantState::kInvited && !known) {
          ringing.emplace_back(call, theirs);
        }
      }
    }
  }
  for (const auto& [call, theirs] : ringing) {
    const Participant& late = add_invited(*call, session, theirs);
    if (!late.silent) {
      outbox_.send(session, encode_call_incoming(*call, late, for_receiver(*call, late)));
    }
    for (const Participant& member : call->participants) {
      if (member.state == ParticipantState::kJoined) {
        const ForReceiver own = for_receiver(*call, member);
        outbox_.send(*member.session, encode_call_ringing({}, *call, member, own, {}));
      }
    }
  }
}

}  // namespace visavis::signaling
