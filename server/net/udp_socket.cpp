#include "server/net/udp_socket.h"

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "server/net/datagram_reader.h"
#include "server/net/socket_address.h"

namespace visavis::net {
namespace {

// Then other sockets of the loop have their turn.
constexpr int kBatchesPerRound = 8;
constexpr int kErrorsPerRound = 64;

static_assert(IP_PMTUDISC_DONT == IPV6_PMTUDISC_DONT && IP_PMTUDISC_DO == IPV6_PMTUDISC_DO,
              "one name serves both families");

bool set_option(int descriptor, int level, int name, int value) {
  return ::setsockopt(descriptor, level, name, &value, sizeof value) == 0;
}

// With CAP_NET_ADMIN, beyond what the system lets others have.
void set_buffers(int descriptor, int bytes) {
  if (!set_option(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, bytes)) {
    set_option(descriptor, SOL_SOCKET, SO_RCVBUF, bytes);
  }
  if (!set_option(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, bytes)) {
    set_option(descriptor, SOL_SOCKET, SO_SNDBUF, bytes);
  }
}

// So that replies leave from the address that was asked.
bool ask_for_local_address(int descriptor, bool v4) {
  return v4 ? set_option(descriptor, IPPROTO_IP, IP_PKTINFO, 1)
            : set_option(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

IcmpReport to_report(const sockaddr_storage& remote, const sock_extended_err& error) {
  return {.remote = to_transport_address(remote),
          .type = error.ee_type,
          .code = error.ee_code,
          .data = error.ee_info};
}

}  // namespace

Result<std::unique_ptr<UdpSocket>, int> UdpSocket::open(EventLoop& loop,
                                                        const TransportAddress& address,
                                                        const UdpOptions& options) {
  const int family = address.address.is_v4() ? AF_INET : AF_INET6;
  const int descriptor = ::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return Failure{errno};
  std::unique_ptr<UdpSocket> socket(new UdpSocket(loop, descriptor, address));
  if (const int error = socket->set_up(options); error != 0) return Failure{error};
  return socket;
}

UdpSocket::UdpSocket(EventLoop& loop, int descriptor, const TransportAddress& address)
    : loop_(loop), descriptor_(descriptor), address_(address) {}

// errno, or 0.
int UdpSocket::set_up(const UdpOptions& options) {
  const bool v4 = address_.address.is_v4();
  const int level = v4 ? IPPROTO_IP : IPPROTO_IPV6;
  set_buffers(descriptor_, options.buffer_bytes);
  // Kernels before 5.0 have neither; then every datagram comes and goes alone.
  set_option(descriptor_, IPPROTO_UDP, UDP_GRO, 1);
  can_segment_ = set_option(descriptor_, IPPROTO_UDP, UDP_SEGMENT, 0);
  report_icmp_ =
      options.report_icmp && set_option(descriptor_, level, v4 ? IP_RECVERR : IPV6_RECVERR, 1);
  const SocketAddress bound = to_socket_address(address_);
  const bool ready =
      (options.port_use != PortUse::kShared ||
       set_option(descriptor_, SOL_SOCKET, SO_REUSEPORT, 1)) &&
      (v4 || set_option(descriptor_, IPPROTO_IPV6, IPV6_V6ONLY, 1)) &&
      // What does not fit a link is fragmented, not lost, unless a client wants it otherwise.
      set_option(descriptor_, level, v4 ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER, IP_PMTUDISC_DONT) &&
      ask_for_local_address(descriptor_, v4) && ::bind(descriptor_, bound.get(), bound.size) == 0 &&
      (options.port_use != PortUse::kFirst || set_option(descriptor_, SOL_SOCKET, SO_REUSEPORT, 1));
  if (!ready) return errno;
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return errno;
  address_.port = to_transport_address(storage).port;
  return 0;
}

UdpSocket::~UdpSocket() {
  stop();
  loop_.datagrams().flush();
  ::close(descriptor_);
}

bool UdpSocket::start(DatagramHandler& handler) {
  if (!loop_.poller().add(descriptor_, *this)) return false;
  handler_ = &handler;
  return true;
}

void UdpSocket::stop() {
  if (std::exchange(handler_, nullptr) != nullptr) loop_.poller().remove(descriptor_);
}

void UdpSocket::set_dont_fragment(bool dont_fragment) {
  if (std::exchange(dont_fragment_, dont_fragment) == dont_fragment) return;
  if (address_.address.is_v4()) {
    set_option(descriptor_, IPPROTO_IP, IP_MTU_DISCOVER,
               dont_fragment ? IP_PMTUDISC_DO : IP_PMTUDISC_DONT);
  } else {
    set_option(descriptor_, IPPROTO_IPV6, IPV6_MTU_DISCOVER,
               dont_fragment ? IPV6_PMTUDISC_DO : IPV6_PMTUDISC_DONT);
  }
}

void UdpSocket::on_ready(Readiness readiness) {
  if (report_icmp_ && readiness.hung_up) read_errors();
  for (int i = 0; i < kBatchesPerRound && handler_ != nullptr; ++i) {
    const int count = loop_.datagram_reader().receive(descriptor_);
    if (count <= 0) return;
    hand_over(count);
    // Fewer than would fit: nothing is left, or ICMP broke the batch off. The kernel reports that
    // as an edge of its own, so what is behind it need not be asked for here.
    if (count < DatagramReader::kMessagesMax) return;
  }
  if (handler_ != nullptr) loop_.poller().rearm(descriptor_, *this);
}

void UdpSocket::hand_over(int count) {
  DatagramHandler& handler = *handler_;
  for (int i = 0; i < count; ++i) {
    const DatagramReader::Message message = loop_.datagram_reader().message(i);
    MutableByteView rest = message.bytes;
    do {  // an empty datagram is one, too
      const std::size_t size = std::min(message.segment_bytes, rest.size());
      loop_.counters().datagrams_read.add();
      if (message.complete && handler_ != nullptr) {
        handler.on_datagram(*this, {.path = message.path, .bytes = rest.first(size)});
      }
      rest = rest.subspan(size);
    } while (!rest.empty());
  }
  handler.on_batch_end(loop_.index());
  loop_.datagrams().flush();
}

// What ICMP said about datagrams of ours (ip(7), IP_RECVERR).
void UdpSocket::read_errors() {
  for (int i = 0; i < kErrorsPerRound && handler_ != nullptr; ++i) {
    sockaddr_storage remote{};
    alignas(cmsghdr) std::array<std::uint8_t, 512> control;
    msghdr header{};
    header.msg_name = &remote;
    header.msg_namelen = sizeof remote;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    if (::recvmsg(descriptor_, &header, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) break;
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr;
         part = CMSG_NXTHDR(&header, part)) {
      const bool is_error = (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR) ||
                            (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR);
      if (!is_error) continue;
      sock_extended_err error;
      std::memcpy(&error, CMSG_DATA(part), sizeof error);
      if (error.ee_origin != SO_EE_ORIGIN_ICMP && error.ee_origin != SO_EE_ORIGIN_ICMP6) continue;
      if (handler_ != nullptr) handler_->on_icmp(*this, to_report(remote, error));
    }
  }
  if (handler_ == nullptr) return;
  handler_->on_batch_end(loop_.index());
  loop_.datagrams().flush();
}

}  // namespace visavis::net
