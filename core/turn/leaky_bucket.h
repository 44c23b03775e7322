// A limit of so much per second, and as much at once.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/base/time.h"

namespace visavis::turn {

// Sixteen bytes of state, empty when new; the rate is given with each call, since thousands share
// one. A rate of zero is no limit.
class LeakyBucket {
 public:
  bool has_room(std::uint64_t per_second, std::uint64_t amount, Instant now) const {
    return per_second == 0 || level_at(per_second, now) + static_cast<double>(amount) <=
                                  static_cast<double>(per_second);
  }
  void add(std::uint64_t per_second, std::uint64_t amount, Instant now) {
    if (per_second == 0) return;
    level_ = level_at(per_second, now) + static_cast<double>(amount);
    updated_ = std::max(updated_, now);
  }

 private:
  double level_at(std::uint64_t per_second, Instant now) const {
    if (now <= updated_) return level_;
    const std::chrono::duration<double> elapsed = now - updated_;
    return std::max(0.0, level_ - elapsed.count() * static_cast<double>(per_second));
  }

  double level_ = 0;
  Instant updated_{};
};

}  // namespace visavis::turn
