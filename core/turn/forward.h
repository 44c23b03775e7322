// What becomes of application data: where it goes, as views into the packet it came in. Nothing is
// copied and nothing queued; the shell sends it at once, many at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>

#include "core/base/bytes.h"
#include "core/turn/types.h"

namespace visavis::turn {

// To a client of this loop: the header that Server::write_header() makes, then `data`, then as many
// zeros as padding_size() says.
struct ToClient {
  const FiveTuple* client = nullptr;  // valid until the server is called again
  std::uint16_t channel = 0;          // of a ChannelData message; 0: a Data indication
  TransportAddress peer;              // who it is from, for the indication
  ByteView data;
};

// Up to a multiple of 4: of a Data indication always, as of any STUN message; of ChannelData on a
// stream only (RFC 8656 section 12.5).
inline std::size_t padding_size(const ToClient& forward) {
  const bool none = forward.channel != 0 && forward.client->transport == Transport::kUdp;
  return none ? 0 : (4 - forward.data.size() % 4) % 4;
}

// Open mode: out of a relay socket, as it is.
struct ToPeer {
  RelayId relay;
  TransportAddress peer;
  ByteView data;
  bool dont_fragment = false;
};

// Closed mode: from one allocation of a call to another.
struct Hairpin {
  CallKey call;
  TransportAddress from;  // relayed transport addresses, virtual
  TransportAddress to;
  ByteView data;
};

// To an allocation that another loop owns: hand it to on_hairpin() there.
struct ToLoop {
  unsigned loop = 0;
  Hairpin hairpin;
};

// Nothing: it was not data, or it goes nowhere (and is counted).
using Forward = std::variant<std::monostate, ToClient, ToPeer, ToLoop>;

// What write_header() needs at most: a Data indication's with an IPv6 peer.
inline constexpr std::size_t kForwardHeaderBytesMax = 48;

}  // namespace visavis::turn
