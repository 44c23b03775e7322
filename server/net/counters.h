// What one event loop counts, for metrics. Written by that loop's thread alone, read by any: so
// relaxed atomics without read-modify-write, each set on its own cache lines.
#pragma once

#include <array>
#include <cstddef>

#include "server/net/counter.h"
#include "server/net/histogram.h"
#include "server/net/refusals.h"

namespace visavis::net {

struct alignas(128) Counters {
  // Gauges: connections of this loop now, by state.
  Counter connections_opening;  // accepted; neither HTTP nor TLS established yet
  Counter connections_http;
  Counter connections_websocket;
  Counter connections_packet_stream;
  Counter connections_tls;  // of all the above, those over TLS

  // Counts that only grow.
  Counter accepted;
  Counter bytes_read;  // from clients, inside TLS
  Counter bytes_written;
  Counter datagrams_read;
  Counter datagrams_written;
  Counter datagrams_dropped;       // not taken by the kernel: no room, or no way to there
  Counter stream_packets_dropped;  // data for a packet stream too slow for it
  Counter http_requests;
  Counter websockets_opened;
  Counter websocket_messages_read;
  Counter websocket_messages_written;
  Counter refused_connections;  // beyond a limit in all or per address
  Counter tls_handshakes_failed;
  Counter forwarded_missing;    // WebSockets from a trusted proxy that says nothing of who asks
  Counter forwarded_untrusted;  // requests with forwarded fields from whoever is no trusted proxy
  Counter timeouts;             // header, idle, pong and close timeouts together
  Counter slow_readers_closed;  // outbox_bytes_max reached
  Counter accept_pauses;        // out of file descriptors (loop 0)
  std::array<Counter, kRefusalKinds> refusals;
  void refuse(Refusal kind) { refusals[static_cast<std::size_t>(kind)].add(); }

  Histogram loop_lag;  // how late a periodic timer of this loop fired
};

}  // namespace visavis::net
