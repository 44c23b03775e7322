// How the servers are spoken to: our protocol, a bare JSON relay on npm ws, a Socket.IO 4 relay.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bench/generator/client.h"

namespace visavis::bench {

class Dialect {
 public:
  virtual ~Dialect() = default;
  virtual std::string_view path() const = 0;
  virtual std::string_view subprotocol() const = 0;

  // Says what a new client says first.
  virtual void greet(Client& client) = 0;
  // Sets up whatever must stand before messages can go between two clients; both become `paired`.
  virtual void pair(Client& caller, Client& callee) = 0;
  // The text that sends `data` (a JSON object) to a paired peer.
  virtual std::string relay_text(const Client& from, const Client& to,
                                 std::string_view data) const = 0;
  // What a client's own heartbeat timer does.
  virtual void heartbeat(Client& client) = 0;
  // Takes one message: keeps the client's state and answers what must be answered. True if it is a
  // message relayed from the peer.
  virtual bool take(Client& client, std::string_view text) = 0;
};

// "visavis", "ws" or "socketio".
std::unique_ptr<Dialect> make_dialect(std::string_view name);

}  // namespace visavis::bench
