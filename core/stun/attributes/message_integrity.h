// MESSAGE-INTEGRITY and MESSAGE-INTEGRITY-SHA256 (RFC 8489 sections 14.5 and 14.6): an HMAC over
// the message up to the attribute, whose header's length field counts the attribute in.
#pragma once

#include "core/stun/message.h"
#include "core/stun/message_builder.h"

namespace visavis::stun {

enum class Integrity : std::uint8_t { kSha1, kSha256 };

// `attribute` is one of `message`. False also for a truncated HMAC: no usage here allows one.
// In constant time.
bool verify_integrity(const Message& message, const Attribute& attribute, ByteView key);

// Behind all other attributes but FINGERPRINT.
void add_integrity(MessageBuilder& message, Integrity integrity, ByteView key);

}  // namespace visavis::stun
