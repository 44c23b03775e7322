// Datagrams as a loop receives and sends them: many at a time, as views.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/bytes.h"
#include "core/base/transport_address.h"

namespace visavis::net {

class UdpSocket;

// Between a socket of ours and somebody else's.
struct UdpPath {
  TransportAddress remote;
  IpAddress local{};            // of this host; ::, the default: the routing table's choice
  std::uint32_t interface = 0;  // where `remote` is link-local (its zone), else 0

  bool operator==(const UdpPath&) const = default;
};

struct Datagram {
  UdpPath path;
  // May be written over. Valid until the batch is over: see DatagramHandler::on_batch_end().
  MutableByteView bytes;
};

// Header, data and padding leave as one datagram.
struct OutgoingDatagram {
  // At most kHeaderBytesMax; written by the sender after the call, before the next one.
  std::size_t header_bytes = 0;
  // Free bytes that end where `data` begins: the header is written there if it fits, and then needs
  // no place of its own.
  MutableByteView room_before{};
  ByteView data;                  // must stay until the batch is over
  std::size_t padding_bytes = 0;  // zeros behind it, at most 3
  // Open relaying only (RFC 8656 section 15).
  bool dont_fragment = false;

  static constexpr std::size_t kHeaderBytesMax = 64;
};

// An ICMP message about something that a socket sent.
struct IcmpReport {
  TransportAddress remote;
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  std::uint32_t data = 0;  // the MTU, where that is what it is about
};

// Called on the loop of the socket; by several loops at the same time.
class DatagramHandler {
 public:
  virtual ~DatagramHandler() = default;
  // May send through any socket of the same loop.
  virtual void on_datagram(UdpSocket& socket, const Datagram& datagram) = 0;
  // What was received at once has been handed over: last chance to send in answer to it. Then all
  // that was sent leaves, and what was received is gone.
  virtual void on_batch_end(unsigned loop) = 0;
  // Sockets that report_icmp only.
  virtual void on_icmp(UdpSocket& /*socket*/, const IcmpReport& /*report*/) {}
};

}  // namespace visavis::net
