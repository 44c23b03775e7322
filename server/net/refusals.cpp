#include "server/net/refusals.h"

namespace visavis::net {
namespace {

constexpr std::array<std::string_view, kRefusalKinds> kNames = {
    "too_many_connections",
    "unknown_protocol",
    "tls_failed",
    "opening_timeout",
    "bad_request",
    "upgrade_required",
    "proxy_protocol",
    "unknown_host",
    "forbidden_origin",
    "unsupported_subprotocol",
    "forbidden",
    "unauthorized",
    "not_found",
    "method_not_allowed",
    "request_timeout",
    "headers_too_large",
    "body_too_large",
    "rate_limited",
    "other_http",
    "protocol_error",
    "binary_message",
    "message_too_large",
    "too_many_control_frames",
    "pong_timeout",
    "close_timeout",
    "outbox_full",
    "stalled_http",
    "stalled_websocket",
    "stalled_relay_stream",
    "relay_stream_invalid",
    "relay_stream_unused",
};
static_assert(!kNames.back().empty(), "every kind has a name");

}  // namespace

std::string_view name_of(Refusal refusal) { return kNames[static_cast<std::size_t>(refusal)]; }

Refusal refusal_of_http_code(std::string_view code) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const auto kind = static_cast<Refusal>(i);
    const bool of_http = kind <= Refusal::kOtherHttp;
    if (of_http && kNames[i] == code) return kind;
  }
  return Refusal::kOtherHttp;
}

}  // namespace visavis::net
