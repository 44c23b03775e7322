// Where messages end in a byte stream that carries STUN and ChannelData (RFC 8656 sections 3.1 and
// 12.5, RFC 8489 section 6.2.2).
#pragma once

#include <cstddef>
#include <optional>

#include "core/base/bytes.h"

namespace visavis::turn {

// What the front of a stream holds.
struct StreamFrame {
  std::size_t message_bytes = 0;  // without padding; 0: not known yet, more must be read
  std::size_t frame_bytes = 0;    // with it: where the next one begins
};

// Null: this is no such stream; close it.
std::optional<StreamFrame> next_stream_frame(ByteView received);

// Of a message with header and attributes, or ChannelData with padding.
inline constexpr std::size_t kStreamFrameBytesMax = 65'535 + 20;

}  // namespace visavis::turn
