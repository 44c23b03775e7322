#include "server/net/server.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cassert>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <iterator>
#include <thread>
#include <utility>

namespace visavis::net {
namespace {

constexpr int kFreePortTries = 16;

}  // namespace

std::size_t raise_open_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  if (limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  return limit.rlim_cur;
}

Server::Server(WorkerSettings settings, unsigned threads)
    : settings_(std::move(settings)),
      limiter_(settings_.limits.connections_max, settings_.limits.connections_per_address_max) {
  assert(threads >= 1 && threads <= kLoopsMax);
  ::signal(SIGPIPE, SIG_IGN);
  for (unsigned i = 0; i < threads; ++i) {
    loops_.push_back(std::make_unique<EventLoop>(i));
    workers_.push_back(std::make_unique<Worker>(*loops_.back(), settings_));
  }
}

Server::~Server() {
  udp_sockets_.clear();
  private_listener_.reset();
  listeners_.clear();
  workers_.clear();
  loops_.clear();
}

std::optional<ListenError> Server::listen(const IpAddress& address, std::uint16_t port) {
  // A port that is free for TCP may be taken for UDP: of those that the kernel chooses, try some.
  for (int tries_left = port == 0 ? kFreePortTries : 1; tries_left > 0; --tries_left) {
    auto listener = Listener::open(*loops_[0], address, port);
    if (!listener) return listener.error();
    const int error = open_udp({address, (*listener)->port()});
    if (error == EADDRINUSE && tries_left > 1) continue;
    if (error != 0) {
      return ListenError{
          .message = fmt::format("Cannot listen on {}:{} for UDP: {}.", to_url_host(address), port,
                                 error == EADDRINUSE ? port_is_taken(port) : std::strerror(error)),
          .may_pass = listen_error_may_pass(error)};
    }
    listeners_.push_back(std::move(listener).value());
    break;
  }
  return std::nullopt;
}

std::optional<ListenError> Server::listen_privately(const PrivateAddress& address) {
  auto listener = PrivateListener::open(*loops_[0], address);
  if (!listener) return listener.error();
  private_listener_ = std::move(listener).value();
  return std::nullopt;
}

int Server::open_udp(const TransportAddress& address) {
  std::vector<std::unique_ptr<UdpSocket>> opened;
  // All of them before the first datagram: the kernel spreads clients over those that are there.
  for (const auto& loop : loops_) {
    // The first takes the port for itself, so that it cannot be one that another program of this
    // user has and would share.
    const PortUse use = loops_.size() == 1 ? PortUse::kAlone
                        : opened.empty()   ? PortUse::kFirst
                                           : PortUse::kShared;
    auto socket = UdpSocket::open(*loop, address, {.port_use = use});
    if (!socket) return socket.error();
    (*socket)->set_tag(udp_sockets_.size() / loops_.size());
    opened.push_back(std::move(socket).value());
  }
  std::ranges::move(opened, std::back_inserter(udp_sockets_));
  return 0;
}

RefusalCounts Server::refusal_counts() const {
  RefusalCounts counts;
  for (std::size_t kind = 0; kind < counts.size(); ++kind) {
    counts[kind].kind = name_of(static_cast<Refusal>(kind));
    for (unsigned i = 0; i < loops(); ++i) counts[kind].count += counters(i).refusals[kind].get();
  }
  return counts;
}

void Server::run() {
  assert(settings_.websockets != nullptr && settings_.http);
  for (const auto& listener : listeners_) {
    listener->start(
        limiter_, settings_.trusted_proxies,
        [this](AcceptedConnection accepted) { hand_out(std::move(accepted)); }, warning_);
  }
  if (private_listener_) {
    private_listener_->start(private_limiter_, [this](AcceptedConnection accepted) {
      workers_[0]->adopt(std::move(accepted));
    });
  }
  for (const auto& socket : udp_sockets_) {
    if (datagrams_ == nullptr) break;
    if (!socket->start(*datagrams_)) warning_("The kernel refuses to watch a UDP socket.");
  }
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < loops_.size(); ++i) {
    threads.emplace_back([loop = loops_[i].get()] { loop->run(); });
  }
  loops_[0]->run();
  for (std::thread& thread : threads) thread.join();
}

void Server::stop() {
  for (const auto& loop : loops_) loop->stop();
}

void Server::hand_out(AcceptedConnection accepted) {
  const unsigned index = next_loop_;
  next_loop_ = (next_loop_ + 1) % loops();
  if (index == 0) return workers_[0]->adopt(std::move(accepted));
  boost::asio::post(loops_[index]->context(),
                    [worker = workers_[index].get(), accepted = std::move(accepted)]() mutable {
                      worker->adopt(std::move(accepted));
                    });
}

void Server::drain(std::function<void()> on_empty) {
  for (const auto& listener : listeners_) listener->stop();
  if (private_listener_) private_listener_->stop();
  loops_not_empty_ = loops();
  const auto done = [this, on_empty = std::move(on_empty)] {
    if (--loops_not_empty_ == 0) on_empty();
  };
  for (const auto& worker : workers_) {
    boost::asio::post(worker->loop().context(), [this, done, worker = worker.get()] {
      worker->drain([this, done] { boost::asio::post(loops_[0]->context(), done); });
    });
  }
}

}  // namespace visavis::net
