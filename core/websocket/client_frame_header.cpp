#include "core/websocket/client_frame_header.h"

#include <algorithm>

#include "core/base/close_code.h"

namespace visavis::websocket {
namespace {

constexpr std::uint8_t kFin = 0x80;
constexpr std::uint8_t kReserved = 0x70;
constexpr std::uint8_t kOpcode = 0x0F;
constexpr std::uint8_t kMasked = 0x80;
constexpr std::uint8_t kLength = 0x7F;
constexpr std::uint8_t kLength16 = 126;  // the length is in the next 2 bytes
constexpr std::uint8_t kLength64 = 127;  // the length is in the next 8 bytes

constexpr std::optional<ClientFrameHeader> kNeedMore;

Failure<ProtocolError> protocol_error(std::string_view reason) {
  return Failure<ProtocolError>{{kCloseProtocolError, reason}};
}

bool is_known(Opcode opcode) {
  switch (opcode) {
    case Opcode::kContinuation:
    case Opcode::kText:
    case Opcode::kBinary:
    case Opcode::kClose:
    case Opcode::kPing:
    case Opcode::kPong:
      return true;
  }
  return false;
}

std::size_t extended_length_size(std::uint8_t length) {
  return length == kLength16 ? 2 : length == kLength64 ? 8 : 0;
}

std::uint64_t read_big_endian(ByteView bytes) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

// The payload length, where it is not in the first two bytes.
Result<std::uint64_t, ProtocolError> parse_extended_length(ByteView bytes) {
  const std::uint64_t length = read_big_endian(bytes);
  if (length >> 63 != 0) return protocol_error("payload length has its high bit set");
  const std::uint64_t length_min = bytes.size() == 2 ? kLength16 : 0x10000;
  if (length < length_min) return protocol_error("payload length not in its shortest form");
  return length;
}

}  // namespace

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-------+-+-------------+-------------------------------+
// |F|R|R|R| opcode|M| Payload len |    Extended payload length    |
// |I|S|S|S|  (4)  |A|     (7)     |             (16/64)           |
// |N|V|V|V|       |S|             |   (if payload len==126/127)   |
// | |1|2|3|       |K|             |                               |
// +-+-+-+-+-------+-+-------------+ - - - - - - - - - - - - - - - +
// |     Extended payload length continued, if payload len == 127  |
// + - - - - - - - - - - - - - - - +-------------------------------+
// |                               |Masking-key, if MASK set to 1  |
// +-------------------------------+-------------------------------+
// | Masking-key (continued)       |          Payload Data         |
// +-------------------------------- - - - - - - - - - - - - - - - +
ParsedHeader parse_client_frame_header(ByteView bytes) {
  ClientFrameHeader header;
  if (bytes.empty()) return kNeedMore;
  header.fin = (bytes[0] & kFin) != 0;
  header.opcode = static_cast<Opcode>(bytes[0] & kOpcode);
  if (bytes[0] & kReserved) return protocol_error("reserved bit set, no extension was negotiated");
  if (!is_known(header.opcode)) return protocol_error("unknown opcode");
  if (is_control(header.opcode) && !header.fin) return protocol_error("control frame fragmented");

  if (bytes.size() < 2) return kNeedMore;
  const std::uint8_t length = bytes[1] & kLength;
  if (!(bytes[1] & kMasked)) return protocol_error("frame not masked");
  if (is_control(header.opcode) && length > kControlPayloadMax) {
    return protocol_error("control frame longer than 125 bytes");
  }

  const std::size_t extended_size = extended_length_size(length);
  const std::size_t key_at = 2 + extended_size;
  if (bytes.size() < key_at) return kNeedMore;
  header.payload_size = length;
  if (extended_size > 0) {
    const auto extended = parse_extended_length(bytes.subspan(2, extended_size));
    if (!extended) return Failure<ProtocolError>{extended.error()};
    header.payload_size = *extended;
  }

  header.size = static_cast<std::uint8_t>(key_at + header.masking_key.size());
  if (bytes.size() < header.size) return kNeedMore;
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(key_at), header.masking_key.size(),
              header.masking_key.begin());
  return std::optional(header);
}

}  // namespace visavis::websocket
