#include "server/doctor/stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <cerrno>
#include <system_error>

#include "server/doctor/certificate.h"
#include "server/net/clock.h"
#include "server/net/socket_address.h"

namespace visavis::doctor {
namespace {

int milliseconds_until(Instant deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - net::monotonic_now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

NotReached not_reached(int error) {
  const std::string words = std::generic_category().message(error);
  switch (error) {
    case ECONNREFUSED:
      return {Reach::kRefused, "the connection was refused"};
    case ETIMEDOUT:
      return {Reach::kTimedOut, "nobody answered"};
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
      return {Reach::kNoRoute, words};
    default:
      return {Reach::kFailed, words};
  }
}

}  // namespace

Result<std::unique_ptr<Stream>, NotReached> Stream::connect(const TransportAddress& server,
                                                            Duration patience) {
  const net::SocketAddress to = net::to_socket_address(server);
  const int descriptor =
      ::socket(to.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return Failure{not_reached(errno)};
  std::unique_ptr<Stream> stream(new Stream(descriptor));
  stream->set_patience(patience);
  const int one = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (::connect(descriptor, to.get(), to.size) != 0) {
    if (errno != EINPROGRESS) return Failure{not_reached(errno)};
    if (!stream->wait_for(POLLOUT)) return Failure{not_reached(ETIMEDOUT)};
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return Failure{not_reached(error)};
  }
  return stream;
}

Stream::~Stream() {
  tls_.reset();
  ::close(descriptor_);
}

void Stream::set_patience(Duration patience) { deadline_ = net::monotonic_now() + patience; }

TransportAddress Stream::local_address() const {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&storage), &size);
  return net::to_transport_address(storage);
}

bool Stream::wait_for(short events) const {
  pollfd poll{.fd = descriptor_, .events = events, .revents = 0};
  while (true) {
    const int ready = ::poll(&poll, 1, milliseconds_until(deadline_));
    if (ready < 0 && errno == EINTR) continue;
    return ready > 0;
  }
}

std::string Stream::start_tls(const std::string& host, bool http, Duration patience) {
  set_patience(patience);
  tls_context_ = make_client_tls(http);
  if (!tls_context_) return "TLS is not to be had on this machine";
  tls_.reset(SSL_new(tls_context_.get()), SSL_free);
  if (!tls_ || SSL_set_fd(tls_.get(), descriptor_) != 1) return "TLS is not to be had here";
  prepare_client_tls(*tls_, host);
  boost::system::error_code error;
  while (true) {
    const int result = SSL_connect(tls_.get());
    if (result == 1) return {};
    if (!wait_for_tls(result, error)) break;
  }
  const std::string words = error == boost::asio::error::timed_out
                                ? "the TLS handshake was not answered"
                                : tls_error(error.message());
  tls_.reset();
  return words;
}

CertificateSeen Stream::see_certificate(const std::string& host) const {
  return doctor::see_certificate(*tls_, host);
}

bool Stream::wait_for_tls(int result, boost::system::error_code& error) const {
  error = {};
  const int saved = errno;
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      if (wait_for(POLLIN)) return true;
      error = boost::asio::error::timed_out;
      return false;
    case SSL_ERROR_WANT_WRITE:
      if (wait_for(POLLOUT)) return true;
      error = boost::asio::error::timed_out;
      return false;
    case SSL_ERROR_SYSCALL:
      if (saved != 0 && saved != EAGAIN) {
        error.assign(saved, boost::system::system_category());
        return false;
      }
      [[fallthrough]];
    default:
      error = boost::asio::error::eof;
      return false;
  }
}

std::size_t Stream::read(MutableByteView out, boost::system::error_code& error) {
  error = {};
  while (true) {
    if (tls_) {
      errno = 0;
      const int got = SSL_read(tls_.get(), out.data(), static_cast<int>(out.size()));
      if (got > 0) return static_cast<std::size_t>(got);
      if (!wait_for_tls(got, error)) return 0;
      continue;
    }
    const ssize_t got = ::recv(descriptor_, out.data(), out.size(), 0);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got == 0) {
      error = boost::asio::error::eof;
      return 0;
    }
    if (errno != EAGAIN && errno != EINTR) {
      error.assign(errno, boost::system::system_category());
      return 0;
    }
    if (!wait_for(POLLIN)) {
      error = boost::asio::error::timed_out;
      return 0;
    }
  }
}

std::size_t Stream::write(ByteView bytes, boost::system::error_code& error) {
  error = {};
  while (true) {
    if (tls_) {
      errno = 0;
      const int put = SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()));
      if (put > 0) return static_cast<std::size_t>(put);
      if (!wait_for_tls(put, error)) return 0;
      continue;
    }
    const ssize_t put = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put >= 0) return static_cast<std::size_t>(put);
    if (errno != EAGAIN && errno != EINTR) {
      error.assign(errno, boost::system::system_category());
      return 0;
    }
    if (!wait_for(POLLOUT)) {
      error = boost::asio::error::timed_out;
      return 0;
    }
  }
}

bool Stream::has_pending() const { return tls_ && SSL_pending(tls_.get()) > 0; }

void teardown(boost::beast::role_type /*role*/, Stream& /*stream*/,
              boost::system::error_code& error) {
  error = {};  // its destructor closes it
}

}  // namespace visavis::doctor
