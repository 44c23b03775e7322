// What one relay server counts, for metrics.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace visavis::turn {

// Why a request was refused or data went nowhere.
enum class Refusal : std::uint8_t {
  kMalformed,          // not STUN, or a request that contradicts itself (400, 420)
  kUnauthenticated,    // 401 with credentials that nobody has issued
  kExpired,            // 401 with credentials that were good until their call, or time, ended
  kStaleNonce,         // 438
  kForbiddenPeer,      // 403
  kMismatch,           // 437, 441: no such allocation, or somebody else's
  kUnsupported,        // 440, 442, 443, 508 for what this server does not do
  kQuota,              // 486, 508: as many as a user, call or allocation may have
  kAddressQuota,       // 486: as many allocations as an address may have
  kServerFull,         // 486, 508: as many as the server has in all
  kAllocationRate,     // 486: too many new allocations of a user
  kChallengesLimited,  // a 401 or 438 that was not sent
  kLoginsLimited,      // 401 without a look at the password, after too many wrong ones
  kNoPermission,       // data without a permission or channel
  kNoPeer,             // data to a virtual address that nobody of the call has
  kBandwidth,          // data beyond the bytes per second of a user or call
  kBandwidthShared,    // data beyond an address's share of what the relay carries, or all of that
  kCheckUsedUp,        // 486, and data: beyond the bytes of a check code
  kCount,
};
inline constexpr auto kRefusals = static_cast<std::size_t>(Refusal::kCount);

// Application data in one direction and over one transport.
struct Traffic {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
};

struct Counters {
  std::uint64_t allocations = 0;  // a gauge
  std::uint64_t allocations_made = 0;
  std::uint64_t bindings = 0;
  std::uint64_t challenges = 0;  // first 401s, and 438s that are nobody's fault
  std::array<std::uint64_t, kRefusals> refusals{};
  // By Transport.
  std::array<Traffic, 3> from_clients{};
  std::array<Traffic, 3> to_clients{};
  // Open mode.
  Traffic from_peers;
  Traffic to_peers;
  // Closed mode: packets that stayed on this loop, and that went to another one.
  std::uint64_t hairpins_local = 0;
  std::uint64_t hairpins_remote = 0;
};

}  // namespace visavis::turn
