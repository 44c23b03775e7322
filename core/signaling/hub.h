// The signaling hub: who is online, who rings, who is in a call (protocol/PROTOCOL.md).
//
// Pure: no sockets, no clock, no threads. Feed it what happened and when, then drain poll_command()
// until it is empty, then arm a timer for next_timeout(). Not thread-safe: one loop owns it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/ip_address.h"
#include "core/base/random.h"
#include "core/base/time.h"
#include "core/signaling/model/budget.h"
#include "core/signaling/model/command.h"
#include "core/signaling/model/ice_servers.h"
#include "core/signaling/model/limits.h"
#include "core/signaling/parts/counters.h"
#include "core/signaling/parts/report.h"

namespace visavis::signaling {

// How a connection ended, as far as its shell knows.
enum class CloseCause {
  kLeft,       // the client closed with 1000: it will not come back
  kGoingAway,  // the client closed with 1001: the page is closed or reloaded
  kLost,       // anything else: reset, timeout, too slow, protocol error
};

struct HubOptions {
  Limits limits;
  // Signs identity tokens; at least 32 bytes that survive restarts. The first key signs, all
  // verify.
  std::vector<std::string> identity_keys;
  // A JSON array of RTCIceServer, sent to clients as it is.
  std::string ice_servers_json = "[]";
  RelayOffer relay{};
  // Who answers for the addresses of strangers, where others of this process charge them, too. It
  // must outlive the hub. Null: the hub keeps account of them by itself.
  AddressLedger* addresses = nullptr;
  // What the last life told by RoomsWithRules. Where there were any, a room's name is opened for
  // the length of limits.resume_window only by somebody with a membership or a room token.
  bool had_rooms_with_rules = false;
  // Whether poll_report() tells anything.
  bool reports = false;
};

// Who a connection comes from, as its shell knows.
struct ConnectionOrigin {
  IpAddress address;  // the client's (behind a trusted proxy, the forwarded one)
  // HOST:PORT by which the client reached this server, where STUN and TURN are answered, too; may
  // be empty.
  std::string_view reached_at{};
  bool over_tls = false;  // this server's own TLS, not a proxy's
};

// Why the shell did not read a message.
enum class Unread : std::uint8_t { kBinary, kTooLarge };

class Hub {
 public:
  // `random` must outlive the hub.
  Hub(HubOptions options, Random& random);
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  // What time it is for everybody else. To be told before the first message, and now and then: what
  // the hub signs expires by it. Until it has been told it is 1970.
  void on_wall_time(WallTime wall, Instant now);
  // A WebSocket stands.
  void on_connect(ConnectionId connection, const ConnectionOrigin& origin, Instant now);
  // A whole text message; `text` need not be valid in any way. No view of it is kept.
  void on_message(ConnectionId connection, std::string_view text, Instant now);
  // A message that the shell refused unread: binary, or larger than message_bytes_max. The hub
  // answers with the error and closes.
  void on_refused_message(ConnectionId connection, Unread why, Instant now);
  void on_close(ConnectionId connection, CloseCause cause, Instant now);
  // The server is about to leave: clients are told to come back, new calls are refused.
  void on_drain(Instant now);
  void on_timeout(Instant now);

  std::optional<Instant> next_timeout() const;
  std::optional<Command> poll_command();
  // For the log. To be asked together with poll_command(); what nobody asks for is lost.
  std::optional<Report> poll_report();

  // For metrics. Valid until the next call.
  const Counters& counters() const;
  Gauges gauges() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace visavis::signaling
