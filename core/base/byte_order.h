// Numbers in network byte order (big-endian) at the front of a view. Preconditions: the view is
// long enough.
#pragma once

#include <cassert>
#include <cstdint>

#include "core/base/bytes.h"

namespace visavis {

inline std::uint16_t load_u16(ByteView from) {
  assert(from.size() >= 2);
  return static_cast<std::uint16_t>(from[0] << 8U | from[1]);
}

inline std::uint32_t load_u32(ByteView from) {
  assert(from.size() >= 4);
  return std::uint32_t{load_u16(from)} << 16U | load_u16(from.subspan(2));
}

inline void store_u16(MutableByteView to, std::uint16_t value) {
  assert(to.size() >= 2);
  to[0] = static_cast<std::uint8_t>(value >> 8U);
  to[1] = static_cast<std::uint8_t>(value);
}

inline void store_u32(MutableByteView to, std::uint32_t value) {
  assert(to.size() >= 4);
  store_u16(to, static_cast<std::uint16_t>(value >> 16U));
  store_u16(to.subspan(2), static_cast<std::uint16_t>(value));
}

}  // namespace visavis
