// For the tests of this room and of those that build on it.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/stun/message.h"

namespace visavis::stun {

// "00 01 21 12 …" as bytes; white space is free.
inline std::vector<std::uint8_t> from_hex(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  unsigned value = 0;
  int digits = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\n') continue;
    value = value << 4U | static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
    if (++digits % 2 == 0) bytes.push_back(static_cast<std::uint8_t>(value));
  }
  return bytes;
}

inline std::string_view text_of(const Message& message, AttributeType type) {
  const auto attribute = message.find(type);
  return attribute ? as_text(attribute->value) : "(none)";
}

}  // namespace visavis::stun
