// A TCP connection to the server under test, plain or TLS. Non-blocking for reading; writing waits,
// because what a client of a benchmark writes is small.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string_view>

#include "core/base/bytes.h"

namespace visavis::bench {

struct Endpoint {
  std::uint16_t port = 0;  // of 127.0.0.1
  bool tls = false;
};

class Stream {
 public:
  // Connects, and completes the TLS handshake. Throws std::runtime_error, as everything here does:
  // a benchmark that lost a connection has no result.
  explicit Stream(const Endpoint& endpoint);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  int descriptor() const { return fd_; }
  void write(std::string_view bytes);
  // Nothing there: 0. Throws when the server has closed.
  std::size_t read(MutableByteView into);
  // The server may have more in TLS's own buffer, of which the descriptor tells nothing.
  bool has_buffered() const { return ssl_ && SSL_pending(ssl_.get()) > 0; }

 private:
  struct SslDeleter {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  int fd_ = -1;
  std::unique_ptr<SSL, SslDeleter> ssl_;
};

}  // namespace visavis::bench
