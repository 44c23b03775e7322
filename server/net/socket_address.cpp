#include "server/net/socket_address.h"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace visavis::net {

TransportAddress to_transport_address(const sockaddr_storage& storage) {
  if (storage.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
    std::array<std::uint8_t, 4> bytes;
    std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
    return {IpAddress::v4(bytes), ntohs(v4.sin_port)};
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
  std::array<std::uint8_t, 16> bytes;
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return {IpAddress::v6(bytes), ntohs(v6.sin6_port)};
}

SocketAddress to_socket_address(const TransportAddress& address) {
  SocketAddress result;
  const auto& bytes = address.address.bytes();
  if (address.address.is_v4()) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(result.storage);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(address.port);
    std::memcpy(&v4.sin_addr, bytes.data() + 12, sizeof v4.sin_addr);
    result.size = sizeof v4;
  } else {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(result.storage);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(address.port);
    std::memcpy(&v6.sin6_addr, bytes.data(), sizeof v6.sin6_addr);
    result.size = sizeof v6;
  }
  return result;
}

}  // namespace visavis::net
