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

// Three bytes make four digits; one or two left over make two or three.
void append_base64url(std::string& out, ByteView bytes) {
  const auto digit = [](std::uint32_t value) { return kAlphabet[value & 0x3F]; };
  std::size_t at = 0;
  for (; bytes.size() - at >= 3; at += 3) {
    const std::uint32_t group =
        std::uint32_t{bytes[at]} << 16 | std::uint32_t{bytes[at + 1]} << 8 | bytes[at + 2];
    const std::array<char, 4> digits = {digit(group >> 18), digit(group >> 12), digit(group >> 6),
                                        digit(group)};
    out.append(digits.data(), digits.size());
  }
  const std::size_t rest = bytes.size() - at;
  if (rest == 0) return;
  const std::uint32_t second = rest == 2 ? bytes[at + 1] : 0;
  const std::uint32_t group = std::uint32_t{bytes[at]} << 16 | second << 8;
  const std::array<char, 3> digits = {digit(group >> 18), digit(group >> 12), digit(group >> 6)};
  out.append(digits.data(), rest + 1);
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
