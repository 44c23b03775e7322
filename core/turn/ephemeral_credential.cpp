#include "core/turn/ephemeral_credential.h"

#include <algorithm>
#include <cassert>
#include <charconv>

#include "core/base/base64url.h"
#include "core/base/crypto.h"

namespace visavis::turn {
namespace {

// Seconds since 1970 in decimal. Twelve digits reach beyond the year 30,000.
constexpr std::size_t kExpiryDigitsMax = 12;

std::optional<std::chrono::sys_seconds> parse_expiry(std::string_view text) {
  if (text.empty() || text.size() > kExpiryDigitsMax) return std::nullopt;
  if (!std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return std::chrono::sys_seconds(std::chrono::seconds(value));
}

// RFC 4648 section 4: the other alphabet, and padded.
std::string to_base64(ByteView bytes) {
  std::string text = to_base64url(bytes);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

}  // namespace

Credential issue_credential(std::string_view secret, std::chrono::sys_seconds expiry,
                            std::string_view call, std::string_view participant) {
  assert(call.find(':') == call.npos && participant.find(':') == participant.npos);
  std::string username = std::to_string(expiry.time_since_epoch().count());
  username.append(":").append(call).append(":").append(participant);
  std::string password = ephemeral_password(secret, username);
  return {std::move(username), std::move(password)};
}

std::optional<EphemeralName> parse_ephemeral_name(std::string_view username) {
  const std::size_t first = username.find(':');
  const auto expiry = parse_expiry(username.substr(0, first));
  if (!expiry) return std::nullopt;
  if (first == username.npos) return EphemeralName{*expiry, {}, {}};
  const std::string_view rest = username.substr(first + 1);
  const std::size_t second = rest.find(':');
  const bool two_parts = second != rest.npos && rest.find(':', second + 1) == rest.npos;
  if (!two_parts) return EphemeralName{*expiry, {}, rest};
  return EphemeralName{*expiry, rest.substr(0, second), rest.substr(second + 1)};
}

std::string ephemeral_password(std::string_view secret, std::string_view username) {
  return to_base64(hmac_sha1(as_bytes(secret), as_bytes(username)));
}

}  // namespace visavis::turn
