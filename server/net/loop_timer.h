// A timer for what lives on an event loop and says itself when it wants to be called next.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <optional>

#include "core/base/time.h"

namespace visavis::net {

// Belongs to the thread that runs `context`, and must not be destroyed while that runs.
class LoopTimer {
 public:
  // `due` may arm the timer again.
  LoopTimer(boost::asio::io_context& context, std::function<void()> due);

  // Has `due` called once, at `deadline` at the latest. Where an earlier call is on its way that is
  // the one: the timer is never moved back, so `due` may find nothing to do, and asks again.
  void fire_by(Instant deadline);
  // In `delay` from now, unless a call is on its way already, whenever that is: of many changes the
  // first one arms the timer, and the others cost nothing.
  void fire_after(Duration delay);

 private:
  boost::asio::steady_timer timer_;
  std::function<void()> due_;
  std::optional<Instant> armed_for_;
};

}  // namespace visavis::net
