// Blocking: calls from somebody who is blocked ring at nobody (PROTOCOL.md section 6). Whoever is
// blocked is told what they would be told of somebody who does not answer, by the same code: their
// calls have all their participants, of which some are silent (model.h).
#include <utility>
#include <vector>

#include "core/signaling/hub_impl.h"

namespace visavis::signaling {

void Hub::Impl::handle(Session& session, RequestId id, const PeopleBlock& request, Instant) {
  if (!request.user) return send_error(session, id, ErrorCode::kUnknownUser);
  User& user = *session.user;
  if (*request.user == user.id) {
    return send_error(session, id, ErrorCode::kInvalidField, "You cannot block yourself.");
  }
  if (request.blocked) {
    user.blocks.add(*request.user, limits_.blocks_max);
  } else {
    user.blocks.remove(*request.user);
  }
  const Frame news = encode_people_blocks({}, user.blocks.users());
  for (Session* device : user.sessions) {
    const bool asked = device == &session && id;
    send(*device, asked ? encode_people_blocks(id, user.blocks.users()) : news);
  }
  if (request.blocked) silence(user, *request.user);
}

// What rings at this person from whom they have just blocked ends for them, and rings on for the
// others.
void Hub::Impl::silence(const User& user, const UserId& blocked) {
  for (Session* device : user.sessions) {
    for (Call* call : std::vector<Call*>(device->calls)) {
      Participant& own = *call->find(*device);
      if (own.state != ParticipantState::kInvited) continue;
      const Participant* const inviter = call->find(own.inviter);
      if (own.rung_by != blocked && (inviter == nullptr || inviter->session->user->id != blocked)) {
        continue;
      }
      send(*device, encode_call_ended({}, call->id, EndReason::kDeclined));
      own.silent = true;
      std::erase(device->calls, call);
      device->silent_calls.push_back(call);
    }
  }
}

}  // namespace visavis::signaling
