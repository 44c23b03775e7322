#include "core/stun/attributes/password_algorithm.h"

#include <array>

#include "core/base/byte_order.h"

namespace visavis::stun {

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |          Algorithm            |  Algorithm Parameters Length  |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                    Algorithm Parameters (variable)
ByteView offered_password_algorithms() {
  static constexpr std::array<std::uint8_t, 8> kOffered = {0, 2, 0, 0, 0, 1, 0, 0};
  return kOffered;
}

std::optional<PasswordAlgorithm> parse_password_algorithm(ByteView value) {
  if (value.size() != 4 || load_u16(value.subspan(2)) != 0) return std::nullopt;
  const auto algorithm = static_cast<PasswordAlgorithm>(load_u16(value));
  if (algorithm != PasswordAlgorithm::kMd5 && algorithm != PasswordAlgorithm::kSha256) {
    return std::nullopt;
  }
  return algorithm;
}

}  // namespace visavis::stun
