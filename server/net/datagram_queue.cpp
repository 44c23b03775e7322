#include "server/net/datagram_queue.h"

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <functional>
#include <utility>

#include "server/net/socket_address.h"
#include "server/net/udp_socket.h"

namespace visavis::net {
namespace {

// UDP_MAX_SEGMENTS of the older kernels, and the largest datagram of IPv6 without options, which is
// the smaller one.
constexpr std::uint32_t kSegmentsMax = 64;
constexpr std::size_t kMessageBytesMax = 65'535 - 40 - 8;

constexpr std::size_t kEntriesMax = 4'096;
constexpr std::size_t kBuckets = 256;
constexpr std::size_t kArenaBytes = std::size_t{4} * DatagramQueue::kCopyBytesMax;
constexpr int kSegmentationRefusalsMax = 64;

constexpr std::size_t kPiecesPerEntryMax = 3;  // header, body, padding
constexpr std::size_t kPiecesMax = 2'048;
constexpr std::size_t kMessagesMax = 64;
constexpr std::size_t kControlBytes =
    CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(std::uint16_t));

constexpr std::array<std::uint8_t, 3> kZeros{};

std::size_t hash_of(const UdpSocket& socket, const UdpPath& path) {
  const std::size_t address = std::hash<TransportAddress>{}(path.remote);
  const std::size_t mixed = address ^ std::hash<const void*>{}(&socket);
  return (mixed * 0x9E3779B97F4A7C15U) >> 56U;
}
static_assert(kBuckets == 256, "the eight bits that hash_of() leaves");

template <typename T>
void put_control(msghdr& header, std::size_t& used, int level, int type, const T& value) {
  auto* const part =
      reinterpret_cast<cmsghdr*>(static_cast<std::uint8_t*>(header.msg_control) + used);
  part->cmsg_level = level;
  part->cmsg_type = type;
  part->cmsg_len = CMSG_LEN(sizeof value);
  std::memcpy(CMSG_DATA(part), &value, sizeof value);
  used += CMSG_SPACE(sizeof value);
}

// The answer to a datagram that came to a host's second address must leave from that one: the
// client, and the NATs before it, expect it from nowhere else. Which interface it takes stays the
// routing table's choice.
void put_local_address(msghdr& header, std::size_t& used, const UdpPath& path) {
  const auto& bytes = path.local.bytes();
  if (path.remote.address.is_v4()) {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, bytes.data() + 12, sizeof info.ipi_spec_dst);
    put_control(header, used, IPPROTO_IP, IP_PKTINFO, info);
  } else {
    in6_pktinfo info{};
    std::memcpy(&info.ipi6_addr, bytes.data(), sizeof info.ipi6_addr);
    info.ipi6_ifindex = path.interface;
    put_control(header, used, IPPROTO_IPV6, IPV6_PKTINFO, info);
  }
}

// Where a message goes, as the kernel reads it.
struct Envelope {
  SocketAddress to;
  alignas(cmsghdr) std::array<std::uint8_t, kControlBytes> control;
};

// `segment_bytes` is 0 for a single datagram.
void address(msghdr& header, Envelope& envelope, const UdpPath& path, std::size_t segment_bytes) {
  envelope.to = to_socket_address(path.remote);
  if (path.interface != 0) {
    reinterpret_cast<sockaddr_in6&>(envelope.to.storage).sin6_scope_id = path.interface;
  }
  header.msg_name = &envelope.to.storage;
  header.msg_namelen = envelope.to.size;
  header.msg_control = envelope.control.data();
  std::size_t used = 0;
  if (path.local != IpAddress()) put_local_address(header, used, path);
  if (segment_bytes != 0) {
    put_control(header, used, IPPROTO_UDP, UDP_SEGMENT, static_cast<std::uint16_t>(segment_bytes));
  }
  header.msg_controllen = used;
}

iovec to_iovec(ByteView bytes) { return {const_cast<std::uint8_t*>(bytes.data()), bytes.size()}; }

bool is_end_of(const iovec& piece, const std::uint8_t* next) {
  return static_cast<const std::uint8_t*>(piece.iov_base) + piece.iov_len == next;
}

}  // namespace

// Messages for one socket, as the kernel takes them.
struct DatagramQueue::Wire {
  struct Message {
    const Flow* flow;
    Run run;
    Envelope envelope;
  };
  std::array<mmsghdr, kMessagesMax> headers;
  std::array<Message, kMessagesMax> messages;
  std::array<iovec, kPiecesMax> pieces;
  std::size_t count = 0;
  std::size_t pieces_used = 0;

  bool fits(const Flow& flow) const {
    if (count == 0) return true;
    const Flow& other = *messages[0].flow;
    return other.socket == flow.socket && other.dont_fragment == flow.dont_fragment &&
           count < kMessagesMax && pieces_used + kSegmentsMax * kPiecesPerEntryMax <= kPiecesMax;
  }
};

DatagramQueue::DatagramQueue(Counters& counters) : counters_(counters), buckets_(kBuckets, kNone) {}
DatagramQueue::~DatagramQueue() = default;

MutableByteView DatagramQueue::push(UdpSocket& socket, const UdpPath& path,
                                    const OutgoingDatagram& datagram) {
  assert(datagram.header_bytes <= OutgoingDatagram::kHeaderBytesMax &&
         datagram.padding_bytes <= kZeros.size());
  if (entries_.size() >= kEntriesMax) flush();
  if (datagram.header_bytes <= datagram.room_before.size()) {
    const MutableByteView header = datagram.room_before.last(datagram.header_bytes);
    const std::uint8_t* const begin = datagram.data.data() - header.size();
    assert(header.empty() || header.data() == begin);
    append(socket, path, datagram, {}, {begin, header.size() + datagram.data.size()});
    return header;
  }
  const MutableByteView header = take_arena(datagram.header_bytes);
  append(socket, path, datagram, header, datagram.data);
  return header;
}

void DatagramQueue::push_copy(UdpSocket& socket, const UdpPath& path, ByteView bytes) {
  assert(bytes.size() <= kCopyBytesMax);
  if (entries_.size() >= kEntriesMax) flush();
  const MutableByteView copy = take_arena(bytes.size());
  if (!bytes.empty()) std::memcpy(copy.data(), bytes.data(), bytes.size());
  append(socket, path, {}, {}, copy);
}

MutableByteView DatagramQueue::take_arena(std::size_t bytes) {
  if (!arena_) arena_.reset(new std::uint8_t[kArenaBytes]);
  if (arena_used_ + bytes > kArenaBytes) flush();
  const MutableByteView taken{arena_.get() + arena_used_, bytes};
  arena_used_ += bytes;
  return taken;
}

DatagramQueue::Flow& DatagramQueue::flow_of(UdpSocket& socket, const UdpPath& path,
                                            bool dont_fragment) {
  const auto is_it = [&](const Flow& flow) {
    return flow.socket == &socket && flow.dont_fragment == dont_fragment && flow.path == path;
  };
  if (last_flow_ != kNone && is_it(flows_[last_flow_])) return flows_[last_flow_];
  const auto bucket = static_cast<std::uint32_t>(hash_of(socket, path));
  for (last_flow_ = buckets_[bucket]; last_flow_ != kNone;
       last_flow_ = flows_[last_flow_].next_in_bucket) {
    if (is_it(flows_[last_flow_])) return flows_[last_flow_];
  }
  last_flow_ = static_cast<std::uint32_t>(flows_.size());
  flows_.push_back({.socket = &socket,
                    .path = path,
                    .dont_fragment = dont_fragment,
                    .bucket = bucket,
                    .next_in_bucket = buckets_[bucket]});
  buckets_[bucket] = last_flow_;
  return flows_.back();
}

void DatagramQueue::append(UdpSocket& socket, const UdpPath& path, const OutgoingDatagram& datagram,
                           ByteView header, ByteView body) {
  Flow& flow = flow_of(socket, path, datagram.dont_fragment);
  const auto index = static_cast<std::uint32_t>(entries_.size());
  entries_.push_back({.header = header,
                      .body = body,
                      .padding_bytes = static_cast<std::uint32_t>(datagram.padding_bytes)});
  (flow.first == kNone ? flow.first : entries_[flow.last].next) = index;
  flow.last = index;
}

void DatagramQueue::flush() {
  if (entries_.empty()) return;
  if (!wire_) wire_ = std::make_unique<Wire>();
  for (const Flow& flow : flows_) {
    for (std::uint32_t first = flow.first; first != kNone;) {
      const Run run = next_run(flow, first);
      if (!wire_->fits(flow)) send_messages();
      add_message(flow, run);
      first = run.next;
    }
  }
  send_messages();
  clear();
}

// Segments are of one size, the last may be smaller; an empty datagram cannot be one of several.
DatagramQueue::Run DatagramQueue::next_run(const Flow& flow, std::uint32_t first) const {
  const Entry& head = entries_[first];
  Run run{.first = first, .count = 1, .segment_bytes = head.size(), .next = head.next};
  if (!flow.socket->can_segment() || segmentation_refusals_ >= kSegmentationRefusalsMax ||
      run.segment_bytes == 0) {
    return run;
  }
  std::size_t total = run.segment_bytes;
  while (run.next != kNone && run.count < kSegmentsMax) {
    const Entry& entry = entries_[run.next];
    const std::size_t size = entry.size();
    if (size == 0 || size > run.segment_bytes || total + size > kMessageBytesMax) break;
    total += size;
    ++run.count;
    run.next = entry.next;
    if (size < run.segment_bytes) break;
  }
  return run;
}

void DatagramQueue::add_message(const Flow& flow, const Run& run) {
  Wire& wire = *wire_;
  Wire::Message& message = wire.messages[wire.count];
  message.flow = &flow;
  message.run = run;
  mmsghdr& header = wire.headers[wire.count++];
  header = {};
  address(header.msg_hdr, message.envelope, flow.path, run.count > 1 ? run.segment_bytes : 0);
  const std::size_t first_piece = wire.pieces_used;
  std::uint32_t index = run.first;
  for (std::uint32_t i = 0; i < run.count; ++i) {
    add_pieces(entries_[index], first_piece);
    index = entries_[index].next;
  }
  header.msg_hdr.msg_iov = &wire.pieces[first_piece];
  header.msg_hdr.msg_iovlen = wire.pieces_used - first_piece;
}

// Neighbours in memory become one piece: what is forwarded in place, header over header, leaves as
// the buffer it came in.
void DatagramQueue::add_pieces(const Entry& entry, std::size_t first_piece) {
  Wire& wire = *wire_;
  const ByteView padding(kZeros.data(), entry.padding_bytes);
  for (const ByteView part : {entry.header, entry.body, padding}) {
    if (part.empty()) continue;
    const bool joins =
        wire.pieces_used > first_piece && is_end_of(wire.pieces[wire.pieces_used - 1], part.data());
    if (joins) {
      wire.pieces[wire.pieces_used - 1].iov_len += part.size();
    } else {
      wire.pieces[wire.pieces_used++] = to_iovec(part);
    }
  }
}

void DatagramQueue::send_messages() {
  Wire& wire = *wire_;
  const Flow* const flow = wire.count > 0 ? wire.messages[0].flow : nullptr;
  if (flow != nullptr) flow->socket->set_dont_fragment(flow->dont_fragment);
  bool retried = false;
  for (std::size_t done = 0; done < wire.count;) {
    const int sent = ::sendmmsg(flow->socket->descriptor(), &wire.headers[done],
                                static_cast<unsigned>(wire.count - done), MSG_DONTWAIT);
    if (sent <= 0) {
      const int error = errno;
      const bool is_full = error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS;
      // Otherwise once more: it may be the ICMP answer to something sent earlier, which says
      // nothing about this message.
      if (!is_full && !std::exchange(retried, true)) continue;
      retried = false;
      const std::size_t end = is_full ? wire.count : done + 1;
      for (; done < end; ++done) give_up(wire.messages[done].flow, wire.messages[done].run, error);
      continue;
    }
    retried = false;
    for (int i = 0; i < sent; ++i) {
      counters_.datagrams_written.add(wire.messages[done++].run.count);
    }
  }
  wire.count = 0;
  wire.pieces_used = 0;
}

// A message that the kernel did not take: lost, unless it was the segmentation that it refused.
void DatagramQueue::give_up(const Flow* flow, const Run& run, int error) {
  const bool segmentation_refused =
      run.count > 1 && (error == EIO || error == EINVAL || error == EMSGSIZE);
  if (!segmentation_refused) return counters_.datagrams_dropped.add(run.count);
  if (error == EIO) ++segmentation_refusals_;
  std::uint32_t index = run.first;
  for (std::uint32_t i = 0; i < run.count; ++i) {
    const Entry& entry = entries_[index];
    send_singly(*flow, entry);
    index = entry.next;
  }
}

void DatagramQueue::send_singly(const Flow& flow, const Entry& entry) {
  std::array<iovec, kPiecesPerEntryMax> pieces{to_iovec(entry.header), to_iovec(entry.body),
                                               to_iovec({kZeros.data(), entry.padding_bytes})};
  Envelope envelope;
  msghdr header{};
  address(header, envelope, flow.path, 0);
  header.msg_iov = pieces.data();
  header.msg_iovlen = pieces.size();
  const bool sent = ::sendmsg(flow.socket->descriptor(), &header, MSG_DONTWAIT) >= 0;
  (sent ? counters_.datagrams_written : counters_.datagrams_dropped).add();
}

void DatagramQueue::clear() {
  for (const Flow& flow : flows_) buckets_[flow.bucket] = kNone;
  flows_.clear();
  entries_.clear();
  last_flow_ = kNone;
  arena_used_ = 0;
}

}  // namespace visavis::net
