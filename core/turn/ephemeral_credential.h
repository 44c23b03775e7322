// Credentials that need no account: the name says until when, the password is a keyed digest of the
// name ("A REST API For Access To TURN Services", draft-uberti-behave-turn-rest-00).
//
// Ours name a call and one participant of it: "EXPIRY:CALL:PARTICIPANT".
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace visavis::turn {

// No credential of a call is issued for longer, so that one that claims to be is none, and what is
// kept about an ended call can be forgotten after so long.
inline constexpr std::chrono::hours kCredentialLifetimeMax{24};

struct Credential {
  std::string username;
  std::string password;
};

// `call` and `participant` hold no colon.
Credential issue_credential(std::string_view secret, std::chrono::sys_seconds expiry,
                            std::string_view call, std::string_view participant);

// A name in parts; views into it. In open mode the convention is also "EXPIRY" and "EXPIRY:ANY"
// (coturn's static-auth-secret): then `call` or both are empty, and ANY, whatever it is but two
// parts, is the `participant`.
struct EphemeralName {
  std::chrono::sys_seconds expiry;
  std::string_view call;
  std::string_view participant;
};
std::optional<EphemeralName> parse_ephemeral_name(std::string_view username);

// The password that goes with the name under this secret: Base64 of HMAC-SHA1.
std::string ephemeral_password(std::string_view secret, std::string_view username);

}  // namespace visavis::turn
