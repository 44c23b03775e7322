#include "core/websocket/handshake.h"

#include <algorithm>

#include "core/base/base64url.h"
#include "core/base/crypto.h"

namespace visavis::websocket {
namespace {

constexpr std::string_view kKeyGuid =
    "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 section 1.3
constexpr std::string_view kVersion = "13";

bool is_blank(char c) { return c == ' ' || c == '\t'; }
char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal(std::string_view a, std::string_view b) { return a == b; }
bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Whether the comma-separated list (RFC 9110 section 5.6.1) has an element equal to `wanted`.
bool list_has(std::string_view list, std::string_view wanted,
              bool (*matches)(std::string_view, std::string_view)) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (matches(trim(list.substr(0, comma)), wanted)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

// Sixteen bytes in base64 (RFC 6455 section 4.1): 22 digits and two signs of padding.
bool is_valid_key(std::string_view key) {
  constexpr std::size_t kDigits = 22;
  const auto is_digit = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  };
  return key.size() == kDigits + 2 && key.substr(kDigits) == "==" &&
         std::all_of(key.begin(), key.begin() + kDigits, is_digit);
}

// base64 differs from base64url in two digits and in the padding (RFC 4648 sections 4 and 5).
std::string to_base64(ByteView bytes) {
  std::string text = to_base64url(bytes);
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

Failure<HandshakeError> refuse(int status, std::string_view code, std::string_view sentence) {
  return Failure<HandshakeError>{{status, code, sentence}};
}

}  // namespace

bool lists_token(std::string_view header_value, std::string_view token) {
  return list_has(header_value, token, equal_ignoring_case);
}

Result<std::string, HandshakeError> accept_handshake(const HandshakeRequest& request,
                                                     std::string_view subprotocol) {
  if (request.method != "GET") {
    return refuse(405, "method_not_allowed",
                  "Open a WebSocket here; its handshake is a GET request.");
  }
  if (request.http_version < 11) {
    return refuse(400, "upgrade_required", "A WebSocket handshake needs HTTP/1.1.");
  }
  if (!lists_token(request.upgrade, "websocket") || !lists_token(request.connection, "upgrade")) {
    return refuse(
        426, "upgrade_required",
        "This address speaks WebSocket: send \"Upgrade: websocket\" and \"Connection: Upgrade\".");
  }
  if (request.version != kVersion) {
    return refuse(426, "bad_request", "Sec-WebSocket-Version must be 13.");
  }
  if (!is_valid_key(request.key)) {
    return refuse(400, "bad_request", "Sec-WebSocket-Key must be 16 bytes in base64.");
  }
  if (!list_has(request.protocols, subprotocol, equal)) {
    return refuse(400, "unsupported_subprotocol",
                  "Offer the subprotocol that this server speaks in Sec-WebSocket-Protocol.");
  }
  const std::string salted = std::string(request.key).append(kKeyGuid);
  return to_base64(sha1(as_bytes(salted)));
}

}  // namespace visavis::websocket
