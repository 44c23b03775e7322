#include "core/signaling/tokens/signed_token.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "core/base/base64url.h"
#include "core/base/crypto.h"

namespace visavis::signaling {
namespace {

constexpr std::size_t kKeyBytesMin = 32;

Sha256Digest signature(const std::string& key, const TokenKind& kind, ByteView payload) {
  std::string message(kind.prefix);
  message += as_text(payload);
  return hmac_sha256(as_bytes(key), as_bytes(message));
}

struct Parts {
  std::string_view payload;
  std::string_view signature;
};

// Nothing unless it is a token of this version.
std::optional<Parts> split(const TokenKind& kind, std::string_view token) {
  if (!token.starts_with(kind.version)) return std::nullopt;
  token.remove_prefix(kind.version.size());
  if (!token.starts_with('.')) return std::nullopt;
  token.remove_prefix(1);
  const std::size_t dot = token.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  return Parts{token.substr(0, dot), token.substr(dot + 1)};
}

}  // namespace

TokenSigner::TokenSigner(std::vector<std::string> keys) : keys_(std::move(keys)) {
  assert(!keys_.empty());
  for ([[maybe_unused]] const auto& key : keys_) assert(key.size() >= kKeyBytesMin);
}

std::string TokenSigner::sign(const TokenKind& kind, ByteView payload) const {
  std::string token(kind.version);
  token += '.';
  append_base64url(token, payload);
  token += '.';
  append_base64url(token, signature(keys_.front(), kind, payload));
  return token;
}

bool TokenSigner::verify(const TokenKind& kind, std::string_view token,
                         MutableByteView payload) const {
  const auto parts = split(kind, token);
  Sha256Digest given;
  if (!parts || !from_base64url(parts->payload, payload) ||
      !from_base64url(parts->signature, given)) {
    return false;
  }
  return std::any_of(keys_.begin(), keys_.end(), [&](const std::string& key) {
    return equal_constant_time(signature(key, kind, payload), given);
  });
}

std::optional<std::vector<std::uint8_t>> TokenSigner::open(const TokenKind& kind,
                                                           std::string_view token,
                                                           std::size_t bytes_max) const {
  const auto parts = split(kind, token);
  if (!parts || parts->payload.size() > (bytes_max * 4 + 2) / 3) return std::nullopt;
  std::vector<std::uint8_t> payload(parts->payload.size() * 3 / 4);
  if (!verify(kind, token, payload)) return std::nullopt;
  return payload;
}

}  // namespace visavis::signaling
