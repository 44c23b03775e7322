// The close codes with which the hub ends connections (RFC 6455 section 7.4.1; 4000–4999 are ours,
// PROTOCOL.md section 9).
#pragma once

#include <cstdint>

namespace visavis::signaling {

inline constexpr std::uint16_t kCloseUnsupportedData = 1003;
inline constexpr std::uint16_t kClosePolicy = 1008;
inline constexpr std::uint16_t kCloseTooBig = 1009;
inline constexpr std::uint16_t kCloseServiceRestart = 1012;
inline constexpr std::uint16_t kCloseTryAgainLater = 1013;
inline constexpr std::uint16_t kCloseReplaced = 4001;
inline constexpr std::uint16_t kCloseHelloTimeout = 4002;

}  // namespace visavis::signaling
