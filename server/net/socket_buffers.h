// How much the kernel may keep for one connection.
#pragma once

#include "server/net/limits.h"

namespace visavis::net {

// For HTTP and WebSockets, which carry little. Not for packet streams of the relay: they need as
// much as is on the way over a long line, and bound what is unsent themselves.
void bound_socket_buffers(int descriptor, const Limits& limits);

}  // namespace visavis::net
