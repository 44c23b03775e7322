#include "server/net/udp_socket.h"

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>

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
  auto bound = BoundUdpSocket::open(address, options);
  if (!bound) return Failure{bound.error()};
  return std::make_unique<UdpSocket>(loop, std::move(bound).value());
}

UdpSocket::UdpSocket(EventLoop& loop, BoundUdpSocket bound)
    : loop_(loop), bound_(std::move(bound)) {}

UdpSocket::~UdpSocket() {
  stop();
  loop_.datagrams().flush();
}

bool UdpSocket::start(DatagramHandler& handler) {
  if (!loop_.poller().add(descriptor(), *this)) return false;
  handler_ = &handler;
  return true;
}

void UdpSocket::stop() {
  if (std::exchange(handler_, nullptr) != nullptr) loop_.poller().remove(descriptor());
}

void UdpSocket::set_dont_fragment(bool dont_fragment) {
  if (std::exchange(dont_fragment_, dont_fragment) == dont_fragment) return;
  if (address().address.is_v4()) {
    set_option(descriptor(), IPPROTO_IP, IP_MTU_DISCOVER,
               dont_fragment ? IP_PMTUDISC_DO : IP_PMTUDISC_DONT);
  } else {
    set_option(descriptor(), IPPROTO_IPV6, IPV6_MTU_DISCOVER,
               dont_fragment ? IPV6_PMTUDISC_DO : IPV6_PMTUDISC_DONT);
  }
}

void UdpSocket::on_ready(Readiness readiness) {
  if (bound_.reports_icmp() && readiness.hung_up) read_errors();
  for (int i = 0; i < kBatchesPerRound && handler_ != nullptr; ++i) {
    const int count = loop_.datagram_reader().receive(descriptor());
    if (count <= 0) return;
    hand_over(count);
    // Fewer than would fit: nothing is left, or ICMP broke the batch off. The kernel reports that
    // as an edge of its own, so what is behind it need not be asked for here.
    if (count < DatagramReader::kMessagesMax) return;
  }
  if (handler_ != nullptr) loop_.poller().rearm(descriptor(), *this);
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
    if (::recvmsg(descriptor(), &header, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) break;
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
