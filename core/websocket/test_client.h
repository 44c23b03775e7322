// For tests: frames as a client would send them, right or wrong, and what a decoder makes of them.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/websocket/decoder.h"
#include "core/websocket/masking.h"

namespace visavis::websocket::test {

inline constexpr std::uint8_t kFin = 0x80;
inline constexpr MaskingKey kKey = {0x37, 0xFA, 0x21,
                                    0x3D};  // of the examples in RFC 6455 section 5.7

inline std::string big_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i));
  return text;
}

// Two bytes and, where the length field says so, an extended length; no key.
inline std::string head(std::uint8_t first, bool masked, std::uint64_t size) {
  const int mask_bit = masked ? 0x80 : 0;
  std::string text(1, static_cast<char>(first));
  if (size < 126) return text + static_cast<char>(mask_bit | static_cast<int>(size));
  if (size <= 0xFFFF) return text + static_cast<char>(mask_bit | 126) + big_endian(size, 2);
  return text + static_cast<char>(mask_bit | 127) + big_endian(size, 8);
}

// A masked frame; `first` is FIN, RSV and opcode.
inline std::string frame(std::uint8_t first, std::string_view payload,
                         const MaskingKey& key = kKey) {
  std::string text = head(first, true, payload.size());
  text += as_text(key);
  std::string masked(payload);
  apply_mask({reinterpret_cast<std::uint8_t*>(masked.data()), masked.size()}, key, 0);
  return text + masked;
}

inline std::string text_frame(std::string_view payload) { return frame(kFin | 0x1, payload); }
inline std::string ping_frame(std::string_view payload) { return frame(kFin | 0x9, payload); }
inline std::string close_frame(std::uint16_t code, std::string_view reason = {}) {
  return frame(kFin | 0x8, big_endian(code, 2) + std::string(reason));
}

// An Event that owns its payload.
struct Seen {
  EventKind kind;
  std::string payload;
  std::uint16_t close_code = 0;
  bool operator==(const Seen&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Seen& seen) {
  return out << "event " << static_cast<int>(seen.kind) << " code " << seen.close_code << " \""
             << seen.payload << '"';
}

// Feeds one piece, in storage of its own that is gone afterwards, and adds the events it gives.
inline void feed(Decoder& decoder, std::string_view piece, std::vector<Seen>& seen) {
  std::vector<std::uint8_t> storage(piece.begin(), piece.end());
  MutableByteView input(storage);
  while (true) {
    const Event event = decoder.next(input);
    if (event.kind == EventKind::kNeedMore) return;
    seen.push_back({event.kind, std::string(event.payload), event.close_code});
  }
}

// All events of a stream that comes in pieces of `piece_size` bytes.
inline std::vector<Seen> decode(std::string_view stream, std::size_t piece_size = SIZE_MAX,
                                DecoderLimits limits = {}) {
  Decoder decoder(limits);
  std::vector<Seen> seen;
  while (!stream.empty()) {
    const std::string_view piece = stream.substr(0, piece_size);
    feed(decoder, piece, seen);
    stream.remove_prefix(piece.size());
  }
  return seen;
}

}  // namespace visavis::websocket::test
