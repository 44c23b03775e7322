// An accepted connection until its protocol is known: the first byte tells TLS from HTTP, and what
// is neither is closed.
#pragma once

#include <optional>

#include "server/net/byte_stream.h"
#include "server/net/connection.h"
#include "server/net/worker.h"

namespace visavis::net {

enum class FirstByte { kTls, kHttp, kUnknown };

// A TLS record of type handshake begins with 22 (RFC 8446 section 5.1), a request line with the
// letter of a method.
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
  void become_http(bool redirect_to_https);

  AcceptedConnection accepted_;
  bool in_tls_handshake_ = false;
};

}  // namespace visavis::net
