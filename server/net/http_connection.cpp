#include "server/net/http_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "core/websocket/handshake.h"
#include "server/net/clock.h"
#include "server/net/host_policy.h"
#include "server/net/reached_at.h"
#include "server/net/socket_buffers.h"
#include "server/net/text.h"
#include "server/net/websocket_connection.h"
#include "server/net/worker.h"

namespace visavis::net {
namespace {

// OPTIONS of no resource in particular, as health checks send it (RFC 9110 section 9.3.7).
constexpr std::string_view kWholeServer = "*";
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view kSubprotocol = "visavis.v1";
// Steps before others get their turn: two or three pipelined requests. Many connections may be
// ready at once, and whoever comes after them waits for all of these.
constexpr int kStepsPerRound = 8;

HttpResponse bad_target() {
  return http_error(400, "bad_request",
                    "The request needs a path and exactly one Host field, a name or address.");
}

// RFC 9112 section 3.2: exactly one since HTTP/1.1, before that one at most.
bool has_one_host_field(const HttpParser& parser) {
  const std::size_t count = parser.header_count("Host");
  return count == 1 || (count == 0 && parser.http_version() == 10);
}

// Asked by load balancers and scrapers, which know machines by their addresses, and answered with
// what is nobody's secret or has a guard of its own. OPTIONS is what HAProxy asks.
bool is_probe(const HttpRequest& request) {
  return request.path == "/healthz" || request.path == "/metrics" || request.method == "OPTIONS";
}

// Browsers and phones ask for these without being told to, once or twice for each page: that is
// nobody's probing.
bool is_asked_by_browsers(std::string_view path) {
  return path == "/favicon.ico" || path == "/robots.txt" || path.starts_with("/apple-touch-icon") ||
         path.starts_with("/.well-known/");
}

}  // namespace

// What of a request's target matters to us.
struct HttpConnection::Target {
  std::string_view path_and_query;
  std::optional<std::string_view> authority;  // where it has one, the Host field says nothing
};

// origin-form, absolute-form, or the asterisk of OPTIONS (RFC 9112 section 3.2); nothing for what
// no route can take.
std::optional<HttpConnection::Target> HttpConnection::split(std::string_view method,
                                                            std::string_view target) {
  if (method == "OPTIONS" && target == kWholeServer) {
    return Target{.path_and_query = target, .authority = {}};
  }
  if (target.starts_with('/')) return Target{.path_and_query = target, .authority = {}};
  const auto scheme_end = target.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  const std::string_view rest = target.substr(scheme_end + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  const std::string_view path = rest.substr(authority.size());
  return Target{.path_and_query = path.starts_with('/') ? path : "/", .authority = authority};
}

HttpConnection::HttpConnection(Worker& worker, ByteStream stream, Admission admission,
                               const Origin& origin)
    : Connection(worker),
      stream_(std::move(stream)),
      admission_(std::move(admission)),
      origin_(origin),
      asker_(worker, origin.peer),
      is_tls_(stream_.is_tls()) {
  bound_socket_buffers(stream_.descriptor(), worker_.settings().limits);
  worker_.counters().connections_http.add();
  if (is_tls_) worker_.counters().connections_tls.add();
}

HttpConnection::~HttpConnection() {
  worker_.counters().connections_http.subtract();
  if (is_tls_) worker_.counters().connections_tls.subtract();
}

void HttpConnection::start() {
  worker_.loop().deadlines().schedule(
      *this, origin_.accepted_at + worker_.settings().limits.header_timeout);
}

void HttpConnection::on_ready(Readiness) { pump(); }

// Runs until the socket would block. Edge-triggered: whichever direction we stop at has been tried.
void HttpConnection::pump() {
  for (int i = 0; i < kStepsPerRound; ++i) {
    Step step = Step::kWait;
    switch (phase_) {
      case Phase::kIdle:
      case Phase::kRequest:
        step = !interim_.empty() ? write_interim() : input_is_new_ ? parse() : read_some();
        break;
      case Phase::kResponse:
        step = write_some();
        break;
      case Phase::kLingering:
        step = discard();
        break;
      case Phase::kGone:
        return;
    }
    if (step == Step::kWait) return;
  }
  worker_.loop().poller().rearm(stream_.descriptor(), *this);
}

// False: nothing to do until the socket is ready again, or ever, since the client is gone.
bool HttpConnection::moved_bytes(const IoResult& result) {
  if (result.status == IoStatus::kDone) return true;
  if (result.status != IoStatus::kWouldBlock) remove();
  return false;
}

HttpConnection::Step HttpConnection::read_some() {
  const MutableByteView buffer = worker_.loop().read_buffer();
  const IoResult result = stream_.read(buffer.first(worker_.settings().limits.header_bytes_max));
  if (!moved_bytes(result)) return Step::kWait;
  worker_.counters().bytes_read.add(result.bytes);
  input_ += as_text(buffer.first(result.bytes));
  input_is_new_ = true;
  return Step::kAgain;
}

HttpConnection::Step HttpConnection::parse() {
  const Limits& limits = worker_.settings().limits;
  if (!parser_) parser_.emplace(limits.header_bytes_max);
  const bool proxy_protocol = !served_any_ && begins_with_proxy_protocol(input_);
  const HttpParser::Fed fed = parser_->feed(input_);
  input_.erase(0, fed.consumed);
  input_is_new_ = false;
  if (phase_ == Phase::kIdle && parser_->has_begun()) {
    // The first request's time began with the connection, see start().
    phase_ = Phase::kRequest;
    if (served_any_) enter(Phase::kRequest, limits.header_timeout);
  }
  switch (fed.outcome) {
    case HttpParser::Outcome::kNeedMore:
      if (parser_->take_expectation()) interim_ = kContinue;
      break;
    case HttpParser::Outcome::kDone:
      input_is_new_ = !input_.empty();
      route();
      break;
    case HttpParser::Outcome::kMalformed:
      respond_unreadable(
          proxy_protocol
              ? http_error(400, "proxy_protocol",
                           "This connection begins with a header of the PROXY protocol, which this "
                           "server does not read. The operator can turn it off in the proxy.")
              : http_error(400, "bad_request", "This is not a valid HTTP/1.1 request."));
      break;
    case HttpParser::Outcome::kHeaderTooLarge:
      respond_unreadable(
          http_error(431, "headers_too_large",
                     fmt::format("The request's header section is larger than {} bytes.",
                                 limits.header_bytes_max)));
      break;
    case HttpParser::Outcome::kBodyTooLarge:
      respond_unreadable(
          http_error(413, "body_too_large", "No resource here takes so large a body."));
      break;
  }
  return Step::kAgain;
}

// Answers the request that parser_ holds.
void HttpConnection::route() {
  worker_.counters().http_requests.add();
  keep_alive_ = parser_->keep_alive() && !worker_.draining();
  const std::string target(parser_->target());
  const auto parts = split(parser_->method(), target);
  if (!parts || !has_one_host_field(*parser_)) return respond_unreadable(bad_target());
  const HttpRequest request = read_request(*parts);
  const HttpAsker::Asking asking(asker_, request);
  asker_.note_forwarded();
  if (!admission_.granted()) {
    return respond_and_close(
        http_error(503, "too_many_connections",
                   "The server, or your address, has too many connections open."));
  }
  // It ends up in redirects and in the content security policy.
  if (!request.host.empty() && !parse_host(request.host)) return respond_unreadable(bad_target());
  if (!knows_host(request)) {
    return respond_failure(
        http_error(421, "unknown_host",
                   "This server does not answer to the name or address in this request. The "
                   "operator can allow it with --allowed-host, or name the server's own with "
                   "--public-url."),
        request.client);
  }
  if (origin_.redirect_to_https && target != kWholeServer) {
    HttpResponse response = http_error(308, "https_required", "This server speaks HTTPS only.");
    response.headers.emplace_back("Location",
                                  "https://" + request.host + std::string(parts->path_and_query));
    return respond_and_close(std::move(response));
  }
  if (request.path == "/ws" && !origin_.on_private_listener) return upgrade(request);
  // What a page of another site lets a browser do, it does in the visitor's name.
  if (request.method == "POST" &&
      !worker_.settings().origins.allows(request.origin, request.host, request.secure)) {
    return respond_failure(http_error(403, "forbidden_origin",
                                      "Pages of this origin may not ask. The operator can allow it "
                                      "with --allowed-origin."),
                           request.client);
  }
  HttpResponse response = answer(request);
  const bool failed = response.status >= 400 && response.status < 500;
  if (failed && !is_asked_by_browsers(request.path))
    return respond_failure(std::move(response), request.client);
  respond(std::move(response));
}

// Whether the client reached us by a name of ours. Behind a trusted proxy the forwarded name
// counts.
bool HttpConnection::knows_host(const HttpRequest& request) const {
  const WorkerSettings& settings = worker_.settings();
  const auto certificate = settings.tls ? settings.tls->names() : nullptr;
  return settings.hosts.allows({.host = parse_host(request.host),
                                .on_loopback = origin_.on_loopback,
                                .probe = is_probe(request)},
                               certificate.get());
}

HttpRequest HttpConnection::read_request(const Target& parts) const {
  const std::string_view target = parts.path_and_query;
  const std::string host =
      parts.authority ? std::string(*parts.authority) : parser_->header("Host");
  const std::string x_forwarded_for = parser_->header("X-Forwarded-For");
  const std::string x_forwarded_proto = parser_->header("X-Forwarded-Proto");
  const std::string x_forwarded_host = parser_->header("X-Forwarded-Host");
  const std::string forwarded = parser_->header("Forwarded");
  ClientIdentity client = identify_client(origin_.peer, is_tls_, host,
                                          {.x_forwarded_for = x_forwarded_for,
                                           .x_forwarded_proto = x_forwarded_proto,
                                           .x_forwarded_host = x_forwarded_host,
                                           .forwarded = forwarded},
                                          worker_.settings().trusted_proxies);
  const auto question_mark = std::min(target.find('?'), target.size());
  return {.method = std::string(parser_->method()),
          .path = std::string(target.substr(0, question_mark)),
          .query = std::string(target.substr(std::min(question_mark + 1, target.size()))),
          .host = std::move(client.host),
          .secure = client.secure,
          .client = client.address,
          .on_private_listener = origin_.on_private_listener,
          .forwarded = client.forwarded,
          .accept_encoding = parser_->header("Accept-Encoding"),
          .authorization = parser_->header("Authorization"),
          .if_none_match = parser_->header("If-None-Match"),
          .origin = parser_->header("Origin"),
          .cross_site = parser_->header("Sec-Fetch-Site") == "cross-site",
          .proxy_trusted = is_trusted(worker_.settings().trusted_proxies, origin_.peer),
          .body = std::string(parser_->body())};
}

HttpResponse HttpConnection::answer(const HttpRequest& request) {
  try {
    return worker_.settings().http(request);
  } catch (const std::exception&) {  // memory, most likely: this request fails, the server goes on
    return http_error(500, "internal_error", "The server could not answer this request.");
  }
}

void HttpConnection::upgrade(const HttpRequest& request) {
  const WorkerSettings& settings = worker_.settings();
  const std::string upgrade = parser_->header("Upgrade");
  const std::string connection = parser_->header("Connection");
  const std::string key = parser_->header("Sec-WebSocket-Key");
  const std::string version = parser_->header("Sec-WebSocket-Version");
  const std::string protocols = parser_->header("Sec-WebSocket-Protocol");
  const auto accepted = websocket::accept_handshake({.method = request.method,
                                                     .http_version = parser_->http_version(),
                                                     .upgrade = upgrade,
                                                     .connection = connection,
                                                     .key = key,
                                                     .version = version,
                                                     .protocols = protocols},
                                                    kSubprotocol);
  if (!accepted) {
    const websocket::HandshakeError& error = accepted.error();
    HttpResponse response = http_error(error.http_status, error.code, error.sentence);
    if (response.status == 405) response.headers.emplace_back("Allow", "GET");
    if (response.status == 426) response.headers.emplace_back("Upgrade", "websocket");
    response.headers.emplace_back("Sec-WebSocket-Version", "13");  // RFC 6455 section 4.4
    return respond_failure(std::move(response), request.client);
  }
  if (!settings.origins.allows(request.origin, request.host, request.secure)) {
    return respond_failure(
        http_error(403, "forbidden_origin",
                   "Pages of this origin may not connect. The operator can allow it with "
                   "--allowed-origin, or name the server's own with --public-url."),
        request.client);
  }
  asker_.note_unforwarded();
  if (!admission_.count_for(request.client)) {
    return respond_and_close(
        http_error(503, "too_many_connections", "Your address has too many connections open."));
  }
  auto next =
      std::make_unique<WebSocketConnection>(worker_, std::move(stream_), std::move(admission_));
  WebSocketConnection& websocket = *next;
  phase_ = Phase::kGone;
  worker_.replace(*this, std::move(next));
  websocket.start({.client = request.client,
                   .reached_at = reached_at(request),
                   .over_tls = is_tls_,
                   .via = asker_.via()},
                  switching_protocols(*accepted, kSubprotocol), std::move(input_));
}

void HttpConnection::respond_and_close(HttpResponse response) {
  keep_alive_ = false;
  respond(std::move(response));
}

// Failing is what guessing and probing look like: a network that does it all the time is told to
// wait.
void HttpConnection::respond_failure(HttpResponse response, const IpAddress& client) {
  const auto& charge = worker_.settings().charge_failed_request;
  if (!charge || origin_.on_private_listener || charge(client)) return respond(std::move(response));
  HttpResponse refusal = http_error(
      429, "rate_limited", "Too many requests from your network. Wait a moment and try again.");
  refusal.headers.emplace_back("Retry-After", "1");
  respond_and_close(std::move(refusal));
}

// Whose request it was behind a trusted proxy is not known then: the proxy does not pay for it.
void HttpConnection::respond_unreadable(HttpResponse response) {
  keep_alive_ = false;
  const bool from_proxy = is_trusted(worker_.settings().trusted_proxies, origin_.peer);
  if (!from_proxy) return respond_failure(std::move(response), origin_.peer);
  respond(std::move(response));
}

void HttpConnection::respond(HttpResponse response) {
  response_ = std::move(response);
  if (!response_.error_code.empty()) asker_.refuse(refusal_of_http_code(response_.error_code));
  const bool head_only = parser_ && parser_->is_header_done() && parser_->method() == "HEAD";
  body_ = response_.static_body.empty() ? as_bytes(response_.body) : response_.static_body;
  head_ = response_head(response_, {.keep_alive = keep_alive_,
                                    .http_version = keep_alive_ ? parser_->http_version() : 11});
  if (head_only || response_.status == 304 || response_.status == 204) body_ = {};
  written_ = 0;
  interim_ = {};
  parser_.reset();
  served_any_ = true;
  enter(Phase::kResponse, worker_.settings().limits.stall_timeout / kLooksPerStall);
}

HttpConnection::Step HttpConnection::write_interim() {
  const std::array<iovec, 1> pieces{{{const_cast<char*>(interim_.data()), interim_.size()}}};
  const IoResult result = stream_.write(pieces);
  if (!moved_bytes(result)) return Step::kWait;
  worker_.counters().bytes_written.add(result.bytes);
  interim_.remove_prefix(result.bytes);
  return Step::kAgain;
}

HttpConnection::Step HttpConnection::write_some() {
  const std::size_t head_left = head_.size() - std::min(written_, head_.size());
  const std::size_t body_left = head_.size() + body_.size() - written_ - head_left;
  std::array<iovec, 2> pieces{};
  pieces[0] = {head_.data() + head_.size() - head_left, head_left};
  pieces[1] = {const_cast<std::uint8_t*>(body_.data() + body_.size() - body_left), body_left};
  const IoResult result = stream_.write(pieces);
  if (!moved_bytes(result)) return Step::kWait;
  worker_.counters().bytes_written.add(result.bytes);
  written_ += result.bytes;
  if (written_ == head_.size() + body_.size()) end_response();
  return Step::kAgain;
}

void HttpConnection::end_response() {
  const Limits& limits = worker_.settings().limits;
  response_ = {};
  body_ = {};
  std::string().swap(head_);
  if (keep_alive_ && !worker_.draining()) return enter(Phase::kIdle, limits.http_idle_timeout);
  stream_.shutdown_write();
  std::string().swap(input_);
  enter(Phase::kLingering, limits.close_timeout);
}

HttpConnection::Step HttpConnection::discard() {
  const IoResult result = stream_.read(worker_.loop().read_buffer());
  if (result.status == IoStatus::kDone) return Step::kAgain;
  if (result.status != IoStatus::kWouldBlock) remove();
  return Step::kWait;
}

void HttpConnection::enter(Phase phase, Duration timeout) {
  phase_ = phase;
  worker_.loop().deadlines().schedule(*this, monotonic_now() + timeout);
}

void HttpConnection::on_deadline(Instant now) {
  const Duration patience = worker_.settings().limits.stall_timeout;
  if (phase_ == Phase::kResponse || phase_ == Phase::kLingering) {
    // Slow clients have their time, as long as they take something.
    SendProgress progress = kernel_progress(stream_.descriptor());
    if (phase_ == Phase::kResponse) progress.waiting += head_.size() + body_.size() - written_;
    if (progress_.is_stalled(progress, now, patience)) return end_stalled();
    if (progress.waiting > 0) return enter(phase_, patience / kLooksPerStall);
  }
  worker_.counters().timeouts.add();
  if (phase_ != Phase::kRequest) return remove();
  respond_and_close(http_error(408, "request_timeout", "The request did not arrive in time."));
  pump();
}

void HttpConnection::end_stalled() {
  asker_.refuse(Refusal::kStalledHttp);
  stream_.reset_on_close();
  remove();
}

void HttpConnection::on_drain() {
  if (phase_ == Phase::kIdle) remove();
}

void HttpConnection::remove() {
  phase_ = Phase::kGone;
  worker_.remove(*this);
}

}  // namespace visavis::net
