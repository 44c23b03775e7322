// Close codes of WebSocket connections: those of RFC 6455 section 7.4.1 that this server sends or
// tells apart, and our own (4000–4999, PROTOCOL.md section 9).
#pragma once

#include <cstdint>

namespace visavis {

inline constexpr std::uint16_t kCloseNormal = 1000;
inline constexpr std::uint16_t kCloseGoingAway = 1001;
inline constexpr std::uint16_t kCloseProtocolError = 1002;
inline constexpr std::uint16_t kCloseUnsupportedData = 1003;
// Never on the wire: a close frame without a code.
inline constexpr std::uint16_t kCloseNoStatus = 1005;
inline constexpr std::uint16_t kCloseInvalidPayload = 1007;
inline constexpr std::uint16_t kClosePolicy = 1008;
inline constexpr std::uint16_t kCloseTooBig = 1009;
inline constexpr std::uint16_t kCloseInternalError = 1011;
inline constexpr std::uint16_t kCloseServiceRestart = 1012;
inline constexpr std::uint16_t kCloseTryAgainLater = 1013;
inline constexpr std::uint16_t kCloseReplaced = 4001;
inline constexpr std::uint16_t kCloseHelloTimeout = 4002;

}  // namespace visavis
