// Whom the network side turned away, by kind. One list, for metrics and for the log.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace visavis::net {

enum class Refusal : std::uint8_t {
  // Connections.
  kTooManyConnections,
  kUnknownProtocol,
  kTlsFailed,
  kOpeningTimeout,
  // Requests; named by the code of the HTTP error.
  kBadRequest,
  kUpgradeRequired,
  kProxyProtocol,
  kUnknownHost,
  kForbiddenOrigin,
  kUnsupportedSubprotocol,
  kForbidden,
  kUnauthorized,
  kNotFound,
  kMethodNotAllowed,
  kRequestTimeout,
  kHeadersTooLarge,
  kBodyTooLarge,
  kRateLimited,
  kOtherHttp,
  // WebSockets.
  kProtocolError,
  kBinaryMessage,
  kMessageTooLarge,
  kTooManyControlFrames,
  kPongTimeout,
  kCloseTimeout,
  // Whoever does not read.
  kOutboxFull,
  kStalledHttp,
  kStalledWebsocket,
  kStalledRelayStream,
  // Streams of the relay.
  kRelayStreamInvalid,
  kRelayStreamUnused,
};

inline constexpr std::size_t kRefusalKinds =
    static_cast<std::size_t>(Refusal::kRelayStreamUnused) + 1;

// Stable, in small letters: a label in metrics, a field in the log.
std::string_view name_of(Refusal refusal);

// The kind of an HTTP error with this code; kOtherHttp for codes that have no kind of their own.
Refusal refusal_of_http_code(std::string_view code);

struct RefusalCount {
  std::string_view kind;
  std::uint64_t count = 0;
};
using RefusalCounts = std::array<RefusalCount, kRefusalKinds>;

}  // namespace visavis::net
