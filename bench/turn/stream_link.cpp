#include "bench/turn/stream_link.h"

#include <algorithm>

#include "core/base/byte_order.h"
#include "core/stun/types.h"

namespace visavis::bench {
namespace {

constexpr std::size_t kBufferBytes = 128 << 10;
constexpr std::size_t kLengthEnds = 4;  // both of STUN's and of ChannelData's length field

// With padding (RFC 8656 section 12.5).
std::size_t frame_bytes(ByteView front) {
  const std::size_t length = load_u16(front.subspan(2));
  const bool is_channel_data = front[0] >= 0x40;
  return is_channel_data ? (4 + length + 3) / 4 * 4 : stun::kHeaderBytes + length;
}

}  // namespace

StreamLink::StreamLink(const Endpoint& endpoint) : stream_(endpoint), buffer_(kBufferBytes) {}

void StreamLink::send(ByteView messages, std::size_t /*stride*/) {
  stream_.write(as_text(messages));
}

void StreamLink::receive(const OnMessage& on_message) {
  for (;;) {
    const std::size_t size = stream_.read(MutableByteView(buffer_).subspan(filled_));
    if (size == 0) return;
    filled_ += size;
    hand_out(on_message);
  }
}

void StreamLink::hand_out(const OnMessage& on_message) {
  ByteView rest = ByteView(buffer_).first(filled_);
  while (rest.size() >= kLengthEnds) {
    const std::size_t size = frame_bytes(rest);
    if (rest.size() < size) break;
    on_message(rest.first(size));
    rest = rest.subspan(size);
  }
  std::copy(rest.begin(), rest.end(), buffer_.begin());
  filled_ = rest.size();
}

}  // namespace visavis::bench
