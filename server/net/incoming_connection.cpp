#include "server/net/incoming_connection.h"

#include <utility>

#include "server/net/client_identity.h"
#include "server/net/http_connection.h"
#include "server/net/packet_stream_connection.h"

namespace visavis::net {

FirstByte classify(std::uint8_t first_byte) {
  constexpr std::uint8_t kTlsHandshake = 22;
  constexpr std::uint8_t kStunMax = 3;
  if (first_byte == kTlsHandshake) return FirstByte::kTls;
  if (first_byte <= kStunMax) return FirstByte::kStun;
  const bool is_letter =
      (first_byte >= 'A' && first_byte <= 'Z') || (first_byte >= 'a' && first_byte <= 'z');
  return is_letter || first_byte == '\r' ? FirstByte::kHttp : FirstByte::kUnknown;
}

IncomingConnection::IncomingConnection(Worker& worker, AcceptedConnection accepted)
    : Connection(worker), accepted_(std::move(accepted)) {
  worker_.counters().connections_opening.add();
}

IncomingConnection::~IncomingConnection() { worker_.counters().connections_opening.subtract(); }

void IncomingConnection::start() {
  worker_.loop().deadlines().schedule(
      *this, accepted_.accepted_at + worker_.settings().limits.header_timeout);
}

void IncomingConnection::on_ready(Readiness) {
  switch (phase_) {
    case Phase::kFirstByte:
      return classify_first_byte();
    case Phase::kTlsHandshake:
      return shake_hands();
    case Phase::kInsideTls:
      return classify_inside_tls();
  }
}

void IncomingConnection::classify_first_byte() {
  std::uint8_t first = 0;
  const IoResult peeked = accepted_.stream.peek(first);
  if (peeked.status == IoStatus::kWouldBlock) return;
  if (peeked.status != IoStatus::kDone) return worker_.remove(*this);

  // Whoever asks there asks in HTTP, without TLS.
  if (accepted_.on_private_listener) return become_http(false);
  const auto& settings = worker_.settings();
  const FirstByte kind = classify(first);
  if (kind == FirstByte::kHttp) {
    // A trusted proxy may have ended TLS itself.
    become_http(settings.tls && !is_trusted(settings.trusted_proxies, accepted_.peer));
  } else if (kind == FirstByte::kTls && settings.tls &&
             accepted_.stream.start_tls(settings.tls->current().get())) {
    phase_ = Phase::kTlsHandshake;
    shake_hands();
  } else if (kind == FirstByte::kStun) {
    become_packet_stream();
  } else {
    turn_away(Refusal::kUnknownProtocol);
    worker_.remove(*this);
  }
}

void IncomingConnection::shake_hands() {
  const IoResult result = accepted_.stream.handshake();
  if (result.status == IoStatus::kWouldBlock) return;
  if (result.status == IoStatus::kDone) {
    phase_ = Phase::kInsideTls;
    return classify_inside_tls();
  }
  worker_.counters().tls_handshakes_failed.add();
  turn_away(Refusal::kTlsFailed, {{"why", result.why != nullptr ? result.why : "connection lost"}});
  worker_.remove(*this);
}

// What is not STUN gets HTTP's answers, also those to nonsense.
void IncomingConnection::classify_inside_tls() {
  std::uint8_t first = 0;
  const IoResult peeked = accepted_.stream.peek(first);
  if (peeked.status == IoStatus::kWouldBlock) return;
  if (peeked.status != IoStatus::kDone) return worker_.remove(*this);
  if (classify(first) == FirstByte::kStun) return become_packet_stream();
  become_http(false);
}

void IncomingConnection::become_packet_stream() {
  // Beyond a limit there is no answer to give: TURN has none before its first request.
  if (worker_.settings().packet_streams == nullptr || !accepted_.admission.granted()) {
    turn_away(accepted_.admission.granted() ? Refusal::kUnknownProtocol
                                            : Refusal::kTooManyConnections);
    return worker_.remove(*this);
  }
  auto next = std::make_unique<PacketStreamConnection>(worker_, std::move(accepted_.stream),
                                                       std::move(accepted_.admission));
  PacketStreamConnection& stream = *next;
  worker_.replace(*this, std::move(next));
  stream.start();
}

void IncomingConnection::become_http(bool redirect_to_https) {
  const HttpConnection::Origin origin{.peer = accepted_.peer,
                                      .accepted_at = accepted_.accepted_at,
                                      .on_loopback = accepted_.on_loopback,
                                      .on_private_listener = accepted_.on_private_listener,
                                      .redirect_to_https = redirect_to_https};
  auto next = std::make_unique<HttpConnection>(worker_, std::move(accepted_.stream),
                                               std::move(accepted_.admission), origin);
  HttpConnection& http = *next;
  worker_.replace(*this, std::move(next));
  http.start();
}

void IncomingConnection::on_deadline(Instant) {
  worker_.counters().timeouts.add();
  turn_away(Refusal::kOpeningTimeout);
  accepted_.stream.reset_on_close();
  worker_.remove(*this);
}

// What a trusted proxy opens is nobody's in particular yet.
void IncomingConnection::turn_away(Refusal why, std::initializer_list<NoteDetail> details) {
  if (is_trusted(worker_.settings().trusted_proxies, accepted_.peer)) {
    return worker_.refuse(why, Via::kTrustedProxy, std::nullopt, details);
  }
  worker_.refuse(why, Via::kDirect, accepted_.peer, details);
}

void IncomingConnection::on_drain() { worker_.remove(*this); }

}  // namespace visavis::net
