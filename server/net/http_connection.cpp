#include "server/net/http_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "core/websocket/handshake.h"
#include "server/net/clock.h"
#include "server/net/reached_at.h"
#include "server/net/text.h"
#include "server/net/websocket_connection.h"
#include "server/net/worker.h"

namespace visavis::net {
namespace {

constexpr std::string_view kSubprotocol = "visavis.v1";
// Steps before others get their turn: about as many pipelined requests.
constexpr int kStepsPerRound = 64;

// origin-form or absolute-form (RFC 9112 section 3.2); nothing for what no route can take.
std::optional<std::string_view> path_and_query(std::string_view target) {
  if (target.starts_with('/')) return target;
  const auto scheme_end = target.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  const auto path = target.find('/', scheme_end + 3);
  return path == std::string_view::npos ? "/" : target.substr(path);
}

// RFC 9112 section 3.2. The value ends up in redirects and in the content security policy, so only
// what names and addresses are made of may be in it; a folded line (section 5.2) is not.
bool has_valid_host(const HttpParser& parser) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%:[]";
  const std::string host = parser.header("Host");
  if (host.find_first_not_of(kAllowed) != std::string::npos) return false;
  return parser.http_version() != 11 || parser.header_count("Host") == 1;
}

}  // namespace

HttpConnection::HttpConnection(Worker& worker, ByteStream stream, Admission admission,
                               const Origin& origin)
    : Connection(worker),
      stream_(std::move(stream)),
      admission_(std::move(admission)),
      origin_(origin),
      is_tls_(stream_.is_tls()) {
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
        step = input_is_new_ ? parse() : read_some();
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
  if (phase_ == Phase::kIdle) {
    // The first request's time began with the connection, see start().
    phase_ = Phase::kRequest;
    if (served_any_) enter(Phase::kRequest, limits.header_timeout);
  }
  if (!parser_) parser_.emplace(limits.header_bytes_max);
  const HttpParser::Fed fed = parser_->feed(input_);
  input_.erase(0, fed.consumed);
  input_is_new_ = false;
  switch (fed.outcome) {
    case HttpParser::Outcome::kNeedMore:
      break;
    case HttpParser::Outcome::kDone:
      input_is_new_ = !input_.empty();
      route();
      break;
    case HttpParser::Outcome::kMalformed:
      respond_and_close(http_error(400, "bad_request", "This is not a valid HTTP/1.1 request."));
      break;
    case HttpParser::Outcome::kHeaderTooLarge:
      respond_and_close(
          http_error(431, "headers_too_large",
                     fmt::format("The request's header section is larger than {} bytes.",
                                 limits.header_bytes_max)));
      break;
    case HttpParser::Outcome::kBodyTooLarge:
      respond_and_close(
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
  const auto path = path_and_query(target);
  if (!path || !has_valid_host(*parser_)) {
    return respond_and_close(
        http_error(400, "bad_request",
                   "The request needs a path and exactly one Host field, a name or address."));
  }
  if (!admission_.granted()) {
    return respond_and_close(
        http_error(503, "too_many_connections",
                   "The server, or your address, has too many connections open."));
  }
  const HttpRequest request = read_request(*path);
  if (origin_.redirect_to_https) {
    HttpResponse response = http_error(308, "https_required", "This server speaks HTTPS only.");
    response.headers.emplace_back("Location", "https://" + request.host + std::string(*path));
    return respond_and_close(std::move(response));
  }
  if (request.path == "/ws") return upgrade(request);
  respond(answer(request));
}

HttpRequest HttpConnection::read_request(std::string_view target) const {
  const std::string x_forwarded_for = parser_->header("X-Forwarded-For");
  const std::string x_forwarded_proto = parser_->header("X-Forwarded-Proto");
  const std::string x_forwarded_host = parser_->header("X-Forwarded-Host");
  const std::string forwarded = parser_->header("Forwarded");
  ClientIdentity client = identify_client(origin_.peer, is_tls_, parser_->header("Host"),
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
          .peer_is_loopback = origin_.peer.is_loopback(),
          .forwarded = client.forwarded,
          .accept_encoding = parser_->header("Accept-Encoding"),
          .authorization = parser_->header("Authorization"),
          .if_none_match = parser_->header("If-None-Match"),
          .origin = parser_->header("Origin")};
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
    return respond(std::move(response));
  }
  if (!settings.origins.allows(request.origin, request.host, request.secure)) {
    return respond(
        http_error(403, "forbidden_origin",
                   "Pages of this origin may not connect. The operator can allow it with "
                   "--allowed-origin, or name the server's own with --public-url."));
  }
  if (!admission_.count_for(request.client)) {
    return respond_and_close(
        http_error(503, "too_many_connections", "Your address has too many connections open."));
  }
  auto next =
      std::make_unique<WebSocketConnection>(worker_, std::move(stream_), std::move(admission_));
  WebSocketConnection& websocket = *next;
  phase_ = Phase::kGone;
  worker_.replace(*this, std::move(next));
  websocket.start(
      {.client = request.client, .reached_at = reached_at(request), .over_tls = is_tls_},
      switching_protocols(*accepted, kSubprotocol), std::move(input_));
}

void HttpConnection::respond_and_close(HttpResponse response) {
  keep_alive_ = false;
  respond(std::move(response));
}

void HttpConnection::respond(HttpResponse response) {
  response_ = std::move(response);
  const bool head_only = parser_ && parser_->is_header_done() && parser_->method() == "HEAD";
  body_ = response_.static_body.empty() ? as_bytes(response_.body) : response_.static_body;
  head_ = response_head(response_, {.keep_alive = keep_alive_,
                                    .http_version = keep_alive_ ? parser_->http_version() : 11});
  if (head_only || response_.status == 304 || response_.status == 204) body_ = {};
  written_ = written_at_deadline_ = 0;
  parser_.reset();
  served_any_ = true;
  enter(Phase::kResponse, worker_.settings().limits.http_idle_timeout);
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

void HttpConnection::on_deadline(Instant) {
  if (phase_ == Phase::kResponse && written_ != written_at_deadline_) {
    written_at_deadline_ = written_;  // slow, but it goes on
    return enter(Phase::kResponse, worker_.settings().limits.http_idle_timeout);
  }
  worker_.counters().timeouts.add();
  if (phase_ != Phase::kRequest) return remove();
  respond_and_close(http_error(408, "request_timeout", "The request did not arrive in time."));
  pump();
}

void HttpConnection::on_drain() {
  if (phase_ == Phase::kIdle) remove();
}

void HttpConnection::remove() {
  phase_ = Phase::kGone;
  worker_.remove(*this);
}

}  // namespace visavis::net
