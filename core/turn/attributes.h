// The attributes of TURN that are a number or two (RFC 8656 section 18). Those that hold an address
// are in core/stun/attributes.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "core/base/byte_order.h"
#include "core/stun/attributes/address.h"
#include "core/stun/attributes/error_code.h"
#include "core/stun/message_builder.h"
#include "core/turn/types.h"

namespace visavis::turn {

// CHANNEL-NUMBER (section 18.1): the number and two bytes that do not count.
inline std::optional<std::uint16_t> parse_channel_number(ByteView value) {
  if (value.size() != 4) return std::nullopt;
  return load_u16(value);
}

// LIFETIME (section 18.2).
inline std::optional<std::chrono::seconds> parse_lifetime(ByteView value) {
  if (value.size() != 4) return std::nullopt;
  return std::chrono::seconds(load_u32(value));
}
inline void add_lifetime(stun::MessageBuilder& message, Duration lifetime) {
  message.add_u32(stun::AttributeType::kLifetime,
                  static_cast<std::uint32_t>(
                      std::chrono::duration_cast<std::chrono::seconds>(lifetime).count()));
}

// REQUESTED-TRANSPORT (section 18.8): the number that IP uses.
inline constexpr std::uint8_t kTransportUdp = 17;
inline std::optional<std::uint8_t> parse_requested_transport(ByteView value) {
  if (value.size() != 4) return std::nullopt;
  return value[0];
}

// REQUESTED- and ADDITIONAL-ADDRESS-FAMILY (sections 18.6 and 18.11). The number, which may be of
// no family that there is.
inline constexpr std::array kFamilies = {stun::AddressFamily::kIpv4, stun::AddressFamily::kIpv6};
inline std::optional<stun::AddressFamily> parse_address_family(ByteView value) {
  if (value.size() != 4) return std::nullopt;
  return static_cast<stun::AddressFamily>(value[0]);
}

// EVEN-PORT (section 18.7): whether the next higher port is to be reserved, too.
inline std::optional<bool> parse_even_port(ByteView value) {
  if (value.size() != 1) return std::nullopt;
  return (value[0] & 0x80U) != 0;
}

// RESERVATION-TOKEN (section 18.10).
inline std::optional<std::uint64_t> parse_reservation_token(ByteView value) {
  if (value.size() != 8) return std::nullopt;
  return std::uint64_t{load_u32(value)} << 32U | load_u32(value.subspan(4));
}
inline void add_reservation_token(stun::MessageBuilder& message, std::uint64_t token) {
  std::array<std::uint8_t, 8> value{};
  store_u32(value, static_cast<std::uint32_t>(token >> 32U));
  store_u32(MutableByteView(value).subspan(4), static_cast<std::uint32_t>(token));
  message.add(stun::AttributeType::kReservationToken, value);
}

//  ADDRESS-ERROR-CODE (section 18.12)
//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |  Family       |    Reserved             |Class|     Number    |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |      Reason Phrase (variable)                                ..
inline void add_address_error_code(stun::MessageBuilder& message, stun::AddressFamily family,
                                   stun::ErrorCode code) {
  const auto number = static_cast<std::uint16_t>(code);
  const ByteView reason = as_bytes(stun::reason_phrase(code));
  std::vector<std::uint8_t> value = {static_cast<std::uint8_t>(family), 0,
                                     static_cast<std::uint8_t>(number / 100),
                                     static_cast<std::uint8_t>(number % 100)};
  value.insert(value.end(), reason.begin(), reason.end());
  message.add(stun::AttributeType::kAddressErrorCode, value);
}

//  ICMP (section 18.13)
//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |  Reserved                     |  ICMP Type  |  ICMP Code      |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                          Error Data                           |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// The type has 7 bits, the code 9.
inline void add_icmp(stun::MessageBuilder& message, const IcmpError& error) {
  std::array<std::uint8_t, 8> value{};
  store_u16(MutableByteView(value).subspan(2),
            static_cast<std::uint16_t>((error.type & 0x7FU) << 9U | error.code));
  store_u32(MutableByteView(value).subspan(4), error.data);
  message.add(stun::AttributeType::kIcmp, value);
}

}  // namespace visavis::turn
