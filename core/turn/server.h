// A TURN server (RFC 8656), and STUN's Binding, for the clients of one event loop.
//
// Pure: no sockets, no clock, no threads. Feed it what came and when, forward what it returns, then
// drain poll_command() until it is empty and arm a timer for next_timeout(). Not thread-safe: one
// loop owns it, and the servers of several loops share nothing but the ledger that limits are kept
// in (ledger.h). In closed mode the port of a
// relayed transport address says which loop owns the allocation, so that data finds its way between
// loops without a shared table.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/stun/nonce.h"
#include "core/turn/command.h"
#include "core/turn/counters.h"
#include "core/turn/forward.h"
#include "core/turn/ledger.h"
#include "core/turn/limits.h"
#include "core/turn/peer_policy.h"
#include "core/turn/report.h"
#include "core/turn/types.h"

namespace visavis::turn {

enum class Mode : std::uint8_t {
  kOff,     // answers Binding and nothing else
  kClosed,  // between clients of the same call only
  kOpen,    // a full TURN server for users of its own; calls stay closed
};

struct StaticUser {
  std::string name;
  std::string password;
};

struct ServerOptions {
  Mode mode = Mode::kClosed;
  Limits limits;
  unsigned loop = 0;  // which of
  unsigned loops = 1;
  std::string realm = "visavis";
  stun::NonceIssuer::Key nonce_key{};  // unpredictable, of this process
  // Ephemeral credentials that name a call and a participant, under any of these, are accepted.
  // What is allocated with them is closed, in open mode, too: a call needs nothing else.
  std::vector<std::string> secrets;
  // The same for ephemeral credentials of any name, open mode only.
  std::vector<std::string> open_secrets;
  std::vector<StaticUser> users;  // open mode only
  OpenPeerPolicy peers;           // open mode only
  bool reports = false;           // whether poll_report() tells anything
};

class Server {
 public:
  // Both must outlive the server. Without a ledger it is alone and has its own; a ledger has been
  // given the same limits.
  Server(ServerOptions options, Random& random);
  Server(ServerOptions options, Random& random, Ledger& ledger);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // One datagram, or one whole message of a stream (stream_framer.h). Views in what is returned
  // point into `packet`.
  Forward on_client_packet(const FiveTuple& client, ByteView packet, const Clock& at);
  // The connection of a stream client has ended.
  void on_client_gone(const FiveTuple& client, Instant now);

  // Closed mode: data from an allocation of another loop.
  Forward on_hairpin(const Hairpin& hairpin, Instant now);

  // Open mode: what relay sockets received, and how binding them went. `relayed` is the address as
  // peers see it; `next_port` was bound exactly when it was asked for.
  Forward on_peer_datagram(RelayId relay, const TransportAddress& peer, ByteView data, Instant now);
  void on_peer_icmp(RelayId relay, const TransportAddress& peer, const IcmpError& error,
                    Instant now);
  void on_relay_bound(RelayId relay, const TransportAddress& relayed, Instant now);
  void on_relay_failed(RelayId relay, Instant now);

  // The call, or one participant's part in it, is over: frees its allocations and takes no more
  // credentials for it.
  void on_call_ended(std::string_view call, std::optional<std::string_view> participant,
                     const Clock& at);

  void on_timeout(Instant now);
  std::optional<Instant> next_timeout() const;
  std::optional<Command> poll_command();
  // For the log. To be asked together with poll_command(); what nobody asks for is lost.
  std::optional<Report> poll_report();

  // Whether a stream client that says nothing may have a reason to.
  bool has_allocation(const FiveTuple& client);

  // For ToClient: 4 bytes for ChannelData, 36 or 48 for a Data indication.
  static std::size_t header_size(const ToClient& forward);
  // `out` is of that size and does not overlap `forward.data`.
  void write_header(const ToClient& forward, MutableByteView out);

  // For metrics. Valid until the next call.
  const Counters& counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace visavis::turn
