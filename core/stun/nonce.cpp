#include "core/stun/nonce.h"

#include <algorithm>

#include "core/base/base64url.h"
#include "core/base/byte_order.h"
#include "core/base/crypto.h"

namespace visavis::stun {
namespace {

// RFC 8489 section 9.2: the cookie, then 24 bits of features in Base64, then what we like.
constexpr std::string_view kCookie = "obMatJos2";
constexpr std::size_t kFeatureChars = 4;
constexpr std::size_t kTimeBytes = 4;
constexpr std::size_t kDigestBytes = 12;

// The alphabets of Base64 and Base64url differ in their last two characters, which no bit that is
// assigned so far leads to.
std::string cookie(std::uint32_t features) {
  const std::array<std::uint8_t, 3> bits = {static_cast<std::uint8_t>(features >> 16U),
                                            static_cast<std::uint8_t>(features >> 8U),
                                            static_cast<std::uint8_t>(features)};
  return std::string(kCookie) + to_base64url(bits);
}

std::uint32_t in_seconds(Instant now) {
  return static_cast<std::uint32_t>(
      std::chrono::duration_cast<seconds>(now.time_since_epoch()).count());
}

}  // namespace

NonceIssuer::NonceIssuer(const Key& key, Duration lifetime, std::uint32_t features)
    : key_(key), lifetime_(lifetime), prefix_(cookie(features)) {}

std::string NonceIssuer::issue(const IpAddress& client, Instant now) const {
  return make(in_seconds(now), client);
}

std::string NonceIssuer::make(std::uint32_t issued_at, const IpAddress& client) const {
  std::array<std::uint8_t, kTimeBytes + kDigestBytes> tail{};
  store_u32(tail, issued_at);
  std::array<std::uint8_t, kTimeBytes + 16> signed_bytes{};
  store_u32(signed_bytes, issued_at);
  std::ranges::copy(client.bytes(), signed_bytes.begin() + kTimeBytes);
  const Sha256Digest digest = hmac_sha256(key_, signed_bytes);
  std::copy_n(digest.begin(), kDigestBytes, tail.begin() + kTimeBytes);
  return prefix_ + to_base64url(tail);
}

bool NonceIssuer::is_fresh(std::string_view nonce, const IpAddress& client, Instant now) const {
  if (!nonce.starts_with(prefix_)) return false;
  std::array<std::uint8_t, kTimeBytes + kDigestBytes> tail{};
  if (!from_base64url(nonce.substr(prefix_.size()), tail)) return false;
  const std::uint32_t issued_at = load_u32(tail);
  const std::uint32_t age = in_seconds(now) - issued_at;  // wraps for the future: too old
  return equal_constant_time(as_bytes(make(issued_at, client)), as_bytes(nonce)) &&
         seconds(age) <= lifetime_;
}

bool announces(std::string_view nonce, SecurityFeature feature) {
  if (!nonce.starts_with(kCookie)) return false;
  std::array<std::uint8_t, 3> bits{};
  if (!from_base64url(nonce.substr(kCookie.size(), kFeatureChars), bits)) return false;
  const std::uint32_t features =
      std::uint32_t{bits[0]} << 16U | std::uint32_t{bits[1]} << 8U | bits[2];
  return (features & static_cast<std::uint32_t>(feature)) != 0;
}

}  // namespace visavis::stun
