// For tests: a UDP client with a real socket. Waits end after a while, as a failure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/transport_address.h"

namespace visavis::net::test {

class TestPeer {
 public:
  // On any free port of this host's `address`.
  explicit TestPeer(const IpAddress& address);
  ~TestPeer();
  TestPeer(const TestPeer&) = delete;
  TestPeer& operator=(const TestPeer&) = delete;

  const TransportAddress& address() const { return address_; }
  void send(std::string_view bytes, const TransportAddress& to) const;
  // As one burst of datagrams of this size (UDP_SEGMENT), the last perhaps shorter.
  void send_segments(std::string_view bytes, std::size_t segment_bytes,
                     const TransportAddress& to) const;

  // From now on, what the kernel has joined (UDP_GRO) is received as one.
  void join_bursts();

  struct Received {
    TransportAddress from;
    std::string bytes;
  };
  // Throws std::runtime_error when nothing comes in time.
  Received receive_datagram() const;
  // "SENDER TEXT"
  std::string receive() const;

 private:
  int socket_;
  TransportAddress address_;
};

}  // namespace visavis::net::test
