// base64url without padding (RFC 4648 section 5).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/ids.h"

namespace visavis {

std::string to_base64url(ByteView bytes);
void append_base64url(std::string& out, ByteView bytes);

// Writes exactly out.size() bytes; false if the text is not the one canonical encoding of so many.
bool from_base64url(std::string_view text, MutableByteView out);

template <typename Tag, std::size_t kBytes>
std::string to_text(const RandomId<Tag, kBytes>& id) {
  return to_base64url(id.bytes);
}

// Nothing if the text is not an id of this size.
template <typename Id>
std::optional<Id> parse_id(std::string_view text) {
  Id id;
  if (!from_base64url(text, id.bytes)) return std::nullopt;
  return id;
}

}  // namespace visavis
