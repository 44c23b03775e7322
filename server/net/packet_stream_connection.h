// One byte stream, plain or TLS, that carries packets: cuts what comes into packets for the
// handler, and sends through an outbox that is bounded in bytes and in age.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/transport_address.h"
#include "server/net/byte_stream.h"
#include "server/net/connection.h"
#include "server/net/connection_limiter.h"
#include "server/net/packet_outbox.h"
#include "server/net/packet_stream_handler.h"
#include "server/net/progress_watch.h"
#include "server/net/refusals.h"

namespace visavis::net {

class PacketStreamConnection : public Connection {
 public:
  PacketStreamConnection(Worker& worker, ByteStream stream, Admission admission);
  ~PacketStreamConnection() override;

  // To be called once the worker has placed it.
  void start();

  const TransportAddress& peer() const { return peer_; }
  const TransportAddress& local() const { return local_; }
  bool is_tls() const { return is_tls_; }
  unsigned loop() const;

  // Whatever the handler knows it by; 0 at first.
  std::uint64_t tag() const { return tag_; }
  void set_tag(std::uint64_t tag) { tag_ = tag; }

  // Queued until the end of the round. Data that finds no room, or waits for longer than
  // packet_stream_age_max, is dropped. Returns where the header is to be written, before the next
  // call; empty when there is nothing to write.
  MutableByteView send_data(std::size_t header_bytes, ByteView data, std::size_t padding_bytes);
  // A whole message, kept until it is written: a client that leaves too many unread is closed.
  void send_control(ByteView message);
  // Writes what is queued, then ends the connection. Nothing more is handed over.
  void close();

  void flush() override;
  void on_ready(Readiness readiness) override;
  void on_deadline(Instant now) override;
  void on_drain() override;
  int descriptor() const override { return stream_.descriptor(); }

 private:
  enum class Phase : std::uint8_t {
    kOpen,
    kLastWrite,  // the outbox, then FIN
    kLingering,  // FIN sent; the client's is awaited, so that no RST destroys the last message
    kFailed,     // to be removed at the end of the round
    kGone,
  };

  bool learn_addresses();
  void read(bool until_end);
  void take(MutableByteView received);
  std::size_t hand_over(MutableByteView received);
  std::size_t committed() const;
  void drop_late();
  void mark_dirty();
  bool has_stalled(Instant now);
  void look_later(Instant now, Instant deadline);
  void enter(Phase phase);
  void remove();
  void turn_away(Refusal why);

  ByteStream stream_;
  Admission admission_;
  PacketStreamHandler& handler_;
  const bool is_tls_;
  TransportAddress peer_;
  TransportAddress local_;
  std::uint64_t tag_ = 0;
  std::vector<std::uint8_t> partial_;  // the beginning of a frame whose rest has not come
  PacketOutbox outbox_;
  ProgressWatch progress_;
  Instant last_packet_;  // when the last whole one came: single bytes keep nothing open
  Phase phase_ = Phase::kOpen;
  bool opened_ = false;  // the handler knows of it
  bool dirty_ = false;
  bool write_blocked_ = false;
};

}  // namespace visavis::net
