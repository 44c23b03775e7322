#include "server/ops/refusal_log.h"

#include <algorithm>
#include <array>

namespace visavis::ops {
namespace {

// What somebody did too much of is a warning. What single clients get wrong, and what comes too
// late now and then, is not.
constexpr LogLevel kInfo = LogLevel::kInfo;
constexpr LogLevel kWarn = LogLevel::kWarn;

constexpr std::string_view kUnreadable =
    "Messages were refused because they are not part of the protocol: a client is broken, much "
    "newer or older than this server, or tries things out. Nothing needs to be done.";
constexpr std::string_view kTooLate =
    "Requests were refused because what they were about had ended: a few of these are usual.";

struct Entry {
  std::string_view area;
  std::string_view kind;
  RefusalText text;
};

constexpr auto kEntries = std::to_array<Entry>({
    {"signaling", "not_json", {kInfo, kUnreadable}},
    {"signaling", "binary_not_supported", {kInfo, kUnreadable}},
    {"signaling", "missing_field", {kInfo, kUnreadable}},
    {"signaling", "wrong_type", {kInfo, kUnreadable}},
    {"signaling", "invalid_field", {kInfo, kUnreadable}},
    {"signaling", "unknown_message", {kInfo, kUnreadable}},
    {"signaling", "hello_required", {kInfo, kUnreadable}},
    {"signaling", "already_welcomed", {kInfo, kUnreadable}},
    {"signaling",
     "too_large",
     {kWarn,
      "Clients were closed because they sent a larger message than message_bytes_max allows."}},
    {"signaling",
     "identity_invalid",
     {kInfo,
      "Identity tokens were refused because this server did not make them. After the keys in "
      "--data-dir have been replaced this is usual; otherwise somebody forges tokens."}},
    {"signaling",
     "resume_expired",
     {kInfo,
      "Sessions could not be resumed: they were away for longer than resume_window_ms, or the "
      "server was restarted."}},
    {"signaling",
     "rate_limited",
     {kWarn,
      "Messages were refused because their sender, or their network, sends too many. If honest "
      "people meet this, raise the rates in [limits], such as messages_per_second."}},
    {"signaling",
     "too_many_sessions",
     {kWarn,
      "New sessions were refused: sessions_per_user_max of one person or sessions_max of all is "
      "reached. If honest people meet this, raise it in [limits]."}},
    {"signaling", "unknown_user", {kInfo, kTooLate}},
    {"signaling", "unknown_call", {kInfo, kTooLate}},
    {"signaling", "not_in_call", {kInfo, kTooLate}},
    {"signaling", "unknown_participant", {kInfo, kTooLate}},
    {"signaling", "unknown_knock", {kInfo, kTooLate}},
    {"signaling",
     "call_limit",
     {kInfo,
      "Calls were refused: calls_per_session_max of one session or calls_max of all is reached. If "
      "honest people meet this, raise it in [limits]."}},
    {"signaling",
     "call_full",
     {kInfo, "People were refused by full calls: participants_max in [limits] says how many fit."}},
    {"signaling",
     "membership_invalid",
     {kInfo,
      "Calls were not brought back after a restart: the call had ended, or its membership was not "
      "made by this server."}},
    {"signaling",
     "draining",
     {kInfo, "Requests were refused because the server is about to stop. Clients come back."}},
    {"signaling",
     "relay_unavailable",
     {kInfo,
      "Requests for the relay were refused: it is off, or relay_tests_max connection checks run at "
      "the same time."}},
    {"signaling",
     "room_limit",
     {kWarn,
      "Rooms were not made: rooms_per_person_max of one person, rooms_per_address_max of one "
      "network or rooms_max of all is reached. If honest people meet this, raise it in [limits]."}},
    {"signaling",
     "room_token_invalid",
     {kInfo, "Room tokens were refused: they had expired, or this server did not make them."}},
    {"signaling",
     "not_host",
     {kInfo, "Requests about rooms were refused because only a room's hosts may make them."}},
    {"signaling",
     "room_taken",
     {kInfo, "Rooms were not made because there are rooms of these names already."}},

    {"network",
     "too_many_connections",
     {kWarn,
      "Connections were refused: connections_per_address_max of one network or connections_max of "
      "all is reached. If honest people meet this, raise it in [limits]."}},
    {"network",
     "unknown_protocol",
     {kInfo,
      "Connections were closed because what they began with is neither HTTP, TLS nor TURN. "
      "Scanners do this; nothing needs to be done."}},
    {"network",
     "tls_failed",
     {kInfo,
      "TLS handshakes failed. A few are usual. If `why` says that a certificate is unknown, bad or "
      "expired, clients do not take this server's: look at it, its chain and its names."}},
    {"network",
     "untrusted_proxy",
     {kWarn,
      "Requests came with forwarded addresses from a proxy that is not trusted, so all people "
      "behind it count as one client and reach its limits together. If it is yours, name it with "
      "--trusted-proxy, and the address that people use with --public-url."}},
    {"network",
     "opening_timeout",
     {kWarn,
      "Connections were closed because no request came within header_timeout_ms. A few are usual; "
      "many are an attack with slow connections."}},
    {"network",
     "request_timeout",
     {kWarn,
      "Requests were given up because their header did not come within header_timeout_ms. A few "
      "are usual; many are an attack with slow requests."}},
    {"network",
     "bad_request",
     {kInfo,
      "HTTP requests could not be read. Scanners do this; then nothing needs to be done. If `from` "
      "names a proxy of yours, look at what it sends."}},
    {"network",
     "upgrade_required",
     {kWarn,
      "Requests for /ws were no WebSocket handshakes. If a proxy made them so, nobody gets in: "
      "let it pass Upgrade and Connection on, in HTTP/1.1 (nginx: proxy_http_version 1.1; "
      "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\"; Apache: "
      "ProxyPass … upgrade=websocket). Else somebody opened that address by hand."}},
    {"network",
     "proxy_protocol",
     {kWarn,
      "Connections began with a header of the PROXY protocol, which this server does not read. "
      "Turn it off in the proxy (HAProxy: send-proxy or send-proxy-v2; nginx: proxy_protocol on), "
      "and "
      "let the proxy speak HTTP with X-Forwarded-For, or pass TCP as it is."}},
    {"network",
     "no_forwarded_address",
     {kWarn,
      "WebSockets came from a trusted proxy that does not say who asks, so all people behind it "
      "count as one client and reach its limits together. Let it set X-Forwarded-For (HAProxy: "
      "option forwardfor; nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for). "
      "What asks on the proxy's own machine, past the proxy, shows up here, too."}},
    {"network",
     "headers_too_large",
     {kInfo, "HTTP requests were refused because their header is larger than header_bytes_max."}},
    {"network",
     "body_too_large",
     {kInfo, "HTTP requests were refused because their body is larger than anything here takes."}},
    {"network",
     "unknown_host",
     {kWarn,
      "Requests for other host names were refused. If `host` is a name of this server, give it "
      "with --public-url or --allowed-host. If it is an inner address, a proxy does not pass on "
      "what people asked for: let it set Host, or X-Forwarded-Host where it is a trusted one."}},
    {"network",
     "forbidden_origin",
     {kWarn,
      "Web pages of other origins were refused. If `origin` is where people reach this server, "
      "name it with --public-url, or let the proxy in front pass on Host; if it is another site of "
      "yours, name it with --allowed-origin."}},
    {"network",
     "unsupported_subprotocol",
     {kInfo, "WebSockets were refused because they do not speak this server's protocol."}},
    {"network",
     "forbidden",
     {kWarn,
      "Requests for /metrics were refused: they are not answered where people connect, not even to "
      "this machine. If it is your monitoring, give it --metrics-listen, or a token with "
      "--metrics-token."}},
    {"network",
     "unauthorized",
     {kWarn,
      "Requests for /metrics came without the right token, which this machine needs, too. Give it "
      "to your monitoring, or let that ask at --metrics-listen; or somebody guesses."}},
    {"network",
     "not_found",
     {kInfo,
      "HTTP requests were about addresses where nothing is. Scanners do this; nothing needs to be "
      "done."}},
    {"network",
     "method_not_allowed",
     {kInfo,
      "HTTP requests used methods other than GET and HEAD. Scanners do this; nothing needs to be "
      "done."}},
    {"network",
     "rate_limited",
     {kWarn,
      "HTTP requests were refused with 429 because too many from their network had failed. "
      "Requests that succeed are not affected. If honest people meet this, raise hellos_per_second "
      "in [limits]."}},
    {"network", "other_http", {kInfo, "HTTP requests were refused for other reasons."}},
    {"network",
     "protocol_error",
     {kInfo, "WebSockets were closed because what came over them is not WebSocket."}},
    {"network",
     "binary_message",
     {kInfo,
      "WebSockets were closed because they sent binary messages, which are not part of the "
      "protocol."}},
    {"network",
     "message_too_large",
     {kWarn,
      "WebSockets were closed because they sent a larger message than message_bytes_max allows."}},
    {"network",
     "too_many_control_frames",
     {kWarn, "WebSockets were closed because they sent pings all the time."}},
    {"network",
     "pong_timeout",
     {kInfo,
      "WebSockets were closed because no pong came within websocket_pong_timeout_ms: their clients "
      "have lost the network. This is usual."}},
    {"network",
     "close_timeout",
     {kInfo,
      "WebSockets were cut off because their clients did not complete closing within "
      "close_timeout_ms."}},
    {"network",
     "outbox_full",
     {kWarn,
      "Clients were closed because they did not read what was sent to them: outbox_bytes_max "
      "waited for each. They may resume."}},
    {"network",
     "stalled_http",
     {kWarn,
      "Connections were cut off because they took nothing of their answer for stall_timeout_ms."}},
    {"network",
     "stalled_websocket",
     {kWarn,
      "WebSockets were cut off because they took nothing of what waited for them for "
      "stall_timeout_ms. They may resume."}},
    {"network",
     "stalled_relay_stream",
     {kWarn,
      "TCP connections to the relay were cut off because they took nothing for stall_timeout_ms."}},
    {"network",
     "relay_stream_invalid",
     {kInfo, "TCP connections to the relay were closed because what came over them is not TURN."}},
    {"network",
     "relay_stream_unused",
     {kInfo, "TCP connections to the relay were closed because they made no allocation."}},
    {"network",
     "accept_pause",
     {kWarn,
      "No connections could be accepted because no file descriptors are left: let the system allow "
      "more (ulimit -n, LimitNOFILE), or lower connections_max."}},
    {"network",
     "input_paused",
     {kWarn,
      "WebSockets were not read for a while because they sent more than their share. Nobody else "
      "is affected; if the server is always this busy, it needs a faster CPU."}},
    {"network",
     "stream_packets",
     {kInfo,
      "Relayed packets were dropped because a client over TCP or TLS was too slow for them."}},
    {"relay",
     "address_quota",
     {kWarn,
      "The relay refused allocations to networks that have as many as one may have. If honest "
      "people meet this, raise the relay's limits per address in [limits]."}},
    {"relay",
     "server_full",
     {kWarn,
      "The relay refused allocations because it has relay_allocations_max of them. If this is not "
      "an attack, raise it in [limits]."}},
    {"relay",
     "allocation_rate",
     {kWarn, "The relay refused allocations to users who make new ones all the time."}},
    {"relay",
     "logins_limited",
     {kWarn,
      "Log-ins at the relay were refused unseen after too many wrong passwords for their user or "
      "from their network: somebody guesses."}},
    {"relay",
     "bandwidth_shared",
     {kWarn,
      "The relay dropped data beyond a network's share of relay_bytes_per_second_max, or beyond "
      "all of it. If honest calls meet this, raise it in [limits]."}},
    {"relay",
     "loop_behind",
     {kWarn,
      "Relayed packets were dropped because an event loop was behind with its work: the server "
      "needs faster CPUs, or more --threads."}},
    {"relay", "malformed", {kInfo, "Packets to the relay were refused because they are not TURN."}},
    {"relay",
     "unauthenticated",
     {kWarn,
      "Log-ins at the relay failed: their passwords are wrong. If an application of yours cannot "
      "use the relay, look at its user name, its secret and --relay-realm, and whether this server "
      "runs with --relay open: a closed relay, which is the default, serves this server's calls "
      "alone. Else somebody guesses."}},
    {"relay",
     "expired",
     {kInfo,
      "Credentials for the relay were refused because their call or their time had ended. A few "
      "are usual; if all are, the clocks of this server and of who issues them differ."}},
    {"relay",
     "stale_nonce",
     {kInfo, "Requests to the relay came with an old nonce. This is usual."}},
    {"relay",
     "forbidden_peer",
     {kInfo,
      "The relay was asked to send where it may not. This is usual: browsers try every address of "
      "the other side. If an open relay should reach a network, allow it with --relay-allow."}},
    {"relay",
     "mismatch",
     {kInfo, "Requests to the relay were about allocations that are not there, or not theirs."}},
    {"relay",
     "unsupported",
     {kInfo, "The relay was asked for what it does not do, such as relaying over TCP."}},
    {"relay",
     "quota",
     {kWarn,
      "The relay refused allocations: relay_allocations_per_user_max, "
      "relay_allocations_per_call_max "
      "or relay_allocations_max is reached. If honest people meet this, raise it in [limits]."}},
    {"relay",
     "challenges_limited",
     {kWarn,
      "Requests without credentials went unanswered at the relay because their network sends more "
      "than relay_challenges_per_second."}},
    {"relay",
     "no_permission",
     {kInfo, "Packets at the relay were dropped because no permission stands for them."}},
    {"relay",
     "no_peer",
     {kInfo, "Packets at the relay were dropped because nobody of the call has their address."}},
    {"relay",
     "check_used_up",
     {kInfo,
      "A check code is used up: what its checks may have relayed has been "
      "(relay_check_bytes_per_code_max in [limits]). Make another one for whoever still needs it: "
      "visavis check --issue."}},
    {"relay",
     "bandwidth",
     {kWarn,
      "The relay dropped data beyond relay_bytes_per_second_per_user_max, "
      "relay_bytes_per_second_per_call_max or relay_bytes_per_second_max. If honest calls meet "
      "this, raise it in [limits]."}},
});

constexpr RefusalText kOther = {
    kWarn, "Requests were refused. The kind says why; /metrics counts all of them."};

}  // namespace

RefusalText refusal_text(std::string_view area, std::string_view kind) {
  const auto* const found = std::ranges::find_if(
      kEntries, [&](const Entry& entry) { return entry.area == area && entry.kind == kind; });
  return found == kEntries.end() ? kOther : found->text;
}

std::vector<RefusalLine> RefusalLog::update(std::span<const RefusalTotal> totals, Instant now,
                                            LineBudget* budget) {
  std::vector<RefusalLine> lines;
  for (const RefusalTotal& refusal : totals) {
    if (refusal.total == 0) continue;
    Kind& kind = kinds_[{refusal.area, refusal.kind}];
    if (refusal.total <= kind.told || (kind.next_line && now < *kind.next_line)) continue;
    if (budget != nullptr && !budget->take(LineBudget::Purpose::kKind, now)) break;
    const RefusalText text = refusal_text(refusal.area, refusal.kind);
    lines.push_back({.level = text.level,
                     .sentence = text.sentence,
                     .area = refusal.area,
                     .kind = refusal.kind,
                     .count = refusal.total - kind.told});
    kind = {.told = refusal.total, .next_line = now + kInterval};
  }
  return lines;
}

}  // namespace visavis::ops
