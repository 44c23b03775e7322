// The same bytes give the same events however the network cuts them, every event keeps the
// decoder's promises, and what our encoder would write for it decodes to it again.
#include <fuzzer/FuzzedDataProvider.h>
#include <simdjson.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "core/base/close_code.h"
#include "core/websocket/encoder.h"
#include "core/websocket/test_client.h"
#include "tests/fuzz/require.h"

namespace {

using namespace visavis;             // NOLINT: a program, not a header
using namespace visavis::websocket;  // NOLINT
using fuzz::require;
using websocket::test::Seen;

std::vector<Seen> decode_in_random_pieces(std::string_view stream, DecoderLimits limits,
                                          unsigned seed) {
  std::minstd_rand random(seed);
  Decoder decoder(limits);
  std::vector<Seen> seen;
  while (!stream.empty()) {
    const std::string_view piece = stream.substr(0, 1 + random() % 16);
    websocket::test::feed(decoder, piece, seen);
    stream.remove_prefix(piece.size());
    // A string doubles; the rest is the fixed part.
    require(decoder.buffered_bytes() <= 2 * limits.message_bytes_max + 1'024, "memory is bounded");
  }
  return seen;
}

void check_event(const Seen& seen, DecoderLimits limits, bool last) {
  const bool is_text = seen.kind == EventKind::kText || seen.kind == EventKind::kClose;
  if (is_text) require(simdjson::validate_utf8(seen.payload), "text is UTF-8");
  const bool is_message = seen.kind == EventKind::kText || seen.kind == EventKind::kBinary;
  const std::size_t size_max = is_message ? limits.message_bytes_max : kControlPayloadMax;
  require(seen.payload.size() <= size_max, "payload is within its limit");
  const bool ends = seen.kind == EventKind::kClose || seen.kind == EventKind::kFailure;
  require(last || !ends, "nothing follows close or failure");
  if (seen.kind == EventKind::kFailure) {
    require(seen.close_code == kCloseProtocolError || seen.close_code == kCloseInvalidPayload ||
                seen.close_code == kCloseTooBig,
            "failure has one of its codes");
  }
}

// What the encoder writes for an event, as a client would send it: with the all-zero masking key.
std::string encode_as_client(const Seen& seen) {
  std::string frame;
  switch (seen.kind) {
    case EventKind::kText:
      append_frame(frame, Opcode::kText, seen.payload);
      break;
    case EventKind::kBinary:
      append_frame(frame, Opcode::kBinary, seen.payload);
      break;
    case EventKind::kPing:
      append_frame(frame, Opcode::kPing, seen.payload);
      break;
    case EventKind::kPong:
      append_frame(frame, Opcode::kPong, seen.payload);
      break;
    case EventKind::kClose:
      append_close_frame(frame, seen.close_code, seen.payload);
      break;
    case EventKind::kNeedMore:
    case EventKind::kFailure:
      return {};
  }
  const std::size_t payload_size =
      seen.kind == EventKind::kClose && seen.close_code != kCloseNoStatus ? seen.payload.size() + 2
                                                                          : seen.payload.size();
  const std::size_t header_size = frame.size() - payload_size;
  frame[1] = static_cast<char>(frame[1] | 0x80);
  return frame.insert(header_size, 4, '\0');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider provider(data, size);
  const DecoderLimits limits{
      .message_bytes_max =
          provider.ConsumeBool() ? 65'536U : provider.ConsumeIntegral<std::uint8_t>(),
      .fragments_max = provider.ConsumeIntegralInRange<std::size_t>(1, 8),
  };
  const unsigned seed = provider.ConsumeIntegral<std::uint8_t>();
  const std::string stream = provider.ConsumeRemainingBytesAsString();

  const auto whole = websocket::test::decode(stream, SIZE_MAX, limits);
  require(websocket::test::decode(stream, 1, limits) == whole, "byte by byte is the same");
  require(decode_in_random_pieces(stream, limits, seed) == whole, "any pieces are the same");

  std::string again;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    check_event(whole[i], limits, i + 1 == whole.size());
    again += encode_as_client(whole[i]);
  }
  auto expected = whole;
  if (!expected.empty() && expected.back().kind == EventKind::kFailure) expected.pop_back();
  require(websocket::test::decode(again, SIZE_MAX, limits) == expected,
          "encoder and decoder agree");
  return 0;
}
