#include "core/signaling/identity.h"

#include <cassert>
#include <utility>

#include "core/base/base64url.h"
#include "core/base/crypto.h"

namespace visavis::signaling {
namespace {

constexpr std::string_view kVersion = "v1.";
constexpr std::size_t kKeyBytesMin = 32;

// The prefix keeps a signature made for one purpose from being used for another.
Sha256Digest signature(const std::string& key, const UserId& user) {
  std::string message = "visavis identity v1:";
  message += as_text(user.bytes);
  return hmac_sha256(as_bytes(key), as_bytes(message));
}

}  // namespace

IdentitySigner::IdentitySigner(std::vector<std::string> keys) : keys_(std::move(keys)) {
  assert(!keys_.empty());
  for ([[maybe_unused]] const auto& key : keys_) assert(key.size() >= kKeyBytesMin);
}

std::string IdentitySigner::sign(const UserId& user) const {
  std::string token(kVersion);
  append_base64url(token, user.bytes);
  token += '.';
  append_base64url(token, signature(keys_.front(), user));
  return token;
}

std::optional<UserId> IdentitySigner::verify(std::string_view token) const {
  if (!token.starts_with(kVersion)) return std::nullopt;
  token.remove_prefix(kVersion.size());
  const std::size_t dot = token.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto user = parse_id<UserId>(token.substr(0, dot));
  Sha256Digest given;
  if (!user || !from_base64url(token.substr(dot + 1), given)) return std::nullopt;
  for (const auto& key : keys_) {
    if (equal_constant_time(signature(key, *user), given)) return user;
  }
  return std::nullopt;
}

}  // namespace visavis::signaling
