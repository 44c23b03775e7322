// MAPPED-ADDRESS and its XORed kin: XOR-MAPPED-ADDRESS, XOR-PEER-ADDRESS, XOR-RELAYED-ADDRESS (RFC
// 8489 sections 14.1 and 14.2, RFC 8656 sections 18.3 and 18.5).
#pragma once

#include <optional>

#include "core/base/transport_address.h"
#include "core/stun/message.h"
#include "core/stun/message_builder.h"

namespace visavis::stun {

enum class AddressFamily : std::uint8_t { kIpv4 = 0x01, kIpv6 = 0x02 };

// Null when the value has another family or length than these two. An IPv4 address in IPv6 spelling
// (::ffff:192.0.2.1) is the IPv4 address; `family` says which one it was written in.
struct AddressValue {
  TransportAddress address;
  AddressFamily family{};
};
std::optional<AddressValue> parse_xor_address(ByteView value, const TransactionId& transaction_id);
std::optional<AddressValue> parse_address(ByteView value);

void add_xor_address(MessageBuilder& message, AttributeType type, const TransportAddress& address);

}  // namespace visavis::stun
