// A listening socket: accepts on one loop and hands connections out to all of them in turn.
//
// One acceptor rather than an SO_REUSEPORT socket per loop: connections live for hours, so an even
// spread matters more than the microsecond of a hand-over; a second server on the same port is an
// error instead of half of the clients; and nobody is lost in the queue of a socket that closes.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/ip_address.h"
#include "core/base/result.h"
#include "server/net/event_loop.h"
#include "server/net/listen_error.h"
#include "server/net/worker.h"

namespace visavis::net {

// Belongs to the thread of its loop.
class Listener {
 public:
  // Gets every connection accepted; on the listener's loop.
  using Sink = std::function<void(AcceptedConnection)>;
  // A sentence for the operator, when accepting has to pause.
  using Warning = std::function<void(std::string)>;

  // Binds and listens; connections wait in the kernel until start(). Port 0 takes a free one. IPv6
  // sockets take IPv6 only.
  static Result<std::unique_ptr<Listener>, ListenError> open(EventLoop& loop,
                                                             const IpAddress& address,
                                                             std::uint16_t port);

  // `limiter` must outlive the listener; `trusted_proxies` are not limited by address.
  void start(ConnectionLimiter& limiter, std::vector<IpNetwork> trusted_proxies, Sink sink,
             Warning warning);
  void stop();

  const IpAddress& address() const { return address_; }
  std::uint16_t port() const { return port_; }

 private:
  Listener(EventLoop& loop, boost::asio::ip::tcp::acceptor acceptor, const IpAddress& address);

  void wait();
  void accept_some();
  bool accept_one();
  void pause(int error);

  EventLoop& loop_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_timer_;
  const IpAddress address_;
  const std::uint16_t port_;
  ConnectionLimiter* limiter_ = nullptr;
  std::vector<IpNetwork> trusted_proxies_;
  Sink sink_;
  Warning warning_;
  std::optional<Instant> warned_at_;
};

// An address as it stands in a URL: IPv6 in brackets.
std::string to_url_host(const IpAddress& address);

}  // namespace visavis::net
