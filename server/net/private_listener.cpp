#include "server/net/private_listener.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "server/net/clock.h"
#include "server/net/descriptor.h"
#include "server/net/listener.h"
#include "server/net/socket_address.h"

namespace visavis::net {
namespace {

constexpr int kBacklog = 64;
constexpr int kAcceptsPerRound = 16;
constexpr Duration kAcceptPause = milliseconds(100);
constexpr mode_t kSocketMode = 0660;

Failure<ListenError> failure(const PrivateAddress& address, std::string_view cause,
                             bool may_pass = false) {
  return {{fmt::format("Cannot listen on {}: {}.", address.to_url(), cause), may_pass}};
}

Failure<ListenError> failure(const PrivateAddress& address, int error) {
  const bool taken = error == EADDRINUSE;
  return failure(address, taken ? "another program has it already" : std::strerror(error),
                 listen_error_may_pass(error));
}

// Nothing for a path that is too long for a socket (unix(7)).
std::optional<SocketAddress> socket_address_of(const PrivateAddress& address) {
  if (address.path.empty()) return to_socket_address(address.tcp);
  sockaddr_un name{};
  if (address.path.size() >= sizeof name.sun_path) return std::nullopt;
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, address.path.data(), address.path.size());
  SocketAddress result;
  std::memcpy(&result.storage, &name, sizeof name);
  result.size = sizeof name;
  return result;
}

// Of a process that ended without removing it.
bool is_left_behind(const PrivateAddress& address, const SocketAddress& name) {
  struct stat status{};
  if (::lstat(address.path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  return probe && ::connect(probe.get(), name.get(), name.size) != 0 && errno == ECONNREFUSED;
}

// errno, or 0.
int bind_and_listen(int descriptor, const PrivateAddress& address, const SocketAddress& name) {
  const int on = 1;
  if (address.path.empty()) {
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    // As the public listeners do: IPv6 is IPv6 only.
    if (!address.tcp.address.is_v4()) {
      ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    }
  } else if (is_left_behind(address, name)) {
    ::unlink(address.path.c_str());
  }
  if (::bind(descriptor, name.get(), name.size) != 0) return errno;
  // Before anybody can connect: nobody can until it listens.
  if (!address.path.empty() && ::chmod(address.path.c_str(), kSocketMode) != 0) return errno;
  return ::listen(descriptor, kBacklog) == 0 ? 0 : errno;
}

}  // namespace

std::string PrivateAddress::to_url() const {
  if (!path.empty()) return "unix:" + path;
  return fmt::format("http://{}:{}", to_url_host(tcp.address), tcp.port);
}

Result<std::unique_ptr<PrivateListener>, ListenError> PrivateListener::open(
    EventLoop& loop, const PrivateAddress& address) {
  const auto name = socket_address_of(address);
  if (!name) return failure(address, "the path is too long for a Unix socket");
  const int descriptor =
      ::socket(name->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return failure(address, errno);
  std::unique_ptr<PrivateListener> listener(new PrivateListener(loop, descriptor, address));
  if (const int error = bind_and_listen(descriptor, address, *name); error != 0) {
    listener->address_.path.clear();  // whatever is there is not ours to remove
    return failure(address, error);
  }
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (address.path.empty() &&
      ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound), &size) == 0) {
    listener->address_.tcp.port = to_transport_address(bound).port;
  }
  return listener;
}

PrivateListener::PrivateListener(EventLoop& loop, int descriptor, PrivateAddress address)
    : listening_(loop.context(), descriptor),
      pause_timer_(loop.context()),
      address_(std::move(address)) {}

PrivateListener::~PrivateListener() { stop(); }

void PrivateListener::start(ConnectionLimiter& limiter, Sink sink) {
  limiter_ = &limiter;
  sink_ = std::move(sink);
  wait();
}

void PrivateListener::stop() {
  if (!listening_.is_open()) return;
  boost::system::error_code ignored;
  listening_.close(ignored);
  pause_timer_.cancel();
  if (!address_.path.empty()) ::unlink(address_.path.c_str());
}

void PrivateListener::wait() {
  listening_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                        [this](const boost::system::error_code& error) {
                          if (!error) accept_some();
                        });
}

void PrivateListener::accept_some() {
  for (int i = 0; i < kAcceptsPerRound; ++i) {
    if (accept_one()) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    // Out of descriptors, the socket stays readable: waiting for it again at once would spin.
    pause_timer_.expires_after(kAcceptPause);
    return pause_timer_.async_wait([this](const boost::system::error_code& cancelled) {
      if (!cancelled) wait();
    });
  }
  wait();
}

// False: errno says why there is none.
bool PrivateListener::accept_one() {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  const int descriptor =
      ::accept4(listening_.native_handle(), reinterpret_cast<sockaddr*>(&storage), &size,
                SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor < 0) return false;
  ByteStream stream(descriptor);
  // Who comes by a Unix socket is on this machine.
  const IpAddress peer =
      address_.path.empty() ? to_transport_address(storage).address : IpAddress::v4({127, 0, 0, 1});
  auto admission = limiter_->admit(std::nullopt);
  if (!admission) return true;
  sink_({.stream = std::move(stream),
         .admission = *std::move(admission),
         .peer = peer,
         .accepted_at = monotonic_now(),
         .on_loopback = peer.is_loopback() || address_.tcp.address.is_loopback(),
         .on_private_listener = true});
  return true;
}

}  // namespace visavis::net
