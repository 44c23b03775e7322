// Why a port cannot be listened on.
#pragma once

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <string>

namespace visavis::net {

struct ListenError {
  std::string message;  // a sentence for the operator
  // Trying again later may help: another program has the port, or the network is not there yet.
  bool may_pass = false;
};

// The cause where a port is somebody else's, with what tells whose.
inline std::string port_is_taken(std::uint16_t port) {
  return fmt::format("another program has it already; ss -lptun 'sport = :{}' says which", port);
}

// Of a bind() or listen() that failed.
constexpr bool listen_error_may_pass(int error) {
  switch (error) {
    case EADDRINUSE:
    case EADDRNOTAVAIL:
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return true;
    default:
      return false;
  }
}

}  // namespace visavis::net
