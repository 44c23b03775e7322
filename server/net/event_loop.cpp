#include "server/net/event_loop.h"

#include <boost/asio/post.hpp>

#include "server/net/clock.h"

namespace visavis::net {
namespace {

// Often enough that ten seconds of trouble show in a histogram.
constexpr Duration kLagInterval = milliseconds(100);

}  // namespace

// The hint 1 tells Asio that one thread runs the loop; others may still post to it.
EventLoop::EventLoop(unsigned index)
    : index_(index),
      context_(1),
      work_(context_.get_executor()),
      datagrams_(counters_),
      poller_(context_),
      deadlines_(context_),
      lag_timer_(context_),
      read_buffer_(kReadBufferBytes) {}

EventLoop::~EventLoop() = default;

void EventLoop::on_round_end(std::function<void()> hook) {
  round_end_hooks_.push_back(std::move(hook));
}

void EventLoop::request_round_end() {
  if (round_end_requested_) return;
  round_end_requested_ = true;
  boost::asio::post(context_, [this] { end_round(); });
}

void EventLoop::end_round() {
  // Cleared first: what a hook produces (a failed write closes a connection) gets a round end of
  // its own.
  round_end_requested_ = false;
  for (const auto& hook : round_end_hooks_) hook();
  graveyard_.clear();
}

void EventLoop::destroy_later(std::unique_ptr<Pollable> object) {
  graveyard_.push_back(std::move(object));
  request_round_end();
}

void EventLoop::run() {
  measure_lag();
  context_.run();
}

void EventLoop::stop() { context_.stop(); }

void EventLoop::measure_lag() {
  lag_timer_.expires_after(kLagInterval);
  lag_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    const auto late = std::chrono::steady_clock::now() - lag_timer_.expiry();
    counters_.loop_lag.observe(std::chrono::duration_cast<Duration>(late));
    measure_lag();
  });
}

}  // namespace visavis::net
