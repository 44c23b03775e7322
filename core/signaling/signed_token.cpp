#include "core/signaling/signed_token.h"

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
  if (!token.starts_with(kind.version)) return false;
  token.remove_prefix(kind.version.size());
  if (!token.starts_with('.')) return false;
  token.remove_prefix(1);
  const std::size_t dot = token.find('.');
  if (dot == std::string_view::npos) return false;
  Sha256Digest given;
  if (!from_base64url(token.substr(0, dot), payload) ||
      !from_base64url(token.substr(dot + 1), given)) {
    return false;
  }
  return std::any_of(keys_.begin(), keys_.end(), [&](const std::string& key) {
    return equal_constant_time(signature(key, kind, payload), given);
  });
}

}  // namespace visavis::signaling
