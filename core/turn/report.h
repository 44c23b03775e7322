// What the relay tells the log: which requests it refused, and what allocations carried.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/time.h"
#include "core/turn/counters.h"
#include "core/turn/types.h"

namespace visavis::turn {

// A request was answered with an error, or a log-in failed. The client's address is proven: it has
// come over a stream, or shown a nonce that was sent there. Others are counted only, since anybody
// could have sent it in their name.
struct RequestRefused {
  FiveTuple client;
  Refusal why{};
  std::string user;  // as the request says, perhaps nobody's; empty: it says none
};

enum class AllocationEnd : std::uint8_t {
  kReleased,    // by its client
  kExpired,     // not refreshed
  kClientGone,  // its TCP or TLS connection has ended
  kCallEnded,
};
inline constexpr std::size_t kAllocationEnds = 4;

// The word in metrics and in logs.
std::string_view to_text(AllocationEnd end);
std::string_view to_text(Transport transport);

struct AllocationOver {
  FiveTuple client;
  AllocationEnd why{};
  Duration duration{};
  std::uint64_t bytes_from_client = 0;  // application data
  std::uint64_t bytes_to_client = 0;
  std::string call;  // the hub's name for it; empty: of no call
  std::string user;  // of an open relay; empty within a call
};

using Report = std::variant<RequestRefused, AllocationOver>;

}  // namespace visavis::turn
