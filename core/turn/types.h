// The words of the relay (RFC 8656 section 2) as types.
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>

#include "core/base/ids.h"
#include "core/base/time.h"
#include "core/base/transport_address.h"

namespace visavis::turn {

enum class Transport : std::uint8_t { kUdp, kTcp, kTls };

// What names a client, and with it its one allocation.
struct FiveTuple {
  TransportAddress client;
  TransportAddress server;  // where the client sent it: replies leave from there
  Transport transport = Transport::kUdp;
  // The shell's own name for the socket or connection that leads to the client. Part of what
  // identifies it: a new TCP connection from the same port is a new client.
  std::uint64_t link = 0;

  auto operator<=>(const FiveTuple&) const = default;
};

// Both clocks: lifetimes run on the monotonic one, credentials expire by the calendar.
struct Clock {
  Instant now;
  std::chrono::sys_seconds wall;
};

// One socket that relays for an allocation in open mode. Chosen by the server, never used twice,
// and by no server of another loop: a reserved port keeps its id when another loop takes it.
using RelayId = Handle<struct RelayTag>;

// Names a call on the data path: a digest of its text form.
struct CallKey {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const CallKey&) const = default;
};

// An ICMP message about a datagram that a relay socket sent (RFC 8656 section 11.5).
struct IcmpError {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  std::uint32_t data = 0;  // an MTU, say
};

}  // namespace visavis::turn

template <>
struct std::hash<visavis::turn::CallKey> {
  std::size_t operator()(const visavis::turn::CallKey& key) const noexcept {
    std::uint64_t front = 0;
    std::memcpy(&front, key.bytes.data(), sizeof front);
    return front;
  }
};
