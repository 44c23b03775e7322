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
#include "server/net/datagram.h"
#include "server/net/event_loop.h"

namespace visavis::net {

// SO_REUSEPORT lets sockets of one user share a port, whichever programs they are of. While a port
// is shared, another program of this user can join, and then gets some of the clients.
enum class PortUse : std::uint8_t {
  kAlone,
  kFirst,   // takes the port alone, and then shares it
  kShared,  // with the first
};

struct UdpOptions {
  PortUse port_use = PortUse::kAlone;
  bool report_icmp = false;  // to DatagramHandler::on_icmp()
  // Of each direction, as far as the system allows. A key frame is a burst of a hundred packets:
  // with the system's 200 kB, several of them at once are lost here.
  int buffer_bytes = 4 << 20;
};

// Belongs to the thread of its loop.
class UdpSocket : public Pollable {
 public:
  // Datagrams wait in the kernel until start(). Port 0 takes a free one. IPv6 sockets take IPv6
  // only. The error is errno.
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
  const TransportAddress& address() const { return address_; }
  int descriptor() const { return descriptor_; }

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
  bool can_segment() const { return can_segment_; }
  void set_dont_fragment(bool dont_fragment);

  void on_ready(Readiness readiness) override;

 private:
  UdpSocket(EventLoop& loop, int descriptor, const TransportAddress& address);

  int set_up(const UdpOptions& options);
  void hand_over(int count);
  void read_errors();

  EventLoop& loop_;
  const int descriptor_;
  TransportAddress address_;
  std::uint64_t tag_ = 0;
  DatagramHandler* handler_ = nullptr;
  bool report_icmp_ = false;
  bool can_segment_ = false;
  bool dont_fragment_ = false;
};

}  // namespace visavis::net
