#include "server/net/bound_udp_socket.h"

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "server/net/socket_address.h"

namespace visavis::net {
namespace {

static_assert(IP_PMTUDISC_DONT == IPV6_PMTUDISC_DONT, "one name serves both families");

bool set_option(int descriptor, int level, int name, int value) {
  return ::setsockopt(descriptor, level, name, &value, sizeof value) == 0;
}

// So that replies leave from the address that was asked.
bool ask_for_local_address(int descriptor, bool v4) {
  return v4 ? set_option(descriptor, IPPROTO_IP, IP_PKTINFO, 1)
            : set_option(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

}  // namespace

Result<BoundUdpSocket, int> BoundUdpSocket::open(const TransportAddress& address,
                                                 const UdpOptions& options) {
  const int family = address.address.is_v4() ? AF_INET : AF_INET6;
  const int descriptor = ::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return Failure{errno};
  BoundUdpSocket socket(descriptor, address);
  if (const int error = socket.set_up(options); error != 0) return Failure{error};
  return socket;
}

BoundUdpSocket::BoundUdpSocket(BoundUdpSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      address_(other.address_),
      reports_icmp_(other.reports_icmp_),
      can_segment_(other.can_segment_) {}

BoundUdpSocket::~BoundUdpSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

// With CAP_NET_ADMIN, beyond what the system lets others have.
void BoundUdpSocket::set_buffers(int bytes) {
  if (!set_option(descriptor_, SOL_SOCKET, SO_RCVBUFFORCE, bytes)) {
    set_option(descriptor_, SOL_SOCKET, SO_RCVBUF, bytes);
  }
  if (!set_option(descriptor_, SOL_SOCKET, SO_SNDBUFFORCE, bytes)) {
    set_option(descriptor_, SOL_SOCKET, SO_SNDBUF, bytes);
  }
}

// errno, or 0.
int BoundUdpSocket::set_up(const UdpOptions& options) {
  const bool v4 = address_.address.is_v4();
  const int level = v4 ? IPPROTO_IP : IPPROTO_IPV6;
  set_buffers(options.buffer_bytes);
  // Kernels before 5.0 have neither; then every datagram comes and goes alone.
  set_option(descriptor_, IPPROTO_UDP, UDP_GRO, 1);
  can_segment_ = set_option(descriptor_, IPPROTO_UDP, UDP_SEGMENT, 0);
  reports_icmp_ =
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

}  // namespace visavis::net
