// How many pings and pongs one WebSocket may send: each costs an answer or a look, and counts as no
// message anywhere else.
#pragma once

#include <cstddef>

#include "core/base/time.h"

namespace visavis::net {

// A pure value: `burst` at once, `per_second` on average.
class ControlFrameBudget {
 public:
  // Neither may be 0.
  ControlFrameBudget(std::size_t per_second, std::size_t burst)
      : per_second_(per_second), burst_(burst), left_(burst) {}

  // False: there is none left.
  bool take(Instant now);

 private:
  std::size_t per_second_;
  std::size_t burst_;
  std::size_t left_;
  Instant filled_at_;  // what `left_` holds was earned until then
};

}  // namespace visavis::net
