#include "core/websocket/encoder.h"

#include <cassert>

#include "core/base/close_code.h"

namespace visavis::websocket {
namespace {

constexpr std::size_t kCloseCodeSize = 2;
constexpr std::uint8_t kFin = 0x80;
constexpr std::uint8_t kLength16 = 126;
constexpr std::uint8_t kLength64 = 127;

void put_big_endian(FrameHeader& header, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) {
    header.bytes[header.size++] = static_cast<std::uint8_t>(value >> (8 * i));
  }
}

// The front of `text`, at most `size_max` bytes and not cut inside a character.
std::string_view cut_utf8(std::string_view text, std::size_t size_max) {
  if (text.size() <= size_max) return text;
  std::size_t end = size_max;
  while (end > 0 && (static_cast<std::uint8_t>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-------+-+-------------+-------------------------------+
// |1|0|0|0| opcode|0| Payload len |    Extended payload length    |
// | | | | |  (4)  | |     (7)     |             (16/64)           |
// +-+-+-+-+-------+-+-------------+ - - - - - - - - - - - - - - - +
FrameHeader frame_header(Opcode opcode, std::size_t payload_size) {
  FrameHeader header;
  header.bytes[header.size++] = static_cast<std::uint8_t>(kFin | static_cast<std::uint8_t>(opcode));
  if (payload_size < kLength16) {
    header.bytes[header.size++] = static_cast<std::uint8_t>(payload_size);
  } else if (payload_size <= 0xFFFF) {
    header.bytes[header.size++] = kLength16;
    put_big_endian(header, payload_size, 2);
  } else {
    header.bytes[header.size++] = kLength64;
    put_big_endian(header, payload_size, 8);
  }
  return header;
}

void append_frame(std::string& out, Opcode opcode, std::string_view payload) {
  assert(!is_control(opcode) || payload.size() <= kControlPayloadMax);
  out += as_text(frame_header(opcode, payload.size()).view());
  out += payload;
}

// RFC 6455 section 5.5.1: a 16-bit status code, then the reason in UTF-8, or nothing at all.
void append_close_frame(std::string& out, std::uint16_t code, std::string_view reason) {
  if (code == kCloseNoStatus) return append_frame(out, Opcode::kClose, {});
  reason = cut_utf8(reason, kControlPayloadMax - kCloseCodeSize);
  out += as_text(frame_header(Opcode::kClose, kCloseCodeSize + reason.size()).view());
  out += static_cast<char>(code >> 8);
  out += static_cast<char>(code & 0xFF);
  out += reason;
}

}  // namespace visavis::websocket
