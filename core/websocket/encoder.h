// Encodes what a WebSocket server sends: unmasked, unfragmented frames (RFC 6455 section 5.2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/bytes.h"

namespace visavis::websocket {

enum class Opcode : std::uint8_t {
  kContinuation = 0x0,
  kText = 0x1,
  kBinary = 0x2,
  kClose = 0x8,
  kPing = 0x9,
  kPong = 0xA,
};
inline bool is_control(Opcode opcode) { return opcode >= Opcode::kClose; }
inline constexpr std::size_t kControlPayloadMax = 125;  // RFC 6455 section 5.5

// The header to write before a payload of this size: 2, 4 or 10 bytes.
struct FrameHeader {
  std::array<std::uint8_t, 10> bytes{};
  std::uint8_t size = 0;
  ByteView view() const { return {bytes.data(), size}; }
};
FrameHeader frame_header(Opcode opcode, std::size_t payload_size);

// Appends a whole frame. Precondition: control frames carry at most 125 bytes.
void append_frame(std::string& out, Opcode opcode, std::string_view payload);

// Appends a close frame; the reason is cut to fit, at a UTF-8 boundary. Code 1005 appends an empty
// one.
void append_close_frame(std::string& out, std::uint16_t code, std::string_view reason);

}  // namespace visavis::websocket
