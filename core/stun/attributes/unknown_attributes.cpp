#include "core/stun/attributes/unknown_attributes.h"

#include <algorithm>

#include "core/base/byte_order.h"

namespace visavis::stun {

std::vector<AttributeType> unknown_attributes(const Message& message,
                                              std::initializer_list<AttributeType> known) {
  std::vector<AttributeType> unknown;
  for (const Attribute& attribute : message) {
    const AttributeType type = attribute.type;
    if (!is_comprehension_required(type) || std::ranges::find(known, type) != known.end()) continue;
    if (std::ranges::find(unknown, type) != unknown.end()) continue;
    unknown.push_back(type);
    if (unknown.size() == kUnknownAttributesMax) break;
  }
  return unknown;
}

void add_unknown_attributes(MessageBuilder& message, const std::vector<AttributeType>& types) {
  std::vector<std::uint8_t> value(2 * types.size());
  for (std::size_t i = 0; i < types.size(); ++i) {
    store_u16(MutableByteView(value).subspan(2 * i), static_cast<std::uint16_t>(types[i]));
  }
  message.add(AttributeType::kUnknownAttributes, value);
}

}  // namespace visavis::stun
