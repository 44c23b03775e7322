// Why a participant, or a whole call, ended (PROTOCOL.md section 6).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace visavis::signaling {

enum class EndReason : std::uint8_t {
  kDeclined,
  kBusy,
  kCancelled,
  kMissed,
  kHangup,
  kLost,
  kAnsweredElsewhere,
  kError,
  kRateLimited,
  kRemoved,    // by a host of the room
  kRoomRules,  // the room goes by its earlier rules again: to the door
};
inline constexpr std::size_t kEndReasonCount = 11;

// The word used on the wire, in metrics and in logs.
std::string_view to_text(EndReason reason);

}  // namespace visavis::signaling
