// A received STUN message, as a view: nothing is copied, nothing allocated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>

#include "core/base/bytes.h"
#include "core/stun/types.h"

namespace visavis::stun {

struct Attribute {
  AttributeType type{};
  ByteView value;          // without padding
  std::size_t offset = 0;  // of its header, from the start of the message
};

class Message {
 public:
  // Null unless `bytes` are one whole, well-formed message (RFC 8489 sections 5 and 14): cookie,
  // lengths that add up, every attribute inside. The bytes must outlive the message.
  static std::optional<Message> parse(ByteView bytes);

  Class message_class() const;
  Method method() const;
  const TransactionId& transaction_id() const { return transaction_id_; }
  ByteView bytes() const { return bytes_; }

  // The attributes that count, in order: behind MESSAGE-INTEGRITY only MESSAGE-INTEGRITY-SHA256 and
  // FINGERPRINT do, behind that one only FINGERPRINT (RFC 8489 sections 14.5 and 14.6).
  class Iterator {
   public:
    using value_type = Attribute;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    explicit Iterator(ByteView bytes);
    const Attribute& operator*() const { return current_; }
    const Attribute* operator->() const { return &current_; }
    Iterator& operator++();
    Iterator operator++(int);
    bool operator==(std::default_sentinel_t /*end*/) const { return at_end_; }

   private:
    bool counts() const;

    ByteView bytes_;
    std::size_t next_ = 0;
    Attribute current_;
    bool behind_integrity_ = false;
    bool behind_sha256_ = false;
    bool at_end_ = true;
  };
  Iterator begin() const { return Iterator(bytes_); }
  static std::default_sentinel_t end() { return {}; }

  // The first of its type; further ones do not count (section 14).
  std::optional<Attribute> find(AttributeType type) const;
  bool has(AttributeType type) const { return find(type).has_value(); }

 private:
  Message(ByteView bytes, std::uint16_t type);

  ByteView bytes_;
  std::uint16_t type_;
  TransactionId transaction_id_{};
};

// What stands in the header's type field (section 5).
std::uint16_t message_type(Class message_class, Method method);

}  // namespace visavis::stun
