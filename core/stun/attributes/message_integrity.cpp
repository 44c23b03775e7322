#include "core/stun/attributes/message_integrity.h"

#include <vector>

#include "core/base/byte_order.h"
#include "core/base/crypto.h"

namespace visavis::stun {

bool verify_integrity(const Message& message, const Attribute& attribute, ByteView key) {
  const ByteView covered = message.bytes().first(attribute.offset);
  std::vector<std::uint8_t> bytes(covered.begin(), covered.end());
  const std::size_t length =
      attribute.offset + kAttributeHeaderBytes + attribute.value.size() - kHeaderBytes;
  store_u16(MutableByteView(bytes).subspan(2), static_cast<std::uint16_t>(length));
  if (attribute.type == AttributeType::kMessageIntegrity) {
    return equal_constant_time(hmac_sha1(key, bytes), attribute.value);
  }
  return attribute.type == AttributeType::kMessageIntegritySha256 &&
         equal_constant_time(hmac_sha256(key, bytes), attribute.value);
}

void add_integrity(MessageBuilder& message, Integrity integrity, ByteView key) {
  if (integrity == Integrity::kSha1) {
    const ByteView covered = message.bytes_with_length_for(sizeof(Sha1Digest));
    message.add(AttributeType::kMessageIntegrity, hmac_sha1(key, covered));
  } else {
    const ByteView covered = message.bytes_with_length_for(sizeof(Sha256Digest));
    message.add(AttributeType::kMessageIntegritySha256, hmac_sha256(key, covered));
  }
}

}  // namespace visavis::stun
