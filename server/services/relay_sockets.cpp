#include "server/services/relay_sockets.h"

#include <ifaddrs.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "server/net/socket_address.h"

namespace visavis::services {
namespace {

// The dynamic ports (RFC 6335 section 6), which RFC 8656 section 7.2 asks for.
constexpr unsigned kPortMin = 49'152;
constexpr unsigned kPorts = 65'536 - kPortMin;
constexpr int kTriesMax = 64;
// Less than a listening port's: it serves one client.
constexpr int kBufferBytes = 1 << 20;
// Of a port that is kept aside: what comes before anybody relays through it is lost anyway.
constexpr int kReservedBufferBytes = 4096;

const IpAddress* find_family(const std::vector<IpAddress>& addresses, bool ipv6) {
  const auto it = std::ranges::find(addresses, !ipv6, &IpAddress::is_v4);
  return it == addresses.end() ? nullptr : &*it;
}

bool is_link_local(const IpAddress& address) {
  const auto& bytes = address.bytes();
  if (address.is_v4()) return bytes[12] == 169 && bytes[13] == 254;
  return bytes[0] == 0xFE && (bytes[1] & 0xC0) == 0x80;
}

}  // namespace

std::vector<IpAddress> own_addresses() {
  std::vector<IpAddress> found;
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return found;
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(all, ::freeifaddrs);
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr) continue;
    const int family = one->ifa_addr->sa_family;
    if (family != AF_INET && family != AF_INET6) continue;
    sockaddr_storage storage{};
    std::memcpy(&storage, one->ifa_addr,
                family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
    found.push_back(net::to_transport_address(storage).address);
  }
  return found;
}

RelaySockets::~RelaySockets() = default;

std::optional<TransportAddress> RelaySockets::bind(const turn::BindRelay& wish,
                                                   const IpAddress& reached) {
  const auto choice = choose(wish.ipv6, reached);
  if (!choice) return std::nullopt;
  const bool wants_next = wish.next_port.value != 0;
  for (int i = 0; i < kTriesMax; ++i) {
    std::uint16_t port = random_port();
    if (wish.even_port || wants_next) port &= 0xFFFE;
    auto bound = open({choice->bound, port}, kBufferBytes);
    if (!bound) continue;
    const auto next_port = static_cast<std::uint16_t>(port + 1);
    if (wants_next) {
      auto next = open({choice->bound, next_port}, kReservedBufferBytes);
      if (!next) continue;
      reserved_.keep(wish.next_port,
                     {.socket = *std::move(next), .relayed = {choice->announced, next_port}});
    }
    if (!start(wish.relay, *std::move(bound))) {
      if (wants_next) reserved_.take(wish.next_port);
      return std::nullopt;
    }
    return TransportAddress{choice->announced, port};
  }
  return std::nullopt;
}

std::optional<TransportAddress> RelaySockets::take(turn::RelayId relay) {
  auto port = reserved_.take(relay);
  if (!port) return std::nullopt;
  port->socket.set_buffers(kBufferBytes);
  if (!start(relay, std::move(port->socket))) return std::nullopt;
  return port->relayed;
}

std::optional<RelaySockets::Choice> RelaySockets::choose(bool ipv6,
                                                         const IpAddress& reached) const {
  const IpAddress* const configured = find_family(addresses_.bind, ipv6);
  const IpAddress* const external = find_family(addresses_.external, ipv6);
  Choice choice;
  if (configured != nullptr) {
    choice.bound = *configured;
  } else if (reached.is_v4() != ipv6) {
    choice.bound = reached;
  } else {
    // The client came over the other family: any address of ours that others can reach.
    const auto it = std::ranges::find_if(addresses_.own, [&](const IpAddress& own) {
      return own.is_v4() != ipv6 && !own.is_loopback() && !is_link_local(own);
    });
    if (it == addresses_.own.end()) return std::nullopt;
    choice.bound = *it;
  }
  choice.announced = external != nullptr ? *external : choice.bound;
  return choice;
}

std::uint16_t RelaySockets::random_port() {
  std::array<std::uint8_t, 2> bytes;
  random_.fill(bytes);
  return static_cast<std::uint16_t>(kPortMin + (bytes[0] << 8U | bytes[1]) % kPorts);
}

// Nothing: this port is taken.
std::optional<net::BoundUdpSocket> RelaySockets::open(const TransportAddress& address,
                                                      int buffer_bytes) {
  auto bound =
      net::BoundUdpSocket::open(address, {.report_icmp = true, .buffer_bytes = buffer_bytes});
  if (!bound) return std::nullopt;
  return std::move(bound).value();
}

// False: the kernel refuses to watch it.
bool RelaySockets::start(turn::RelayId relay, net::BoundUdpSocket bound) {
  auto socket = std::make_unique<net::UdpSocket>(loop_, std::move(bound));
  socket->set_tag(relay.value);
  if (!socket->start(handler_)) return false;
  sockets_[relay] = std::move(socket);
  return true;
}

// Events of this round may still point to it.
void RelaySockets::close(turn::RelayId relay) {
  auto node = sockets_.extract(relay);
  if (!node) {
    reserved_.take(relay);
    return;
  }
  node.mapped()->stop();
  loop_.destroy_later(std::move(node.mapped()));
}

net::UdpSocket* RelaySockets::find(turn::RelayId relay) {
  const auto it = sockets_.find(relay);
  return it == sockets_.end() ? nullptr : it->second.get();
}

}  // namespace visavis::services
