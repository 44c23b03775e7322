#include "core/websocket/masking.h"

#include <cstring>

namespace visavis::websocket {

void apply_mask(MutableByteView bytes, const MaskingKey& key, std::size_t offset) {
  // The key as it meets these bytes, repeated to a machine word; being laid out byte by byte it
  // does not depend on the byte order.
  std::array<std::uint8_t, sizeof(std::uint64_t)> pattern;
  for (std::size_t i = 0; i < pattern.size(); ++i) pattern[i] = key[(offset + i) % key.size()];
  std::uint64_t mask;
  std::memcpy(&mask, pattern.data(), sizeof mask);

  std::size_t i = 0;
  for (; bytes.size() - i >= sizeof mask; i += sizeof mask) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + i, sizeof word);
    word ^= mask;
    std::memcpy(bytes.data() + i, &word, sizeof word);
  }
  for (std::size_t tail = 0; i < bytes.size(); ++i, ++tail) bytes[i] ^= pattern[tail];
}

}  // namespace visavis::websocket
