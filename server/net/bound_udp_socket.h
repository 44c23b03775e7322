// A UDP socket that is bound and belongs to no loop yet: a listening port's before its UdpSocket is
// made, or a port that is kept for later, perhaps for another loop.
#pragma once

#include <cstdint>

#include "core/base/result.h"
#include "core/base/transport_address.h"

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

// Owns the descriptor. Any thread, one at a time. What arrives waits in the kernel, as far as the
// buffer holds it.
class BoundUdpSocket {
 public:
  // Port 0 takes a free one. IPv6 sockets take IPv6 only. The error is errno.
  static Result<BoundUdpSocket, int> open(const TransportAddress& address,
                                          const UdpOptions& options);
  ~BoundUdpSocket();
  BoundUdpSocket(BoundUdpSocket&& other) noexcept;
  BoundUdpSocket& operator=(BoundUdpSocket&&) = delete;

  int descriptor() const { return descriptor_; }
  const TransportAddress& address() const { return address_; }
  bool reports_icmp() const { return reports_icmp_; }
  bool can_segment() const { return can_segment_; }

  // See UdpOptions::buffer_bytes.
  void set_buffers(int bytes);

 private:
  BoundUdpSocket(int descriptor, const TransportAddress& address)
      : descriptor_(descriptor), address_(address) {}
  int set_up(const UdpOptions& options);

  int descriptor_;  // -1 once it has been moved from
  TransportAddress address_;
  bool reports_icmp_ = false;
  bool can_segment_ = false;
};

}  // namespace visavis::net
