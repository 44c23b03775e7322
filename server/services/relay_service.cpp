#include "server/services/relay_service.h"

#include <boost/asio/post.hpp>
#include <utility>

#include "core/turn/stream_framer.h"

namespace visavis::services {
namespace {

static_assert(net::PacketStreamHandler::kFrameBytesMax >= turn::kStreamFrameBytesMax);

void add_to(turn::Traffic& sum, const turn::Traffic& traffic) {
  sum.packets += traffic.packets;
  sum.bytes += traffic.bytes;
}

void add_to(turn::Counters& sum, const turn::Counters& counters) {
  sum.allocations += counters.allocations;
  sum.allocations_made += counters.allocations_made;
  sum.bindings += counters.bindings;
  sum.challenges += counters.challenges;
  for (std::size_t i = 0; i < turn::kRefusals; ++i) sum.refusals[i] += counters.refusals[i];
  for (std::size_t i = 0; i < sum.from_clients.size(); ++i) {
    add_to(sum.from_clients[i], counters.from_clients[i]);
    add_to(sum.to_clients[i], counters.to_clients[i]);
  }
  add_to(sum.from_peers, counters.from_peers);
  add_to(sum.to_peers, counters.to_peers);
  sum.hairpins_local += counters.hairpins_local;
  sum.hairpins_remote += counters.hairpins_remote;
}

}  // namespace

RelayService::RelayService(net::Server& server, RelayOptions options, Random& random)
    : server_(server),
      addresses_{.bind = std::move(options.relay_addresses),
                 .external = std::move(options.external_ips),
                 .own = own_addresses()},
      told_(std::move(options.told)),
      ledger_(options.server.limits, random) {
  turn::ServerOptions& turn = options.server;
  turn.loops = server.loops();
  turn.reports = told_.refused || told_.allocation_over;
  turn.peers.own = addresses_.own;
  turn.peers.own.insert(turn.peers.own.end(), addresses_.external.begin(),
                        addresses_.external.end());
  random.fill(turn.nonce_key);  // one for all: a client may meet another loop next time
  for (turn.loop = 0; turn.loop < turn.loops; ++turn.loop) {
    loops_.push_back(
        std::make_unique<RelayLoop>(server, turn, addresses_, reserved_, random, ledger_, told_));
  }
  connect_loops();
  server_.set_datagram_handler(*this);
  server_.set_packet_stream_handler(*this);
}

RelayService::~RelayService() = default;

void RelayService::connect_loops() {
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      HairpinRing& there = *rings_.emplace_back(std::make_unique<HairpinRing>());
      HairpinRing& back = *rings_.emplace_back(std::make_unique<HairpinRing>());
      loops_[i]->connect(*loops_[j], there, back);
      loops_[j]->connect(*loops_[i], back, there);
    }
  }
}

void RelayService::end_call(const std::string& call,
                            const std::optional<std::string>& participant) {
  for (unsigned i = 0; i < server_.loops(); ++i) {
    boost::asio::post(server_.loop(i).context(), [loop = loops_[i].get(), call, participant] {
      loop->end_call(call, participant);
    });
  }
}

RelayReport RelayService::report() const {
  RelayReport sum;
  for (const auto& loop : loops_) {
    const RelayReport report = loop->report();
    add_to(sum.turn, report.turn);
    sum.hairpins_dropped += report.hairpins_dropped;
  }
  return sum;
}

void RelayService::on_datagram(net::UdpSocket& socket, const net::Datagram& datagram) {
  loops_[socket.loop().index()]->on_client_datagram(socket, datagram);
}

std::optional<net::PacketFrame> RelayService::next_frame(ByteView received) const {
  const auto frame = turn::next_stream_frame(received);
  if (!frame) return std::nullopt;
  return net::PacketFrame{.packet_bytes = frame->message_bytes, .frame_bytes = frame->frame_bytes};
}

void RelayService::on_open(net::PacketStreamConnection& stream) {
  loops_[stream.loop()]->on_open(stream);
}

void RelayService::on_packet(net::PacketStreamConnection& stream, MutableByteView packet) {
  loops_[stream.loop()]->on_packet(stream, packet);
}

bool RelayService::keeps_open(const net::PacketStreamConnection& stream) {
  return loops_[stream.loop()]->has_allocation(stream);
}

void RelayService::on_closed(net::PacketStreamConnection& stream) {
  loops_[stream.loop()]->on_closed(stream);
}

void RelayService::on_batch_end(unsigned loop) { loops_[loop]->end_batch(); }

}  // namespace visavis::services
