// One I/O thread: an Asio io_context, the sockets it polls and what its connections share.
//
// Work comes in *rounds*: everything that was ready at one wake-up is read and handled, and then
// the round's end writes what it produced, so that all of it for one destination leaves in one
// write.
#pragma once

#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/base/bytes.h"
#include "server/net/counters.h"
#include "server/net/datagram_queue.h"
#include "server/net/datagram_reader.h"
#include "server/net/deadline_wheel.h"
#include "server/net/poller.h"

namespace visavis::net {

// Everything but post-like calls on context() belongs to the thread that runs the loop.
class EventLoop {
 public:
  explicit EventLoop(unsigned index);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  unsigned index() const { return index_; }
  boost::asio::io_context& context() { return context_; }
  Poller& poller() { return poller_; }
  DeadlineWheel& deadlines() { return deadlines_; }
  Counters& counters() { return counters_; }
  const Counters& counters() const { return counters_; }

  // Scratch space for one read, shared by all connections of the loop: valid until the next read.
  MutableByteView read_buffer() { return read_buffer_; }

  // What its UDP sockets share.
  DatagramReader& datagram_reader() { return datagram_reader_; }
  DatagramQueue& datagrams() { return datagrams_; }

  // Hooks run at the end of a round, in the order of registration. Register before run().
  void on_round_end(std::function<void()> hook);
  // Asks that the hooks run when what is ready now has been handled. Cheap to call again.
  void request_round_end();

  // Keeps `object` until the round is over, because events of this round may still point to it.
  void destroy_later(std::unique_ptr<Pollable> object);
  // Destroys them now: no round is running any more.
  void destroy_kept() { graveyard_.clear(); }

  // Runs until stop(), which any thread may call.
  void run();
  void stop();

 private:
  static constexpr std::size_t kReadBufferBytes = 65'536;

  void end_round();
  void measure_lag();

  const unsigned index_;
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  Counters counters_;
  DatagramReader datagram_reader_;
  DatagramQueue datagrams_;
  Poller poller_;
  DeadlineWheel deadlines_;
  boost::asio::steady_timer lag_timer_;
  std::vector<std::function<void()>> round_end_hooks_;
  bool round_end_requested_ = false;
  std::vector<std::unique_ptr<Pollable>> graveyard_;
  std::vector<std::uint8_t> read_buffer_;
};

}  // namespace visavis::net
