#include "core/turn/peer_policy.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace visavis::turn {
namespace {

// What is not somebody else's host on the Internet: the special-purpose registries of IANA (RFC
// 6890) as far as they are not globally reachable, and multicast.
constexpr std::string_view kBanned[] = {
    "0.0.0.0/8",        // this host: Linux takes 0.0.0.0 for loopback
    "10.0.0.0/8",       // private
    "100.64.0.0/10",    // carrier-grade NAT, also a cloud's inside
    "127.0.0.0/8",      // loopback
    "169.254.0.0/16",   // link-local, also a cloud's metadata
    "172.16.0.0/12",    // private
    "192.0.0.0/24",     // protocol assignments
    "192.0.2.0/24",     // documentation
    "192.88.99.0/24",   // 6to4 relays
    "192.168.0.0/16",   // private
    "198.18.0.0/15",    // benchmarks
    "198.51.100.0/24",  // documentation
    "203.0.113.0/24",   // documentation
    "224.0.0.0/4",      // multicast
    "240.0.0.0/4",      // reserved, and broadcast
    "::/128",           // this host, as 0.0.0.0
    "::1/128",          // loopback
    "64:ff9b:1::/48",   // NAT64 of a local network
    "100::/64",         // discard
    "2001:2::/48",      // benchmarks
    "2001:10::/28",     // ORCHID
    "2001:20::/28",     // ORCHIDv2
    "2001:db8::/32",    // documentation
    "3fff::/20",        // documentation
    "5f00::/16",        // segment routing
    "fc00::/7",         // unique local
    "fe80::/10",        // link-local
    "fec0::/10",        // site-local, deprecated
    "ff00::/8",         // multicast
};

const std::vector<IpNetwork>& banned() {
  static const std::vector<IpNetwork> networks = [] {
    std::vector<IpNetwork> parsed;
    for (const auto text : kBanned) parsed.push_back(IpNetwork::parse(text).value());
    return parsed;
  }();
  return networks;
}

bool contains(const std::vector<IpNetwork>& networks, const IpAddress& address) {
  return std::ranges::any_of(networks, [&](const auto& n) { return n.contains(address); });
}

bool starts_with(const IpAddress& address, std::initializer_list<std::uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), address.bytes().begin());
}

IpAddress v4_at(const IpAddress& address, std::size_t index, std::uint8_t mask = 0) {
  std::array<std::uint8_t, 4> v4{};
  for (std::size_t i = 0; i < v4.size(); ++i) v4[i] = address.bytes()[index + i] ^ mask;
  return IpAddress::v4(v4);
}

// RFC 5214 section 6.1: the interface identifier is 00-00-5E-FE or 02-00-5E-FE and an IPv4 address.
bool is_isatap(const IpAddress& address) {
  const auto& bytes = address.bytes();
  return (bytes[8] & 0xFDU) == 0 && bytes[9] == 0 && bytes[10] == 0x5E && bytes[11] == 0xFE;
}

// The IPv4 addresses that a gateway would find in an IPv6 address.
std::vector<IpAddress> embedded_v4(const IpAddress& address) {
  std::vector<IpAddress> found;
  if (address.is_v4()) return found;
  if (starts_with(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) ||           // IPv4-compatible
      starts_with(address, {0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0}) ||     // IPv4-translated
      starts_with(address, {0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0})) {  // NAT64, RFC 6052
    found.push_back(v4_at(address, 12));
  }
  if (starts_with(address, {0x20, 0x02})) found.push_back(v4_at(address, 2));  // 6to4, RFC 3056
  if (starts_with(address, {0x20, 0x01, 0, 0})) {  // Teredo, RFC 4380 section 4
    found.push_back(v4_at(address, 4));
    found.push_back(v4_at(address, 12, 0xFF));
  }
  if (is_isatap(address)) found.push_back(v4_at(address, 12));
  return found;
}

}  // namespace

IpAddress virtual_address(bool ipv6) {
  return ipv6 ? IpAddress::v6({0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})
              : IpAddress::v4({192, 0, 2, 1});
}

bool is_virtual(const IpAddress& address) {
  return address == virtual_address(false) || address == virtual_address(true);
}

bool OpenPeerPolicy::allows(const IpAddress& peer) const {
  if (contains(allow, peer)) return true;
  if (contains(banned(), peer) || std::ranges::find(own, peer) != own.end()) return false;
  return std::ranges::all_of(embedded_v4(peer), [this](const auto& v4) { return allows(v4); });
}

}  // namespace visavis::turn
