#include "core/stun/attributes/error_code.h"

#include <vector>

namespace visavis::stun {

std::string_view reason_phrase(ErrorCode code) {
  switch (code) {
    case ErrorCode::kBadRequest:
      return "Bad Request";
    case ErrorCode::kUnauthenticated:
      return "Unauthenticated";
    case ErrorCode::kForbidden:
      return "Forbidden";
    case ErrorCode::kUnknownAttribute:
      return "Unknown Attribute";
    case ErrorCode::kAllocationMismatch:
      return "Allocation Mismatch";
    case ErrorCode::kStaleNonce:
      return "Stale Nonce";
    case ErrorCode::kAddressFamilyNotSupported:
      return "Address Family not Supported";
    case ErrorCode::kWrongCredentials:
      return "Wrong Credentials";
    case ErrorCode::kUnsupportedTransport:
      return "Unsupported Transport Protocol";
    case ErrorCode::kPeerAddressFamilyMismatch:
      return "Peer Address Family Mismatch";
    case ErrorCode::kAllocationQuotaReached:
      return "Allocation Quota Reached";
    case ErrorCode::kServerError:
      return "Server Error";
    case ErrorCode::kInsufficientCapacity:
      return "Insufficient Capacity";
  }
  return "Error";
}

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |           Reserved, should be 0         |Class|     Number    |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |      Reason Phrase (variable)                                ..
std::optional<ErrorCodeValue> parse_error_code(ByteView value) {
  if (value.size() < 4) return std::nullopt;
  const unsigned hundreds = value[2] & 7U;
  const unsigned number = value[3];
  if (hundreds < 3 || hundreds > 6 || number > 99) return std::nullopt;
  return ErrorCodeValue{static_cast<std::uint16_t>(hundreds * 100 + number),
                        as_text(value.subspan(4))};
}

void add_error_code(MessageBuilder& message, ErrorCode code) {
  add_error_code(message, code, reason_phrase(code));
}

void add_error_code(MessageBuilder& message, ErrorCode code, std::string_view reason) {
  const auto number = static_cast<std::uint16_t>(code);
  std::vector<std::uint8_t> value = {0, 0, static_cast<std::uint8_t>(number / 100),
                                     static_cast<std::uint8_t>(number % 100)};
  value.insert(value.end(), reason.begin(), reason.end());
  message.add(AttributeType::kErrorCode, value);
}

}  // namespace visavis::stun
