// The names of rooms (PROTOCOL.md section 12).
#pragma once

#include <cstddef>
#include <string_view>

namespace visavis::signaling {

// Shorter ones would be guessed.
inline constexpr std::size_t kRoomNameCharsMin = 3;
// Whatever the configuration allows: membership tokens have room for no more.
inline constexpr std::size_t kRoomNameCharsMax = 64;

// Small letters and digits with single hyphens between them: what people can say, and what stands
// in a link as it is.
bool is_room_name(std::string_view text, std::size_t chars_max = kRoomNameCharsMax);

}  // namespace visavis::signaling
