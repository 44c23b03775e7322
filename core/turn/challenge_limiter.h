// Keeps 401 and 438 from being a way to send somebody packets in another's name: a rate for each
// IPv4 address or IPv6 /64.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/ip_address.h"
#include "core/base/random.h"
#include "core/base/time.h"
#include "core/turn/limits.h"

namespace visavis::turn {

// Of a fixed size from the start, so that a flood from made-up addresses makes it neither grow nor
// forget: addresses share slots, by a keyed hash that nobody outside can aim with.
class ChallengeLimiter {
 public:
  ChallengeLimiter(const Limits& limits, Random& random);

  // Whether one more may be sent to this address; counts it.
  bool take(const IpAddress& client, Instant now);

 private:
  Instant& slot_of(const IpAddress& client);

  Duration interval_;  // zero: no limit
  Duration ahead_max_;
  std::array<std::uint64_t, 3> key_{};
  // When the slot would be empty again (the generic cell rate algorithm).
  std::vector<Instant> slots_;
};

}  // namespace visavis::turn
