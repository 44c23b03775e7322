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
  // Pings and pongs of one WebSocket. Browsers send only the pongs that they are asked for.
  std::size_t websocket_control_frames_per_second = 10;
  std::size_t websocket_control_frames_burst = 200;
  Duration close_timeout = seconds(2);  // for the client's close frame and the last write
  // Of whoever takes nothing of what waits for them, whatever they send meanwhile.
  Duration stall_timeout = seconds(20);
  // Waiting to be written to one client: as much as a session keeps for being resumed, most of it
  // the same frames. What others may send to it stays below three quarters of that, so that nobody
  // is closed for what others do.
  std::size_t outbox_bytes_max = 1'048'576;
  // In the kernel, for one HTTP or WebSocket connection: SO_SNDBUF, SO_RCVBUF. Linux allows twice
  // as much, for what it needs to keep account. Left alone it would let each grow to megabytes.
  // Enough for a page over a slow line: 64 KiB per round trip.
  std::size_t send_buffer_bytes = 65'536;
  std::size_t receive_buffer_bytes = 65'536;
  // What of it may be not even sent (TCP_NOTSENT_LOWAT): beyond, data waits in the outbox.
  std::size_t unsent_bytes_max = 16'384;
  // The same of packet streams (TURN over TCP and TLS), and for how long: a picture that comes half
  // a second late is of no use, and holds up those behind it.
  std::size_t packet_stream_bytes_max = 1'048'576;
  Duration packet_stream_age_max = milliseconds(500);
  // Lines in the log for what clients do, in any minute: less than one a second, whatever they do.
  std::size_t log_lines_per_minute = 50;
};

}  // namespace visavis::net
