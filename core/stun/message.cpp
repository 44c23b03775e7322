#include "core/stun/message.h"

#include <algorithm>

#include "core/base/byte_order.h"

namespace visavis::stun {
namespace {

constexpr std::size_t padded(std::size_t size) { return (size + 3) & ~std::size_t{3}; }

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |         Type                  |            Length             |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                         Value (variable)                ....
bool attributes_are_whole(ByteView rest) {
  while (!rest.empty()) {
    if (rest.size() < kAttributeHeaderBytes) return false;
    const std::size_t whole = kAttributeHeaderBytes + padded(load_u16(rest.subspan(2)));
    if (whole > rest.size()) return false;
    rest = rest.subspan(whole);
  }
  return true;
}

}  // namespace

//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |0 0|     STUN Message Type     |         Message Length        |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                         Magic Cookie                          |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                     Transaction ID (96 bits)                  |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
std::optional<Message> Message::parse(ByteView bytes) {
  if (bytes.size() < kHeaderBytes) return std::nullopt;
  const std::uint16_t type = load_u16(bytes);
  if ((type & 0xC000U) != 0) return std::nullopt;
  const std::size_t length = load_u16(bytes.subspan(2));
  if (length % 4 != 0 || kHeaderBytes + length != bytes.size()) return std::nullopt;
  if (load_u32(bytes.subspan(4)) != kMagicCookie) return std::nullopt;
  if (!attributes_are_whole(bytes.subspan(kHeaderBytes))) return std::nullopt;
  return Message(bytes, type);
}

Message::Message(ByteView bytes, std::uint16_t type) : bytes_(bytes), type_(type) {
  const ByteView id = bytes.subspan(8, transaction_id_.size());
  std::copy(id.begin(), id.end(), transaction_id_.begin());
}

// The class has two bits of the type, C1 and C0; the method the twelve around them:
//   M11 M10 M9 M8 M7 C1 M6 M5 M4 C0 M3 M2 M1 M0
Class Message::message_class() const {
  return static_cast<Class>((type_ >> 7U & 2U) | (type_ >> 4U & 1U));
}

Method Message::method() const {
  return static_cast<Method>((type_ >> 2U & 0xF80U) | (type_ >> 1U & 0x70U) | (type_ & 0xFU));
}

std::uint16_t message_type(Class message_class, Method method) {
  const auto c = static_cast<std::uint16_t>(message_class);
  const auto m = static_cast<std::uint16_t>(method);
  return static_cast<std::uint16_t>((m & 0xF80U) << 2U | (m & 0x70U) << 1U | (m & 0xFU) |
                                    (c & 2U) << 7U | (c & 1U) << 4U);
}

std::optional<Attribute> Message::find(AttributeType type) const {
  for (const Attribute& attribute : *this) {
    if (attribute.type == type) return attribute;
  }
  return std::nullopt;
}

Message::Iterator::Iterator(ByteView bytes) : bytes_(bytes), next_(kHeaderBytes) { ++*this; }

Message::Iterator& Message::Iterator::operator++() {
  do {
    at_end_ = next_ >= bytes_.size();
    if (at_end_) return *this;
    const ByteView header = bytes_.subspan(next_);
    const std::size_t size = load_u16(header.subspan(2));
    current_ = {static_cast<AttributeType>(load_u16(header)),
                header.subspan(kAttributeHeaderBytes, size), next_};
    next_ += kAttributeHeaderBytes + padded(size);
  } while (!counts());
  behind_integrity_ |= current_.type == AttributeType::kMessageIntegrity;
  behind_sha256_ |= current_.type == AttributeType::kMessageIntegritySha256;
  return *this;
}

Message::Iterator Message::Iterator::operator++(int) {
  Iterator before = *this;
  ++*this;
  return before;
}

bool Message::Iterator::counts() const {
  if (current_.type == AttributeType::kFingerprint) return true;
  if (behind_sha256_) return false;
  return !behind_integrity_ || current_.type == AttributeType::kMessageIntegritySha256;
}

}  // namespace visavis::stun
