// The one place of the shells that reads the monotonic clock, and the calendar.
#pragma once

#include <chrono>

#include "core/base/time.h"

namespace visavis::net {

inline Instant monotonic_now() {
  const auto since_boot = std::chrono::steady_clock::now().time_since_epoch();
  return Instant(std::chrono::duration_cast<Duration>(since_boot));
}

inline std::chrono::sys_seconds wall_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

// For Asio's timers, which count in steady_clock.
inline std::chrono::steady_clock::time_point to_steady(Instant instant) {
  return std::chrono::steady_clock::time_point(instant.time_since_epoch());
}

}  // namespace visavis::net
