// UNKNOWN-ATTRIBUTES (RFC 8489 section 14.9).
#pragma once

#include <initializer_list>
#include <vector>

#include "core/stun/message.h"
#include "core/stun/message_builder.h"

namespace visavis::stun {

// So many are named in an answer; it must not become larger than what asked for it.
inline constexpr std::size_t kUnknownAttributesMax = 8;

// The comprehension-required attributes of a message that are not among `known`.
std::vector<AttributeType> unknown_attributes(const Message& message,
                                              std::initializer_list<AttributeType> known);

void add_unknown_attributes(MessageBuilder& message, const std::vector<AttributeType>& types);

}  // namespace visavis::stun
