#include "bench/generator/stream.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace visavis::bench {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// The certificate of a benchmark's server is made for the run: nothing to verify.
SSL_CTX* client_context() {
  static SSL_CTX* context = [] {
    SSL_CTX* made = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(made, SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_mode(made, SSL_MODE_RELEASE_BUFFERS);
    return made;
  }();
  return context;
}

void wait_for(int fd, short events) {
  pollfd entry{fd, events, 0};
  if (poll(&entry, 1, 10'000) <= 0) throw std::runtime_error("the server takes nothing for 10 s");
}

}  // namespace

Stream::Stream(const Endpoint& endpoint) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(endpoint.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd_ < 0 || connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fail("connect");
  }
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (endpoint.tls) {
    ssl_.reset(SSL_new(client_context()));
    SSL_set_fd(ssl_.get(), fd_);
    if (SSL_connect(ssl_.get()) != 1) throw std::runtime_error("TLS handshake failed");
  }
  fcntl(fd_, F_SETFL, O_NONBLOCK);
}

Stream::~Stream() {
  if (fd_ >= 0) close(fd_);
}

void Stream::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written =
        ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
             : send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (ssl_ ? SSL_get_error(ssl_.get(), static_cast<int>(written)) == SSL_ERROR_WANT_WRITE
                    : errno == EAGAIN) {
      wait_for(fd_, POLLOUT);
    } else {
      fail("write");
    }
  }
}

std::size_t Stream::read(MutableByteView into) {
  const ssize_t size = ssl_ ? SSL_read(ssl_.get(), into.data(), static_cast<int>(into.size()))
                            : recv(fd_, into.data(), into.size(), 0);
  if (size > 0) return static_cast<std::size_t>(size);
  const bool nothing_yet =
      ssl_ ? SSL_get_error(ssl_.get(), static_cast<int>(size)) == SSL_ERROR_WANT_READ
           : size < 0 && errno == EAGAIN;
  if (!nothing_yet) throw std::runtime_error("the server closed the connection");
  return 0;
}

}  // namespace visavis::bench
