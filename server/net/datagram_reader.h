// What the UDP sockets of one loop receive into: many datagrams per system call, and those that the
// kernel has joined (UDP_GRO) as one buffer with a segment size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/base/bytes.h"
#include "server/net/datagram.h"

namespace visavis::net {

class DatagramReader {
 public:
  // Messages per call. Their buffers are 2 MB of addresses, of which the kernel backs what was ever
  // used: single datagrams touch the first pages of each.
  static constexpr int kMessagesMax = 32;

  DatagramReader();
  ~DatagramReader();
  DatagramReader(const DatagramReader&) = delete;
  DatagramReader& operator=(const DatagramReader&) = delete;

  // So many messages are there now; -1: errno says why there are none. What was received before is
  // gone.
  int receive(int descriptor);

  // One datagram, or several of one sender: each of segment_bytes but the last, which may be
  // shorter.
  struct Message {
    UdpPath path;
    MutableByteView bytes;
    std::size_t segment_bytes = 0;
    bool complete = false;  // false: it did not fit, and is of no use
  };
  Message message(int index) const;

 private:
  struct Slots;

  std::unique_ptr<Slots> slots_;
  int used_ = kMessagesMax;  // to be made ready for the next call
};

}  // namespace visavis::net
