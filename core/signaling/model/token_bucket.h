// A rate limit: `per_second` on average, `burst` at once.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/base/time.h"

namespace visavis::signaling {

struct Rate {
  std::uint32_t per_second;
  std::uint32_t burst;
};

// Twelve bytes of state; the Rate is given with each call, since thousands of buckets share one.
class TokenBucket {
 public:
  // A new bucket is full.
  TokenBucket(Rate rate, Instant now) : updated_(now), tokens_(static_cast<float>(rate.burst)) {}

  // Takes `cost` tokens if they are there.
  bool take(Rate rate, Instant now, float cost = 1.0F) {
    tokens_ = available(rate, now);
    updated_ = std::max(updated_, now);
    if (tokens_ < cost) return false;
    tokens_ -= cost;
    return true;
  }

  // How long until take() would succeed; zero when it would now. `cost` is at most the burst, and
  // the rate more than nothing.
  Duration until(Rate rate, Instant now, float cost = 1.0F) const {
    const float missing = cost - available(rate, now);
    if (missing <= 0) return Duration::zero();
    const float wait_ms = 1'000 * missing / static_cast<float>(rate.per_second);
    return milliseconds(static_cast<std::int64_t>(wait_ms) + 1);
  }

  bool is_full(Rate rate, Instant now) const {
    return available(rate, now) >= static_cast<float>(rate.burst);
  }

 private:
  float available(Rate rate, Instant now) const {
    if (now <= updated_) return tokens_;
    const std::chrono::duration<float> elapsed = now - updated_;
    return std::min(static_cast<float>(rate.burst),
                    tokens_ + elapsed.count() * static_cast<float>(rate.per_second));
  }

  Instant updated_;
  float tokens_;
};

}  // namespace visavis::signaling
