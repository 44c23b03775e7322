// Serializes HTTP/1.1 responses (RFC 9112 section 4).
#pragma once

#include <string>
#include <string_view>

#include "server/net/http.h"

namespace visavis::net {

struct ResponseFraming {
  bool keep_alive = true;
  int http_version = 11;  // of the request
};

// The status line and header section, empty line included. Content-Length is that of the body,
// which for HEAD is not sent.
std::string response_head(const HttpResponse& response, ResponseFraming framing);

// The 101 that completes a WebSocket handshake (RFC 6455 section 4.2.2).
std::string switching_protocols(std::string_view accept_key, std::string_view subprotocol);

}  // namespace visavis::net
