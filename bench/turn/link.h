// A socket of the generator that carries whole messages: of a TURN client to its server, over UDP,
// TCP or TLS, or of a peer. Receiving never waits; sending does where a stream is full.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "core/base/bytes.h"
#include "core/base/transport_address.h"

namespace visavis::bench {

class Link {
 public:
  using OnMessage = std::function<void(ByteView)>;

  Link() = default;
  virtual ~Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  virtual int descriptor() const = 0;
  // Several messages of `stride` bytes each, one behind the other.
  virtual void send(ByteView messages, std::size_t stride) = 0;
  void send(ByteView message) { send(message, message.size()); }
  // Some of what has come, at least one message if there is one. While there is more the descriptor
  // stays readable.
  virtual void receive(const OnMessage& on_message) = 0;
};

// How several datagrams leave: as so many, or as one that the kernel cuts (UDP_SEGMENT).
enum class Sender : std::uint8_t { kPlain, kGso };
enum class Leg : std::uint8_t { kUdp, kTcp, kTls };

// To a server on 127.0.0.1. Throws std::runtime_error, as everything here does.
std::unique_ptr<Link> open_link(std::uint16_t server_port, Leg leg, Sender sender);

// On a free port of 127.0.0.1, told in `address`; it receives only.
std::unique_ptr<Link> open_peer(TransportAddress& address);

}  // namespace visavis::bench
