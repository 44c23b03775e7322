#include "core/signaling/parts/ice_offers.h"

#include "core/base/base64url.h"

namespace visavis::signaling {

std::string IceOffers::for_session(const Session& session) const {
  return ice_servers_json(relay_, session.reached, nullptr, others_json_);
}

std::string IceOffers::for_part(const Session& session, const CallId& call,
                                const ParticipantId& participant, Duration lifetime) const {
  if (!has_relay_for(session)) return for_session(session);
  const RelayCredential credential =
      relay_.issue_credential(to_text(call), to_text(participant), lifetime);
  return ice_servers_json(relay_, session.reached, &credential, others_json_);
}

void IceOffers::end(const CallId& call, std::optional<ParticipantId> participant) const {
  if (relay_.issue_credential) outbox_.push(EndRelay{call, participant});
}

}  // namespace visavis::signaling
