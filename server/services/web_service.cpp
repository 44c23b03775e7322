#include "server/services/web_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/crypto.h"
#include "core/signaling/model/room_name.h"
#include "server/services/accept_encoding.h"

namespace visavis::services {
namespace {

using net::HttpRequest;
using net::HttpResponse;

constexpr std::string_view kRootDocument = "/index.html";

// The host and port of a request, if they can stand in a header field without changing its meaning.
bool is_plain_host(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == ':' || c == '[' || c == ']';
  });
}

// Nothing inline, nothing from elsewhere. 'self' covers WebSockets in current browsers; Safari
// before 15.4 wants them named.
std::string content_security_policy(const HttpRequest& request) {
  std::string policy =
      "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
      "media-src 'self' blob:; worker-src 'self'; object-src 'none'; base-uri 'none'; "
      "form-action 'none'; frame-ancestors 'none'; connect-src 'self'";
  if (is_plain_host(request.host)) {
    policy += fmt::format(" {}://{}", request.secure ? "wss" : "ws", request.host);
  }
  return policy;
}

void add_security_headers(const HttpRequest& request, bool strict_transport,
                          HttpResponse& response) {
  auto& headers = response.headers;
  headers.emplace_back("Content-Security-Policy", content_security_policy(request));
  headers.emplace_back(
      "Permissions-Policy",
      "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), "
      "autoplay=(self), screen-wake-lock=(self), geolocation=(), payment=(), usb=()");
  headers.emplace_back("Referrer-Policy", "no-referrer");
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  headers.emplace_back("X-Frame-Options", "DENY");  // for browsers without frame-ancestors
  headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  if (strict_transport && request.secure) {
    headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
  }
}

bool is_api(std::string_view path) {
  return path == "/api" || path.starts_with("/api/") || path == "/healthz" || path == "/metrics";
}

// Addresses inside the app: the same document, whose script reads the rest.
// Capitals are let in, so that the app can say what a room's name looks like.
bool is_app_route(std::string_view path) {
  constexpr std::string_view kRooms = "/r/";
  if (!path.starts_with(kRooms)) return path == "/" || path == "/check";
  std::string name(path.substr(kRooms.size()));
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return signaling::is_room_name(name);
}

// The address without the slash behind it, which is where the app is: some add one to every link.
std::optional<std::string> without_slash(const HttpRequest& request) {
  if (!request.path.ends_with('/')) return std::nullopt;
  std::string path = request.path.substr(0, request.path.size() - 1);
  if (path == "/" || !is_app_route(path)) return std::nullopt;
  return request.query.empty() ? path : fmt::format("{}?{}", path, request.query);
}

HttpResponse redirect(std::string location) {
  HttpResponse response;
  response.status = 308;
  response.headers.emplace_back("Location", std::move(location));
  return response;
}

// What health checks ask of the server as a whole, or of its first page, unless they are told
// better: HAProxy's does.
bool is_capability_question(const HttpRequest& request) {
  return request.method == "OPTIONS" && (request.path == "*" || is_app_route(request.path));
}

HttpResponse capabilities() {
  HttpResponse response;
  response.status = 204;
  response.headers.emplace_back("Allow", "GET, HEAD, OPTIONS");
  return response;
}

// JSON to programs, a plain sentence to people.
HttpResponse refuse(std::string_view path, int status, std::string_view code,
                    std::string_view sentence) {
  if (is_api(path)) return net::http_error(status, code, sentence);
  HttpResponse response;
  response.status = status;
  response.error_code = code;
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = fmt::format("{}\n", sentence);
  return response;
}

struct Representation {
  ByteView body;
  std::string_view coding;  // as in Content-Encoding; empty for identity
  std::string etag;         // strong, so different for each coding (RFC 9110 section 8.8.3.3)
};

Representation choose_representation(const HttpRequest& request, const ops::Asset& asset) {
  const Available available{!asset.gzip.empty(), !asset.brotli.empty()};
  switch (choose_coding(request.accept_encoding, available)) {
    case Coding::kBrotli:
      return {asset.brotli, "br", fmt::format("\"{}-br\"", asset.content_hash)};
    case Coding::kGzip:
      return {asset.gzip, "gzip", fmt::format("\"{}-gz\"", asset.content_hash)};
    case Coding::kIdentity:
      break;
  }
  return {asset.identity, "", fmt::format("\"{}\"", asset.content_hash)};
}

// If-None-Match (RFC 9110 section 13.1.2): a list of entity tags, compared weakly, or "*".
bool matches(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    const std::size_t comma = if_none_match.find(',');
    auto element = if_none_match.substr(0, comma);
    if_none_match.remove_prefix(comma == if_none_match.npos ? if_none_match.size() : comma + 1);
    while (element.starts_with(' ')) element.remove_prefix(1);
    while (element.ends_with(' ')) element.remove_suffix(1);
    if (element == "*") return true;
    if (element.starts_with("W/")) element.remove_prefix(2);
    if (element == etag) return true;
  }
  return false;
}

// Whether the request brings this token (RFC 6750 section 2.1). Digests are compared, so that the
// time tells not even the token's length.
bool brings_token(const HttpRequest& request, std::string_view token) {
  constexpr std::string_view kScheme = "bearer ";
  std::string_view value = request.authorization;
  if (value.size() < kScheme.size()) return false;
  const bool bearer = std::equal(kScheme.begin(), kScheme.end(), value.begin(), [](char a, char b) {
    return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
  });
  value.remove_prefix(kScheme.size());
  return bearer && equal_constant_time(sha256(as_bytes(value)), sha256(as_bytes(token)));
}

}  // namespace

WebService::WebService(WebOptions options, std::span<const ops::Asset> assets,
                       const ops::Metrics& metrics)
    : options_(std::move(options)), assets_(assets), metrics_(metrics) {}

HttpResponse WebService::answer(const HttpRequest& request) const {
  HttpResponse response = route(request);
  add_security_headers(request, options_.strict_transport_security, response);
  return response;
}

HttpResponse WebService::route(const HttpRequest& request) const {
  if (is_capability_question(request)) return capabilities();
  if (request.path == "/api/check" && check_ && !request.on_private_listener) {
    return check_(request);
  }
  if (request.method != "GET" && request.method != "HEAD") {
    auto response =
        refuse(request.path, 405, "method_not_allowed", "Only GET and HEAD are answered here.");
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  if (request.path == "/healthz") return health();
  if (request.on_private_listener) return private_route(request);
  if (request.path == "/metrics") return guarded_metrics(request);
  const auto* found =
      ops::find_asset(assets_, is_app_route(request.path) ? kRootDocument : request.path);
  if (found != nullptr) return asset(request, *found);
  if (auto location = without_slash(request)) return redirect(*std::move(location));
  return refuse(request.path, 404, "not_found",
                is_api(request.path) ? "There is nothing at this address."
                                     : "There is nothing at this address. The app is at /");
}

HttpResponse WebService::health() const {
  const bool draining = draining_.load(std::memory_order_relaxed);
  HttpResponse response;
  response.status = draining ? 503 : 200;
  response.content_type = "application/json";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = draining ? R"({"status":"draining"})" : R"({"status":"ok"})";
  return response;
}

HttpResponse WebService::private_route(const HttpRequest& request) const {
  if (request.path == "/metrics") return metrics();
  return net::http_error(404, "not_found", "Only /metrics and /healthz are answered here.");
}

// Never by where the request seems to come from: behind a proxy on this machine everybody does.
HttpResponse WebService::guarded_metrics(const HttpRequest& request) const {
  if (options_.metrics_token.empty()) {
    return net::http_error(403, "forbidden",
                           "Metrics are not answered here. The operator can give them a listener "
                           "of their own with --metrics-listen, or a token with --metrics-token.");
  }
  if (!brings_token(request, options_.metrics_token)) {
    auto response =
        net::http_error(401, "unauthorized", "Bring the metrics token as a bearer token.");
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
  }
  return metrics();
}

HttpResponse WebService::metrics() const {
  HttpResponse response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = metrics_.text();
  return response;
}

HttpResponse WebService::asset(const HttpRequest& request, const ops::Asset& asset) const {
  const Representation chosen = choose_representation(request, asset);
  HttpResponse response;
  response.content_type = asset.content_type;
  response.headers.emplace_back("ETag", chosen.etag);
  response.headers.emplace_back(
      "Cache-Control", asset.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (!asset.gzip.empty() || !asset.brotli.empty()) {
    response.headers.emplace_back("Vary", "Accept-Encoding");
  }
  if (matches(request.if_none_match, chosen.etag)) {
    response.status = 304;
    return response;
  }
  if (!chosen.coding.empty()) {
    response.headers.emplace_back("Content-Encoding", std::string(chosen.coding));
  }
  response.static_body = chosen.body;
  return response;
}

}  // namespace visavis::services
