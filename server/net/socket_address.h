// Between the kernel's socket addresses and ours.
#pragma once

#include <sys/socket.h>

#include "core/base/transport_address.h"

namespace visavis::net {

// Precondition: AF_INET or AF_INET6. A zone is left out.
TransportAddress to_transport_address(const sockaddr_storage& storage);

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};
SocketAddress to_socket_address(const TransportAddress& address);

}  // namespace visavis::net
