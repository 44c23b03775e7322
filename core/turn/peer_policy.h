// Whom a client may send to.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/ip_address.h"
#include "core/base/transport_address.h"

namespace visavis::turn {

// Closed mode: the addresses that allocations get, routed nowhere (RFC 5737, RFC 3849). A
// permission or channel is granted exactly for these.
IpAddress virtual_address(bool ipv6);
bool is_virtual(const IpAddress& address);

// Open mode: any peer but those that lead into somebody's own network or back to this server
// (RFC 8656 section 21.2). Addresses that carry an IPv4 address inside (IPv4-mapped and
// -compatible, 6to4, NAT64, Teredo, ISATAP) are judged by that one as well.
struct OpenPeerPolicy {
  std::vector<IpNetwork> allow;  // wins over every ban
  std::vector<IpAddress> own;    // addresses of this host

  bool allows(const IpAddress& peer) const;
};

}  // namespace visavis::turn
