// A UDP socket of one loop: hands over what it receives in batches and sends through the loop's
// DatagramQueue.
//
// Of a listening port every loop has one (SO_REUSEPORT), and the kernel keeps a client with one of
// them.
#pragma once

#include <cstdint>
#include <memory>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/transport_address.h"
#include "server/net/bound_udp_socket.h"
#include "server/net/datagram.h"
#include "server/net/event_loop.h"

namespace visavis::net {

// Belongs to the thread of its loop.
class UdpSocket : public Pollable {
 public:
  // Datagrams wait in the kernel until start().
  UdpSocket(EventLoop& loop, BoundUdpSocket bound);
  // Binds one: see BoundUdpSocket. The error is errno.
  static Result<std::unique_ptr<UdpSocket>, int> open(EventLoop& loop,
                                                      const TransportAddress& address,
                                                      const UdpOptions& options);
  // Sends first what is queued. While the loop runs, only by EventLoop::destroy_later().
  ~UdpSocket() override;
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  // `handler` must outlive the socket. False when the kernel refuses to watch it: errno says why.
  bool start(DatagramHandler& handler);
  // Nothing more is handed over, not even of the batch at hand.
  void stop();

  EventLoop& loop() { return loop_; }
  const TransportAddress& address() const { return bound_.address(); }
  int descriptor() const { return bound_.descriptor(); }

  // Whatever its owner knows it by; 0 at first.
  std::uint64_t tag() const { return tag_; }
  void set_tag(std::uint64_t tag) { tag_ = tag; }

  // Queued until the end of the batch, see DatagramQueue.
  MutableByteView send(const UdpPath& path, const OutgoingDatagram& datagram) {
    return loop_.datagrams().push(*this, path, datagram);
  }
  void send_copy(const UdpPath& path, ByteView bytes) {
    loop_.datagrams().push_copy(*this, path, bytes);
  }

  // For DatagramQueue.
  bool can_segment() const { return bound_.can_segment(); }
  void set_dont_fragment(bool dont_fragment);

  void on_ready(Readiness readiness) override;

 private:
  void hand_over(int count);
  void read_errors();

  EventLoop& loop_;
  const BoundUdpSocket bound_;
  std::uint64_t tag_ = 0;
  DatagramHandler* handler_ = nullptr;
  bool dont_fragment_ = false;
};

}  // namespace visavis::net
