#include "server/net/socket_buffers.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace visavis::net {
namespace {

// What fails leaves the system's own bound in place.
void set(int descriptor, int level, int option, std::size_t value) {
  const int number = static_cast<int>(value);
  ::setsockopt(descriptor, level, option, &number, sizeof number);
}

}  // namespace

void bound_socket_buffers(int descriptor, const Limits& limits) {
  set(descriptor, SOL_SOCKET, SO_SNDBUF, limits.send_buffer_bytes);
  set(descriptor, SOL_SOCKET, SO_RCVBUF, limits.receive_buffer_bytes);
  set(descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, limits.unsent_bytes_max);
  // RFC 5482, for what we have closed and the peer never takes: it would keep its buffer for
  // minutes. We ourselves are to find a stalled peer first, so as to tell and count it.
  const auto patience = std::chrono::duration_cast<milliseconds>(limits.stall_timeout).count();
  set(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<std::size_t>(2 * patience));
}

}  // namespace visavis::net
