// FINGERPRINT (RFC 8489 section 14.7): tells STUN from other protocols on the same port.
#pragma once

#include "core/stun/message.h"
#include "core/stun/message_builder.h"

namespace visavis::stun {

// Whether it is the last attribute and right. Precondition: `attribute` is one of `message`.
bool verify_fingerprint(const Message& message, const Attribute& attribute);

// The last attribute of all.
void add_fingerprint(MessageBuilder& message);

}  // namespace visavis::stun
