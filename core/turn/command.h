// What the relay asks its shell to do, beside forwarding.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "core/turn/types.h"

namespace visavis::turn {

// A whole STUN message. One that cannot be sent at once is lost, as a datagram may be.
struct SendToClient {
  FiveTuple client;
  std::vector<std::uint8_t> bytes;
};

// Ends a stream client's connection, once what was sent to it has left.
struct CloseClient {
  FiveTuple client;
};

// Open mode: a UDP socket is wanted, on any free port of at least 49,152 (RFC 8656 section 7.2);
// answered by on_relay_bound() or on_relay_failed().
struct BindRelay {
  RelayId relay;
  bool ipv6 = false;
  bool even_port = false;
  // The next higher port as well, if the value is not 0: bound under this id and kept aside for
  // whichever loop asks for it by TakeRelay.
  RelayId next_port;
};

// Open mode: the port that was kept aside under this id, on whichever loop, is wanted here;
// answered by on_relay_bound() or on_relay_failed().
struct TakeRelay {
  RelayId relay;
};

// Closes the socket, also one that is kept aside; data that arrived before is dropped.
struct CloseRelay {
  RelayId relay;
};

using Command = std::variant<SendToClient, CloseClient, BindRelay, TakeRelay, CloseRelay>;

}  // namespace visavis::turn
