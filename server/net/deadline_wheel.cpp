#include "server/net/deadline_wheel.h"

#include <algorithm>

#include "server/net/clock.h"

namespace visavis::net {

DeadlineWheel::DeadlineWheel(boost::asio::io_context& context)
    : timer_(context, [this] { on_timer(); }), slots_(kSlots) {}

void DeadlineWheel::schedule(Timed& timed, Instant deadline) {
  cancel(timed);
  const std::int64_t now_tick = monotonic_now().time_since_epoch() / kTick;
  if (scheduled_ == 0) done_tick_ = now_tick;
  // Rounded up, so that nothing fires early; never into a slot that has fired already.
  const std::int64_t wanted = deadline.time_since_epoch() / kTick + 1;
  const std::int64_t tick = std::clamp(wanted, done_tick_ + 1, done_tick_ + kSlots - 1);

  timed.wheel_slot_ = static_cast<std::uint32_t>(tick % kSlots);
  auto& slot = slots_[timed.wheel_slot_];
  timed.wheel_index_ = static_cast<std::uint32_t>(slot.size());
  slot.push_back(&timed);
  ++scheduled_;
  if (!firing_) timer_.fire_by(Instant(tick * kTick));
}

void DeadlineWheel::cancel(Timed& timed) {
  if (timed.wheel_slot_ == Timed::kNotScheduled) return;
  auto& slot = slots_[timed.wheel_slot_];
  Timed* const last = slot.back();
  slot[timed.wheel_index_] = last;
  last->wheel_index_ = timed.wheel_index_;
  slot.pop_back();
  timed.wheel_slot_ = Timed::kNotScheduled;
  --scheduled_;
}

std::int64_t DeadlineWheel::next_occupied_tick() const {
  std::int64_t tick = done_tick_ + 1;
  while (slots_[static_cast<std::size_t>(tick % kSlots)].empty()) ++tick;
  return tick;
}

void DeadlineWheel::on_timer() {
  const Instant now = monotonic_now();
  const std::int64_t now_tick = now.time_since_epoch() / kTick;
  // After a long stall one turn of the wheel is enough: it visits every slot.
  done_tick_ = std::max(done_tick_, now_tick - kSlots);
  firing_ = true;
  while (done_tick_ < now_tick) {
    ++done_tick_;
    fire_slot(static_cast<std::uint32_t>(done_tick_ % kSlots), now);
  }
  firing_ = false;
  // Wakes for the next slot that holds something, so that a server at rest sleeps.
  if (scheduled_ != 0) timer_.fire_by(Instant(next_occupied_tick() * kTick));
}

void DeadlineWheel::fire_slot(std::uint32_t slot, Instant now) {
  // What fires schedules itself again, never into this slot: the next tick of this slot is a full
  // turn away.
  while (!slots_[slot].empty()) {
    Timed& timed = *slots_[slot].back();
    cancel(timed);
    timed.on_deadline(now);
  }
}

}  // namespace visavis::net
