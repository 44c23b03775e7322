// Time as the core sees it. The core never reads a clock: every input comes with the Instant at
// which it happened, so that tests and simulations decide what time it is.
#pragma once

#include <chrono>
#include <cstdint>

namespace visavis {

using Duration = std::chrono::microseconds;

// Tag for Instant. It has no now() on purpose: asking it for the time does not compile.
struct MonotonicTimeline {
  using duration = Duration;
  using rep = Duration::rep;
  using period = Duration::period;
  using time_point = std::chrono::time_point<MonotonicTimeline>;
  static constexpr bool is_steady = true;
};

// A point on the monotonic time line of one process. Not comparable between processes.
using Instant = MonotonicTimeline::time_point;

// Wall time, as milliseconds since 1970 in UTC, for what must be comparable between processes: when
// something that was signed expires. It can jump; never use it to measure a duration.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

}  // namespace visavis
