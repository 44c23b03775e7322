// Writes a STUN message.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/bytes.h"
#include "core/stun/types.h"

namespace visavis::stun {

class MessageBuilder {
 public:
  // Starts over in `out`, which must outlive the builder; whoever keeps it saves an allocation.
  MessageBuilder(std::vector<std::uint8_t>& out, Class message_class, Method method,
                 const TransactionId& transaction_id);

  // Precondition: the message stays within 65,535 bytes.
  void add(AttributeType type, ByteView value);
  void add_u32(AttributeType type, std::uint32_t value);

  // A whole message after every add.
  ByteView bytes() const { return out_; }

  // For attributes that cover what stands before them: a message whose length field says that
  // an attribute of this size follows (RFC 8489 section 14.5).
  ByteView bytes_with_length_for(std::size_t value_bytes);

  const TransactionId& transaction_id() const { return transaction_id_; }

 private:
  void store_length(std::size_t length);

  std::vector<std::uint8_t>& out_;
  TransactionId transaction_id_;
};

}  // namespace visavis::stun
