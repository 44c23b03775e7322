// The server's side of the opening handshake (RFC 6455 section 4.2), on header values that an HTTP
// parser has already split.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace visavis::websocket {

// The request's header values; empty where absent. A repeated header's values are joined by ", ".
struct HandshakeRequest {
  std::string_view method;  // GET
  int http_version = 11;    // 11 = HTTP/1.1
  std::string_view upgrade;
  std::string_view connection;
  std::string_view key;        // Sec-WebSocket-Key
  std::string_view version;    // Sec-WebSocket-Version
  std::string_view protocols;  // Sec-WebSocket-Protocol
};

struct HandshakeError {
  int http_status;  // 400, 405 (send Allow: GET) or 426 (send Upgrade and Sec-WebSocket-Version:
                    // 13)
  std::string_view code;      // bad_request, method_not_allowed or unsupported_subprotocol
  std::string_view sentence;  // tells the client's developer what to do
};

// The value of Sec-WebSocket-Accept, when the request is a valid handshake that offers
// `subprotocol`.
Result<std::string, HandshakeError> accept_handshake(const HandshakeRequest& request,
                                                     std::string_view subprotocol);

// Whether a header like Connection or Upgrade lists `token` (case-insensitive, RFC 9110
// section 5.6.1).
bool lists_token(std::string_view header_value, std::string_view token);

}  // namespace visavis::websocket
