#include "server/net/websocket_connection.h"

#include <algorithm>
#include <utility>

#include "core/base/close_code.h"
#include "server/net/clock.h"
#include "server/net/worker.h"

namespace visavis::net {
namespace {

using websocket::EventKind;
using websocket::Opcode;

// Full read buffers of one client before others get their turn.
constexpr int kReadsPerRound = 4;

std::string control_frame(Opcode opcode, std::string_view payload) {
  std::string frame;
  websocket::append_frame(frame, opcode, payload);
  return frame;
}

WebSocketEnd to_end(std::uint16_t close_code) {
  if (close_code == kCloseNormal) return WebSocketEnd::kLeft;
  if (close_code == kCloseGoingAway) return WebSocketEnd::kGoingAway;
  return WebSocketEnd::kLost;
}

}  // namespace

WebSocketConnection::WebSocketConnection(Worker& worker, ByteStream stream, Admission admission)
    : Connection(worker),
      stream_(std::move(stream)),
      admission_(std::move(admission)),
      decoder_({.message_bytes_max = worker.settings().message_bytes_max}),
      control_frames_(worker.settings().limits.websocket_control_frames_per_second,
                      worker.settings().limits.websocket_control_frames_burst),
      is_tls_(stream_.is_tls()) {
  worker_.counters().connections_websocket.add();
  if (is_tls_) worker_.counters().connections_tls.add();
}

WebSocketConnection::~WebSocketConnection() {
  worker_.counters().connections_websocket.subtract();
  if (is_tls_) worker_.counters().connections_tls.subtract();
}

void WebSocketConnection::start(const WebSocketOrigin& origin, std::string response,
                                std::string received) {
  worker_.counters().websockets_opened.add();
  id_ = worker_.name_websocket(*this);
  client_ = origin.client;
  via_ = origin.via;
  outbox_.push_raw(std::move(response));
  mark_dirty();
  last_heard_ = monotonic_now();
  ping_look_ = last_heard_ + worker_.settings().limits.websocket_ping_interval;
  schedule();
  worker_.settings().websockets->on_open(id_, origin);
  take({reinterpret_cast<std::uint8_t*>(received.data()), received.size()});
}

void WebSocketConnection::on_ready(Readiness readiness) {
  if (write_blocked_) flush();
  // What TLS has read ahead is invisible to the kernel: it is looked for at every edge.
  if (phase_ != Phase::kGone && (readiness.readable || is_tls_)) read(readiness.hung_up);
}

void WebSocketConnection::read(bool until_end) {
  const MutableByteView buffer = worker_.loop().read_buffer();
  for (int i = 0; i < kReadsPerRound; ++i) {
    std::size_t bytes_max = buffer.size();
    if (phase_ == Phase::kOpen) {
      bytes_max = std::min(bytes_max, worker_.settings().websockets->input_bytes_max(id_));
      reading_put_off_ = bytes_max == 0;
      if (reading_put_off_) return;
    }
    const IoResult result = stream_.read(buffer.first(bytes_max));
    if (result.status == IoStatus::kWouldBlock) return;
    if (result.status != IoStatus::kDone) return fail();
    worker_.counters().bytes_read.add(result.bytes);
    last_heard_ = monotonic_now();
    take(buffer.first(result.bytes));
    if (phase_ == Phase::kGone) return;
    // A short read has emptied the socket; more bytes would be a new edge.
    if (!is_tls_ && !until_end && result.bytes < bytes_max) return;
  }
  worker_.loop().poller().rearm(stream_.descriptor(), *this);
}

void WebSocketConnection::resume_reading() {
  if (!std::exchange(reading_put_off_, false)) return;
  worker_.loop().poller().rearm(stream_.descriptor(), *this);
}

// Past kClosing, input is dropped: it is read only so that closing does not reset the connection.
void WebSocketConnection::take(MutableByteView input) {
  while (phase_ == Phase::kOpen || phase_ == Phase::kClosing) {
    const websocket::Event event = decoder_.next(input);
    if (event.kind == EventKind::kNeedMore) return;
    take_event(event);
  }
}

void WebSocketConnection::take_event(const websocket::Event& event) {
  if (event.kind == EventKind::kClose) return take_close(event.close_code);
  if (phase_ == Phase::kClosing) {
    if (event.kind == EventKind::kFailure) enter(Phase::kLastWrite);
    return;
  }
  switch (event.kind) {
    case EventKind::kText:
      worker_.counters().websocket_messages_read.add();
      worker_.settings().websockets->on_message(id_, event.payload);
      break;
    case EventKind::kBinary:
      refuse(MessageRefusal::kBinary);
      break;
    case EventKind::kPing:
      if (!spend_control_frame() || !make_room(event.payload.size())) return;
      outbox_.push_raw(control_frame(Opcode::kPong, event.payload));
      mark_dirty();
      break;
    case EventKind::kFailure:
      if (event.close_code == kCloseTooBig) return refuse(MessageRefusal::kTooLarge);
      turn_away(Refusal::kProtocolError);
      start_closing(Phase::kLastWrite, event.close_code, event.payload);
      report_closed(WebSocketEnd::kLost);
      break;
    case EventKind::kPong:
      // Nothing else shows that the client still reads: what it sends, it could send without.
      if (spend_control_frame()) awaiting_pong_ = false;
      break;
    case EventKind::kClose:
    case EventKind::kNeedMore:
      break;
  }
}

// False: the client has sent too many, and has been closed.
bool WebSocketConnection::spend_control_frame() {
  if (control_frames_.take(last_heard_)) return true;
  turn_away(Refusal::kTooManyControlFrames);
  start_closing(Phase::kLastWrite, kClosePolicy, "too many control frames");
  report_closed(WebSocketEnd::kLost);
  return false;
}

void WebSocketConnection::take_close(std::uint16_t code) {
  if (phase_ == Phase::kClosing) {
    enter(Phase::kLastWrite);
    mark_dirty();
    return;
  }
  start_closing(Phase::kLastWrite, code, "");  // the echo of RFC 6455 section 5.5.1
  report_closed(to_end(code));
}

// The phase first: the handler may close from within.
void WebSocketConnection::refuse(MessageRefusal refusal) {
  enter(Phase::kRefused);
  turn_away(refusal == MessageRefusal::kBinary ? Refusal::kBinaryMessage
                                               : Refusal::kMessageTooLarge);
  worker_.settings().websockets->on_refused(id_, refusal);
}

void WebSocketConnection::send(Frame frame) {
  if (phase_ != Phase::kOpen && phase_ != Phase::kRefused) return;
  if (!make_room(frame->size())) return;
  worker_.counters().websocket_messages_written.add();
  outbox_.push_text(std::move(frame));
  mark_dirty();
}

void WebSocketConnection::close(std::uint16_t code, std::string_view reason) {
  reported_ = true;
  resume_reading();  // what comes is dropped from now on, until the client's close frame
  if (phase_ == Phase::kOpen) {
    start_closing(Phase::kClosing, code, reason);
  } else if (phase_ == Phase::kRefused) {
    start_closing(Phase::kLastWrite, code, reason);
  }
}

// False: the client is too slow for that many bytes more, and has been closed.
bool WebSocketConnection::make_room(std::size_t bytes) {
  const std::size_t bytes_max = worker_.settings().limits.outbox_bytes_max;
  if (outbox_.cost() + bytes <= bytes_max) return true;
  if (!write_blocked_) flush();  // this round's output alone is large: the client may be fast
  if (phase_ == Phase::kGone) return false;
  if (outbox_.cost() + bytes <= bytes_max) return true;
  end_slow(Refusal::kOutboxFull);
  return false;
}

// It may come back and resume.
void WebSocketConnection::end_slow(Refusal why) {
  worker_.counters().slow_readers_closed.add();
  turn_away(why);
  outbox_.drop_after(is_tls_ && write_blocked_ ? ByteStream::kWriteBytesMax : 0);
  start_closing(Phase::kLastWrite, kCloseTryAgainLater, "too slow");
  report_closed(WebSocketEnd::kLost);
}

void WebSocketConnection::mark_dirty() {
  // A blocked socket is flushed when it is writable again.
  if (write_blocked_ || std::exchange(dirty_, true)) return;
  worker_.flush_later(*this);
}

void WebSocketConnection::flush() {
  dirty_ = false;
  write_blocked_ = false;
  if (phase_ == Phase::kGone) return;
  Outbox::Gathered gathered;
  while (!outbox_.empty()) {
    outbox_.gather(gathered);
    watch_progress();
    const IoResult result = stream_.write(gathered.pieces());
    if (result.status == IoStatus::kWouldBlock) {
      write_blocked_ = true;
      return;
    }
    if (result.status != IoStatus::kDone) return fail();
    worker_.counters().bytes_written.add(result.bytes);
    outbox_.consume(result.bytes);
  }
  if (phase_ != Phase::kLastWrite) return;
  stream_.shutdown_write();
  enter(Phase::kLingering);
}

void WebSocketConnection::start_closing(Phase phase, std::uint16_t code, std::string_view reason) {
  std::string frame;
  websocket::append_close_frame(frame, code, reason);
  outbox_.push_raw(std::move(frame));
  enter(phase);
  mark_dirty();
}

// Every phase but kOpen ends within close_timeout.
void WebSocketConnection::enter(Phase phase) {
  phase_ = phase;
  deadline_ = monotonic_now() + worker_.settings().limits.close_timeout;
  worker_.loop().deadlines().schedule(*this, deadline_);
}

void WebSocketConnection::on_deadline(Instant now) {
  if (phase_ == Phase::kOpen) {
    if (!has_stalled(now)) return on_silence(now);
    stream_.reset_on_close();  // unless it closes in time, now that it is told
    return end_slow(Refusal::kStalledWebsocket);
  }
  if (now < deadline_) return worker_.loop().deadlines().schedule(*this, deadline_);
  worker_.counters().timeouts.add();
  turn_away(Refusal::kCloseTimeout);
  // Without our close frame the rest is of no use; with it, the kernel may go on delivering.
  if (!outbox_.empty()) stream_.reset_on_close();
  fail();
}

SendProgress WebSocketConnection::progress() const {
  SendProgress progress = kernel_progress(stream_.descriptor());
  progress.waiting += outbox_.bytes();
  return progress;
}

// Something is being written: from now on it is looked whether the client takes it. One who has
// nothing waiting costs no look.
void WebSocketConnection::watch_progress() {
  if (watching_ || phase_ != Phase::kOpen) return;
  watching_ = true;
  next_look_ = monotonic_now() + worker_.settings().limits.stall_timeout / kLooksPerStall;
  schedule();
}

bool WebSocketConnection::has_stalled(Instant now) {
  if (!watching_ || now < next_look_) return false;
  const Duration patience = worker_.settings().limits.stall_timeout;
  const SendProgress seen = progress();
  watching_ = seen.waiting > 0;
  next_look_ = now + patience / kLooksPerStall;
  return progress_.is_stalled(seen, now, patience);
}

// Whether the pong may still come: we do not read, or the ping is stuck behind what the client is
// taking.
bool WebSocketConnection::is_late_for_a_reason() {
  const SendProgress seen = progress();
  // What came after the ping is no reason: a client could keep that up for ever.
  const bool stuck = seen.taken < taken_with_ping_;
  const bool goes_on = stuck && seen.taken > taken_at_look_;
  taken_at_look_ = seen.taken;
  return reading_put_off_ || goes_on;
}

void WebSocketConnection::on_silence(Instant now) {
  const Limits& limits = worker_.settings().limits;
  const Instant ping_due = last_heard_ + limits.websocket_ping_interval;
  if (awaiting_pong_ && now >= deadline_) {
    if (!is_late_for_a_reason()) {
      worker_.counters().timeouts.add();
      turn_away(Refusal::kPongTimeout);
      stream_.reset_on_close();
      return fail();
    }
    deadline_ = now + limits.websocket_pong_timeout;
  }
  if (!awaiting_pong_ && now >= ping_due) {
    outbox_.push_raw(control_frame(Opcode::kPing, ""));
    mark_dirty();
    awaiting_pong_ = true;
    deadline_ = now + limits.websocket_pong_timeout;
    const SendProgress seen = progress();
    taken_at_look_ = seen.taken;
    taken_with_ping_ = seen.taken + seen.waiting;
  }
  // A pong may come long before its deadline, and the next ping be due before that.
  const Instant next_ping_due = now + limits.websocket_ping_interval;
  ping_look_ = awaiting_pong_ ? std::min(deadline_, next_ping_due) : ping_due;
  schedule();
}

void WebSocketConnection::schedule() {
  worker_.loop().deadlines().schedule(*this,
                                      watching_ ? std::min(ping_look_, next_look_) : ping_look_);
}

void WebSocketConnection::turn_away(Refusal why) { worker_.refuse(why, via_, client_); }

void WebSocketConnection::report_closed(WebSocketEnd end) {
  if (std::exchange(reported_, true)) return;
  worker_.settings().websockets->on_closed(id_, end);
}

void WebSocketConnection::fail() {
  phase_ = Phase::kGone;
  worker_.remove(*this);
  report_closed(WebSocketEnd::kLost);
}

}  // namespace visavis::net
