// Which STUN and TURN servers a client is told of: this server's own, then those of others
// (PROTOCOL.md section 11).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"

namespace visavis::signaling {

struct RelayCredential {
  std::string username;
  std::string credential;
};

// What clients are told of this server's own STUN and TURN.
struct RelayOffer {
  // Makes what one participant of one call shows the relay, good for `lifetime` from now by the
  // calendar. The ids are their text on the wire. Must not call back into the hub. Empty: this
  // server relays nothing.
  std::function<RelayCredential(std::string_view call, std::string_view participant,
                                Duration lifetime)>
      issue_credential;
  // Where every client finds our own STUN and TURN (RFC 7064, RFC 7065). Where both are empty it is
  // the port by which each client reached us.
  std::vector<std::string> stun_urls;
  std::vector<std::string> turn_urls;
  // Also over TLS, for those who came over TLS: browsers can verify the certificate.
  bool offer_turns = false;
};

// How a client reached this server.
struct Reached {
  std::string at;  // HOST:PORT, which answers STUN and TURN, too; may be empty: not known
  bool over_tls = false;
};

// Where this client finds our own TURN; empty where there is none to tell it of.
std::vector<std::string> own_turn_urls(const RelayOffer& options, const Reached& reached);
// Whether there is a TURN server of ours to tell this client of.
bool has_own_relay(const RelayOffer& options, const Reached& reached);

// A JSON array of RTCIceServer (W3C webrtc section 4.2.4). `credential` is null where there is no
// call that it could be for; then, or without an own relay, no own TURN is in it. `others_json` is
// an array, too.
std::string ice_servers_json(const RelayOffer& options, const Reached& reached,
                             const RelayCredential* credential, std::string_view others_json);

}  // namespace visavis::signaling
