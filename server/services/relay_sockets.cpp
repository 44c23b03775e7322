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
    auto socket = open(wish.relay, {choice->bound, port});
    if (!socket) continue;
    if (wants_next) {
      auto next = open(wish.next_port, {choice->bound, static_cast<std::uint16_t>(port + 1)});
      if (!next) continue;
      sockets_[wish.next_port] = std::move(next);
    }
    sockets_[wish.relay] = std::move(socket);
    return TransportAddress{choice->announced, port};
  }
  return std::nullopt;
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

// Null: this port is taken.
std::unique_ptr<net::UdpSocket> RelaySockets::open(turn::RelayId relay,
                                                   const TransportAddress& address) {
  auto opened =
      net::UdpSocket::open(loop_, address, {.report_icmp = true, .buffer_bytes = kBufferBytes});
  if (!opened) return nullptr;
  std::unique_ptr<net::UdpSocket> socket = std::move(opened).value();
  socket->set_tag(relay.value);
  return socket->start(handler_) ? std::move(socket) : nullptr;
}

// Events of this round may still point to it.
void RelaySockets::close(turn::RelayId relay) {
  auto node = sockets_.extract(relay);
  if (!node) return;
  node.mapped()->stop();
  loop_.destroy_later(std::move(node.mapped()));
}

net::UdpSocket* RelaySockets::find(turn::RelayId relay) {
  const auto it = sockets_.find(relay);
  return it == sockets_.end() ? nullptr : it->second.get();
}

}  // namespace visavis::services
