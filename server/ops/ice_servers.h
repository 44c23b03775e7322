// --ice-server and --relay-url: STUN and TURN servers, of others and our own, as browsers want
// them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace visavis::ops {

// What an entry looks like, for help and errors.
inline constexpr std::string_view kIceServerForm =
    "stun:HOST[:PORT] or turn:HOST[:PORT][?transport=udp|tcp];username=NAME;credential=SECRET "
    "(stuns: and turns: over TLS)";

inline constexpr std::string_view kOwnServerForm =
    "stun:HOST[:PORT], turn:HOST[:PORT][?transport=udp|tcp] or turns:HOST[:PORT][?transport=tcp]";

// Whether `entry` has that form (RFC 7064, RFC 7065); the failure says what is wrong with it, as
// the end of a sentence. It never repeats the credential.
Result<std::string, std::string> ice_server_json(std::string_view entry);

// Whether `url` is one by which this server can be named to browsers, "stun:", "turn:" or "turns:"
// and no credentials; the failure as above.
Result<std::string, std::string> own_server_url(std::string_view url);

// URLs that own_server_url() takes, by what they are for.
struct OwnServerUrls {
  std::vector<std::string> stun;  // also those of "turn:" over UDP: the same port answers
  std::vector<std::string> turn;
};
OwnServerUrls own_server_urls(const std::vector<std::string>& urls);

// A JSON array of RTCIceServer (W3C webrtc section 4.2.4) for entries that ice_server_json() takes.
std::string ice_servers_json(const std::vector<std::string>& entries);

}  // namespace visavis::ops
