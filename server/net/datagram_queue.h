// What the UDP sockets of one loop send: gathered until flush(), then grouped by where it goes, so
// that a run of datagrams on one path is one trip through the kernel (UDP_SEGMENT) and everything
// of one socket one system call (sendmmsg).
//
// What a socket does not take at once is dropped and counted, never queued: so may the network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/bytes.h"
#include "server/net/counters.h"
#include "server/net/datagram.h"

namespace visavis::net {

// Belongs to its loop's thread.
class DatagramQueue {
 public:
  explicit DatagramQueue(Counters& counters);
  ~DatagramQueue();
  DatagramQueue(const DatagramQueue&) = delete;
  DatagramQueue& operator=(const DatagramQueue&) = delete;

  // Returns where the header is to be written. What is sent on one path keeps its order.
  MutableByteView push(UdpSocket& socket, const UdpPath& path, const OutgoingDatagram& datagram);
  // The same for bytes that do not stay. At most kCopyBytesMax.
  void push_copy(UdpSocket& socket, const UdpPath& path, ByteView bytes);
  static constexpr std::size_t kCopyBytesMax = 65'536;

  // Sends everything. Calls nobody back.
  void flush();

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  struct Entry {
    ByteView header;  // empty where it stands right before the data, as part of it
    ByteView body;
    std::uint32_t padding_bytes = 0;
    std::uint32_t next = kNone;  // of the same flow
    std::size_t size() const { return header.size() + body.size() + padding_bytes; }
  };
  // Entries on one path, in order.
  struct Flow {
    UdpSocket* socket = nullptr;
    UdpPath path;
    bool dont_fragment = false;
    std::uint32_t first = kNone;
    std::uint32_t last = kNone;
    std::uint32_t bucket = 0;
    std::uint32_t next_in_bucket = kNone;
  };
  // Consecutive entries of a flow that leave as one message.
  struct Run {
    std::uint32_t first = kNone;
    std::uint32_t count = 0;
    std::size_t segment_bytes = 0;
    std::uint32_t next = kNone;  // what follows it in the flow
  };
  struct Wire;

  MutableByteView take_arena(std::size_t bytes);
  Flow& flow_of(UdpSocket& socket, const UdpPath& path, bool dont_fragment);
  void append(UdpSocket& socket, const UdpPath& path, const OutgoingDatagram& datagram,
              ByteView header, ByteView body);

  Run next_run(const Flow& flow, std::uint32_t first) const;
  void add_message(const Flow& flow, const Run& run);
  void add_pieces(const Entry& entry, std::size_t first_piece);
  void send_messages();
  void give_up(const Flow* flow, const Run& run, int error);
  void send_singly(const Flow& flow, const Entry& entry);
  void clear();

  Counters& counters_;
  std::vector<Entry> entries_;
  std::vector<Flow> flows_;
  std::uint32_t last_flow_ = kNone;  // of the latest entry: most have the same as the one before
  std::vector<std::uint32_t> buckets_;
  std::unique_ptr<std::uint8_t[]> arena_;
  std::size_t arena_used_ = 0;
  std::unique_ptr<Wire> wire_;
  int segmentation_refusals_ = 0;  // by devices that cannot checksum
};

}  // namespace visavis::net
