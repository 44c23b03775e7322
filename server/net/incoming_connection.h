// An accepted connection until its protocol is known: the first byte tells TLS, HTTP and STUN
// apart, and what is none of them is closed. Inside TLS it is asked once more, of the first byte
// decrypted.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "server/net/byte_stream.h"
#include "server/net/connection.h"
#include "server/net/worker.h"

namespace visavis::net {

enum class FirstByte { kTls, kHttp, kStun, kUnknown };

// A TLS record of type handshake begins with 22 (RFC 8446 section 5.1), a request line with the
// letter of a method or an empty line before it (RFC 9112 section 2.2), a STUN message with two
// zero bits (RFC 7983 section 7: 0 to 3).
FirstByte classify(std::uint8_t first_byte);

class IncomingConnection : public Connection {
 public:
  IncomingConnection(Worker& worker, AcceptedConnection accepted);
  ~IncomingConnection() override;

  // To be called once the worker has placed it.
  void start();

  void on_ready(Readiness readiness) override;
  void on_deadline(Instant now) override;
  void on_drain() override;
  int descriptor() const override { return accepted_.stream.descriptor(); }

 private:
  void classify_first_byte();
  void shake_hands();
  void classify_inside_tls();
  void become_packet_stream();
  void become_http(bool redirect_to_https);
  void turn_away(Refusal why, std::initializer_list<NoteDetail> details = {});

  AcceptedConnection accepted_;
  enum class Phase : std::uint8_t { kFirstByte, kTlsHandshake, kInsideTls };
  Phase phase_ = Phase::kFirstByte;
};

}  // namespace visavis::net
