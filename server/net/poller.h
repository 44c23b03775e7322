// Readiness of many sockets, edge-triggered, for one event loop.
//
// An epoll set that is itself a descriptor Asio waits for. Asio's own reactor costs about a
// kilobyte of operations and descriptor state per socket, and an epoll_ctl per wait; here a socket
// costs nothing but the kernel's entry, and a whole round of ready sockets is one wake-up.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>

struct epoll_event;

namespace visavis::net {

struct Readiness {
  bool readable = false;
  bool writable = false;
  bool hung_up = false;  // the peer sent FIN or RST: read until the end, even after a short read
};

class Pollable {
 public:
  virtual ~Pollable() = default;
  // Called once per edge: read and write until the socket would block, or ask for another edge with
  // Poller::rearm(). Must not destroy the object itself; see EventLoop::destroy_later().
  virtual void on_ready(Readiness readiness) = 0;
};

// Not thread-safe: belongs to its loop's thread.
class Poller {
 public:
  // Throws std::system_error when the process is out of descriptors.
  explicit Poller(boost::asio::io_context& context);
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // Starts watching. `target` must live until remove(), and then to the end of the loop's round.
  // Returns false when the kernel refuses (its limit of watches): errno says why.
  bool add(int descriptor, Pollable& target);
  // Reports readiness to `target` from now on. What is ready already is reported again, as a new
  // edge.
  void rearm(int descriptor, Pollable& target);
  void remove(int descriptor);

 private:
  static constexpr int kEventsPerRound = 64;

  void wait();
  void dispatch();

  boost::asio::posix::stream_descriptor epoll_;
};

}  // namespace visavis::net
