// The network side of the process: its loops and threads, listeners, and connections.
//
//   Server server(options);            // makes the loops
//   server.listen(address, port);      // any number of times
//   server.run();                      // blocks: loop 0 on this thread, the others on their own
//
// Signals and services run on loop 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/net/connection_limiter.h"
#include "server/net/event_loop.h"
#include "server/net/listener.h"
#include "server/net/private_listener.h"
#include "server/net/udp_socket.h"
#include "server/net/worker.h"

namespace visavis::net {

// Sockets that may be open at once: raises the soft limit to the hard one. Returns the limit in
// force.
std::size_t raise_open_file_limit();

class Server {
 public:
  // `threads` is 1 to kLoopsMax. Ignores SIGPIPE for the process: OpenSSL writes to descriptors
  // directly.
  Server(WorkerSettings settings, unsigned threads);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  unsigned loops() const { return static_cast<unsigned>(loops_.size()); }
  EventLoop& loop(unsigned index) { return *loops_[index]; }
  // Thread-safe.
  const Counters& counters(unsigned index) const {
    return std::as_const(*loops_[index]).counters();
  }
  // Whom all loops turned away since the start, every kind once, in the order of Refusal.
  // Thread-safe.
  RefusalCounts refusal_counts() const;
  // That loop's socket on the port of a listener; its tag is the listener's index. To be used on
  // that loop's thread.
  UdpSocket& udp_socket(unsigned loop, std::size_t listener) {
    return *udp_sockets_[listener * loops_.size() + loop];
  }
  // To be used on that loop's thread.
  Worker& worker(unsigned index) { return *workers_[index]; }

  // Before run(): whoever lives behind the WebSockets. It must outlive run().
  void set_websocket_handler(WebSocketHandler& handler) { settings_.websockets = &handler; }
  // Before run(): whoever lives behind the packet streams that come to our ports; it must outlive
  // run(). Without one they are closed.
  void set_packet_stream_handler(PacketStreamHandler& handler) {
    settings_.packet_streams = &handler;
  }
  // Before run(): whoever answers the datagrams that come to our ports; it must outlive run().
  // Without one nobody does.
  void set_datagram_handler(DatagramHandler& handler) { datagrams_ = &handler; }
  // Before run(). Gets a sentence, on loop 0.
  void on_warning(Listener::Warning warning) { warning_ = std::move(warning); }
  // Before run(): TCP and UDP on the same port number.
  std::optional<ListenError> listen(const IpAddress& address, std::uint16_t port);
  const std::vector<std::unique_ptr<Listener>>& listeners() const { return listeners_; }
  // Before run(), once. Likewise.
  std::optional<ListenError> listen_privately(const PrivateAddress& address);
  // Null: there is none.
  const PrivateListener* private_listener() const { return private_listener_.get(); }

  // Serves until stop().
  void run();
  // Any thread.
  void stop();

  // On loop 0: accepts no more, lets requests in progress end, and calls `on_empty` on loop 0 when
  // the last connection is closed. Closing the WebSockets is the handler's part.
  void drain(std::function<void()> on_empty);

 private:
  // Apart from those of people, so that a full server can still be watched.
  static constexpr std::size_t kPrivateConnectionsMax = 32;

  // errno, or 0.
  int open_udp(const TransportAddress& address);
  void hand_out(AcceptedConnection accepted);

  WorkerSettings settings_;
  ConnectionLimiter private_limiter_{kPrivateConnectionsMax, kPrivateConnectionsMax};
  ConnectionLimiter limiter_;  // before the loops: connections waiting in them hold admissions
  std::vector<std::unique_ptr<EventLoop>> loops_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::unique_ptr<PrivateListener> private_listener_;
  std::vector<std::unique_ptr<UdpSocket>> udp_sockets_;  // one of each loop for each listener
  DatagramHandler* datagrams_ = nullptr;
  Listener::Warning warning_ = [](const std::string&) {};
  unsigned next_loop_ = 0;
  unsigned loops_not_empty_ = 0;
};

}  // namespace visavis::net
