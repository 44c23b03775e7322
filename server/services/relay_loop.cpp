#include "server/services/relay_loop.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <system_error>
#include <utility>
#include <variant>

#include "server/net/clock.h"

namespace visavis::services {
namespace {

constexpr Duration kPublishDelay = milliseconds(100);

// What FiveTuple::link says: a stream's number with this bit, or a listener's index with the
// interface of a link-local client above it.
constexpr std::uint64_t kStreamLink = std::uint64_t{1} << 63U;
constexpr unsigned kInterfaceShift = 16;
constexpr std::uint64_t kListenerMask = 0xFFFF;

std::uint64_t datagram_link(const net::UdpSocket& socket, const net::UdpPath& path) {
  return socket.tag() | std::uint64_t{path.interface} << kInterfaceShift;
}

net::UdpPath path_to(const turn::FiveTuple& client) {
  return {.remote = client.client,
          .local = client.server.address,
          .interface = static_cast<std::uint32_t>(client.link >> kInterfaceShift)};
}

int create_eventfd() {
  const int descriptor = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  return descriptor;
}

}  // namespace

RelayLoop::RelayLoop(net::Server& server, turn::ServerOptions options,
                     const RelayAddresses& addresses, ReservedPorts& reserved, Random& random,
                     turn::Ledger& ledger, const RelayTold& told)
    : server_(server),
      loop_(server.loop(options.loop)),
      turn_(std::move(options), random, ledger),
      relay_sockets_(loop_, *this, addresses, reserved, random),
      told_(told),
      neighbours_(server.loops()),
      wake_descriptor_(create_eventfd()),
      timer_(loop_.context(), [this] { on_timer(); }),
      publish_timer_(loop_.context(), [this] { publish(); }) {
  if (!loop_.poller().add(wake_descriptor_, *this)) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

RelayLoop::~RelayLoop() {
  loop_.poller().remove(wake_descriptor_);
  ::close(wake_descriptor_);
}

void RelayLoop::connect(RelayLoop& other, HairpinRing& to, HairpinRing& from) {
  neighbours_[other.loop_.index()] = {.loop = &other, .to = &to, .from = &from};
}

void RelayLoop::on_client_datagram(net::UdpSocket& socket, const net::Datagram& datagram) {
  take({.client = datagram.path.remote,
        .server = {datagram.path.local, socket.address().port},
        .transport = turn::Transport::kUdp,
        .link = datagram_link(socket, datagram.path)},
       datagram.bytes);
}

void RelayLoop::on_open(net::PacketStreamConnection& stream) {
  stream.set_tag(kStreamLink | ++streams_made_);
  streams_[stream.tag()] = &stream;
}

void RelayLoop::on_packet(net::PacketStreamConnection& stream, MutableByteView packet) {
  take(five_tuple_of(stream), packet);
}

bool RelayLoop::has_allocation(const net::PacketStreamConnection& stream) {
  return turn_.has_allocation(five_tuple_of(stream));
}

void RelayLoop::on_closed(net::PacketStreamConnection& stream) {
  streams_.erase(stream.tag());
  turn_.on_client_gone(five_tuple_of(stream), clock().now);
  drain_commands();
  end_batch();
}

turn::FiveTuple RelayLoop::five_tuple_of(const net::PacketStreamConnection& stream) const {
  return {.client = stream.peer(),
          .server = stream.local(),
          .transport = stream.is_tls() ? turn::Transport::kTls : turn::Transport::kTcp,
          .link = stream.tag()};
}

// Read once per batch.
const turn::Clock& RelayLoop::clock() {
  if (!clock_) clock_ = {.now = net::monotonic_now(), .wall = net::wall_now()};
  return *clock_;
}

void RelayLoop::take(const turn::FiveTuple& client, MutableByteView packet) {
  reached_ = client.server.address;
  carry(turn_.on_client_packet(client, packet, clock()), packet);
  drain_commands();
}

void RelayLoop::on_datagram(net::UdpSocket& socket, const net::Datagram& datagram) {
  carry(turn_.on_peer_datagram({socket.tag()}, datagram.path.remote, datagram.bytes, clock().now),
        datagram.bytes);
  drain_commands();
}

void RelayLoop::on_icmp(net::UdpSocket& socket, const net::IcmpReport& report) {
  turn_.on_peer_icmp({socket.tag()}, report.remote,
                     {.type = report.type, .code = report.code, .data = report.data}, clock().now);
  drain_commands();
}

void RelayLoop::on_batch_end(unsigned) { end_batch(); }

// `packet` is what the data is in: all before the data may be written over.
void RelayLoop::carry(const turn::Forward& forward, MutableByteView packet) {
  if (const auto* to_client = std::get_if<turn::ToClient>(&forward)) {
    const auto before = to_client->data.data() - packet.data();
    carry(*to_client, packet.first(static_cast<std::size_t>(before)));
  } else if (const auto* to_peer = std::get_if<turn::ToPeer>(&forward)) {
    carry(*to_peer);
  } else if (const auto* to_loop = std::get_if<turn::ToLoop>(&forward)) {
    Neighbour& neighbour = neighbours_[to_loop->loop];
    assert(neighbour.loop != nullptr);
    if (!neighbour.to->push(to_loop->hairpin)) ++hairpins_dropped_;
  }
}

void RelayLoop::carry(const turn::ToClient& forward, MutableByteView room_before) {
  const turn::FiveTuple& client = *forward.client;
  const std::size_t header_bytes = turn::Server::header_size(forward);
  const std::size_t padding_bytes = turn::padding_size(forward);
  MutableByteView header;
  if (client.transport == turn::Transport::kUdp) {
    net::UdpSocket& socket = server_.udp_socket(loop_.index(), client.link & kListenerMask);
    header = socket.send(path_to(client), {.header_bytes = header_bytes,
                                           .room_before = room_before,
                                           .data = forward.data,
                                           .padding_bytes = padding_bytes});
  } else if (const auto it = streams_.find(client.link); it != streams_.end()) {
    header = it->second->send_data(header_bytes, forward.data, padding_bytes);
  }
  if (!header.empty()) turn_.write_header(forward, header);
}

void RelayLoop::carry(const turn::ToPeer& forward) {
  net::UdpSocket* const socket = relay_sockets_.find(forward.relay);
  if (socket == nullptr) return;
  socket->send({.remote = forward.peer},
               {.data = forward.data, .dont_fragment = forward.dont_fragment});
}

void RelayLoop::drain_commands() {
  while (const auto command = turn_.poll_command()) {
    std::visit([this](const auto& action) { execute(action); }, *command);
  }
  while (auto report = turn_.poll_report()) tell(*std::move(report));
}

void RelayLoop::tell(turn::Report report) {
  if (const auto* refused = std::get_if<turn::RequestRefused>(&report)) {
    if (told_.refused) told_.refused(*refused);
  } else if (told_.allocation_over) {
    told_.allocation_over(std::get<turn::AllocationOver>(std::move(report)));
  }
}

void RelayLoop::execute(const turn::SendToClient& command) {
  const turn::FiveTuple& client = command.client;
  if (client.transport == turn::Transport::kUdp) {
    server_.udp_socket(loop_.index(), client.link & kListenerMask)
        .send_copy(path_to(client), command.bytes);
  } else if (const auto it = streams_.find(client.link); it != streams_.end()) {
    it->second->send_control(command.bytes);
  }
}

void RelayLoop::execute(const turn::CloseClient& command) {
  if (const auto it = streams_.find(command.client.link); it != streams_.end()) {
    it->second->close();
  }
}

void RelayLoop::execute(const turn::BindRelay& command) {
  bound(command.relay, relay_sockets_.bind(command, reached_));
}

void RelayLoop::execute(const turn::TakeRelay& command) {
  bound(command.relay, relay_sockets_.take(command.relay));
}

void RelayLoop::bound(turn::RelayId relay, const std::optional<TransportAddress>& relayed) {
  if (relayed) {
    turn_.on_relay_bound(relay, *relayed, clock().now);
  } else {
    turn_.on_relay_failed(relay, clock().now);
  }
}

void RelayLoop::execute(const turn::CloseRelay& command) { relay_sockets_.close(command.relay); }

// After everything that may have changed something. Who called has the datagrams sent.
void RelayLoop::end_batch() {
  clock_.reset();
  for (const Neighbour& neighbour : neighbours_) {
    if (neighbour.loop != nullptr && neighbour.to->publish()) neighbour.loop->wake();
  }
  if (const auto next = turn_.next_timeout()) timer_.fire_by(*next);
  publish_timer_.fire_after(kPublishDelay);
}

// Once per batch, and only where the loop has not been woken already and not looked yet. The
// descriptor is never read: each write is an edge.
void RelayLoop::wake() {
  if (woken_.exchange(true, std::memory_order_acq_rel)) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_descriptor_, &one, sizeof one);
}

void RelayLoop::on_ready(net::Readiness readiness) {
  if (!readiness.readable) return;
  // Before the rings are looked at: what is published later writes again.
  woken_.exchange(false, std::memory_order_acq_rel);
  for (const Neighbour& neighbour : neighbours_) {
    if (neighbour.loop == nullptr) continue;
    while (auto packet = neighbour.from->next()) {
      carry(turn_.on_hairpin(packet->hairpin, clock().now), packet->bytes);
      drain_commands();
    }
  }
  end_batch();
  loop_.datagrams().flush();
  for (const Neighbour& neighbour : neighbours_) {
    if (neighbour.loop != nullptr) neighbour.from->release();
  }
}

void RelayLoop::end_call(const std::string& call, const std::optional<std::string>& participant) {
  turn_.on_call_ended(call, participant, clock());
  drain_commands();
  end_batch();
  loop_.datagrams().flush();
}

void RelayLoop::on_timer() {
  turn_.on_timeout(clock().now);
  drain_commands();
  end_batch();
  loop_.datagrams().flush();
}

void RelayLoop::publish() {
  const std::lock_guard lock(report_mutex_);
  report_ = {.turn = turn_.counters(), .hairpins_dropped = hairpins_dropped_};
}

RelayReport RelayLoop::report() const {
  const std::lock_guard lock(report_mutex_);
  return report_;
}

}  // namespace visavis::services
