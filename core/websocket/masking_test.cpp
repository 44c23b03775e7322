#include "core/websocket/masking.h"

#include <gtest/gtest.h>

#include <vector>

namespace visavis::websocket {
namespace {

constexpr MaskingKey kKey = {0x37, 0xFA, 0x21, 0x3D};

// RFC 6455 section 5.3: octet i is combined with octet i mod 4 of the key.
std::vector<std::uint8_t> expected(std::vector<std::uint8_t> bytes, std::size_t offset) {
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] ^= kKey[(offset + i) % 4];
  return bytes;
}

// Sizes around the machine word and every alignment, of the memory and of the key.
TEST(Masking, EverySizeOffsetAndAlignment) {
  std::vector<std::uint8_t> storage(64);
  for (std::size_t alignment = 0; alignment < 8; ++alignment) {
    for (std::size_t offset = 0; offset < 8; ++offset) {
      for (std::size_t size = 0; size <= 35; ++size) {
        for (std::size_t i = 0; i < storage.size(); ++i)
          storage[i] = static_cast<std::uint8_t>(i * 7);
        const MutableByteView bytes = MutableByteView(storage).subspan(alignment, size);
        const auto want = expected({bytes.begin(), bytes.end()}, offset);
        apply_mask(bytes, kKey, offset);
        EXPECT_EQ(std::vector<std::uint8_t>(bytes.begin(), bytes.end()), want);
        EXPECT_EQ(storage[alignment + size], static_cast<std::uint8_t>((alignment + size) * 7));
      }
    }
  }
}

TEST(Masking, TwiceIsTheIdentity) {
  std::vector<std::uint8_t> bytes = {'H', 'e', 'l', 'l', 'o'};
  apply_mask(bytes, kKey, 3);
  apply_mask(bytes, kKey, 3);
  EXPECT_EQ(as_text(bytes), "Hello");
}

}  // namespace
}  // namespace visavis::websocket
