// A connected socket, plain or with TLS directly on the descriptor. Never blocks.
//
// OpenSSL reads and writes the descriptor itself and gives its buffers back between records: an
// idle TLS connection costs about 15 kB, where a stream that pumps memory BIOs costs 74 kB.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "core/base/bytes.h"

using SSL = struct ssl_st;
using SSL_CTX = struct ssl_ctx_st;

namespace visavis::net {

enum class IoStatus {
  kDone,        // `bytes` were moved (a handshake: it is complete)
  kWouldBlock,  // wait for the next edge, of either direction, and call again
  kEnd,         // the peer has sent its last byte
  kFailed,      // the connection is broken, or the peer does not speak TLS
};

struct IoResult {
  IoStatus status;
  std::size_t bytes = 0;
  const char* why = nullptr;  // of kFailed, as OpenSSL words it; static; null: it does not say
};

class ByteStream {
 public:
  // Owns the descriptor: non-blocking, connected.
  explicit ByteStream(int descriptor) : descriptor_(descriptor) {}
  ByteStream(ByteStream&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)),
        ssl_(std::exchange(other.ssl_, nullptr)) {}
  ByteStream& operator=(ByteStream&&) = delete;
  ~ByteStream();

  int descriptor() const { return descriptor_; }
  bool is_tls() const { return ssl_ != nullptr; }

  // Looks at the first byte without taking it; inside TLS once the handshake is done.
  IoResult peek(std::uint8_t& first);

  // Turns the stream into the server's side of a TLS connection; then call handshake() until it is
  // done. False: out of memory.
  bool start_tls(SSL_CTX* context);
  IoResult handshake();

  // At most out.size() bytes, which must not be 0.
  IoResult read(MutableByteView out);

  // Writes a prefix of `pieces`. After kWouldBlock the same bytes must come first in the next call,
  // in however many pieces (TLS has them encrypted already).
  IoResult write(std::span<const iovec> pieces);
  // What a write() that gave kWouldBlock may already hold: these bytes can no longer be taken back.
  static constexpr std::size_t kWriteBytesMax = 16'384;

  // Tells the peer that nothing more will come: close_notify where there is TLS, then FIN.
  void shutdown_write();

  // Closing will reset the connection. Else what the peer has not taken would stay in the kernel,
  // for minutes where it takes nothing.
  void reset_on_close();

 private:
  IoResult tls_result(int returned);

  int descriptor_;
  SSL* ssl_ = nullptr;
};

}  // namespace visavis::net
