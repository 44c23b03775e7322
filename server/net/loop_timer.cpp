#include "server/net/loop_timer.h"

#include <utility>

#include "server/net/clock.h"

namespace visavis::net {

LoopTimer::LoopTimer(boost::asio::io_context& context, std::function<void()> due)
    : timer_(context), due_(std::move(due)) {}

void LoopTimer::fire_by(Instant deadline) {
  if (armed_for_ && *armed_for_ <= deadline) return;
  armed_for_ = deadline;
  timer_.expires_at(to_steady(deadline));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;  // moved forward, or destroyed
    armed_for_.reset();
    due_();
  });
}

void LoopTimer::fire_after(Duration delay) {
  if (!armed_for_) fire_by(monotonic_now() + delay);
}

}  // namespace visavis::net
