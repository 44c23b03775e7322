// Every limit of the I/O shells, with its default and the reason for it. Each is a key of the same
// name under [limits] in the configuration; those of the hub are signaling::Limits.
#pragma once

#include <cstddef>

#include "core/base/time.h"

namespace visavis::net {

struct Limits {
  std::size_t connections_max = 16'000;
  std::size_t connections_per_address_max = 1'000;  // an office or a school behind one address
  std::size_t header_bytes_max = 16'384;
  Duration header_timeout =
      seconds(10);  // from accept, TLS handshake included, to the request's end
  Duration http_idle_timeout = seconds(30);  // a keep-alive connection without a request
  Duration websocket_ping_interval = seconds(20);
  Duration websocket_pong_timeout = seconds(20);
  Duration close_timeout = seconds(2);       // for the client's close frame and the last write
  std::size_t outbox_bytes_max = 1'048'576;  // waiting to be written to one client
  // The same of packet streams (TURN over TCP and TLS), and for how long: a picture that comes half
  // a second late is of no use, and holds up those behind it.
  std::size_t packet_stream_bytes_max = 1'048'576;
  Duration packet_stream_age_max = milliseconds(500);
};

}  // namespace visavis::net
