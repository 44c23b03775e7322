// A stream as it grows byte by byte: what is known about its front stays so, and every frame has an
// end.
#include <optional>

#include "core/turn/stream_framer.h"
#include "tests/fuzz/require.h"

namespace {

using namespace visavis;        // NOLINT: a program, not a header
using namespace visavis::turn;  // NOLINT
using fuzz::require;

constexpr std::size_t kLengthKnownAfter = 4;
constexpr std::size_t kAllKnownAfter = 8;

// The first frame of `stream`; null: it is to be closed.
std::optional<StreamFrame> first_frame(ByteView stream) {
  std::optional<StreamFrame> known;
  for (std::size_t size = 0; size <= stream.size() && size <= kAllKnownAfter; ++size) {
    const auto frame = next_stream_frame(stream.first(size));
    if (!frame) return std::nullopt;
    require((frame->message_bytes == 0) == (size < kLengthKnownAfter), "four bytes tell the size");
    require(!known || known->message_bytes == 0 || known->message_bytes == frame->message_bytes,
            "and it stays");
    known = frame;
  }
  const auto whole = next_stream_frame(stream);
  require(whole && whole->frame_bytes == known->frame_bytes, "whatever follows");
  return known;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView rest(data, size);
  while (!rest.empty()) {
    const auto frame = first_frame(rest);
    if (!frame || frame->message_bytes == 0) return 0;
    require(frame->frame_bytes >= frame->message_bytes, "padding adds");
    require(frame->frame_bytes < frame->message_bytes + 4, "fewer than four bytes");
    require(frame->frame_bytes % 4 == 0, "up to a multiple of four");
    require(frame->frame_bytes <= kStreamFrameBytesMax, "no more than a buffer holds");
    if (frame->frame_bytes > rest.size()) return 0;
    rest = rest.subspan(frame->frame_bytes);
  }
  return 0;
}
