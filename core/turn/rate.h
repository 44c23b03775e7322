// Rates that several loops can count on at the same time: each is one number, so that it can be an
// atomic one. The number is the time, in nanoseconds of an Instant, at which all that was taken
// will have leaked away (the generic cell rate algorithm).
//
// A Cell has load() and replace(seen, next), which puts `next` in place of `seen` or, where another
// value has come in between, stores that in `seen` and returns false. PlainCell is for one thread.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/base/time.h"

namespace visavis::turn {

class PlainCell {
 public:
  std::int64_t load() const { return value_; }
  bool replace(std::int64_t& /*seen*/, std::int64_t next) {
    value_ = next;
    return true;
  }

 private:
  std::int64_t value_ = 0;
};

struct Rate {
  double per_second = 0;          // 0: no limit
  Duration at_once = seconds(1);  // what so much time brings may be taken at once
};

inline std::int64_t nanoseconds(Duration duration) { return duration.count() * 1'000; }
inline std::int64_t nanoseconds(Instant now) { return nanoseconds(now.time_since_epoch()); }

inline std::int64_t cost_of(std::uint64_t amount, const Rate& rate) {
  return static_cast<std::int64_t>(static_cast<double>(amount) * 1e9 / rate.per_second);
}

// Takes at least `least` and at most `most`, by preference no more than a tenth of a second brings.
// Returns what was taken; 0: there is less than `least`. Precondition: 0 < least <= most.
template <typename Cell>
std::uint64_t take(Cell& cell, const Rate& rate, std::uint64_t least, std::uint64_t most,
                   Instant now) {
  if (rate.per_second <= 0) return most;
  most = std::min(most, std::max(least, static_cast<std::uint64_t>(rate.per_second / 10)));
  std::int64_t seen = cell.load();
  while (true) {
    const std::int64_t start = std::max(seen, nanoseconds(now));
    const std::int64_t room = nanoseconds(now) + nanoseconds(rate.at_once) - start;
    if (room <= 0) return 0;
    const auto left = static_cast<std::uint64_t>(static_cast<double>(room) * rate.per_second / 1e9);
    if (left < least) return 0;
    const std::uint64_t taken = std::min(most, left);
    if (cell.replace(seen, start + cost_of(taken, rate))) return taken;
  }
}

// What was taken and is not needed.
template <typename Cell>
void give_back(Cell& cell, const Rate& rate, std::uint64_t amount) {
  if (rate.per_second <= 0 || amount == 0) return;
  std::int64_t seen = cell.load();
  while (!cell.replace(seen, seen - cost_of(amount, rate))) {
  }
}

// How much of what may be taken at once is taken: 0 to 1.
template <typename Cell>
double level(const Cell& cell, const Rate& rate, Instant now) {
  if (rate.per_second <= 0) return 0;
  const auto taken = static_cast<double>(cell.load() - nanoseconds(now));
  return std::clamp(taken / static_cast<double>(nanoseconds(rate.at_once)), 0.0, 1.0);
}

}  // namespace visavis::turn
