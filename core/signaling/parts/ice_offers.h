// Which ICE servers a client is told of, with credentials that name its part in a call (PROTOCOL.md
// section 11), and the end of what was given out.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "core/signaling/model/ice_servers.h"
#include "core/signaling/model/model.h"
#include "core/signaling/parts/outbox.h"

namespace visavis::signaling {

class IceOffers {
 public:
  // `others_json`: an array of RTCIceServer, told as it is. `outbox` must outlive it.
  IceOffers(RelayOffer relay, std::string others_json, Outbox& outbox)
      : relay_(std::move(relay)), others_json_(std::move(others_json)), outbox_(outbox) {}

  // Whether there is a relay of ours that this session can be told of.
  bool has_relay_for(const Session& session) const {
    return has_own_relay(relay_, session.reached);
  }
  // A JSON array, as all here: what is good for anything that the session does.
  std::string for_session(const Session& session) const;
  // With credentials for one participant of one call; without own TURN where there is none for the
  // session.
  std::string for_part(const Session& session, const CallId& call, const ParticipantId& participant,
                       Duration lifetime) const;
  // The call, or one participant's part in it, is over: so is what was given out for it.
  void end(const CallId& call, std::optional<ParticipantId> participant) const;

 private:
  RelayOffer relay_;
  std::string others_json_;
  Outbox& outbox_;
};

}  // namespace visavis::signaling
