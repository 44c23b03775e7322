// Membership tokens: the server's signature under somebody's part in a call, so that its next life
// lets the call go on without this one having stored anything (PROTOCOL.md section 6).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "core/signaling/model/ids.h"
#include "core/signaling/model/room_rules.h"
#include "core/signaling/tokens/signed_token.h"

namespace visavis::signaling {

// The room that a call was when the membership was signed.
struct MembershipRoom {
  std::string name;
  // Not complete: who are hosts and who was removed is in room tokens only.
  RoomRules rules;

  friend bool operator==(const MembershipRoom&, const MembershipRoom&) = default;
};

struct Membership {
  EpochId epoch;  // in which it was signed
  CallId call;
  ParticipantId participant;
  UserId user;
  ParticipantId caller;
  bool video = true;
  std::uint16_t order = 0;  // of joining: who joined earlier has a lower one
  WallTime expires;
  std::optional<MembershipRoom> room{};  // none for a call without a name

  friend bool operator==(const Membership&, const Membership&) = default;
};

// "m3.MEMBERSHIP.SIGNATURE", or with "m4" where the call is a room. Precondition: a room's name has
// at most kRoomNameCharsMax characters.
std::string sign_membership(const TokenSigner& signer, const Membership& membership);

// Nothing when none of our keys signed it, or when it is of a version before there were expiries.
std::optional<Membership> verify_membership(const TokenSigner& signer, std::string_view token);

}  // namespace visavis::signaling
