// Timeouts of many connections with one timer: a hashed wheel of coarse slots.
//
// A connection's deadline moves with every byte it receives, so entries are lazy: the wheel calls
// on_deadline() when the deadline *as it was scheduled* has passed, and the connection answers when
// to ask again. A message costs the wheel nothing.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/time.h"
#include "server/net/loop_timer.h"

namespace visavis::net {

class DeadlineWheel;

class Timed {
 public:
  virtual ~Timed() = default;
  // A deadline scheduled for this object is due, or may be. The object is no longer in the wheel.
  virtual void on_deadline(Instant now) = 0;

 private:
  friend class DeadlineWheel;
  static constexpr std::uint32_t kNotScheduled = UINT32_MAX;
  std::uint32_t wheel_slot_ = kNotScheduled;
  std::uint32_t wheel_index_ = 0;
};

// Not thread-safe: belongs to its loop's thread.
class DeadlineWheel {
 public:
  explicit DeadlineWheel(boost::asio::io_context& context);

  // Calls timed.on_deadline() once, at `deadline` or up to one tick later; earlier if the deadline
  // lies beyond the wheel's span (then schedule again). Replaces what was scheduled for `timed`
  // before.
  void schedule(Timed& timed, Instant deadline);
  void cancel(Timed& timed);

 private:
  static constexpr Duration kTick = milliseconds(25);
  static constexpr std::uint32_t kSlots = 1024;  // a span of 25.6 s

  void on_timer();
  std::int64_t next_occupied_tick() const;
  void fire_slot(std::uint32_t slot, Instant now);

  LoopTimer timer_;
  std::int64_t done_tick_ = 0;  // slots up to this tick have fired
  std::size_t scheduled_ = 0;
  bool firing_ = false;
  std::vector<std::vector<Timed*>> slots_;
};

}  // namespace visavis::net
