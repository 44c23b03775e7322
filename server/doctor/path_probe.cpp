#include "server/doctor/path_probe.h"

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <optional>

#include "server/net/clock.h"
#include "server/net/socket_address.h"

namespace visavis::doctor {
namespace {

constexpr std::size_t kHops = 3;
constexpr Duration kPatience = seconds(1);

// A socket whose datagrams go so far and no farther.
class Probe {
 public:
  Probe(const TransportAddress& server, int hops)
      : descriptor_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    const net::SocketAddress to = net::to_socket_address(server);
    const int on = 1;
    const std::array<char, 4> nothing{};
    if (descriptor_ < 0 || ::connect(descriptor_, to.get(), to.size) != 0 ||
        ::setsockopt(descriptor_, IPPROTO_IP, IP_TTL, &hops, sizeof hops) != 0 ||
        ::setsockopt(descriptor_, IPPROTO_IP, IP_RECVERR, &on, sizeof on) != 0) {
      return;
    }
    waits_ = ::send(descriptor_, nothing.data(), nothing.size(), MSG_NOSIGNAL) >= 0;
  }
  ~Probe() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  bool waits() const { return waits_; }
  int descriptor() const { return descriptor_; }
  const std::optional<IpAddress>& router() const { return router_; }

  // After it became readable: something was said of what it sent.
  void listen() {
    waits_ = false;
    std::array<char, 512> control{};
    std::array<char, 64> quoted{};
    iovec part{.iov_base = quoted.data(), .iov_len = quoted.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (::recvmsg(descriptor_, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return;
    for (cmsghdr* part_of = CMSG_FIRSTHDR(&message); part_of != nullptr;
         part_of = CMSG_NXTHDR(&message, part_of)) {
      if (part_of->cmsg_level != IPPROTO_IP || part_of->cmsg_type != IP_RECVERR) continue;
      std::array<char, sizeof(sock_extended_err) + sizeof(sockaddr_in)> data{};
      std::memcpy(data.data(), CMSG_DATA(part_of), data.size());
      sock_extended_err error{};
      std::memcpy(&error, data.data(), sizeof error);
      if (error.ee_origin != SO_EE_ORIGIN_ICMP || error.ee_type != ICMP_TIME_EXCEEDED) continue;
      sockaddr_storage offender{};
      std::memcpy(&offender, data.data() + sizeof error, sizeof(sockaddr_in));
      router_ = net::to_transport_address(offender).address;
    }
  }

 private:
  const int descriptor_;
  bool waits_ = false;
  std::optional<IpAddress> router_;
};

}  // namespace

std::vector<IpAddress> first_hops(const TransportAddress& server) {
  std::vector<IpAddress> hops;
  if (!server.address.is_v4()) return hops;
  std::array<Probe, kHops> probes{Probe(server, 1), Probe(server, 2), Probe(server, 3)};
  const Instant deadline = net::monotonic_now() + kPatience;
  while (true) {
    std::array<pollfd, kHops> polls{};
    std::size_t waiting = 0;
    for (std::size_t i = 0; i < kHops; ++i) {
      // POLLERR, which an answer is, needs no asking.
      polls[i] = {.fd = probes[i].waits() ? probes[i].descriptor() : -1, .events = 0, .revents = 0};
      waiting += probes[i].waits() ? 1 : 0;
    }
    const auto left = std::chrono::ceil<milliseconds>(deadline - net::monotonic_now()).count();
    if (waiting == 0 || left <= 0) break;
    ::poll(polls.data(), polls.size(), static_cast<int>(left));
    for (std::size_t i = 0; i < kHops; ++i) {
      if (polls[i].revents != 0) probes[i].listen();
    }
  }
  for (const Probe& probe : probes) {
    if (probe.router()) hops.push_back(*probe.router());
  }
  return hops;
}

}  // namespace visavis::doctor
