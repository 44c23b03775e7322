#include "core/stun/message_builder.h"

#include <array>
#include <cassert>

#include "core/base/byte_order.h"
#include "core/stun/message.h"

namespace visavis::stun {

MessageBuilder::MessageBuilder(std::vector<std::uint8_t>& out, Class message_class, Method method,
                               const TransactionId& transaction_id)
    : out_(out), transaction_id_(transaction_id) {
  out_.assign(8, 0);
  store_u16(out_, message_type(message_class, method));
  store_u32(MutableByteView(out_).subspan(4), kMagicCookie);
  out_.insert(out_.end(), transaction_id.begin(), transaction_id.end());
}

void MessageBuilder::add(AttributeType type, ByteView value) {
  const std::size_t begin = out_.size();
  const std::size_t padding = (4 - value.size() % 4) % 4;
  assert(begin + kAttributeHeaderBytes + value.size() + padding <= 0xFFFF);
  out_.resize(begin + kAttributeHeaderBytes);
  const MutableByteView header = MutableByteView(out_).subspan(begin);
  store_u16(header, static_cast<std::uint16_t>(type));
  store_u16(header.subspan(2), static_cast<std::uint16_t>(value.size()));
  out_.insert(out_.end(), value.begin(), value.end());
  out_.insert(out_.end(), padding, 0);
  store_length(out_.size() - kHeaderBytes);
}

void MessageBuilder::add_u32(AttributeType type, std::uint32_t value) {
  std::array<std::uint8_t, 4> bytes{};
  store_u32(bytes, value);
  add(type, bytes);
}

ByteView MessageBuilder::bytes_with_length_for(std::size_t value_bytes) {
  store_length(out_.size() - kHeaderBytes + kAttributeHeaderBytes + value_bytes);
  return out_;
}

void MessageBuilder::store_length(std::size_t length) {
  store_u16(MutableByteView(out_).subspan(2), static_cast<std::uint16_t>(length));
}

}  // namespace visavis::stun
