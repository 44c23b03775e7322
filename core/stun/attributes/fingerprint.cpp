#include "core/stun/attributes/fingerprint.h"

#include <array>

#include "core/base/byte_order.h"

namespace visavis::stun {
namespace {

constexpr std::uint32_t kXor = 0x5354554E;  // "STUN"

// CRC-32 of ITU-T V.42, which RFC 8489 names.
constexpr auto kCrcTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = value >> 1U ^ ((value & 1U) != 0 ? 0xEDB88320U : 0U);
    table[i] = value;
  }
  return table;
}();

std::uint32_t crc32(ByteView bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const std::uint8_t byte : bytes) crc = crc >> 8U ^ kCrcTable[(crc ^ byte) & 0xFFU];
  return ~crc;
}

}  // namespace

bool verify_fingerprint(const Message& message, const Attribute& attribute) {
  const std::size_t size = kAttributeHeaderBytes + sizeof kXor;
  return attribute.value.size() == sizeof kXor &&
         attribute.offset + size == message.bytes().size() &&
         load_u32(attribute.value) == (crc32(message.bytes().first(attribute.offset)) ^ kXor);
}

void add_fingerprint(MessageBuilder& message) {
  const ByteView covered = message.bytes_with_length_for(sizeof kXor);
  message.add_u32(AttributeType::kFingerprint, crc32(covered) ^ kXor);
}

}  // namespace visavis::stun
