// Open mode: the UDP sockets of one loop behind relayed transport addresses (RFC 8656 section 7.2).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/base/random.h"
#include "core/turn/command.h"
#include "server/net/udp_socket.h"
#include "server/services/reserved_ports.h"

namespace visavis::services {

struct RelayAddresses {
  // This host's, to bind relay sockets to; one per family at most. Without one of a family: the
  // address that the client reached.
  std::vector<IpAddress> bind;
  // What peers see of them, where that is another one (behind a 1:1 NAT); one per family at most.
  std::vector<IpAddress> external;
  // All that this host has.
  std::vector<IpAddress> own;
};

// Of this host now.
std::vector<IpAddress> own_addresses();

// Belongs to its loop's thread. A socket's tag is its RelayId.
class RelaySockets {
 public:
  // All must outlive this.
  RelaySockets(net::EventLoop& loop, net::DatagramHandler& handler, const RelayAddresses& addresses,
               ReservedPorts& reserved, Random& random)
      : loop_(loop),
        handler_(handler),
        addresses_(addresses),
        reserved_(reserved),
        random_(random) {}
  ~RelaySockets();
  RelaySockets(const RelaySockets&) = delete;
  RelaySockets& operator=(const RelaySockets&) = delete;

  // `reached` is where the client that asks reached us. Returns the relayed transport address, as
  // peers see it; nothing when no port is free.
  std::optional<TransportAddress> bind(const turn::BindRelay& wish, const IpAddress& reached);
  // The port that was kept aside under this id, on whichever loop. Likewise; after a failure it is
  // closed.
  std::optional<TransportAddress> take(turn::RelayId relay);
  // Also one that is kept aside.
  void close(turn::RelayId relay);
  // Null: there is none.
  net::UdpSocket* find(turn::RelayId relay);

 private:
  struct Choice {
    IpAddress bound;
    IpAddress announced;
  };
  std::optional<Choice> choose(bool ipv6, const IpAddress& reached) const;
  std::uint16_t random_port();
  static std::optional<net::BoundUdpSocket> open(const TransportAddress& address, int buffer_bytes);
  bool start(turn::RelayId relay, net::BoundUdpSocket bound);

  net::EventLoop& loop_;
  net::DatagramHandler& handler_;
  const RelayAddresses& addresses_;
  ReservedPorts& reserved_;
  Random& random_;
  std::unordered_map<turn::RelayId, std::unique_ptr<net::UdpSocket>> sockets_;
};

}  // namespace visavis::services
