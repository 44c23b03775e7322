#include "core/turn/report.h"

#include <array>

namespace visavis::turn {

std::string_view to_text(AllocationEnd end) {
  constexpr std::array<std::string_view, kAllocationEnds> kNames = {"released", "expired",
                                                                    "client_gone", "call_ended"};
  return kNames[static_cast<std::size_t>(end)];
}

std::string_view to_text(Transport transport) {
  constexpr std::array<std::string_view, 3> kNames = {"udp", "tcp", "tls"};
  return kNames[static_cast<std::size_t>(transport)];
}

}  // namespace visavis::turn
