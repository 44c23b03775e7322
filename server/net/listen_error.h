// Why a port cannot be listened on.
#pragma once

#include <cerrno>
#include <string>

namespace visavis::net {

struct ListenError {
  std::string message;  // a sentence for the operator
  // Trying again later may help: another program has the port, or the network is not there yet.
  bool may_pass = false;
};

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
