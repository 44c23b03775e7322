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
};
inline constexpr std::size_t kEndReasonCount = 9;

// The word used on the wire, in metrics and in logs.
std::string_view to_text(EndReason reason);

}  // namespace visavis::signaling
