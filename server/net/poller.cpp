#include "server/net/poller.h"

#include <sys/epoll.h>

#include <cerrno>
#include <system_error>

namespace visavis::net {
namespace {

constexpr std::uint32_t kInterest = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

int create_epoll() {
  const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return descriptor;
}

Readiness to_readiness(std::uint32_t events) {
  return {.readable = (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0,
          .writable = (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0,
          .hung_up = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0};
}

}  // namespace

Poller::Poller(boost::asio::io_context& context) : epoll_(context, create_epoll()) { wait(); }

bool Poller::add(int descriptor, Pollable& target) {
  epoll_event event{.events = kInterest, .data = {.ptr = &target}};
  return ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void Poller::rearm(int descriptor, Pollable& target) {
  epoll_event event{.events = kInterest, .data = {.ptr = &target}};
  ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_MOD, descriptor, &event);
}

void Poller::remove(int descriptor) {
  ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, descriptor, nullptr);
}

void Poller::wait() {
  epoll_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                    [this](const boost::system::error_code& error) {
                      if (error) return;  // the loop is being destroyed
                      dispatch();
                      wait();
                    });
}

void Poller::dispatch() {
  std::array<epoll_event, kEventsPerRound> events;
  const int count = ::epoll_wait(epoll_.native_handle(), events.data(), kEventsPerRound, 0);
  for (int i = 0; i < count; ++i) {
    static_cast<Pollable*>(events[i].data.ptr)->on_ready(to_readiness(events[i].events));
  }
}

}  // namespace visavis::net
