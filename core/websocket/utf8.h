// Incremental UTF-8 validation (RFC 3629), for text that arrives in pieces.
#pragma once

#include <cstdint>

#include "core/base/bytes.h"

namespace visavis::websocket {

class Utf8Validator {
 public:
  // False as soon as no continuation can make the text so far valid; feed it nothing after that.
  bool consume(ByteView bytes);

  // Whether the text may end here, not inside a character.
  bool complete() const { return remaining_ == 0; }

 private:
  bool begin_character(std::uint8_t lead);

  std::uint8_t remaining_ = 0;  // continuation bytes that the character in progress still lacks
  std::uint8_t next_min_ = 0;   // what the next of them may be
  std::uint8_t next_max_ = 0;
};

// Whether all of `bytes` is one valid text.
bool is_valid_utf8(ByteView bytes);

}  // namespace visavis::websocket
