#include "core/base/base64url.h"

#include <array>

namespace visavis {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kInvalid = 0xFF;

constexpr std::array<std::uint8_t, 256> make_reverse() {
  std::array<std::uint8_t, 256> reverse{};
  reverse.fill(kInvalid);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    reverse[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return reverse;
}
constexpr auto kReverse = make_reverse();

}  // namespace

void append_base64url(std::string& out, ByteView bytes) {
  std::uint32_t pending = 0;
  int bits = 0;
  for (const std::uint8_t byte : bytes) {
    pending = pending << 8 | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      out += kAlphabet[pending >> bits & 0x3F];
    }
  }
  if (bits > 0) out += kAlphabet[pending << (6 - bits) & 0x3F];
}

std::string to_base64url(ByteView bytes) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  append_base64url(out, bytes);
  return out;
}

bool from_base64url(std::string_view text, MutableByteView out) {
  if (text.size() != (out.size() * 4 + 2) / 3) return false;
  std::uint32_t pending = 0;
  int bits = 0;
  std::size_t written = 0;
  for (const char c : text) {
    const std::uint8_t value = kReverse[static_cast<std::uint8_t>(c)];
    if (value == kInvalid) return false;
    pending = pending << 6 | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out[written++] = static_cast<std::uint8_t>(pending >> bits);
  }
  const std::uint32_t unused = pending & ((1U << bits) - 1);
  return written == out.size() && unused == 0;
}

}  // namespace visavis
