#include "server/net/udp_socket.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "server/net/socket_address.h"

namespace visavis::net {
namespace {

constexpr int kSocketBufferBytes = 1 << 20;
constexpr std::size_t kBatch = 32;
// Larger ones are cut, and cut ones are thrown away: no request is that large.
constexpr std::size_t kDatagramBytesMax = 2'048;
// Then other sockets of the loop have their turn.
constexpr int kBatchesPerRound = 8;

bool set_option(int descriptor, int level, int name, int value) {
  return ::setsockopt(descriptor, level, name, &value, sizeof value) == 0;
}

// The answer to a datagram that came to a host's second address must leave from that one: the
// client, and the NATs before it, expect it from nowhere else. So the kernel is asked which it was.
bool ask_for_local_address(int descriptor, bool v4) {
  return v4 ? set_option(descriptor, IPPROTO_IP, IP_PKTINFO, 1)
            : set_option(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

// What is received says where it came in; sent back as it is, it would also force the interface,
// which is the routing table's choice.
void leave_interface_open(msghdr& header) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
      reinterpret_cast<in_pktinfo*>(CMSG_DATA(part))->ipi_ifindex = 0;
    }
    if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
      auto* info = reinterpret_cast<in6_pktinfo*>(CMSG_DATA(part));
      if (!IN6_IS_ADDR_LINKLOCAL(&info->ipi6_addr)) info->ipi6_ifindex = 0;
    }
  }
}

}  // namespace

struct UdpSocket::Batch {
  struct Slot {
    sockaddr_storage peer;
    iovec payload;
    alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(in6_pktinfo))> control;
  };
  std::array<Slot, kBatch> slots;
  std::array<mmsghdr, kBatch> headers;
};

Result<std::unique_ptr<UdpSocket>, int> UdpSocket::open(EventLoop& loop,
                                                        const TransportAddress& address) {
  const SocketAddress bound = to_socket_address(address);
  const bool v4 = address.address.is_v4();
  const int descriptor =
      ::socket(bound.storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return Failure{errno};
  std::unique_ptr<UdpSocket> socket(new UdpSocket(loop, descriptor));
  set_option(descriptor, SOL_SOCKET, SO_RCVBUF, kSocketBufferBytes);
  set_option(descriptor, SOL_SOCKET, SO_SNDBUF, kSocketBufferBytes);
  const bool ready = set_option(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) &&
                     (v4 || set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1)) &&
                     ask_for_local_address(descriptor, v4) &&
                     ::bind(descriptor, bound.get(), bound.size) == 0;
  if (!ready) return Failure{errno};
  return socket;
}

UdpSocket::UdpSocket(EventLoop& loop, int descriptor)
    : loop_(loop), descriptor_(descriptor), batch_(std::make_unique<Batch>()) {}

UdpSocket::~UdpSocket() {
  if (handler_ != nullptr) loop_.poller().remove(descriptor_);
  ::close(descriptor_);
}

bool UdpSocket::start(DatagramHandler& handler) {
  if (!loop_.poller().add(descriptor_, *this)) return false;
  handler_ = &handler;
  return true;
}

void UdpSocket::on_ready(Readiness /*readiness*/) {
  for (int i = 0; i < kBatchesPerRound; ++i) {
    const int count = receive(*batch_);
    if (count <= 0) return;
    answer_all(*batch_, count);
    if (static_cast<std::size_t>(count) < kBatch) return;
  }
  loop_.poller().rearm(descriptor_, *this);
}

int UdpSocket::receive(Batch& batch) {
  const MutableByteView buffer = loop_.read_buffer();
  static_assert(kBatch * kDatagramBytesMax <= 65'536, "the loop's read buffer holds a batch");
  for (std::size_t i = 0; i < kBatch; ++i) {
    Batch::Slot& slot = batch.slots[i];
    slot.payload = {buffer.data() + i * kDatagramBytesMax, kDatagramBytesMax};
    batch.headers[i] = {};
    batch.headers[i].msg_hdr = {.msg_name = &slot.peer,
                                .msg_namelen = sizeof slot.peer,
                                .msg_iov = &slot.payload,
                                .msg_iovlen = 1,
                                .msg_control = slot.control.data(),
                                .msg_controllen = slot.control.size(),
                                .msg_flags = 0};
  }
  while (true) {
    const int count = ::recvmmsg(descriptor_, batch.headers.data(), kBatch, MSG_DONTWAIT, nullptr);
    // An ICMP error of an earlier answer is not about what waits here.
    if (count >= 0 || (errno != EINTR && errno != ECONNREFUSED)) return count;
  }
}

void UdpSocket::answer_all(Batch& batch, int count) {
  for (int i = 0; i < count; ++i) {
    msghdr& header = batch.headers[i].msg_hdr;
    Batch::Slot& slot = batch.slots[i];
    loop_.counters().datagrams_read.add();
    if ((header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) continue;
    const ByteView datagram{static_cast<const std::uint8_t*>(slot.payload.iov_base),
                            batch.headers[i].msg_len};
    const ByteView answer =
        handler_->answer(loop_.index(), datagram, to_transport_address(slot.peer));
    if (answer.empty()) continue;
    leave_interface_open(header);
    slot.payload = {const_cast<std::uint8_t*>(answer.data()), answer.size()};
    header.msg_flags = 0;
    // What the kernel does not take is lost, as a datagram may be: the client asks again.
    if (::sendmsg(descriptor_, &header, MSG_DONTWAIT) >= 0) {
      loop_.counters().datagrams_written.add();
    }
  }
}

}  // namespace visavis::net
