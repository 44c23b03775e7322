#include "core/stun/attributes/address.h"

#include <algorithm>
#include <array>

#include "core/base/byte_order.h"

namespace visavis::stun {
namespace {

constexpr std::size_t kAddressAt = 4;

// What port and address are XORed with: the cookie, for IPv6 followed by the transaction id.
std::array<std::uint8_t, 16> mask(const TransactionId& transaction_id) {
  std::array<std::uint8_t, 16> mask{};
  store_u32(mask, kMagicCookie);
  std::copy(transaction_id.begin(), transaction_id.end(), mask.begin() + 4);
  return mask;
}

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |0 0 0 0 0 0 0 0|    Family     |           Port                |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                 Address (32 bits or 128 bits)                 |
std::optional<AddressValue> parse(ByteView value, const std::array<std::uint8_t, 16>& mask) {
  if (value.size() < kAddressAt) return std::nullopt;
  const auto family = static_cast<AddressFamily>(value[1]);
  const auto port = static_cast<std::uint16_t>(load_u16(value.subspan(2)) ^ load_u16(mask));
  const auto unmasked = [&](auto bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = value[kAddressAt + i] ^ mask[i];
    return bytes;
  };
  if (family == AddressFamily::kIpv4 && value.size() == kAddressAt + 4) {
    return AddressValue{{IpAddress::v4(unmasked(std::array<std::uint8_t, 4>{})), port}, family};
  }
  if (family == AddressFamily::kIpv6 && value.size() == kAddressAt + 16) {
    return AddressValue{{IpAddress::v6(unmasked(std::array<std::uint8_t, 16>{})), port}, family};
  }
  return std::nullopt;
}

}  // namespace

std::optional<AddressValue> parse_xor_address(ByteView value, const TransactionId& transaction_id) {
  return parse(value, mask(transaction_id));
}

std::optional<AddressValue> parse_address(ByteView value) { return parse(value, {}); }

void add_xor_address(MessageBuilder& message, AttributeType type, const TransportAddress& address) {
  const auto& bytes = address.address.bytes();
  const bool v4 = address.address.is_v4();
  const ByteView plain = v4 ? ByteView(bytes).subspan(12) : ByteView(bytes);
  const auto mask = stun::mask(message.transaction_id());
  std::array<std::uint8_t, kAddressAt + 16> value{};
  value[1] = static_cast<std::uint8_t>(v4 ? AddressFamily::kIpv4 : AddressFamily::kIpv6);
  store_u16(MutableByteView(value).subspan(2),
            static_cast<std::uint16_t>(address.port ^ load_u16(mask)));
  for (std::size_t i = 0; i < plain.size(); ++i) value[kAddressAt + i] = plain[i] ^ mask[i];
  message.add(type, ByteView(value).first(kAddressAt + plain.size()));
}

}  // namespace visavis::stun
