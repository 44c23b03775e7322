#include "core/signaling/wire/end_reason.h"

#include <array>

namespace visavis::signaling {

std::string_view to_text(EndReason reason) {
  static constexpr std::array<std::string_view, kEndReasonCount> kTexts = {
      "declined",           "busy",  "cancelled",    "missed",  "hangup",    "lost",
      "answered_elsewhere", "error", "rate_limited", "removed", "room_rules"};
  return kTexts[static_cast<std::size_t>(reason)];
}

}  // namespace visavis::signaling
