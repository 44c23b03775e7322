// ERROR-CODE (RFC 8489 section 14.8).
#pragma once

#include <optional>
#include <string_view>

#include "core/stun/message_builder.h"

namespace visavis::stun {

struct ErrorCodeValue {
  std::uint16_t code = 0;  // 300 to 699
  std::string_view reason;
};
std::optional<ErrorCodeValue> parse_error_code(ByteView value);

// With the reason phrase that the RFCs recommend.
void add_error_code(MessageBuilder& message, ErrorCode code);
void add_error_code(MessageBuilder& message, ErrorCode code, std::string_view reason);

std::string_view reason_phrase(ErrorCode code);

}  // namespace visavis::stun
