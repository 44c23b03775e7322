// The ports of closed mode's relayed transport addresses. They are bound nowhere; each belongs to a
// loop, and that loop gives it to one allocation of a call, once.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/random.h"

namespace visavis::turn {

// Where one call on one loop has got to: from a random port through all of them, once around.
struct PortCursor {
  std::uint32_t start = 0;
  std::uint32_t used = 0;
};

class VirtualPorts {
 public:
  // Precondition: loop < loops.
  VirtualPorts(unsigned loop, unsigned loops);

  // Which loop a port is of: an even one and its successor are of the same.
  unsigned loop_of(std::uint16_t port) const { return port / 2 % loops_; }

  PortCursor start(Random& random) const;
  // Null: the call has used all ports of this loop.
  std::optional<std::uint16_t> next(PortCursor& cursor, bool even) const;

 private:
  std::uint16_t port_at(std::uint32_t index) const;

  unsigned loops_;
  std::uint32_t first_pair_;  // the first at or above port 1024 that is of this loop
  std::uint32_t count_;       // of ports of this loop
};

}  // namespace visavis::turn
