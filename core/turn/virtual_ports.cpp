#include "core/turn/virtual_ports.h"

#include <array>
#include <cassert>

#include "core/base/byte_order.h"

namespace visavis::turn {
namespace {

constexpr std::uint32_t kPairBegin = 1'024 / 2;
constexpr std::uint32_t kPairEnd = 65'536 / 2;

}  // namespace

VirtualPorts::VirtualPorts(unsigned loop, unsigned loops) : loops_(loops) {
  assert(loop < loops && loops <= kPairEnd - kPairBegin);
  first_pair_ = kPairBegin + (loop + loops - kPairBegin % loops) % loops;
  count_ = 2 * ((kPairEnd - first_pair_ + loops - 1) / loops);
}

PortCursor VirtualPorts::start(Random& random) const {
  std::array<std::uint8_t, 4> bytes{};
  random.fill(bytes);
  return {load_u32(bytes) % count_ & ~std::uint32_t{1}, 0};
}

std::uint16_t VirtualPorts::port_at(std::uint32_t index) const {
  return static_cast<std::uint16_t>(2 * (first_pair_ + index / 2 * loops_) + index % 2);
}

std::optional<std::uint16_t> VirtualPorts::next(PortCursor& cursor, bool even) const {
  if (even) cursor.used += cursor.used % 2;
  if (cursor.used >= count_) return std::nullopt;
  return port_at((cursor.start + cursor.used++) % count_);
}

}  // namespace visavis::turn
