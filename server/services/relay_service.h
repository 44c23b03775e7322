// Runs the relay (RFC 8656) on every loop, on the ports of the listeners: UDP, TCP and TLS.
//
// Each loop has a turn::Server of its own. They share keys and the ledger of what limits count, of
// which packets touch nothing but atomic numbers: no packet waits for another loop's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/turn/server.h"
#include "server/net/server.h"
#include "server/services/hairpin_ring.h"
#include "server/services/relay_loop.h"
#include "server/services/reserved_ports.h"
#include "server/services/shared_ledger.h"

namespace visavis::services {

struct RelayOptions {
  // Its loop, loops, nonce_key and peers.own are filled in.
  turn::ServerOptions server;
  // Open mode; see RelayAddresses.
  std::vector<IpAddress> relay_addresses;
  std::vector<IpAddress> external_ips;
  // For the log; empty: nothing is told.
  RelayTold told;
};

class RelayService : public net::DatagramHandler, public net::PacketStreamHandler {
 public:
  // To be made before server.run(), and to outlive it, as must `random`, which all loops use.
  RelayService(net::Server& server, RelayOptions options, Random& random);
  ~RelayService() override;

  // Any thread: the call, or one participant's part in it, is over.
  void end_call(const std::string& call, const std::optional<std::string>& participant);

  // Any thread: what the check code with this call may still have relayed.
  std::uint64_t check_bytes_left(std::string_view call) const {
    return ledger_.check_bytes_left(call);
  }

  // Any thread: what all loops together have counted.
  RelayReport report() const;

  void on_datagram(net::UdpSocket& socket, const net::Datagram& datagram) override;
  std::optional<net::PacketFrame> next_frame(ByteView received) const override;
  void on_open(net::PacketStreamConnection& stream) override;
  void on_packet(net::PacketStreamConnection& stream, MutableByteView packet) override;
  bool keeps_open(const net::PacketStreamConnection& stream) override;
  void on_closed(net::PacketStreamConnection& stream) override;
  void on_batch_end(unsigned loop) override;

 private:
  void connect_loops();

  net::Server& server_;
  RelayAddresses addresses_;
  const RelayTold told_;
  SharedLedger ledger_;
  ReservedPorts reserved_;
  std::vector<std::unique_ptr<HairpinRing>> rings_;  // two for each pair of loops
  std::vector<std::unique_ptr<RelayLoop>> loops_;
};

}  // namespace visavis::services
