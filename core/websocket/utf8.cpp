#include "core/websocket/utf8.h"

#include <cstddef>
#include <cstring>

namespace visavis::websocket {
namespace {

constexpr std::uint8_t kTailMin = 0x80;
constexpr std::uint8_t kTailMax = 0xBF;

// How many bytes at the front are ASCII, rounded down to whole words: signaling is nearly all
// ASCII.
std::size_t ascii_words(ByteView bytes) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  std::size_t size = 0;
  while (bytes.size() - size >= sizeof(std::uint64_t)) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + size, sizeof word);
    if (word & kHighBits) break;
    size += sizeof word;
  }
  return size;
}

}  // namespace

// RFC 3629 section 4. Overlong forms, surrogates and what lies beyond U+10FFFF differ from valid
// characters in the lead byte or in the first byte after it.
//
//   UTF8-1 = %x00-7F
//   UTF8-2 = %xC2-DF UTF8-tail
//   UTF8-3 = %xE0 %xA0-BF UTF8-tail / %xE1-EC 2( UTF8-tail ) /
//            %xED %x80-9F UTF8-tail / %xEE-EF 2( UTF8-tail )
//   UTF8-4 = %xF0 %x90-BF 2( UTF8-tail ) / %xF1-F3 3( UTF8-tail ) /
//            %xF4 %x80-8F 2( UTF8-tail )
//   UTF8-tail = %x80-BF
bool Utf8Validator::begin_character(std::uint8_t lead) {
  if (lead < 0xC2 || lead > 0xF4) return false;
  remaining_ = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  next_min_ = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : kTailMin;
  next_max_ = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : kTailMax;
  return true;
}

bool Utf8Validator::consume(ByteView bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (remaining_ == 0) {
      i += ascii_words(bytes.subspan(i));
      if (i == bytes.size()) break;
      if (bytes[i] >= 0x80 && !begin_character(bytes[i])) return false;
      continue;
    }
    if (bytes[i] < next_min_ || bytes[i] > next_max_) return false;
    --remaining_;
    next_min_ = kTailMin;
    next_max_ = kTailMax;
  }
  return true;
}

bool is_valid_utf8(ByteView bytes) {
  Utf8Validator validator;
  return validator.consume(bytes) && validator.complete();
}

}  // namespace visavis::websocket
