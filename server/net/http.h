// HTTP/1.1 messages as the routes see them. Parsing (Beast's parser on our own buffers) and writing
// are in http_connection.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/ip_address.h"

namespace visavis::net {

struct HttpRequest {
  std::string method;
  std::string path;     // without the query
  std::string query;    // without the question mark
  std::string host;     // as the client sees it: behind a trusted proxy, the forwarded one
  bool secure = false;  // the client came over TLS, to us or to a trusted proxy
  IpAddress client;     // behind a trusted proxy, the forwarded address
  bool on_private_listener = false;  // see PrivateListener
  bool forwarded = false;            // came with proxy headers, trusted or not
  std::string accept_encoding;
  std::string authorization;
  std::string if_none_match;
  std::string origin;
  bool cross_site = false;     // a page of another site let a browser ask (Sec-Fetch-Site)
  bool proxy_trusted = false;  // the socket's own peer is a trusted proxy
  std::string body;            // at most HttpParser::kBodyBytesMax
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::vector<std::pair<std::string, std::string>> headers;
  // The body: `body`, or `static_body` when that is not empty (bytes that live as long as the
  // process).
  std::string body;
  ByteView static_body;
  // Of a refusal, for counting it; empty else. Static: its text outlives the response.
  std::string_view error_code;
};

// Answers everything but /ws. Called on any I/O loop, concurrently: must be thread-safe and must
// not block.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

// {"error":{"code":…,"message":…}} with this status: the one form of every HTTP error. `code` is
// static.
HttpResponse http_error(int status, std::string_view code, std::string_view message);

}  // namespace visavis::net
