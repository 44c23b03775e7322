// The header of a frame from a client (RFC 6455 section 5.2), with all rules that need nothing but
// the header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/websocket/encoder.h"
#include "core/websocket/masking.h"

namespace visavis::websocket {

inline constexpr std::size_t kClientFrameHeaderMax = 14;  // 2, a 64-bit length, a masking key

struct ClientFrameHeader {
  bool fin = false;
  Opcode opcode = Opcode::kContinuation;
  std::uint64_t payload_size = 0;
  MaskingKey masking_key{};
  std::uint8_t size = 0;  // of the header itself
};

struct ProtocolError {
  std::uint16_t close_code;
  std::string_view reason;  // static text
};

// Nothing: the header needs more bytes.
using ParsedHeader = Result<std::optional<ClientFrameHeader>, ProtocolError>;

// The header at the front of `bytes`. Fails as soon as the bytes that are
// there cannot begin a valid header.
ParsedHeader parse_client_frame_header(ByteView bytes);

}  // namespace visavis::websocket
