// Membership tokens: the server's signature under somebody's part in a call, so that its next life
// lets the call go on without this one having stored anything (PROTOCOL.md section 6).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/signaling/ids.h"
#include "core/signaling/signed_token.h"

namespace visavis::signaling {

struct Membership {
  EpochId epoch;  // in which it was signed
  CallId call;
  ParticipantId participant;
  UserId user;
  ParticipantId caller;
  bool video = true;
  std::uint16_t order = 0;  // of joining: who joined earlier has a lower one
  std::string room{};       // the call's name; empty where it has none
  bool knock = false;       // at that room

  friend bool operator==(const Membership&, const Membership&) = default;
};

// "m1.MEMBERSHIP.SIGNATURE", or with "m2" where the call is a room. Precondition: a room's name has
// at most kRoomNameCharsMax characters.
std::string sign_membership(const TokenSigner& signer, const Membership& membership);

// Nothing when none of our keys signed it.
std::optional<Membership> verify_membership(const TokenSigner& signer, std::string_view token);

}  // namespace visavis::signaling
