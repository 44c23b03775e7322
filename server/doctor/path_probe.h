// The first routers on the way to a server, from what they say when a packet has gone far enough
// (ICMP Time Exceeded). Needs no privilege: Linux hands such answers to the socket that sent
// (IP_RECVERR). IPv4 only, for which NATs stand in a row. Blocks for a second at most.
#pragma once

#include <vector>

#include "core/base/ip_address.h"
#include "core/base/transport_address.h"

namespace visavis::doctor {

// The nearest first, each that answered. Sends datagrams of a few bytes, as far as three hops.
std::vector<IpAddress> first_hops(const TransportAddress& server);

}  // namespace visavis::doctor
