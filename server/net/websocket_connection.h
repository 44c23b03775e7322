// One WebSocket (RFC 6455): frames in, messages to the handler; frames out through a bounded
// outbox.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/ip_address.h"
#include "core/websocket/decoder.h"
#include "server/net/byte_stream.h"
#include "server/net/connection.h"
#include "server/net/connection_limiter.h"
#include "server/net/control_frame_budget.h"
#include "server/net/outbox.h"
#include "server/net/progress_watch.h"
#include "server/net/refusals.h"
#include "server/net/websocket_handler.h"

namespace visavis::net {

class WebSocketConnection : public Connection {
 public:
  WebSocketConnection(Worker& worker, ByteStream stream, Admission admission);
  ~WebSocketConnection() override;

  // To be called once the worker has placed it: sends the handshake's `response` and takes what the
  // client has sent already.
  void start(const WebSocketOrigin& origin, std::string response, std::string received);

  // Queues a text message; it leaves at the end of the round. A client too slow for
  // outbox_bytes_max is closed with 1013 instead.
  void send(Frame frame);
  // Queues a close frame; the handler hears nothing more of this WebSocket.
  void close(std::uint16_t code, std::string_view reason);
  void flush() override;
  // After WebSocketHandler::input_bytes_max() has been 0. Does nothing where it has not.
  void resume_reading();

  void on_ready(Readiness readiness) override;
  void on_deadline(Instant now) override;
  void on_drain() override {}  // the handler closes its WebSockets itself
  int descriptor() const override { return stream_.descriptor(); }

 private:
  enum class Phase : std::uint8_t {
    kOpen,
    kRefused,    // the handler is told of a message it cannot have, and must close
    kClosing,    // our close frame is queued; messages are ignored until the client's comes
    kLastWrite,  // nothing more is read: the outbox, then FIN
    kLingering,  // FIN sent; the client's is awaited, so that no RST destroys our close frame
    kGone,
  };

  void read(bool until_end);
  void take(MutableByteView input);
  void take_event(const websocket::Event& event);
  void take_close(std::uint16_t code);
  void refuse(MessageRefusal refusal);

  bool make_room(std::size_t bytes);
  void mark_dirty();
  void start_closing(Phase phase, std::uint16_t code, std::string_view reason);
  void enter(Phase phase);
  void report_closed(WebSocketEnd end);
  void turn_away(Refusal why);
  void fail();
  bool spend_control_frame();
  void end_slow(Refusal why);
  SendProgress progress() const;
  void watch_progress();
  bool has_stalled(Instant now);
  bool is_late_for_a_reason();
  void on_silence(Instant now);
  void schedule();

  ByteStream stream_;
  Admission admission_;
  websocket::Decoder decoder_;
  Outbox outbox_;
  ControlFrameBudget control_frames_;
  ProgressWatch progress_;
  WebSocketId id_;
  IpAddress client_;
  Instant last_heard_;
  Instant deadline_;   // of the phase, or of the pong
  Instant next_look_;  // at the progress, while watching_
  Instant ping_look_;  // at the silence, while kOpen
  std::uint64_t taken_at_look_ = 0;
  std::uint64_t taken_with_ping_ = 0;  // once the client has taken the latest ping
  Phase phase_ = Phase::kOpen;
  Via via_ = Via::kDirect;
  const bool is_tls_;
  bool dirty_ = false;
  bool watching_ = false;  // something may wait for the client, here or in the kernel
  bool awaiting_pong_ = false;
  bool reading_put_off_ = false;
  bool write_blocked_ = false;
  bool reported_ = false;  // the handler knows, or wanted, that it is gone
};

}  // namespace visavis::net
