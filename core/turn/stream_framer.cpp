#include "core/turn/stream_framer.h"

#include "core/base/byte_order.h"
#include "core/stun/types.h"

namespace visavis::turn {
namespace {

constexpr std::size_t kLengthKnownAfter = 4;
constexpr std::size_t kChannelDataHeaderBytes = 4;

bool is_stun(std::uint8_t first) { return first < 0x04; }
// With the numbers of RFC 5766, see allocation.h.
bool is_channel_data(std::uint8_t first) { return first >= 0x40 && first <= 0x7F; }

constexpr std::size_t padded(std::size_t size) { return (size + 3) & ~std::size_t{3}; }

// A STUN message's length does not count its header; it is a multiple of 4, as all attributes are.
std::optional<StreamFrame> stun_frame(ByteView received) {
  const std::size_t length = load_u16(received.subspan(2));
  if (length % 4 != 0) return std::nullopt;
  if (received.size() >= 8 && load_u32(received.subspan(4)) != stun::kMagicCookie) {
    return std::nullopt;
  }
  const std::size_t whole = stun::kHeaderBytes + length;
  return StreamFrame{whole, whole};
}

}  // namespace

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |         Channel Number        |            Length             |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  /                       Application Data                        /
std::optional<StreamFrame> next_stream_frame(ByteView received) {
  if (received.empty()) return StreamFrame{};
  if (!is_stun(received[0]) && !is_channel_data(received[0])) return std::nullopt;
  if (received.size() < kLengthKnownAfter) return StreamFrame{};
  if (is_stun(received[0])) return stun_frame(received);
  const std::size_t whole = kChannelDataHeaderBytes + load_u16(received.subspan(2));
  return StreamFrame{whole, padded(whole)};
}

}  // namespace visavis::turn
