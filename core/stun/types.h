// The numbers of STUN (RFC 8489 section 18) and of TURN (RFC 8656 sections 17 to 19), by the names
// that the RFCs give them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace visavis::stun {

inline constexpr std::uint32_t kMagicCookie = 0x2112A442;
inline constexpr std::size_t kHeaderBytes = 20;
inline constexpr std::size_t kAttributeHeaderBytes = 4;

using TransactionId = std::array<std::uint8_t, 12>;

enum class Class : std::uint8_t { kRequest, kIndication, kSuccess, kError };

// 12 bits; others than these exist.
enum class Method : std::uint16_t {
  kBinding = 0x001,
  kAllocate = 0x003,
  kRefresh = 0x004,
  kSend = 0x006,
  kData = 0x007,
  kCreatePermission = 0x008,
  kChannelBind = 0x009,
};

// Others than these exist.
enum class AttributeType : std::uint16_t {
  // Comprehension-required: below 0x8000.
  kMappedAddress = 0x0001,
  kUsername = 0x0006,
  kMessageIntegrity = 0x0008,
  kErrorCode = 0x0009,
  kUnknownAttributes = 0x000A,
  kChannelNumber = 0x000C,
  kLifetime = 0x000D,
  kXorPeerAddress = 0x0012,
  kData = 0x0013,
  kRealm = 0x0014,
  kNonce = 0x0015,
  kXorRelayedAddress = 0x0016,
  kRequestedAddressFamily = 0x0017,
  kEvenPort = 0x0018,
  kRequestedTransport = 0x0019,
  kDontFragment = 0x001A,
  kMessageIntegritySha256 = 0x001C,
  kPasswordAlgorithm = 0x001D,
  kUserhash = 0x001E,
  kXorMappedAddress = 0x0020,
  kReservationToken = 0x0022,
  // Comprehension-optional.
  kAdditionalAddressFamily = 0x8000,
  kAddressErrorCode = 0x8001,
  kPasswordAlgorithms = 0x8002,
  kIcmp = 0x8004,
  kSoftware = 0x8022,
  kFingerprint = 0x8028,
};

inline constexpr bool is_comprehension_required(AttributeType type) {
  return static_cast<std::uint16_t>(type) < 0x8000;
}

enum class ErrorCode : std::uint16_t {
  kBadRequest = 400,
  kUnauthenticated = 401,
  kForbidden = 403,
  kUnknownAttribute = 420,
  kAllocationMismatch = 437,
  kStaleNonce = 438,
  kAddressFamilyNotSupported = 440,
  kWrongCredentials = 441,
  kUnsupportedTransport = 442,
  kPeerAddressFamilyMismatch = 443,
  kAllocationQuotaReached = 486,
  kServerError = 500,
  kInsufficientCapacity = 508,
};

}  // namespace visavis::stun
