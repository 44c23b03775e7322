// What a byte stream that carries packets tells whoever lives behind it: TURN over TCP and TLS, in
// short, of which nothing is known here.
#pragma once

#include <cstddef>
#include <optional>

#include "core/base/bytes.h"

namespace visavis::net {

class PacketStreamConnection;

// What the front of a stream holds.
struct PacketFrame {
  std::size_t packet_bytes = 0;
  std::size_t frame_bytes = 0;  // with padding; 0: not known yet, more must be read
};

// Called on the loop of the stream, by several loops at the same time. May send on any stream of
// that loop and close it from within.
class PacketStreamHandler {
 public:
  static constexpr std::size_t kFrameBytesMax = 65'535 + 20;

  virtual ~PacketStreamHandler() = default;
  // Null: this is no such stream; it is closed.
  virtual std::optional<PacketFrame> next_frame(ByteView received) const = 0;

  virtual void on_open(PacketStreamConnection& stream) = 0;
  // `packet` may be written over. It stays, for datagrams sent on, until the batch is over.
  virtual void on_packet(PacketStreamConnection& stream, MutableByteView packet) = 0;
  // As DatagramHandler's.
  virtual void on_batch_end(unsigned loop) = 0;
  // Asked of a stream that has been silent for a while: may it stay? If not it is closed.
  virtual bool keeps_open(const PacketStreamConnection& stream) = 0;
  // The last word about this stream.
  virtual void on_closed(PacketStreamConnection& stream) = 0;
};

}  // namespace visavis::net
