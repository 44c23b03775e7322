// The relay of one event loop: a turn::Server with the loop's sockets, streams, clock and timer
// around it. The loop owns its allocations; data for an allocation of another loop goes there by a
// HairpinRing.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/random.h"
#include "core/turn/server.h"
#include "server/net/loop_timer.h"
#include "server/net/packet_stream_connection.h"
#include "server/net/server.h"
#include "server/services/hairpin_ring.h"
#include "server/services/relay_sockets.h"

namespace visavis::services {

// What a loop reports; a copy.
struct RelayReport {
  turn::Counters turn;
  std::uint64_t hairpins_dropped = 0;  // the ring to another loop was full
};

// What the log may be told; called on any loop, several at a time.
struct RelayTold {
  std::function<void(const turn::RequestRefused&)> refused;
  std::function<void(turn::AllocationOver)> allocation_over;
};

// Belongs to its loop's thread, but for wake() and report().
class RelayLoop : private net::DatagramHandler, private net::Pollable {
 public:
  // All must outlive this.
  RelayLoop(net::Server& server, turn::ServerOptions options, const RelayAddresses& addresses,
            ReservedPorts& reserved, Random& random, turn::Ledger& ledger, const RelayTold& told);
  ~RelayLoop() override;
  RelayLoop(const RelayLoop&) = delete;
  RelayLoop& operator=(const RelayLoop&) = delete;

  // Before the loop runs: the rings from this loop to `other` and back.
  void connect(RelayLoop& other, HairpinRing& to, HairpinRing& from);

  // From clients.
  void on_client_datagram(net::UdpSocket& socket, const net::Datagram& datagram);
  void on_open(net::PacketStreamConnection& stream);
  void on_packet(net::PacketStreamConnection& stream, MutableByteView packet);
  bool has_allocation(const net::PacketStreamConnection& stream);
  void on_closed(net::PacketStreamConnection& stream);
  void end_batch();

  void end_call(const std::string& call, const std::optional<std::string>& participant);

  // Any thread.
  RelayReport report() const;

 private:
  // A loop that data goes to and comes from; this one's own place stays empty.
  struct Neighbour {
    RelayLoop* loop = nullptr;
    HairpinRing* to = nullptr;
    HairpinRing* from = nullptr;
  };

  // From peers, through relay sockets.
  void on_datagram(net::UdpSocket& socket, const net::Datagram& datagram) override;
  void on_icmp(net::UdpSocket& socket, const net::IcmpReport& report) override;
  void on_batch_end(unsigned loop) override;
  // From other loops.
  void on_ready(net::Readiness readiness) override;
  // Any thread.
  void wake();

  turn::FiveTuple five_tuple_of(const net::PacketStreamConnection& stream) const;
  const turn::Clock& clock();
  void take(const turn::FiveTuple& client, MutableByteView packet);
  void carry(const turn::Forward& forward, MutableByteView packet);
  void carry(const turn::ToClient& forward, MutableByteView room_before);
  void carry(const turn::ToPeer& forward);
  void drain_commands();
  void tell(turn::Report report);
  void execute(const turn::SendToClient& command);
  void execute(const turn::CloseClient& command);
  void execute(const turn::BindRelay& command);
  void execute(const turn::TakeRelay& command);
  void bound(turn::RelayId relay, const std::optional<TransportAddress>& relayed);
  void execute(const turn::CloseRelay& command);
  void on_timer();
  void publish();

  net::Server& server_;
  net::EventLoop& loop_;
  turn::Server turn_;
  RelaySockets relay_sockets_;
  const RelayTold& told_;
  std::unordered_map<std::uint64_t, net::PacketStreamConnection*> streams_;  // by link
  std::uint64_t streams_made_ = 0;
  IpAddress reached_;                 // by the client whose packet is at hand
  std::optional<turn::Clock> clock_;  // of the batch at hand

  std::vector<Neighbour> neighbours_;  // by loop
  std::uint64_t hairpins_dropped_ = 0;
  const int wake_descriptor_;
  std::atomic<bool> woken_{false};

  net::LoopTimer timer_;
  net::LoopTimer publish_timer_;
  mutable std::mutex report_mutex_;
  RelayReport report_;
};

}  // namespace visavis::services
