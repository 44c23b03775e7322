#include "server/net/listener.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/v6_only.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "server/net/client_identity.h"
#include "server/net/clock.h"
#include "server/net/socket_address.h"

namespace visavis::net {
namespace {

using boost::asio::ip::tcp;

constexpr int kAcceptsPerRound = 64;
constexpr Duration kAcceptPause = milliseconds(100);
constexpr Duration kWarningInterval = seconds(10);

tcp::endpoint to_endpoint(const IpAddress& address, std::uint16_t port) {
  const auto& bytes = address.bytes();
  if (address.is_v4()) {
    boost::asio::ip::address_v4::bytes_type v4;
    std::copy(bytes.begin() + 12, bytes.end(), v4.begin());
    return {boost::asio::ip::address_v4(v4), port};
  }
  boost::asio::ip::address_v6::bytes_type v6;
  std::copy(bytes.begin(), bytes.end(), v6.begin());
  return {boost::asio::ip::address_v6(v6), port};
}

ListenError explain(const boost::system::error_code& error, const IpAddress& address,
                    std::uint16_t port) {
  std::string cause = error.message();
  if (error == boost::asio::error::address_in_use) cause = port_is_taken(port);
  if (error.value() == EADDRNOTAVAIL) {
    cause = "this machine does not have the address, or does not have it yet";
  }
  if (error == boost::asio::error::access_denied) {
    cause = "ports below 1024 need the capability CAP_NET_BIND_SERVICE";
  }
  return {.message = fmt::format("Cannot listen on {}:{}: {}.", to_url_host(address), port, cause),
          .may_pass = listen_error_may_pass(error.value())};
}

}  // namespace

Result<std::unique_ptr<Listener>, ListenError> Listener::open(EventLoop& loop,
                                                              const IpAddress& address,
                                                              std::uint16_t port) {
  const tcp::endpoint endpoint = to_endpoint(address, port);
  tcp::acceptor acceptor(loop.context());
  boost::system::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && !address.is_v4()) acceptor.set_option(boost::asio::ip::v6_only(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (!error) acceptor.native_non_blocking(true, error);
  if (error) return Failure{explain(error, address, port)};
  return std::unique_ptr<Listener>(new Listener(loop, std::move(acceptor), address));
}

Listener::Listener(EventLoop& loop, tcp::acceptor acceptor, const IpAddress& address)
    : loop_(loop),
      acceptor_(std::move(acceptor)),
      pause_timer_(loop.context()),
      address_(address),
      port_(acceptor_.local_endpoint().port()) {}

void Listener::start(ConnectionLimiter& limiter, std::vector<IpNetwork> trusted_proxies, Sink sink,
                     Warning warning) {
  limiter_ = &limiter;
  trusted_proxies_ = std::move(trusted_proxies);
  sink_ = std::move(sink);
  warning_ = std::move(warning);
  wait();
}

void Listener::stop() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  pause_timer_.cancel();
}

void Listener::wait() {
  acceptor_.async_wait(tcp::acceptor::wait_read, [this](const boost::system::error_code& error) {
    if (!error) accept_some();
  });
}

void Listener::accept_some() {
  for (int i = 0; i < kAcceptsPerRound; ++i) {
    if (!accept_one()) {
      if (errno == EAGAIN || errno == EWOULDBLOCK) break;
      // The client is gone already, or the network has a transient error (accept(2)): on to the
      // next.
      const bool out_of_resources =
          errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
      if (out_of_resources) return pause(errno);
    }
  }
  wait();
}

// False: errno says why there is none.
bool Listener::accept_one() {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  const int descriptor = ::accept4(acceptor_.native_handle(), reinterpret_cast<sockaddr*>(&storage),
                                   &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor < 0) return false;
  ByteStream stream(descriptor);
  // Every write is a whole round's output already: nothing is gained by waiting for more (RFC 896).
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);

  const IpAddress peer = to_transport_address(storage).address;
  std::optional<IpAddress> limited = peer;
  if (is_trusted(trusted_proxies_, peer)) limited.reset();
  std::optional<Admission> admission = limiter_->admit(limited);
  if (!admission || !admission->granted()) {
    loop_.counters().refused_connections.add();
    // One that is granted no place is told so in HTTP, and counted then.
    if (!admission) loop_.counters().refuse(Refusal::kTooManyConnections);
  }
  if (!admission) return true;
  sink_({.stream = std::move(stream),
         .admission = *std::move(admission),
         .peer = peer,
         .accepted_at = monotonic_now(),
         .on_loopback = address_.is_loopback() || peer.is_loopback()});
  return true;
}

// Out of descriptors, the socket stays readable: waiting for it again at once would spin.
void Listener::pause(int error) {
  loop_.counters().accept_pauses.add();
  const Instant now = monotonic_now();
  if (!warned_at_ || now - *warned_at_ >= kWarningInterval) {
    warned_at_ = now;
    warning_(fmt::format("Cannot accept connections for the moment: {}.", std::strerror(error)));
  }
  pause_timer_.expires_after(kAcceptPause);
  pause_timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) wait();
  });
}

std::string to_url_host(const IpAddress& address) {
  return address.is_v4() ? address.to_string() : '[' + address.to_string() + ']';
}

}  // namespace visavis::net
