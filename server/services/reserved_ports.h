// Open mode: ports that are bound for a RESERVATION-TOKEN (RFC 8656 section 7.2) and kept aside
// until a loop wants them. One for all loops: the kernel decides which of them hears of the token.
#pragma once

#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "core/base/transport_address.h"
#include "core/turn/types.h"
#include "server/net/bound_udp_socket.h"

namespace visavis::services {

// Thread-safe. How many there are is bounded by turn::Ledger, which counts who may reserve one.
class ReservedPorts {
 public:
  struct Port {
    net::BoundUdpSocket socket;
    TransportAddress relayed;  // as peers see it
  };

  // Precondition: none is kept under this id.
  void keep(turn::RelayId relay, Port port) {
    const std::lock_guard lock(mutex_);
    ports_.emplace(relay, std::move(port));
  }
  // Gives it away: to be used, or to be closed by letting go of it.
  std::optional<Port> take(turn::RelayId relay) {
    const std::lock_guard lock(mutex_);
    auto node = ports_.extract(relay);
    if (!node) return std::nullopt;
    return std::move(node.mapped());
  }

 private:
  std::mutex mutex_;
  std::unordered_map<turn::RelayId, Port> ports_;
};

}  // namespace visavis::services
