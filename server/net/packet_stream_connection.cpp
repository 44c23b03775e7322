#include "server/net/packet_stream_connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "server/net/clock.h"
#include "server/net/socket_address.h"
#include "server/net/worker.h"

namespace visavis::net {
namespace {

// Full read buffers of one client before others get their turn.
constexpr int kReadsPerRound = 4;
// What the kernel may hold unsent: more would only grow old there, where it cannot be dropped.
constexpr int kUnsentBytesMax = 65'536;
// Control messages may take this much beyond what data may.
constexpr std::size_t kControlBytesMax = 65'536;
constexpr std::size_t kPartialBytesKept = 4'096;
// Of a frame that has not come whole yet, on a stream that keeps_open() has no word for.
constexpr std::size_t kStrangersFrameBytesMax = 8'192;

}  // namespace

PacketStreamConnection::PacketStreamConnection(Worker& worker, ByteStream stream,
                                               Admission admission)
    : Connection(worker),
      stream_(std::move(stream)),
      admission_(std::move(admission)),
      handler_(*worker.settings().packet_streams),
      is_tls_(stream_.is_tls()) {
  worker_.counters().connections_packet_stream.add();
  if (is_tls_) worker_.counters().connections_tls.add();
}

PacketStreamConnection::~PacketStreamConnection() {
  worker_.counters().connections_packet_stream.subtract();
  if (is_tls_) worker_.counters().connections_tls.subtract();
}

unsigned PacketStreamConnection::loop() const { return worker_.loop().index(); }

void PacketStreamConnection::start() {
  if (!learn_addresses()) return remove();
  ::setsockopt(stream_.descriptor(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kUnsentBytesMax,
               sizeof kUnsentBytesMax);
  last_packet_ = monotonic_now();
  look_later(last_packet_, last_packet_ + worker_.settings().limits.header_timeout);
  opened_ = true;
  handler_.on_open(*this);
}

// False: the client is gone already.
bool PacketStreamConnection::learn_addresses() {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getpeername(descriptor(), reinterpret_cast<sockaddr*>(&storage), &size) != 0) return false;
  peer_ = to_transport_address(storage);
  size = sizeof storage;
  if (::getsockname(descriptor(), reinterpret_cast<sockaddr*>(&storage), &size) != 0) return false;
  local_ = to_transport_address(storage);
  return true;
}

void PacketStreamConnection::on_ready(Readiness readiness) {
  if (write_blocked_) flush();
  // What TLS has read ahead is invisible to the kernel: it is looked for at every edge.
  if (phase_ != Phase::kGone && (readiness.readable || is_tls_)) read(readiness.hung_up);
}

void PacketStreamConnection::read(bool until_end) {
  const MutableByteView buffer = worker_.loop().read_buffer();
  for (int i = 0; i < kReadsPerRound; ++i) {
    const IoResult result = stream_.read(buffer);
    if (result.status == IoStatus::kWouldBlock) return;
    if (result.status != IoStatus::kDone) return remove();
    worker_.counters().bytes_read.add(result.bytes);
    if (phase_ == Phase::kOpen) take(buffer.first(result.bytes));
    // A short read has emptied the socket; more bytes would be a new edge.
    if (!is_tls_ && !until_end && result.bytes < buffer.size()) return;
  }
  worker_.loop().poller().rearm(descriptor(), *this);
}

// What is handed over may be on its way out as datagrams: it stays where it is until those have
// left.
void PacketStreamConnection::take(MutableByteView received) {
  if (!partial_.empty()) {
    partial_.insert(partial_.end(), received.begin(), received.end());
    received = partial_;
  }
  const std::size_t taken = hand_over(received);
  handler_.on_batch_end(loop());
  worker_.loop().datagrams().flush();
  if (partial_.empty()) {
    const MutableByteView rest = received.subspan(taken);
    partial_.assign(rest.begin(), rest.end());
  } else {
    partial_.erase(partial_.begin(), partial_.begin() + static_cast<std::ptrdiff_t>(taken));
  }
  if (partial_.empty() && partial_.capacity() > kPartialBytesKept) {
    std::vector<std::uint8_t>().swap(partial_);
  }
}

// Returns how many bytes were whole frames.
std::size_t PacketStreamConnection::hand_over(MutableByteView received) {
  std::size_t taken = 0;
  while (phase_ == Phase::kOpen) {
    const MutableByteView rest = received.subspan(taken);
    const std::optional<PacketFrame> frame = handler_.next_frame(rest);
    if (!frame || frame->frame_bytes > PacketStreamHandler::kFrameBytesMax) {
      turn_away(Refusal::kRelayStreamInvalid);
      enter(Phase::kFailed);
      break;
    }
    if (frame->frame_bytes == 0 || frame->frame_bytes > rest.size()) {
      // Not everybody who comes may make us keep as much as a packet can have.
      if (frame->frame_bytes <= kStrangersFrameBytesMax || handler_.keeps_open(*this)) return taken;
      turn_away(Refusal::kRelayStreamInvalid);
      enter(Phase::kFailed);
      break;
    }
    handler_.on_packet(*this, rest.first(frame->packet_bytes));
    taken += frame->frame_bytes;
    last_packet_ = monotonic_now();
  }
  return received.size();  // nothing more is wanted
}

MutableByteView PacketStreamConnection::send_data(std::size_t header_bytes, ByteView data,
                                                  std::size_t padding_bytes) {
  if (phase_ != Phase::kOpen) return {};
  const std::size_t size = header_bytes + data.size() + padding_bytes;
  const std::size_t bytes_max = worker_.settings().limits.packet_stream_bytes_max;
  if (outbox_.bytes() + size > bytes_max) drop_late();
  if (outbox_.bytes() + size > bytes_max) {
    worker_.counters().stream_packets_dropped.add();
    return {};
  }
  mark_dirty();
  return outbox_.push_data(header_bytes, data, padding_bytes, monotonic_now());
}

void PacketStreamConnection::send_control(ByteView message) {
  if (phase_ != Phase::kOpen) return;
  if (outbox_.bytes() + message.size() >
      worker_.settings().limits.packet_stream_bytes_max + kControlBytesMax) {
    worker_.counters().slow_readers_closed.add();
    turn_away(Refusal::kOutboxFull);
    return enter(Phase::kFailed);
  }
  outbox_.push_control(message);
  mark_dirty();
}

void PacketStreamConnection::close() {
  if (phase_ == Phase::kOpen) enter(Phase::kLastWrite);
}

// Bytes that TLS has encrypted already cannot be taken back.
std::size_t PacketStreamConnection::committed() const {
  return is_tls_ && write_blocked_ ? ByteStream::kWriteBytesMax : 0;
}

void PacketStreamConnection::drop_late() {
  const Instant since = monotonic_now() - worker_.settings().limits.packet_stream_age_max;
  worker_.counters().stream_packets_dropped.add(outbox_.drop_older(since, committed()));
}

void PacketStreamConnection::mark_dirty() {
  // A blocked socket is flushed when it is writable again.
  if (write_blocked_ || std::exchange(dirty_, true)) return;
  worker_.flush_later(*this);
}

void PacketStreamConnection::flush() {
  dirty_ = false;
  if (phase_ == Phase::kGone) return;
  if (phase_ == Phase::kFailed) return remove();
  if (write_blocked_) drop_late();
  write_blocked_ = false;
  PacketOutbox::Pieces pieces;
  while (!outbox_.empty()) {
    const IoResult result = stream_.write(outbox_.gather(pieces));
    if (result.status == IoStatus::kWouldBlock) {
      write_blocked_ = true;
      return;
    }
    if (result.status != IoStatus::kDone) return remove();
    worker_.counters().bytes_written.add(result.bytes);
    outbox_.consume(result.bytes);
  }
  if (phase_ != Phase::kLastWrite) return;
  stream_.shutdown_write();
  enter(Phase::kLingering);
}

// Every phase but kOpen ends within close_timeout. The handler may be at work above us: what ends
// the connection at once does so at the end of the round.
void PacketStreamConnection::enter(Phase phase) {
  phase_ = phase;
  worker_.loop().deadlines().schedule(*this,
                                      monotonic_now() + worker_.settings().limits.close_timeout);
  if (phase == Phase::kFailed && !std::exchange(dirty_, true)) worker_.flush_later(*this);
  if (phase == Phase::kLastWrite) mark_dirty();
}

void PacketStreamConnection::on_deadline(Instant now) {
  const Duration patience = worker_.settings().limits.header_timeout;
  if (phase_ == Phase::kOpen) {
    if (has_stalled(now)) {
      worker_.counters().slow_readers_closed.add();
      turn_away(Refusal::kStalledRelayStream);
      stream_.reset_on_close();
      return remove();
    }
    if (now - last_packet_ < patience) return look_later(now, last_packet_ + patience);
    if (handler_.keeps_open(*this)) return look_later(now, now + patience);
    turn_away(Refusal::kRelayStreamUnused);
  }
  worker_.counters().timeouts.add();
  if (!outbox_.empty()) stream_.reset_on_close();
  remove();
}

bool PacketStreamConnection::has_stalled(Instant now) {
  SendProgress progress = kernel_progress(descriptor());
  progress.waiting += outbox_.bytes();
  return progress_.is_stalled(progress, now, worker_.settings().limits.stall_timeout);
}

void PacketStreamConnection::look_later(Instant now, Instant deadline) {
  const Duration interval = worker_.settings().limits.stall_timeout / kLooksPerStall;
  worker_.loop().deadlines().schedule(*this, std::min(deadline, now + interval));
}

void PacketStreamConnection::turn_away(Refusal why) {
  worker_.refuse(why, Via::kDirect, peer_.address);
}

void PacketStreamConnection::on_drain() { remove(); }

void PacketStreamConnection::remove() {
  if (std::exchange(phase_, Phase::kGone) == Phase::kGone) return;
  worker_.remove(*this);
  if (std::exchange(opened_, false)) handler_.on_closed(*this);
}

}  // namespace visavis::net
