// The stable error codes of the protocol and the sentence that goes with each (PROTOCOL.md section
// 8).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace visavis::signaling {

enum class ErrorCode : std::uint8_t {
  kNotJson,
  kBinaryNotSupported,
  kTooLarge,
  kMissingField,
  kWrongType,
  kInvalidField,
  kUnknownMessage,
  kHelloRequired,
  kAlreadyWelcomed,
  kIdentityInvalid,
  kResumeExpired,
  kRateLimited,
  kTooManySessions,
  kUnknownUser,
  kUnknownCall,
  kNotInCall,
  kUnknownParticipant,
  kCallLimit,
  kCallFull,
  kMembershipInvalid,
  kDraining,
  kRelayUnavailable,
  kUnknownKnock,
  kRoomTaken,
  kRoomLimit,
  kRoomTokenInvalid,
  kNotHost,
};
inline constexpr std::size_t kErrorCodeCount = 27;

// The code on the wire, in metrics and in logs.
std::string_view to_text(ErrorCode code);

// A sentence that tells a person what to do, used where no more specific one is given.
std::string_view sentence(ErrorCode code);

}  // namespace visavis::signaling
