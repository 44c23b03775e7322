// Tokens that the server signs and clients bring back: "VERSION.PAYLOAD.SIGNATURE", both parts
// base64url. The server remembers nothing; its keys survive restarts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"

namespace visavis::signaling {

// What a token is for. The prefix is signed along with the payload, so that a signature made for
// one purpose is of no use for another.
struct TokenKind {
  std::string_view version;  // without the dot
  std::string_view prefix;
};

class TokenSigner {
 public:
  // The first key signs, all of them verify. Precondition: at least one key, each of 32 bytes or
  // more.
  explicit TokenSigner(std::vector<std::string> keys);

  std::string sign(const TokenKind& kind, ByteView payload) const;

  // Writes exactly payload.size() bytes; false when none of our keys signed so many for this
  // purpose. Then `payload` holds nothing to be trusted.
  bool verify(const TokenKind& kind, std::string_view token, MutableByteView payload) const;

  // The payload, of whatever size up to `bytes_max`; nothing when none of our keys signed it for
  // this purpose.
  std::optional<std::vector<std::uint8_t>> open(const TokenKind& kind, std::string_view token,
                                                std::size_t bytes_max) const;

 private:
  std::vector<std::string> keys_;
};

}  // namespace visavis::signaling
