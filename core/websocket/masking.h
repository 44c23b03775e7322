// Client-to-server masking (RFC 6455 section 5.3). Masking and unmasking are the same operation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/bytes.h"

namespace visavis::websocket {

using MaskingKey = std::array<std::uint8_t, 4>;

// Applies `key` in place to bytes that begin `offset` bytes into the frame's payload.
void apply_mask(MutableByteView bytes, const MaskingKey& key, std::size_t offset);

}  // namespace visavis::websocket
