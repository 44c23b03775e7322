#include "core/signaling/model/room_name.h"

namespace visavis::signaling {

bool is_room_name(std::string_view text, std::size_t chars_max) {
  if (text.size() < kRoomNameCharsMin || text.size() > chars_max) return false;
  bool after_hyphen = true;  // so that none begins with one
  for (const char c : text) {
    const bool wordy = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!wordy && (c != '-' || after_hyphen)) return false;
    after_hyphen = !wordy;
  }
  return !after_hyphen;
}

}  // namespace visavis::signaling
