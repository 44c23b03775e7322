// PASSWORD-ALGORITHMS and PASSWORD-ALGORITHM (RFC 8489 sections 14.11 and 14.12).
#pragma once

#include <optional>

#include "core/stun/message_builder.h"

namespace visavis::stun {

enum class PasswordAlgorithm : std::uint16_t { kMd5 = 0x0001, kSha256 = 0x0002 };

// Those we offer, the better one first, as the value of PASSWORD-ALGORITHMS.
ByteView offered_password_algorithms();

// The value of PASSWORD-ALGORITHM; null for one that we do not offer, or with parameters.
std::optional<PasswordAlgorithm> parse_password_algorithm(ByteView value);

}  // namespace visavis::stun
